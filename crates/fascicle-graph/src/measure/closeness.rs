//! Closeness: how near a node is to all others.

use super::degree::Direction;
use super::reach::{Reach, reach};
use crate::{Adjacency, GraphError, Length};

/// Closeness of each node: r / Σ distances to (or from) the r other nodes that it reaches, times r / (n − 1), so that a
/// small component does not look central (Wasserman & Faust 1994, eq. 5.22).
///
/// [`Direction::In`] takes the distances to the node, as networkx does, [`Direction::Out`] those from it; what
/// [`Direction::Total`] would be is the undirected view's. 0 for a node that reaches none. Self-loops are on no path.
/// O(n m) for hops, O(n m log n) for lengths, in parallel.
///
/// # Errors
/// [`GraphError::BadWeight`] for a weight that gives no positive length; [`GraphError::BadArgument`] for
/// [`Direction::Total`] in a directed graph.
pub fn closeness(
    adjacency: &Adjacency,
    direction: Direction,
    length: Length,
) -> Result<Vec<f64>, GraphError> {
    let others = adjacency.node_count().saturating_sub(1) as f64;
    each(adjacency, direction, length, |reach| {
        let nodes = reach.nodes as f64;
        if reach.nodes == 0 { 0.0 } else { nodes / reach.total * (nodes / others) }
    })
}

/// Harmonic centrality of each node: Σ of 1 / distance to (or from) every other node, with 1/∞ = 0 (Marchiori & Latora 2000;
/// Boldi & Vigna 2014). Divide by n − 1 for a number between 0 and 1 (by hops).
///
/// Directions, cost and errors as [`closeness`].
///
/// # Errors
/// As [`closeness`].
pub fn harmonic(adjacency: &Adjacency, direction: Direction, length: Length) -> Result<Vec<f64>, GraphError> {
    each(adjacency, direction, length, |reach| reach.inverse)
}

fn each(
    adjacency: &Adjacency,
    direction: Direction,
    length: Length,
    value: impl Fn(&Reach) -> f64,
) -> Result<Vec<f64>, GraphError> {
    if direction == Direction::Total && adjacency.is_directed() {
        return Err(GraphError::argument("the direction", "Total", "In, Out, or an undirected view"));
    }
    Ok(reach(adjacency, direction == Direction::In, length)?.iter().map(value).collect())
}
