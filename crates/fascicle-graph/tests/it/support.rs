//! Graphs that tests share.

use fascicle_graph::{Adjacency, Autapses, Duplicates, PathwayGraph, View};
use proptest::prelude::*;

/// Edges as (source, target, weight).
pub(crate) type Edges = Vec<(usize, usize, f64)>;

/// Zachary's karate club (1977), with the number of contexts in which two members met.
pub(crate) const KARATE: [(usize, usize, u8); 78] = [
    (0, 1, 4),
    (0, 2, 5),
    (0, 3, 3),
    (0, 4, 3),
    (0, 5, 3),
    (0, 6, 3),
    (0, 7, 2),
    (0, 8, 2),
    (0, 10, 2),
    (0, 11, 3),
    (0, 12, 1),
    (0, 13, 3),
    (0, 17, 2),
    (0, 19, 2),
    (0, 21, 2),
    (0, 31, 2),
    (1, 2, 6),
    (1, 3, 3),
    (1, 7, 4),
    (1, 13, 5),
    (1, 17, 1),
    (1, 19, 2),
    (1, 21, 2),
    (1, 30, 2),
    (2, 3, 3),
    (2, 7, 4),
    (2, 8, 5),
    (2, 9, 1),
    (2, 13, 3),
    (2, 27, 2),
    (2, 28, 2),
    (2, 32, 2),
    (3, 7, 3),
    (3, 12, 3),
    (3, 13, 3),
    (4, 6, 2),
    (4, 10, 3),
    (5, 6, 5),
    (5, 10, 3),
    (5, 16, 3),
    (6, 16, 3),
    (8, 30, 3),
    (8, 32, 3),
    (8, 33, 4),
    (9, 33, 2),
    (13, 33, 3),
    (14, 32, 3),
    (14, 33, 2),
    (15, 32, 3),
    (15, 33, 4),
    (18, 32, 1),
    (18, 33, 2),
    (19, 33, 1),
    (20, 32, 3),
    (20, 33, 1),
    (22, 32, 2),
    (22, 33, 3),
    (23, 25, 5),
    (23, 27, 4),
    (23, 29, 3),
    (23, 32, 5),
    (23, 33, 4),
    (24, 25, 2),
    (24, 27, 3),
    (24, 31, 2),
    (25, 31, 7),
    (26, 29, 4),
    (26, 33, 2),
    (27, 33, 4),
    (28, 31, 2),
    (28, 33, 2),
    (29, 32, 4),
    (29, 33, 2),
    (30, 32, 3),
    (30, 33, 3),
    (31, 32, 4),
    (31, 33, 4),
    (32, 33, 5),
];

pub(crate) fn karate(weighted: bool) -> Adjacency {
    let weight = |weight: u8| if weighted { f64::from(weight) } else { 1.0 };
    Adjacency::from_edges(34, false, KARATE.iter().map(|&(a, b, w)| (a, b, weight(w)))).unwrap()
}

/// A graph with nodes `n0`, `n1`, … and one layer of edges, in their order.
pub(crate) fn graph(nodes: usize, edges: &[(usize, usize, f64)]) -> PathwayGraph {
    let mut graph = PathwayGraph::new();
    let layer = graph.layer("edges", true).unwrap();
    let all: Vec<_> = (0..nodes).map(|node| graph.node(&format!("n{node}"))).collect();
    for &(from, to, weight) in edges {
        graph.connect(all[from], all[to], layer, weight).unwrap();
    }
    graph
}

/// A view with all edges as they are.
pub(crate) fn multigraph(graph: &PathwayGraph, directed: bool) -> Adjacency {
    let view = if directed { View::directed() } else { View::undirected() };
    view.duplicates(Duplicates::Keep).autapses(Autapses::Keep).of(graph).unwrap()
}

/// Small multigraphs with self-loops, and whole numbers as weights, so that sums are exact.
pub(crate) fn small_multigraph() -> impl Strategy<Value = (usize, Edges)> {
    (2_usize..7).prop_flat_map(|nodes| {
        let edge = (0..nodes, 0..nodes, 0_u8..5).prop_map(|(from, to, weight)| (from, to, f64::from(weight)));
        (Just(nodes), proptest::collection::vec(edge, 0..16))
    })
}

/// A path in a multigraph: each step's node and edge.
pub(crate) type Steps = Vec<(usize, usize)>;

/// Every path without loops, by trying everything; sorted by length, number of edges, nodes and edges.
pub(crate) fn all_paths(
    edges: &[(usize, usize, f64)],
    directed: bool,
    source: usize,
    target: usize,
) -> Vec<(f64, Steps)> {
    let mut found = Vec::new();
    extend(edges, directed, source, target, &mut vec![(source, usize::MAX)], 0.0, &mut found);
    found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.len().cmp(&b.1.len())).then(a.1.cmp(&b.1)));
    found
}

fn extend(
    edges: &[(usize, usize, f64)],
    directed: bool,
    at: usize,
    target: usize,
    steps: &mut Steps,
    length: f64,
    found: &mut Vec<(f64, Steps)>,
) {
    if at == target {
        found.push((length, steps[1..].to_vec()));
        return;
    }
    for (index, &(from, to, weight)) in edges.iter().enumerate() {
        let both = [(from, to), (to, from)];
        for (from, to) in both.into_iter().take(if directed { 1 } else { 2 }) {
            if from == at && steps.iter().all(|&(node, _)| node != to) {
                steps.push((to, index));
                extend(edges, directed, to, target, steps, length + weight, found);
                steps.pop();
            }
        }
    }
}

/// Whether two numbers are the same up to rounding.
#[track_caller]
pub(crate) fn assert_close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        found == expected || (found - expected).abs() <= tolerance * expected.abs().max(1.0),
        "{found}, not {expected}"
    );
}
