//! Rows as sorting and merging a list of edges would make them.

use std::collections::BTreeMap;

use fascicle_graph::{Adjacency, Autapses, Duplicates, PathwayGraph, View};
use proptest::prelude::*;

type Edges = Vec<(usize, usize, f64)>;

fn any_edges() -> impl Strategy<Value = (usize, Edges)> {
    (1usize..9).prop_flat_map(|nodes| {
        let edge = (0..nodes, 0..nodes, (-4i8..9).prop_map(f64::from));
        (Just(nodes), prop::collection::vec(edge, 0..60))
    })
}

/// What each pair of ends is merged to, in order; every edge of its own where they are kept.
fn merged(edges: &Edges, directed: bool, duplicates: Duplicates, threshold: f64) -> Edges {
    let mut by_ends: BTreeMap<(usize, usize), Vec<f64>> = BTreeMap::new();
    for &(from, to, weight) in edges {
        let ends = if directed { (from, to) } else { (from.min(to), from.max(to)) };
        by_ends.entry(ends).or_default().push(weight);
    }
    let mut out = Vec::new();
    for ((from, to), weights) in by_ends {
        let weights = match duplicates {
            Duplicates::Sum => vec![weights.iter().sum()],
            Duplicates::Max => vec![weights.iter().copied().fold(f64::NEG_INFINITY, f64::max)],
            Duplicates::Min => vec![weights.iter().copied().fold(f64::INFINITY, f64::min)],
            Duplicates::First => vec![weights[0]],
            Duplicates::Keep => weights,
        };
        out.extend(
            weights.into_iter().filter(|&weight| weight >= threshold).map(|weight| (from, to, weight)),
        );
    }
    out
}

fn each_way(adjacency: &Adjacency) -> (Edges, Edges) {
    let nodes = 0..adjacency.node_count();
    let out =
        nodes.clone().flat_map(|node| adjacency.out_edges(node).map(move |(to, weight)| (node, to, weight)));
    let into =
        nodes.flat_map(|node| adjacency.incoming_edges(node).map(move |(from, weight)| (from, node, weight)));
    (out.collect(), into.collect())
}

proptest! {
    #[test]
    fn views_are_merged_lists(
        (nodes, edges) in any_edges(),
        directed in any::<bool>(),
        duplicates in prop::sample::select(vec![
            Duplicates::Sum, Duplicates::Max, Duplicates::Min, Duplicates::First, Duplicates::Keep,
        ]),
        threshold in prop::sample::select(vec![f64::NEG_INFINITY, 2.0]),
    ) {
        let mut graph = PathwayGraph::new();
        let layer = graph.layer("", true).unwrap();
        let ends: Vec<_> = (0..nodes).map(|node| graph.node(&node.to_string())).collect();
        for &(from, to, weight) in &edges {
            graph.connect(ends[from], ends[to], layer, weight).unwrap();
        }
        let view = if directed { View::directed() } else { View::undirected() };
        let view = view.autapses(Autapses::Keep).duplicates(duplicates).at_least(threshold).of(&graph).unwrap();
        let expected = merged(&edges, directed, duplicates, threshold);
        prop_assert_eq!(view.edges().collect::<Edges>(), expected.clone());
        prop_assert_eq!(view.edge_count(), expected.len());
        let (out, mut into) = each_way(&view);
        into.sort_by_key(|&(from, to, _)| (from, to));
        prop_assert_eq!(&out, &into);
        let view = &view;
        for node in 0..nodes {
            prop_assert!(view.out(node).is_sorted() && view.incoming(node).is_sorted());
            // Where edges are kept, each knows which one it was.
            for ((to, weight), origin) in view.out_edges(node).zip(view.out_origins(node)) {
                let (from, target, edge_weight) = edges[origin.index()];
                prop_assert_eq!(weight, edge_weight);
                prop_assert!((from, target) == (node, to) || (!directed && (target, from) == (node, to)));
            }
        }
        if duplicates == Duplicates::Sum && threshold == f64::NEG_INFINITY {
            prop_assert_eq!(&Adjacency::from_edges(nodes, directed, edges.clone()).unwrap(), view);
        }
        let ones: Edges = merged(&edges, directed, Duplicates::First, threshold).into_iter()
            .map(|(from, to, _)| (from, to, 1.0)).collect();
        if duplicates == Duplicates::First || threshold == f64::NEG_INFINITY {
            prop_assert_eq!(view.binary().edges().collect::<Edges>(), ones);
        }
    }
}

#[test]
fn long_lists_are_merged_as_short_ones_are() {
    // Enough edges to be placed in several walks; few sources, among them one of half the edges, so that rows outgrow
    // what is written at once.
    let nodes = 3_000;
    let edges: Edges = (0..400_000u64)
        .map(|at| {
            let mixed = (at + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let from = if mixed & 1 == 0 { 7 } else { (mixed >> 50) as usize % nodes };
            (from, (mixed >> 20) as usize % nodes, (mixed >> 5 & 15) as f64)
        })
        .collect();
    for directed in [true, false] {
        let adjacency = Adjacency::from_edges(nodes, directed, edges.clone()).unwrap();
        let expected = merged(&edges, directed, Duplicates::Sum, f64::NEG_INFINITY);
        assert!(adjacency.edges().eq(expected));
        let (out, mut into) = each_way(&adjacency);
        into.sort_by_key(|&(from, to, _)| (from, to));
        assert!(out == into);
    }
    let mut graph = PathwayGraph::new();
    let layer = graph.layer("", true).unwrap();
    let ends: Vec<_> = (0..nodes).map(|node| graph.node(&node.to_string())).collect();
    for &(from, to, weight) in &edges {
        graph.connect(ends[from], ends[to], layer, weight).unwrap();
    }
    let kept = View::directed().autapses(Autapses::Keep).duplicates(Duplicates::Keep).of(&graph).unwrap();
    assert!(kept.edges().eq(merged(&edges, true, Duplicates::Keep, f64::NEG_INFINITY)));
}
