//! Graphs that tests share.

use fascicle_graph::{Adjacency, Autapses, Duplicates, PathwayGraph, View};
use proptest::prelude::*;

#[path = "../fixtures/karate.rs"]
mod ties;

/// Edges as (source, target, weight).
pub(crate) type Edges = Vec<(usize, usize, f64)>;

/// Zachary's karate club, with the number of contexts in which two members met as weights, or with 1.
pub(crate) fn karate(weighted: bool) -> Adjacency {
    let weight = |weight: u8| if weighted { f64::from(weight) } else { 1.0 };
    Adjacency::from_edges(34, false, ties::TIES.map(|(a, b, w)| (a, b, weight(w)))).unwrap()
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
