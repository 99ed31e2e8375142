//! PageRank: where a random walker is found.

use super::check;
use super::power::{Iteration, Matrix};
use crate::{Adjacency, GraphError};

/// How PageRank is computed: the share of time at each node of a walker that follows edges in proportion to their weights
/// and, with probability 1 − `damping`, jumps (Brin & Page 1998).
///
/// From a node without outgoing weight the walker jumps, too, to the same places, as in networkx. Weights are those of the
/// view; undirected edges are followed both ways. Ranks sum to 1; none for a graph without nodes. O(m) a round, in
/// parallel, and at most log(tolerance) / log(damping) rounds.
#[derive(Clone, Debug)]
pub struct PageRank {
    damping: f64,
    jumps: Option<Vec<f64>>,
    iteration: Iteration,
}

impl Default for PageRank {
    fn default() -> Self {
        Self::new()
    }
}

impl PageRank {
    /// Damping 0.85, jumps to all nodes alike.
    #[must_use]
    pub fn new() -> Self {
        Self { damping: 0.85, jumps: None, iteration: Iteration::default() }
    }

    /// The probability of following an edge, from 0 to less than 1.
    #[must_use]
    pub fn damping(mut self, damping: f64) -> Self {
        self.damping = damping;
        self
    }

    /// How much the walker jumps to each node, in proportion: personalised PageRank.
    #[must_use]
    pub fn jumps_to(mut self, weights: Vec<f64>) -> Self {
        self.jumps = Some(weights);
        self
    }

    /// When to stop.
    #[must_use]
    pub fn iteration(mut self, iteration: Iteration) -> Self {
        self.iteration = iteration;
        self
    }

    /// The rank of each node.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a damping outside [0, 1), or jumps that are not one number for each node, none
    /// negative and not all zero; [`GraphError::BadWeight`] for a negative weight; [`GraphError::NotConverged`].
    pub fn of(&self, adjacency: &Adjacency) -> Result<Vec<f64>, GraphError> {
        if !(0.0..1.0).contains(&self.damping) {
            return Err(GraphError::argument("damping", self.damping, "a number from 0 to less than 1"));
        }
        check::nonnegative(adjacency)?;
        let nodes = adjacency.node_count();
        let jumps = match &self.jumps {
            None => vec![1.0 / nodes as f64; nodes],
            Some(weights) => {
                check::per_node("the number of jumps", weights.len(), adjacency)?;
                if nodes == 0 {
                    return Ok(Vec::new());
                }
                let total = check::distribution("a node's jump", "the sum of the jumps", weights)?;
                weights.iter().map(|weight| weight / total).collect()
            }
        };
        // The inverse of what leaves each node; 0 for a dead end.
        let inverse: Vec<f64> = (0..nodes)
            .map(|node| {
                let strength: f64 = adjacency.out_weights(node).iter().sum();
                if strength > 0.0 { strength.recip() } else { 0.0 }
            })
            .collect();
        let ends: Vec<usize> = (0..nodes).filter(|&node| inverse[node] == 0.0).collect();
        let matrix = Matrix::new(adjacency.incoming_rows());
        let mut flow = vec![0.0; nodes];
        let damping = self.damping;
        self.iteration.run("PageRank", "allow more rounds, or damp more", jumps.clone(), |old, new| {
            for ((flow, rank), inverse) in flow.iter_mut().zip(old).zip(&inverse) {
                *flow = rank * inverse;
            }
            let stuck: f64 = ends.iter().map(|&node| old[node]).sum();
            let jumping = 1.0 - damping + damping * stuck;
            matrix.multiply(&flow, new, |node, sum| damping * sum + jumping * jumps[node]);
        })
    }
}
