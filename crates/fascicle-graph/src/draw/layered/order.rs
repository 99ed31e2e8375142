//! The order within each layer, such that few edges cross.

/// Nodes of a layered graph, the corners of long edges among them: every link joins neighbouring layers.
#[derive(Clone, Debug, Default)]
pub(super) struct Levels {
    /// The nodes of each layer, in order.
    pub(super) rows: Vec<Vec<usize>>,
    /// For each node its neighbours in the layer before.
    pub(super) before: Vec<Vec<usize>>,
    /// For each node its neighbours in the layer after.
    pub(super) after: Vec<Vec<usize>>,
}

/// How often the layers are gone through, there and back.
const SWEEPS: usize = 24;

impl Levels {
    /// Orders each layer by the mean place of its nodes' neighbours, there and back, and keeps the order with
    /// the fewest crossings (Sugiyama, Tagawa & Toda 1981). O(m log m) a sweep.
    pub(super) fn uncross(&mut self) {
        let mut best = (self.crossings(), self.rows.clone());
        let mut stale = 0;
        for _ in 0..SWEEPS {
            for row in 1..self.rows.len() {
                self.by_barycentre(row, row - 1, true);
            }
            for row in (0..self.rows.len().saturating_sub(1)).rev() {
                self.by_barycentre(row, row + 1, false);
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.rows.clone());
                stale = 0;
            } else {
                stale += 1;
            }
            if best.0 == 0 || stale == 6 {
                break;
            }
        }
        self.rows = best.1;
    }

    fn places(&self, row: usize) -> Vec<usize> {
        let mut places = vec![0; self.before.len()];
        for (place, &node) in self.rows[row].iter().enumerate() {
            places[node] = place;
        }
        places
    }

    fn by_barycentre(&mut self, row: usize, fixed: usize, before: bool) {
        let places = self.places(fixed);
        let links = if before { &self.before } else { &self.after };
        let scale = self.rows[fixed].len() as f64 / self.rows[row].len().max(1) as f64;
        let mut keyed: Vec<(f64, usize)> = self.rows[row]
            .iter()
            .enumerate()
            .map(|(place, &node)| {
                let near = &links[node];
                // A node without neighbours there stays about where it is.
                let key = if near.is_empty() {
                    place as f64 * scale
                } else {
                    near.iter().map(|&other| places[other] as f64).sum::<f64>() / near.len() as f64
                };
                (key, node)
            })
            .collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.rows[row] = keyed.into_iter().map(|(_, node)| node).collect();
    }

    /// How many pairs of links cross. O(m log n).
    pub(super) fn crossings(&self) -> usize {
        (1..self.rows.len()).map(|row| self.crossings_before(row)).sum()
    }

    fn crossings_before(&self, row: usize) -> usize {
        let places = self.places(row - 1);
        let mut ends: Vec<usize> = Vec::new();
        for &node in &self.rows[row] {
            let mut near: Vec<usize> = self.before[node].iter().map(|&other| places[other]).collect();
            near.sort_unstable();
            ends.extend(near);
        }
        // Inversions, counted with a Fenwick tree of how many ends so far were at most so far along.
        let mut tree = vec![0usize; self.rows[row - 1].len() + 1];
        let mut crossings = 0;
        for (seen, &end) in ends.iter().enumerate() {
            let mut at = end + 1;
            let mut at_most = 0;
            while at > 0 {
                at_most += tree[at];
                at &= at - 1;
            }
            crossings += seen - at_most;
            let mut at = end + 1;
            while at < tree.len() {
                tree[at] += 1;
                at += at & at.wrapping_neg();
            }
        }
        crossings
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn levels(sizes: &[usize], links: &[(usize, usize)]) -> Levels {
        let count = sizes.iter().sum();
        let mut levels =
            Levels { rows: Vec::new(), before: vec![Vec::new(); count], after: vec![Vec::new(); count] };
        let mut first = 0;
        for size in sizes {
            levels.rows.push((first..first + size).collect());
            first += size;
        }
        for &(from, to) in links {
            levels.after[from].push(to);
            levels.before[to].push(from);
        }
        levels
    }

    #[test]
    fn crossings_that_need_not_be() {
        let mut crossed = levels(&[2, 2], &[(0, 3), (1, 2)]);
        assert_eq!(crossed.crossings(), 1);
        crossed.uncross();
        assert_eq!(crossed.crossings(), 0);
        // K(2,3) cannot be drawn in two layers with fewer.
        let mut full = levels(&[2, 3], &[(0, 2), (0, 3), (0, 4), (1, 2), (1, 3), (1, 4)]);
        full.uncross();
        assert_eq!(full.crossings(), 3);
    }

    proptest! {
        #[test]
        fn counts_are_those_of_all_pairs(links in prop::collection::vec((0usize..6, 6usize..12), 0..25)) {
            let mut levels = levels(&[6, 6], &links);
            let pairs = |links: &[(usize, usize)]| {
                (0..links.len())
                    .flat_map(|a| (0..a).map(move |b| (a, b)))
                    .filter(|&(a, b)| {
                        let ((p, q), (r, s)) = (links[a], links[b]);
                        (p < r && q > s) || (p > r && q < s)
                    })
                    .count()
            };
            let before = levels.crossings();
            prop_assert_eq!(before, pairs(&links));
            levels.uncross();
            prop_assert!(levels.crossings() <= before);
        }
    }
}
