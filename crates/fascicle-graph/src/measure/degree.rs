//! Degrees, strengths and density.

use crate::Adjacency;

/// Which of a node's edges are meant. In an undirected graph all three are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Those that enter it.
    In,
    /// Those that leave it.
    Out,
    /// Both.
    #[default]
    Total,
}

/// How many edges each node has. O(n); O(m) where there is no direction.
///
/// Parallel edges count each. A self-loop counts once in and once out, hence twice in total, and twice in an undirected
/// graph.
#[must_use]
pub fn degrees(adjacency: &Adjacency, direction: Direction) -> Vec<usize> {
    (0..adjacency.node_count())
        .map(|node| {
            if !adjacency.is_directed() {
                let loops = adjacency.out(node).iter().filter(|&&to| to as usize == node).count();
                return adjacency.out_degree(node) + loops;
            }
            match direction {
                Direction::In => adjacency.in_degree(node),
                Direction::Out => adjacency.out_degree(node),
                Direction::Total => adjacency.in_degree(node) + adjacency.out_degree(node),
            }
        })
        .collect()
}

/// The sum of the weights of each node's edges, counted as in [`degrees`]. O(m).
#[must_use]
pub fn strengths(adjacency: &Adjacency, direction: Direction) -> Vec<f64> {
    (0..adjacency.node_count())
        .map(|node| {
            // a sum of nothing is −0
            let out = || 0.0 + adjacency.out_weights(node).iter().sum::<f64>();
            let into = || 0.0 + adjacency.incoming_weights(node).iter().sum::<f64>();
            if !adjacency.is_directed() {
                let loops = adjacency.out_edges(node).filter(|&(to, _)| to == node);
                return out() + loops.map(|(_, weight)| weight).sum::<f64>();
            }
            match direction {
                Direction::In => into(),
                Direction::Out => out(),
                Direction::Total => into() + out(),
            }
        })
        .collect()
}

/// How many nodes have each degree, from 0 to the greatest. O(n + m).
#[must_use]
pub fn degree_distribution(adjacency: &Adjacency, direction: Direction) -> Vec<usize> {
    let degrees = degrees(adjacency, direction);
    let mut counts = vec![0; degrees.iter().max().map_or(0, |greatest| greatest + 1)];
    for degree in degrees {
        counts[degree] += 1;
    }
    counts
}

/// The share of the possible edges that there are: m / n(n − 1), or m / (n(n − 1)/2) in an undirected graph.
///
/// Self-loops do not count on either side; parallel edges count each, so that a multigraph may exceed 1. `None` for fewer
/// than two nodes. O(m).
#[must_use]
pub fn density(adjacency: &Adjacency) -> Option<f64> {
    let nodes = adjacency.node_count() as f64;
    if nodes < 2.0 {
        return None;
    }
    let ordered = nodes * (nodes - 1.0);
    let possible = if adjacency.is_directed() { ordered } else { ordered / 2.0 };
    Some((adjacency.edge_count() - adjacency.loops()) as f64 / possible)
}
