//! What measures ask of a graph and of what comes with it.

use crate::{Adjacency, GraphError};

/// A measure that is only defined without directions.
pub(super) fn undirected(adjacency: &Adjacency) -> Result<(), GraphError> {
    if adjacency.is_directed() {
        return Err(GraphError::argument("the graph", "directed", "an undirected view (`View::undirected`)"));
    }
    Ok(())
}

/// A measure that is only defined with directions.
pub(super) fn directed(adjacency: &Adjacency) -> Result<(), GraphError> {
    if !adjacency.is_directed() {
        return Err(GraphError::argument("the graph", "undirected", "a directed view (`View::directed`)"));
    }
    Ok(())
}

/// Weights that are all as they should be.
pub(super) fn weights(
    adjacency: &Adjacency,
    expected: &'static str,
    sound: impl Fn(f64) -> bool,
) -> Result<(), GraphError> {
    match adjacency.edges().find(|&(_, _, weight)| !sound(weight)) {
        None => Ok(()),
        Some((from, to, weight)) => {
            Err(GraphError::BadWeight { from: from.to_string(), to: to.to_string(), weight, expected })
        }
    }
}

/// Weights of which none is below zero.
pub(super) fn nonnegative(adjacency: &Adjacency) -> Result<(), GraphError> {
    weights(adjacency, "a number of at least 0", |weight| weight >= 0.0)
}

/// One value for each node.
pub(super) fn per_node(name: &'static str, given: usize, adjacency: &Adjacency) -> Result<(), GraphError> {
    let nodes = adjacency.node_count();
    if given == nodes {
        return Ok(());
    }
    Err(GraphError::argument(name, format!("{given} values"), format!("one for each of {nodes} nodes")))
}

/// Finite numbers of at least zero that are not all zero.
pub(super) fn distribution(name: &'static str, values: &[f64]) -> Result<f64, GraphError> {
    if let Some(bad) = values.iter().find(|value| !(value.is_finite() && **value >= 0.0)) {
        return Err(GraphError::argument(name, bad, "a finite number of at least 0 for each node"));
    }
    let total: f64 = values.iter().sum();
    if total > 0.0 && total.is_finite() {
        Ok(total)
    } else {
        Err(GraphError::argument(name, format!("{total} in sum"), "a positive, finite sum"))
    }
}
