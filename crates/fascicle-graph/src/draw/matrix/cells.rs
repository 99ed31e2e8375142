//! The cells of a matrix: what they hold, how strong they look, and as few rectangles as may be.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::draw::edges::Link;
use crate::draw::page::command;
use crate::draw::palette::heat;
use crate::draw::scale::{Axis, extent};

/// More rows than this are drawn together: a printer could not tell them apart.
const MOST: usize = 600;
/// How many strengths are told apart.
pub(super) const STEPS: i32 = 16;

/// A matrix of at most 600 × 600 cells.
pub(super) struct Cells {
    /// Cells in a row.
    pub(super) count: usize,
    /// Nodes that share a row.
    pub(super) together: usize,
    nodes: usize,
    /// By row and column; absent where there is no edge.
    values: BTreeMap<(usize, usize), f64>,
}

impl Cells {
    /// `place` is the row of each node. Where several nodes share a row, a cell holds the mean over their
    /// pairs.
    pub(super) fn new(links: &[Link], place: &[usize]) -> Self {
        let nodes = place.len();
        let together = nodes.div_ceil(MOST).max(1);
        let mut cells = Self { count: nodes.div_ceil(together), together, nodes, values: BTreeMap::new() };
        for link in links {
            let (row, column) = (place[link.from], place[link.to]);
            cells.add(row, column, link.weight);
            if !link.directed && row != column {
                cells.add(column, row, link.weight);
            }
        }
        cells.values.retain(|_, value| *value != 0.0);
        cells
    }

    fn add(&mut self, row: usize, column: usize, weight: f64) {
        let at = (row / self.together, column / self.together);
        let pairs = self.members(at.0) * self.members(at.1);
        *self.values.entry(at).or_insert(0.0) += weight / pairs as f64;
    }

    /// How many nodes share a row; the last may have fewer.
    fn members(&self, row: usize) -> usize {
        self.together.min(self.nodes - row * self.together)
    }

    /// From magnitude to strength. `None` if every cell is empty.
    pub(super) fn strengths(&self, log: bool) -> Option<Strengths> {
        let (low, high) = extent(self.values.values().map(|value| value.abs()))?;
        let low = if !log {
            0.0
        } else if low < high {
            low
        } else {
            high / 10.0
        };
        let negative = self.values.values().any(|&value| value < 0.0);
        let positive = self.values.values().any(|&value| value > 0.0);
        Some(Strengths { axis: Axis { low, high, from: 0.0, to: 1.0, log }, negative, positive })
    }

    /// All cells on the page: one path for each colour, neighbours of one colour drawn together.
    pub(super) fn draw(&self, strengths: &Strengths, (left, top): (f64, f64), side: f64) -> Markup {
        let unit = side / self.count as f64;
        let mut paths: BTreeMap<i32, String> = BTreeMap::new();
        for (step, [first, last], [start, end]) in self.rectangles(strengths) {
            let (x, y) = (left + unit * start as f64, top + unit * first as f64);
            let (right, bottom) = (left + unit * end as f64, top + unit * last as f64);
            let path = paths.entry(step).or_default();
            command(path, 'M', &[(x, y)]);
            command(path, 'L', &[(right, y), (right, bottom), (x, bottom)]);
            path.push('Z');
        }
        html! {
            g class="cells" shape-rendering="crispEdges" {
                @for (step, path) in paths { path fill=(colour(step)) d=(path) {} }
            }
        }
    }

    /// Step, rows from and to, columns from and to of rectangles that cover all cells that are not empty,
    /// each once.
    fn rectangles(&self, strengths: &Strengths) -> Vec<(i32, [usize; 2], [usize; 2])> {
        let mut done = Vec::new();
        // Runs that may go on in the next row, and where they began.
        let mut open: BTreeMap<(usize, usize, i32), usize> = BTreeMap::new();
        for row in 0..=self.count {
            let mut runs: Vec<(usize, usize, i32)> = Vec::new();
            for (&(_, column), &value) in self.values.range((row, 0)..(row + 1, 0)) {
                let step = strengths.step(value);
                match runs.last_mut() {
                    Some(run) if run.1 == column && run.2 == step => run.1 += 1,
                    _ => runs.push((column, column + 1, step)),
                }
            }
            let next: BTreeMap<_, _> =
                runs.into_iter().map(|run| (run, open.remove(&run).unwrap_or(row))).collect();
            let ended =
                open.into_iter().map(|((start, end, step), first)| (step, [first, row], [start, end]));
            done.extend(ended);
            open = next;
        }
        done
    }
}

/// From values to steps of the colour scale.
pub(super) struct Strengths {
    pub(super) axis: Axis,
    pub(super) negative: bool,
    pub(super) positive: bool,
}

impl Strengths {
    /// 1 to [`STEPS`], negative for negative values.
    fn step(&self, value: f64) -> i32 {
        let step = (self.axis.fraction(value.abs()) * f64::from(STEPS)).ceil().max(1.0) as i32;
        if value < 0.0 { -step } else { step }
    }
}

/// The colour of a step.
pub(super) fn colour(step: i32) -> String {
    heat(f64::from(step.signum()) * (f64::from(step.abs()) - 0.5) / f64::from(STEPS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn link(from: usize, to: usize, weight: f64, directed: bool) -> Link {
        Link { from, to, weight, class: 0, slot: None, directed }
    }

    #[test]
    fn large_matrices_hold_means() {
        let place: Vec<usize> = (0..1201).collect();
        let links = [link(0, 1, 6.0, true), link(2, 0, 3.0, true), link(1200, 1200, 5.0, false)];
        let cells = Cells::new(&links, &place);
        assert_eq!((cells.together, cells.count), (3, 401));
        let expected = [((0, 0), 1.0), ((400, 400), 5.0)];
        assert_eq!(cells.values.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn undirected_edges_are_symmetric() {
        let cells = Cells::new(&[link(0, 1, 2.0, false), link(1, 1, 1.0, false)], &[0, 1]);
        assert_eq!(
            cells.values.into_iter().collect::<Vec<_>>(),
            [((0, 1), 2.0), ((1, 0), 2.0), ((1, 1), 1.0)]
        );
    }

    proptest! {
        #[test]
        fn rectangles_cover_each_cell_once(edges in prop::collection::vec((0usize..8, 0usize..8, 1i32..4), 0..64)) {
            let links: Vec<Link> =
                edges.iter().map(|&(from, to, weight)| link(from, to, f64::from(weight), true)).collect();
            let cells = Cells::new(&links, &(0..8).collect::<Vec<_>>());
            let Some(strengths) = cells.strengths(false) else { return Ok(()) };
            let mut covered: BTreeMap<(usize, usize), i32> = BTreeMap::new();
            for (step, rows, columns) in cells.rectangles(&strengths) {
                for row in rows[0]..rows[1] {
                    for column in columns[0]..columns[1] {
                        prop_assert!(covered.insert((row, column), step).is_none(), "{row},{column} twice");
                    }
                }
            }
            let expected: BTreeMap<_, _> =
                cells.values.iter().map(|(&at, &value)| (at, strengths.step(value))).collect();
            prop_assert_eq!(covered, expected);
        }
    }
}
