//! Reciprocity: how often an edge is returned.

use super::neighbours::each_neighbour;
use super::{check, density};
use crate::{Adjacency, GraphError};

/// The share of the edges whose opposite exists (Garlaschelli & Loffredo 2004, r). 1 in an undirected graph.
///
/// Self-loops do not count, parallel edges count once. `None` without edges. O(m).
#[must_use]
pub fn reciprocity(adjacency: &Adjacency) -> Option<f64> {
    let (mut edges, mut returned) = (0usize, 0usize);
    for node in 0..adjacency.node_count() {
        each_neighbour(adjacency, node, |_, to, from| {
            edges += usize::from(to.is_some());
            returned += usize::from(to.is_some() && from.is_some());
        });
    }
    (edges > 0).then(|| returned as f64 / edges as f64)
}

/// How far reciprocity is from that of a random graph of the same density: (r − a) / (1 − a), with density a
/// (Garlaschelli & Loffredo 2004, ρ). Positive where edges are returned more often than by chance.
///
/// Self-loops do not count; parallel edges must have been merged. `None` without edges, and where every edge exists. O(m).
#[must_use]
pub fn reciprocity_excess(adjacency: &Adjacency) -> Option<f64> {
    let (reciprocity, density) = (reciprocity(adjacency)?, density(adjacency)?);
    (density < 1.0).then(|| (reciprocity - density) / (1.0 - density))
}

/// The share of the weight that is returned: Σ min(wᵢⱼ, wⱼᵢ) / Σ wᵢⱼ over i ≠ j (Squartini et al. 2013, eq. 4).
///
/// Self-loops do not count, parallel edges are summed. `None` without weight. O(m).
///
/// # Errors
/// [`GraphError::BadWeight`] for a negative weight.
pub fn weighted_reciprocity(adjacency: &Adjacency) -> Result<Option<f64>, GraphError> {
    check::nonnegative(adjacency)?;
    let (mut all, mut returned) = (0.0, 0.0);
    for node in 0..adjacency.node_count() {
        each_neighbour(adjacency, node, |_, to, from| {
            let (to, from) = (to.unwrap_or(0.0), from.unwrap_or(0.0));
            all += to;
            returned += to.min(from);
        });
    }
    Ok((all > 0.0).then(|| returned / all))
}
