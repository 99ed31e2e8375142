//! Louvain's method.

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::moving::Moving;
use super::network::{Network, renumber};
use crate::community::{Detected, Quality};
use crate::{Adjacency, GraphError};

/// Moves nodes to the communities where quality gains most, makes nodes of communities, and begins again (Blondel,
/// Guillaume, Lambiotte & Lefebvre 2008). Nodes are visited in random order, and again only after a neighbour moved.
///
/// Communities may be disconnected; [`Leiden`](crate::community::Leiden) guarantees more at about the same cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Louvain {
    /// Of the order of visits.
    pub seed: u64,
}

impl Louvain {
    /// Finds communities. About O(m) a level, with few levels; 12 bytes an edge and direction.
    ///
    /// # Errors
    /// Those of the quality function.
    pub fn run(&self, graph: &Adjacency, quality: &dyn Quality) -> Result<Detected, GraphError> {
        let mut network = Network::new(graph, &quality.terms(graph)?)?;
        let mut rng = StdRng::seed_from_u64(self.seed);
        let mut labels: Vec<u32> = (0..network.node_count() as u32).collect();
        loop {
            let mut moving = Moving::new(&network, (0..network.node_count() as u32).collect());
            if !moving.run(&mut rng) {
                break;
            }
            let mut level = moving.labels;
            let count = renumber(&mut level);
            for label in &mut labels {
                *label = level[*label as usize];
            }
            if count == network.node_count() {
                break;
            }
            network = network.aggregated(&level, count);
        }
        Detected::new(graph, quality, &labels)
    }
}
