//! What each model keeps, over many small graphs, and what it refuses.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

/// Graphs with at least two edges, weights from −3 to 9 without 0, some with self-loops.
fn graphs() -> impl Strategy<Value = Adjacency> {
    let pairs = (4..14_usize, any::<bool>());
    pairs.prop_flat_map(|(nodes, directed)| {
        let edge = ((0..nodes, 0..nodes), prop_oneof![-3..0_i32, 1..10_i32]);
        proptest::collection::hash_map(
            edge.clone().prop_map(|edge| edge.0),
            edge.prop_map(|edge| edge.1),
            4..60,
        )
        .prop_map(move |edges| {
            let mut edges: Vec<_> = edges.into_iter().collect();
            // An undirected pair once; a path, so that there is always something to move.
            edges.retain(|((from, to), _)| directed || from <= to);
            edges.extend((1..nodes).map(|node| ((node - 1, node), 1)));
            edges.sort_unstable();
            edges.dedup_by_key(|edge| edge.0);
            let weighted = edges.iter().map(|&((from, to), weight)| (from, to, f64::from(weight)));
            Adjacency::from_edges(nodes, directed, weighted).unwrap()
        })
    })
}

/// Out, then in.
type Pair<T> = (T, T);

/// In- and out-degree and in- and out-strength of each node, over edges of one sign.
fn sums(graph: &Adjacency, negative: bool) -> (Vec<Pair<usize>>, Vec<Pair<f64>>) {
    let (mut degrees, mut strengths) =
        (vec![(0, 0); graph.node_count()], vec![(0.0, 0.0); graph.node_count()]);
    for (from, to, weight) in graph.edges().filter(|edge| (edge.2 < 0.0) == negative) {
        degrees[from].0 += 1;
        strengths[from].0 += weight;
        let (degree, strength) = (&mut degrees[to], &mut strengths[to]);
        if graph.is_directed() {
            (degree.1, strength.1) = (degree.1 + 1, strength.1 + weight);
        } else {
            (degree.0, strength.0) = (degree.0 + 1, strength.0 + weight);
        }
    }
    (degrees, strengths)
}

fn degrees(graph: &Adjacency) -> Vec<(usize, usize)> {
    let signs = [false, true].map(|negative| sums(graph, negative).0);
    signs[0].iter().zip(&signs[1]).map(|(plus, minus)| (plus.0 + minus.0, plus.1 + minus.1)).collect()
}

fn weights(graph: &Adjacency) -> Vec<f64> {
    let mut weights: Vec<f64> = graph.edges().map(|edge| edge.2).collect();
    weights.sort_by(f64::total_cmp);
    weights
}

fn loops(graph: &Adjacency) -> Vec<(usize, usize, f64)> {
    graph.edges().filter(|(from, to, _)| from == to).collect()
}

fn one(model: impl NullModel, graph: &Adjacency, seed: u64) -> Null {
    Nulls::new(model, 1, seed).copy(graph, 0).unwrap()
}

/// What every model that keeps all edges and weights keeps. A parallel edge would have been merged, and so be
/// missing.
fn keeps_edges(graph: &Adjacency, null: &Adjacency) {
    assert_eq!((null.node_count(), null.is_directed()), (graph.node_count(), graph.is_directed()));
    assert_eq!(null.edge_count(), graph.edge_count());
    assert_eq!(loops(null), loops(graph));
    assert_eq!(weights(null), weights(graph));
}

fn positions(nodes: usize) -> Vec<[f64; 3]> {
    (0..nodes).map(|node| [node as f64, (node * node % 7) as f64, 0.0]).collect()
}

const DEALS: [Weights; 4] =
    [Weights::Travel, Weights::Shuffle, Weights::Strengths { period: 1 }, Weights::Strengths { period: 7 }];

proptest! {
    #[test]
    fn rewiring_keeps_degrees_and_weights(graph in graphs(), seed: u64, signs: bool) {
        for weights in DEALS {
            let null = one(Rewire { swaps: 5.0, weights, signs }, &graph, seed);
            keeps_edges(&graph, &null.graph);
            prop_assert_eq!(degrees(&null.graph), degrees(&graph));
            for negative in [false, true] {
                let (before, after) = (sums(&graph, negative), sums(&null.graph, negative));
                if signs {
                    prop_assert_eq!(before.0, after.0);
                }
                if graph.is_directed() && weights == Weights::Travel {
                    let out = |strengths: Vec<(f64, f64)>| strengths.into_iter().map(|strength| strength.0);
                    prop_assert!(out(before.1).eq(out(after.1)));
                }
            }
        }
    }

    #[test]
    fn lattice_and_space_keep_degrees_and_weights(graph in graphs(), seed: u64) {
        let spatial = Spatial { bins: 3, ..Spatial::new(positions(graph.node_count())) };
        for null in [one(Lattice::default(), &graph, seed), one(spatial, &graph, seed)] {
            keeps_edges(&graph, &null.graph);
            prop_assert_eq!(degrees(&null.graph), degrees(&graph));
            prop_assert!(null.moves.accepted <= null.moves.attempted);
        }
    }

    #[test]
    fn models_without_degrees(graph in graphs(), seed: u64) {
        keeps_edges(&graph, &one(ErdosRenyi::Edges, &graph, seed).graph);
        let null = one(ShuffleWeights, &graph, seed).graph;
        keeps_edges(&graph, &null);
        for negative in [false, true] {
            prop_assert_eq!(sums(&graph, negative).0, sums(&null, negative).0);
        }
        let erased = one(Configuration::Erased, &graph, seed).graph;
        prop_assert!(degrees(&erased).iter().zip(degrees(&graph)).all(|(null, own)| null.0 <= own.0 && null.1 <= own.1));
        prop_assert_eq!(loops(&erased), loops(&graph));
    }

    #[test]
    fn a_seed_is_a_graph(graph in graphs(), seed: u64) {
        let nulls = Nulls::new(Rewire::default(), 6, seed);
        let threads = |count| rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap();
        let all = threads(2).install(|| nulls.graphs(&graph)).unwrap();
        prop_assert_eq!(&all, &threads(1).install(|| nulls.graphs(&graph)).unwrap());
        for (copy, null) in all.iter().enumerate() {
            prop_assert_eq!(null, &nulls.copy(&graph, copy).unwrap());
        }
    }
}

/// How often each graph that the model reaches from `graph` came out of 3,000 copies.
fn spread(model: impl NullModel, graph: &Adjacency) -> Vec<usize> {
    let edges = |null: Null| Ok(null.graph.edges().map(|edge| (edge.0, edge.1)).collect::<Vec<_>>());
    let mut counts: HashMap<Vec<(usize, usize)>, usize> = HashMap::new();
    for edges in Nulls::new(model, 3000, 11).each(graph, edges).unwrap() {
        *counts.entry(edges).or_default() += 1;
    }
    counts.into_values().collect()
}

#[track_caller]
fn check_uniform(model: impl NullModel, directed: bool, edges: &[(usize, usize)], graphs: usize) {
    let nodes = 1 + edges.iter().map(|edge| edge.0.max(edge.1)).max().unwrap();
    let weighted = edges.iter().map(|&(from, to)| (from, to, 1.0));
    let counts = spread(model, &Adjacency::from_edges(nodes, directed, weighted).unwrap());
    assert_eq!(counts.len(), graphs, "{counts:?}");
    let expected = 3000.0 / graphs as f64;
    let off = |count: usize| (count as f64 - expected).abs() / expected.sqrt();
    assert!(counts.iter().all(|&count| off(count) < 4.5), "{counts:?}");
}

#[test]
fn every_graph_of_these_degrees_is_as_likely() {
    let many = Rewire { swaps: 50.0, ..Rewire::default() };
    let exact = Configuration::Repeated { attempts: 10_000 };
    // Perfect matchings of four and of six nodes; a path of five nodes; a directed matching.
    check_uniform(many, false, &[(0, 1), (2, 3)], 3);
    check_uniform(many, false, &[(0, 1), (2, 3), (4, 5)], 15);
    check_uniform(many, false, &[(0, 1), (1, 2), (2, 3), (3, 4)], 7);
    check_uniform(many, true, &[(0, 1), (2, 3), (4, 5)], 6);
    check_uniform(exact, false, &[(0, 1), (2, 3), (4, 5)], 15);
    check_uniform(exact, false, &[(0, 1), (1, 2), (2, 3), (3, 4)], 7);
    check_uniform(ErdosRenyi::Edges, false, &[(0, 1), (2, 3)], 15);
    check_uniform(ErdosRenyi::Edges, true, &[(0, 1), (2, 1)], 15);
}

#[test]
fn a_complete_signed_graph_moves() {
    let edges =
        (0..8).flat_map(|a| (0..a).map(move |b| (a, b, if (a * b + a) % 3 == 0 { -1.0 } else { 1.0 })));
    let graph = Adjacency::from_edges(8, false, edges).unwrap();
    assert_eq!(one(Rewire { signs: false, ..Rewire::default() }, &graph, 1).moves.accepted, 0);
    let null = one(Rewire::default(), &graph, 1);
    assert!(null.moves.accepted > 0 && null.graph != graph);
    assert_eq!(sums(&null.graph, true).0, sums(&graph, true).0);
}

#[test]
fn strengths_stay_near_with_rubinov_and_sporns() {
    let strong = |node: usize| (1 + node % 7) as f64;
    for directed in [true, false] {
        let shape = gnp(60, 0.2, directed, 3).unwrap();
        let edges = shape
            .edges()
            .enumerate()
            .map(|(at, (from, to, _))| (from, to, strong(from) * strong(to) * (1 + at % 3) as f64));
        let graph = Adjacency::from_edges(60, directed, edges).unwrap();
        let off = |weights| {
            let null = one(Rewire { weights, ..Rewire::default() }, &graph, 9).graph;
            let (before, after) = (sums(&graph, false).1, sums(&null, false).1);
            let far =
                before.iter().zip(&after).map(|(a, b)| (a.0 - b.0).abs() + (a.1 - b.1).abs()).sum::<f64>();
            far / before.iter().map(|strength| strength.0 + strength.1).sum::<f64>()
        };
        let [exact, coarse, shuffled] =
            [Weights::Strengths { period: 1 }, Weights::Strengths { period: 10 }, Weights::Shuffle].map(off);
        assert!(
            exact < shuffled / 3.0 && coarse < shuffled / 3.0 && shuffled > 0.3,
            "{exact} {coarse} {shuffled}"
        );
    }
}

#[test]
fn lengths_stay_in_their_bins_with_their_weights() {
    let graph = gnp(40, 0.2, true, 8).unwrap();
    let places = positions(40);
    let edges = graph.edges().enumerate().map(|(at, (from, to, _))| (from, to, at as f64 + 1.0));
    let graph = Adjacency::from_edges(40, true, edges).unwrap();
    let model = Spatial { bins: 4, ..Spatial::new(places.clone()) };
    let null = one(model, &graph, 2);
    assert!(null.moves.accepted > graph.edge_count(), "{:?}", null.moves);
    let length = |from: usize, to: usize| {
        places[from].iter().zip(places[to]).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    };
    let mut lengths: Vec<f64> = graph.edges().map(|(from, to, _)| length(from, to)).collect();
    lengths.sort_by(f64::total_cmp);
    let ends = [1, 2, 3].map(|bin| lengths[bin * (lengths.len() - 1) / 4]);
    let binned = |graph: &Adjacency| {
        let mut bins: [Vec<u64>; 4] = Default::default();
        for (from, to, weight) in graph.edges() {
            bins[ends.partition_point(|&end| end < length(from, to))].push(weight as u64);
        }
        bins.iter_mut().for_each(|bin| bin.sort_unstable());
        bins
    };
    assert_eq!(binned(&null.graph), binned(&graph));
}

#[test]
fn errors() {
    let graph = Adjacency::from_edges(3, false, [(0, 1, 1.0), (1, 2, 1.0), (2, 0, 1.0)]).unwrap();
    let none = Adjacency::from_edges(3, false, [(1, 1, 1.0)]).unwrap();
    let error = |model: &dyn NullModel, graph| Nulls::new(model, 2, 0).graphs(graph).unwrap_err().to_string();
    insta::assert_snapshot!(Nulls::new(Rewire::default(), 0, 0).graphs(&graph).unwrap_err(), @"the number of null graphs is 0; expected at least one");
    insta::assert_snapshot!(error(&Rewire::default(), &none), @"the number of edges between different nodes is 0; expected at least one edge to randomise");
    insta::assert_snapshot!(error(&Rewire { swaps: f64::NAN, ..Rewire::default() }, &graph), @"the number of swaps per edge is NaN; expected a finite number of at least 0");
    let weights = Weights::Strengths { period: 0 };
    insta::assert_snapshot!(error(&Rewire { weights, ..Rewire::default() }, &graph), @"the period of ranking is 0; expected at least 1");
    insta::assert_snapshot!(error(&Spatial::new(vec![[0.0; 3]; 2]), &graph), @"the number of positions is 2; expected one for each of the 3 nodes");
    insta::assert_snapshot!(error(&Spatial::new(vec![[0.0, f64::NAN, 1.0]; 3]), &graph), @"a position is [0.0, NaN, 1.0] at node 0; expected a triple of finite numbers");
    insta::assert_snapshot!(error(&Spatial { bins: 0, ..Spatial::new(vec![[0.0; 3]; 3]) }, &graph), @"the number of length bins is 0; expected at least one");
    let complete = gnp(30, 1.0, false, 0).unwrap();
    insta::assert_snapshot!(error(&Configuration::Repeated { attempts: 20 }, &complete), @"a configuration model without self-loops and parallel edges cannot be made: none was found in 20 attempts; erase them, or rewire the graph instead");
}

#[test]
fn progress_counts_to_the_end() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let graph = gnm(10, 20, true, 0).unwrap();
    let nulls = Nulls::new(ErdosRenyi::Density, 5, 0).progress(move |done| sender.send(done).unwrap());
    nulls.graphs(&graph).unwrap();
    drop(nulls);
    let mut done: Vec<usize> = receiver.iter().collect();
    done.sort_unstable();
    assert_eq!(done, [1, 2, 3, 4, 5]);
}

#[test]
fn parallel_edges_are_refused() {
    let mut graph = crate::PathwayGraph::new();
    let layer = graph.layer("", true).unwrap();
    let [a, b] = ["a", "b"].map(|name| graph.node(name));
    for _ in 0..2 {
        graph.connect(a, b, layer, 1.0).unwrap();
    }
    let view = crate::View::directed().duplicates(crate::Duplicates::Keep).of(&graph).unwrap();
    insta::assert_snapshot!(Nulls::new(Rewire::default(), 1, 0).graphs(&view).unwrap_err(), @"the view is a multigraph; expected one edge a pair (Duplicates::Sum, Max or First)");
}
