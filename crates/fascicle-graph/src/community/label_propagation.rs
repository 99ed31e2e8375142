//! Label propagation.

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use super::moving::Around;
use super::quality::weights_are_not_negative;
use crate::community::Partition;
use crate::{Adjacency, GraphError};

/// Each node takes the label that weighs most among its neighbours, in random order, until all have such a one (Raghavan,
/// Albert & Kumara 2007; weighted, ties at random). The directions of edges do not count. Isolated nodes stay alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelPropagation {
    /// Of the order of visits and of ties.
    pub seed: u64,
    /// How often each node is visited at most; most graphs need fewer than ten rounds.
    pub rounds: usize,
}

impl Default for LabelPropagation {
    fn default() -> Self {
        Self { seed: 0, rounds: 100 }
    }
}

impl LabelPropagation {
    /// Finds communities. O(m) a round.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a negative weight.
    pub fn run(&self, graph: &Adjacency) -> Result<Partition, GraphError> {
        let expected = "a weight from 0 for label propagation (look at magnitudes or use signed modularity)";
        weights_are_not_negative(graph, expected)?;
        let nodes = graph.node_count();
        let mut rng = StdRng::seed_from_u64(self.seed);
        let mut labels: Vec<u32> = (0..nodes as u32).collect();
        let mut order: Vec<usize> = (0..nodes).collect();
        let mut around = Around::new(nodes);
        let mut best = Vec::new();
        for _ in 0..self.rounds {
            order.shuffle(&mut rng);
            let mut changed = false;
            for &node in &order {
                around.clear();
                for (to, weight) in graph.out_edges(node).filter(|&(to, _)| to != node) {
                    around.add(labels[to], weight);
                }
                if graph.is_directed() {
                    for (from, weight) in graph.incoming_edges(node).filter(|&(from, _)| from != node) {
                        around.add(labels[from], weight);
                    }
                }
                let most = around.communities.iter().map(|&label| around.to(label)).fold(0.0, f64::max);
                if most == 0.0 || around.to(labels[node]) == most {
                    continue;
                }
                best.clear();
                best.extend(around.communities.iter().copied().filter(|&label| around.to(label) == most));
                labels[node] = best[rng.random_range(0..best.len())];
                changed = true;
            }
            if !changed {
                break;
            }
        }
        Ok(Partition::new(&labels))
    }
}
