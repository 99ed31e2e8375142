//! Barnes and Hut's tree (1986): far bodies act together, as if they all were where their centre is.

use crate::draw::curve::Point;

/// A square of the plane with the bodies in it.
struct Cell {
    /// Twice half its side.
    side: f64,
    mass: f64,
    /// The centre of mass: of a single body its very place, so that nothing pushes itself.
    centre: Point,
    /// Indices of the four quarters; 0 for none, because the root is nobody's quarter.
    quarters: [u32; 4],
    /// The one body in it, or what many bodies at one place have come to.
    leaf: bool,
}

/// All bodies.
pub(super) struct Tree {
    cells: Vec<Cell>,
    /// The square of the distance below which bodies are at one place, and do not push each other.
    one_place: f64,
}

/// Beyond this depth bodies are taken to be at one place.
const DEEPEST: u32 = 40;

impl Tree {
    /// A tree of bodies with these masses. O(n log n) for bodies that are not all in one place.
    pub(super) fn new(places: &[Point], masses: &[f64]) -> Self {
        let low = places.iter().fold((f64::MAX, f64::MAX), |low, p| (low.0.min(p.0), low.1.min(p.1)));
        let high = places.iter().fold((f64::MIN, f64::MIN), |high, p| (high.0.max(p.0), high.1.max(p.1)));
        let side = (high.0 - low.0).max(high.1 - low.1).max(1e-9);
        let one_place = (side * 1e-11) * (side * 1e-11);
        let mut tree = Self { cells: Vec::with_capacity(2 * places.len()), one_place };
        if let (Some(&place), Some(&mass)) = (places.first(), masses.first()) {
            tree.cells.push(Cell::of(place, mass, side));
        }
        for (&place, &mass) in places.iter().zip(masses).skip(1) {
            tree.insert(place, mass, low);
        }
        tree
    }

    fn insert(&mut self, place: Point, mass: f64, low: Point) {
        let (mut at, mut corner) = (0, low);
        for depth in 0.. {
            let next = self.cells.len() as u32;
            let cell = &mut self.cells[at];
            let half = cell.side / 2.0;
            let split = std::mem::take(&mut cell.leaf);
            if split && depth >= DEEPEST {
                cell.leaf = true;
                cell.add(place, mass);
                return;
            }
            if split {
                // The body that was alone here goes down a level.
                let (centre, mass) = (cell.centre, cell.mass);
                let quarter = quarter(centre, corner, half);
                cell.quarters[quarter] = next;
                self.cells.push(Cell { side: half, mass, centre, quarters: [0; 4], leaf: true });
            }
            self.cells[at].add(place, mass);
            let quarter = quarter(place, corner, half);
            let next = self.cells[at].quarters[quarter];
            if next == 0 {
                self.cells[at].quarters[quarter] = self.cells.len() as u32;
                self.cells.push(Cell::of(place, mass, half));
                return;
            }
            corner = (
                corner.0 + if quarter & 1 == 1 { half } else { 0.0 },
                corner.1 + if quarter & 2 == 2 { half } else { 0.0 },
            );
            at = next as usize;
        }
    }

    /// The push on a body: its mass times that of each other one over their distance. Cells whose side is
    /// less than `theta` of their distance act as one; 0 is exact.
    pub(super) fn push(&self, place: Point, mass: f64, theta: f64, stack: &mut Vec<u32>) -> Point {
        let mut force = (0.0, 0.0);
        stack.clear();
        if !self.cells.is_empty() {
            stack.push(0);
        }
        while let Some(index) = stack.pop() {
            let cell = &self.cells[index as usize];
            let (x, y) = (place.0 - cell.centre.0, place.1 - cell.centre.1);
            let square = x * x + y * y;
            if cell.leaf || cell.side * cell.side < theta * theta * square {
                if square > self.one_place {
                    let pull = mass * cell.mass / square;
                    force = (force.0 + x * pull, force.1 + y * pull);
                }
            } else {
                stack.extend(cell.quarters.iter().filter(|&&quarter| quarter != 0));
            }
        }
        force
    }
}

impl Cell {
    fn of(place: Point, mass: f64, side: f64) -> Self {
        Self { side, mass, centre: place, quarters: [0; 4], leaf: true }
    }

    fn add(&mut self, place: Point, mass: f64) {
        self.mass += mass;
        let share = mass / self.mass;
        self.centre.0 += (place.0 - self.centre.0) * share;
        self.centre.1 += (place.1 - self.centre.1) * share;
    }
}

fn quarter(place: Point, corner: Point, half: f64) -> usize {
    usize::from(place.0 >= corner.0 + half) + 2 * usize::from(place.1 >= corner.1 + half)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The sum over all pairs.
    fn direct(places: &[Point], masses: &[f64], of: usize) -> Point {
        places.iter().zip(masses).fold((0.0, 0.0), |force, (place, mass)| {
            let (x, y) = (places[of].0 - place.0, places[of].1 - place.1);
            let square = x * x + y * y;
            if square == 0.0 {
                return force;
            }
            let pull = masses[of] * mass / square;
            (force.0 + x * pull, force.1 + y * pull)
        })
    }

    proptest! {
        #[test]
        fn the_tree_says_what_all_pairs_say(
            bodies in prop::collection::vec((-10.0..10.0f64, -10.0..10.0f64, 1.0..9.0f64), 1..60),
        ) {
            let places: Vec<Point> = bodies.iter().map(|b| (b.0, b.1)).collect();
            let masses: Vec<f64> = bodies.iter().map(|b| b.2).collect();
            let tree = Tree::new(&places, &masses);
            let total: f64 = masses.iter().sum();
            prop_assert!((tree.cells[0].mass - total).abs() < 1e-9 * total);
            for node in 0..places.len() {
                let exact = direct(&places, &masses, node);
                let size = 1.0 + exact.0.abs() + exact.1.abs();
                let force = tree.push(places[node], masses[node], 0.0, &mut Vec::new());
                prop_assert!((force.0 - exact.0).abs() + (force.1 - exact.1).abs() < 1e-6 * size);
            }
        }
    }

    #[test]
    fn a_lone_body_is_left_alone() {
        let (place, mass) = ((7.348_465_789_540_42, 0.0), 1.280_455_154_772_440_7);
        assert_eq!(Tree::new(&[place], &[mass]).push(place, mass, 0.0, &mut Vec::new()), (0.0, 0.0));
    }

    #[test]
    fn bodies_at_one_place() {
        let places = [(1.0, 1.0); 5];
        let tree = Tree::new(&places, &[1.0; 5]);
        assert_eq!(tree.push((1.0, 1.0), 1.0, 0.8, &mut Vec::new()), (0.0, 0.0));
        let force = tree.push((2.0, 1.0), 1.0, 0.8, &mut Vec::new());
        assert!((force.0 - 5.0).abs() < 1e-9 && force.1.abs() < 1e-9, "{force:?}");
    }
}
