//! Efficiency: how well nodes reach each other, and how well a node's neighbours do without it.

use rayon::prelude::*;

use super::check;
use super::neighbours::each_neighbour;
use super::reach::{Reach, reach, reach_in};
use crate::rows::Rows;
use crate::{Adjacency, GraphError, Length};

/// The mean over ordered pairs of nodes of 1 / distance, with 1/∞ = 0 (Latora & Marchiori 2001). Directions count.
///
/// Lengths are not scaled: for a number between 0 and 1 they must be at least 1. 0 for fewer than two nodes. O(n m) for
/// hops, O(n m log n) for lengths, in parallel.
///
/// # Errors
/// [`GraphError::BadWeight`] for a weight that gives no positive length.
pub fn global_efficiency(adjacency: &Adjacency, length: Length) -> Result<f64, GraphError> {
    Ok(mean(&reach(adjacency, false, length)?))
}

/// For each node the global efficiency of the graph that its neighbours (in either direction, the node itself left out) make
/// among themselves (Latora & Marchiori 2001); the mean over nodes is the local efficiency of the graph.
///
/// 0 for a node of fewer than two neighbours. O(Σ over nodes of k · m_k) for k neighbours with m_k edges among them, in
/// parallel.
///
/// # Errors
/// [`GraphError::BadWeight`] for a weight that gives no positive length.
pub fn local_efficiency(adjacency: &Adjacency, length: Length) -> Result<Vec<f64>, GraphError> {
    check::lengths(adjacency, length)?;
    let nodes = adjacency.node_count();
    Ok((0..nodes)
        .into_par_iter()
        .map_init(
            || vec![0; nodes],
            |place, node| {
                let mut neighbours = Vec::new();
                each_neighbour(adjacency, node, |other, _, _| neighbours.push(other));
                if neighbours.len() < 2 {
                    return 0.0;
                }
                mean(&reach_in(&among(adjacency, &neighbours, place), length))
            },
        )
        .collect())
}

fn mean(reaches: &[Reach]) -> f64 {
    let nodes = reaches.len() as f64;
    if nodes < 2.0 {
        return 0.0;
    }
    reaches.iter().map(|reach| reach.inverse).sum::<f64>() / (nodes * (nodes - 1.0))
}

/// The edges between these nodes, which are renumbered in their order; `place` is n zeros, and is again.
fn among(adjacency: &Adjacency, nodes: &[usize], place: &mut [u32]) -> Rows {
    for (new, &node) in nodes.iter().enumerate() {
        place[node] = new as u32 + 1;
    }
    let mut rows = Rows { starts: vec![0], ..Rows::default() };
    for &node in nodes {
        for (to, weight) in adjacency.out_edges(node) {
            if place[to] != 0 {
                rows.neighbours.push(place[to] - 1);
                rows.weights.push(weight);
            }
        }
        rows.starts.push(rows.neighbours.len());
    }
    for &node in nodes {
        place[node] = 0;
    }
    rows
}
