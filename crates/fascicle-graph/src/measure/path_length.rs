//! Path lengths: how many steps lie between nodes.

use rayon::prelude::*;

use super::reach::reach;
use super::wave::{WIDTH, Wave};
use crate::{Adjacency, GraphError, Length};

/// The mean distance over the ordered pairs of nodes that a path connects: the L of small-world graphs (Watts & Strogatz
/// 1998).
///
/// Pairs without a path do not count; [`hop_counts`] says how many they are, and
/// [`global_efficiency`](super::global_efficiency) counts them. `None` where no two nodes are connected. O(n m) for hops,
/// O(n m log n) for lengths, in parallel.
///
/// # Errors
/// [`GraphError::BadWeight`] for a weight that gives no positive length.
pub fn characteristic_path_length(adjacency: &Adjacency, length: Length) -> Result<Option<f64>, GraphError> {
    let reaches = reach(adjacency, false, length)?;
    let pairs: usize = reaches.iter().map(|reach| reach.nodes).sum();
    let total: f64 = reaches.iter().map(|reach| reach.total).sum();
    Ok((pairs > 0).then(|| total / pairs as f64))
}

/// How many ordered pairs of different nodes are how many hops apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HopCounts {
    /// The pairs that are 1, 2, … hops apart; the length is the diameter of what is connected.
    pub pairs: Vec<u64>,
    /// The pairs that no path connects.
    pub apart: u64,
}

impl HopCounts {
    /// The greatest distance between connected nodes; 0 where there are none.
    #[must_use]
    pub fn diameter(&self) -> usize {
        self.pairs.len()
    }

    /// The mean number of hops between connected nodes.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let pairs: u64 = self.pairs.iter().sum();
        let total: u64 = self.pairs.iter().zip(1..).map(|(count, hops)| count * hops).sum();
        (pairs > 0).then(|| total as f64 / pairs as f64)
    }

    /// [`global_efficiency`](super::global_efficiency) by hops; `None` for fewer than two nodes.
    #[must_use]
    pub fn efficiency(&self) -> Option<f64> {
        let pairs = self.pairs.iter().sum::<u64>() + self.apart;
        let total: f64 =
            self.pairs.iter().zip(1..).map(|(&count, hops)| count as f64 / f64::from(hops)).sum();
        // a sum of nothing is −0
        (pairs > 0).then(|| (0.0 + total) / pairs as f64)
    }
}

/// The distribution of distances in hops. Directions count. O(n m), in parallel.
#[must_use]
pub fn hop_counts(adjacency: &Adjacency) -> HopCounts {
    let nodes = adjacency.node_count();
    let pairs = (0..nodes.div_ceil(WIDTH))
        .into_par_iter()
        .map_init(
            || Wave::new(nodes),
            |wave, part| {
                let mut pairs = Vec::new();
                wave.run(adjacency.outgoing(), part * WIDTH..nodes.min((part + 1) * WIDTH), |_, counts| {
                    pairs.push(counts.iter().map(|&count| u64::from(count)).sum::<u64>());
                });
                pairs
            },
        )
        .reduce(Vec::new, |mut long, mut short| {
            if short.len() > long.len() {
                std::mem::swap(&mut long, &mut short);
            }
            for (sum, count) in long.iter_mut().zip(short) {
                *sum += count;
            }
            long
        });
    let all = nodes as u64 * nodes.saturating_sub(1) as u64;
    HopCounts { apart: all - pairs.iter().sum::<u64>(), pairs }
}
