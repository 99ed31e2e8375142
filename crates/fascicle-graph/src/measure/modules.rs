//! The role of a node in a division into modules (Guimerà & Amaral 2005).

use super::check;
use super::degree::Direction;
use crate::{Adjacency, GraphError};

/// The participation coefficient of each node: 1 − Σ over modules s of (κₛ / k)², with κₛ the weight of its edges with nodes of
/// module s and k that of all (Guimerà & Amaral 2005, eq. 2). 0 when all its edges stay in one module.
///
/// Weights are those of the view (take [`Adjacency::binary`] for degrees); a self-loop counts as an edge with the node's
/// own module. 0 for a node without edges. O(n + m log d).
///
/// # Errors
/// [`GraphError::BadArgument`] when there is not one module for each node; [`GraphError::BadWeight`] for a negative weight.
pub fn participation(
    adjacency: &Adjacency,
    modules: &[usize],
    direction: Direction,
) -> Result<Vec<f64>, GraphError> {
    check::per_node("the number of modules", modules.len(), adjacency)?;
    check::nonnegative(adjacency)?;
    let mut by_module: Vec<(usize, f64)> = Vec::new();
    Ok((0..adjacency.node_count())
        .map(|node| {
            by_module.clear();
            by_module
                .extend(edges(adjacency, node, direction).map(|(other, weight)| (modules[other], weight)));
            by_module.sort_by_key(|&(module, _)| module);
            let total: f64 = by_module.iter().map(|(_, weight)| weight).sum();
            if total <= 0.0 {
                return 0.0;
            }
            let shares = by_module.chunk_by(|one, two| one.0 == two.0);
            1.0 - shares
                .map(|edges| edges.iter().map(|(_, weight)| weight).sum::<f64>() / total)
                .map(|share| share * share)
                .sum::<f64>()
        })
        .collect())
}

/// The within-module z-score of each node: how many standard deviations the weight of its edges within its module is above
/// the mean of the module's nodes (Guimerà & Amaral 2005, eq. 1; standard deviation of the population).
///
/// 0 where all nodes of a module are alike. Weights and self-loops as in [`participation`]. O(n log n + m).
///
/// # Errors
/// As [`participation`].
pub fn within_module_z(
    adjacency: &Adjacency,
    modules: &[usize],
    direction: Direction,
) -> Result<Vec<f64>, GraphError> {
    check::per_node("the number of modules", modules.len(), adjacency)?;
    check::nonnegative(adjacency)?;
    let within: Vec<f64> = (0..adjacency.node_count())
        .map(|node| {
            edges(adjacency, node, direction)
                .filter(|&(other, _)| modules[other] == modules[node])
                .map(|(_, weight)| weight)
                .sum()
        })
        .collect();
    let mut order: Vec<usize> = (0..within.len()).collect();
    order.sort_by_key(|&node| modules[node]);
    let mut scores = vec![0.0; within.len()];
    for members in order.chunk_by(|&one, &two| modules[one] == modules[two]) {
        // Asked exactly: rounding would leave a deviation where there is none.
        if members.iter().all(|&node| within[node] == within[members[0]]) {
            continue;
        }
        let count = members.len() as f64;
        let mean = members.iter().map(|&node| within[node]).sum::<f64>() / count;
        let variance = members.iter().map(|&node| (within[node] - mean).powi(2)).sum::<f64>() / count;
        for &node in members {
            scores[node] = (within[node] - mean) / variance.sqrt();
        }
    }
    Ok(scores)
}

/// The other end and the weight of a node's edges.
fn edges(
    adjacency: &Adjacency,
    node: usize,
    direction: Direction,
) -> impl Iterator<Item = (usize, f64)> + '_ {
    let (out, into) = match direction {
        _ if !adjacency.is_directed() => (true, false),
        Direction::In => (false, true),
        Direction::Out => (true, false),
        Direction::Total => (true, true),
    };
    let out = out.then(|| adjacency.out_edges(node)).into_iter().flatten();
    out.chain(into.then(|| adjacency.incoming_edges(node)).into_iter().flatten())
}
