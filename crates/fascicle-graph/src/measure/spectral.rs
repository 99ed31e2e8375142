//! Centralities from eigenvectors: a node is central when central nodes point to it.

use super::check;
use super::power::{Iteration, Matrix, to_unit_length};
use crate::{Adjacency, GraphError};

/// Eigenvector centrality (Bonacich 1987): the leading eigenvector x of λ xᵥ = Σ wᵤᵥ xᵤ over the edges into v, of length 1
/// and without negative numbers.
///
/// The iteration is with A + 1, whose eigenvectors are the same, so that it also settles in bipartite graphs. In a
/// graph that is not strongly connected most scores may be 0; in one without cycles there is no such vector, and
/// the iteration does not settle. Without edges, all scores are equal. O(m) a round, in parallel.
///
/// # Errors
/// [`GraphError::BadWeight`] for a negative weight; [`GraphError::NotConverged`].
pub fn eigenvector_centrality(adjacency: &Adjacency, iteration: Iteration) -> Result<Vec<f64>, GraphError> {
    check::nonnegative(adjacency)?;
    let nodes = adjacency.node_count();
    let matrix = Matrix::new(adjacency.incoming_rows());
    let mut start = vec![1.0; nodes];
    to_unit_length(&mut start);
    let advice = "a directed graph needs a cycle for it to exist; allow more rounds, or take PageRank";
    iteration.run("eigenvector centrality", advice, start, |old, new| {
        matrix.multiply(old, new, |node, sum| sum + old[node]);
        to_unit_length(new);
    })
}

/// How Katz centrality is computed: x = `attenuation` · Aᵀ x + `base` (Katz 1953), as a vector of length 1.
#[derive(Clone, Copy, Debug)]
pub struct Katz {
    /// What an edge passes on; less than 1 / (greatest eigenvalue), or there is no solution.
    pub attenuation: f64,
    /// What each node has of itself.
    pub base: f64,
    /// Whether the scores are divided by the root of their sum of squares.
    pub normalised: bool,
    /// When to stop; the change is that of the scores before they are normalised.
    pub iteration: Iteration,
}

impl Default for Katz {
    /// Attenuation 0.1, base 1, normalised.
    fn default() -> Self {
        Self { attenuation: 0.1, base: 1.0, normalised: true, iteration: Iteration::default() }
    }
}

impl Katz {
    /// The centrality of each node. Weights are those of the view. O(m) a round, in parallel.
    ///
    /// # Errors
    /// [`GraphError::NotConverged`] when the attenuation is too great; [`GraphError::BadArgument`] when it or the base
    /// is not finite.
    pub fn of(&self, adjacency: &Adjacency) -> Result<Vec<f64>, GraphError> {
        for (name, value) in [("attenuation", self.attenuation), ("base", self.base)] {
            if !value.is_finite() {
                return Err(GraphError::argument(name, value, "a finite number"));
            }
        }
        let matrix = Matrix::new(adjacency.incoming_rows());
        let advice = "the attenuation must be below the inverse of the greatest eigenvalue";
        let start = vec![self.base; adjacency.node_count()];
        let mut scores = self.iteration.run("Katz centrality", advice, start, |old, new| {
            matrix.multiply(old, new, |_, sum| self.attenuation * sum + self.base);
        })?;
        if self.normalised {
            to_unit_length(&mut scores);
        }
        Ok(scores)
    }
}
