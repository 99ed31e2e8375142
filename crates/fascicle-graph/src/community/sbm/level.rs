//! What edges and blocks cost at a level.

use super::Weights;
use super::counts::{ln_factorial, ln_multiset, ln_partitions};
use super::multigraph::Cell;

/// What a level's description consists of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Level {
    pub(super) kind: Kind,
    /// What describes the weights; nothing above the first level.
    pub(super) weights: Weights,
    /// The mean weight, the scale of the weights' prior.
    pub(super) mean: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The graph, of given degrees.
    Corrected,
    /// The graph, without regard to degrees.
    Plain,
    /// The blocks of the level below.
    Upper,
}

impl Level {
    /// What the edges between two blocks cost.
    pub(super) fn cell(self, directed: bool, sizes: (u64, u64), same: bool, cell: Cell) -> f64 {
        let undirected_inside = same && !directed;
        let edges = match self.kind {
            Kind::Corrected | Kind::Plain => {
                // −ln e_rs!, or −ln e_rr!! where every edge inside is counted from both ends.
                let twice = if undirected_inside { cell.count as f64 * std::f64::consts::LN_2 } else { 0.0 };
                -ln_factorial(cell.count) - twice
            }
            Kind::Upper => {
                let (a, b) = sizes;
                ln_multiset(if undirected_inside { a * (a + 1) / 2 } else { a * b }, cell.count)
            }
        };
        edges + self.weights.cost(cell, self.mean)
    }

    /// What a block costs apart from its edges.
    pub(super) fn block(
        self,
        directed: bool,
        size: u64,
        degrees: (u64, u64),
        classes: impl Iterator<Item = u64>,
    ) -> f64 {
        match self.kind {
            Kind::Corrected => {
                // ln n_r! is in the prior of degrees, of each direction, and with the other sign in that of the partition.
                let (sends, receives) = degrees;
                let shape = ln_partitions(sends, size) + ln_partitions(receives, size);
                let order = if directed { ln_factorial(size) } else { 0.0 };
                ln_factorial(sends) + ln_factorial(receives) + shape + order
                    - classes.map(ln_factorial).sum::<f64>()
            }
            Kind::Plain => (degrees.0 + degrees.1) as f64 * (size as f64).ln() - ln_factorial(size),
            Kind::Upper => -ln_factorial(size),
        }
    }
}
