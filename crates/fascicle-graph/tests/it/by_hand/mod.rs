//! Every measure on graphs so small that the arithmetic fits into a comment.

mod distances;
mod groups;
mod neighbours;
mod subgraphs;
mod walks;

use fascicle_graph::Adjacency;

/// Exact up to rounding.
#[track_caller]
fn same(found: &[f64], expected: &[f64]) {
    near(found, expected, 1e-12);
}

#[track_caller]
fn near(found: &[f64], expected: &[f64], tolerance: f64) {
    let close = |(found, expected): (&f64, &f64)| (found - expected).abs() <= tolerance;
    assert!(
        found.len() == expected.len() && found.iter().zip(expected).all(close),
        "{found:?}, not {expected:?}"
    );
}

fn weighted(nodes: usize, directed: bool, edges: &[(usize, usize, f64)]) -> Adjacency {
    Adjacency::from_edges(nodes, directed, edges.iter().copied()).unwrap()
}

/// With weights of 1.
fn plain(nodes: usize, directed: bool, edges: &[(usize, usize)]) -> Adjacency {
    Adjacency::from_edges(nodes, directed, edges.iter().map(|&(from, to)| (from, to, 1.0))).unwrap()
}

/// A triangle of nodes 0, 1, 2 with a tail from 2 to 3: what most cases are about.
fn kite() -> Adjacency {
    plain(4, false, &[(0, 1), (0, 2), (1, 2), (2, 3)])
}

/// The same with weights whose cube roots are easy.
fn weighted_kite() -> Adjacency {
    weighted(4, false, &[(0, 1, 8.0), (0, 2, 1.0), (1, 2, 1.0), (2, 3, 8.0)])
}

/// A chain of so many nodes.
fn chain(nodes: usize, directed: bool) -> Adjacency {
    let edges: Vec<_> = (1..nodes).map(|node| (node - 1, node)).collect();
    plain(nodes, directed, &edges)
}
