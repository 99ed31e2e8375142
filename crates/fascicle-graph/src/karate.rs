//! Zachary's karate club (1977): what tests are tried on.

use crate::Adjacency;

#[path = "../tests/fixtures/karate.rs"]
mod ties;

/// With the numbers of interactions as weights.
pub(crate) fn weighted() -> Adjacency {
    Adjacency::from_edges(34, false, ties::TIES.map(|(a, b, weight)| (a, b, f64::from(weight)))).unwrap()
}

/// With weights of 1.
pub(crate) fn unweighted() -> Adjacency {
    Adjacency::from_edges(34, false, ties::TIES.map(|(a, b, _)| (a, b, 1.0))).unwrap()
}
