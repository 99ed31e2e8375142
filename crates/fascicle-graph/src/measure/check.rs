//! What measures ask of a graph and of what comes with it.

use crate::{Adjacency, GraphError, Length};

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

/// Edges that all have a length above 0.
pub(super) fn lengths(adjacency: &Adjacency, length: Length) -> Result<(), GraphError> {
    if length == Length::Hops {
        return Ok(());
    }
    let bad = |(from, to, weight)| Some((from, to, weight, length.positive(weight).err()?));
    match adjacency.edges().find_map(bad) {
        None => Ok(()),
        Some((from, to, weight, expected)) => {
            let [from, to] = [from, to].map(|end: usize| end.to_string());
            Err(GraphError::BadWeight { from, to, weight, expected })
        }
    }
}

/// Weights of which none is below zero.
pub(super) fn nonnegative(adjacency: &Adjacency) -> Result<(), GraphError> {
    weights(adjacency, "a number of at least 0", |weight| weight >= 0.0)
}

/// One value for each node; `name` is that of their number.
pub(super) fn per_node(name: &'static str, given: usize, adjacency: &Adjacency) -> Result<(), GraphError> {
    let nodes = adjacency.node_count();
    if given == nodes {
        return Ok(());
    }
    Err(GraphError::argument(name, given, format!("{nodes}, one for each node")))
}

/// The sum of finite numbers of at least zero that are not all zero, given what one and all of them are called.
pub(super) fn distribution(one: &'static str, all: &'static str, values: &[f64]) -> Result<f64, GraphError> {
    if let Some(bad) = values.iter().find(|value| !(value.is_finite() && **value >= 0.0)) {
        return Err(GraphError::argument(one, bad, "a finite number of at least 0"));
    }
    let total: f64 = values.iter().sum();
    if total > 0.0 && total.is_finite() {
        Ok(total)
    } else {
        Err(GraphError::argument(all, total, "a positive, finite number"))
    }
}
