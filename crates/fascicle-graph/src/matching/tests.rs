use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::{Edge, GraphError, Layer, Node, NodeIndex, PathwayGraph};

/// As in `tests/fixtures/matching.py`.
struct ByWeight;

impl Likeness for ByWeight {
    fn nodes(&self, left: &Node, right: &Node) -> f64 {
        if left.kind == right.kind { 1.0 } else { 0.25 }
    }

    fn edges(&self, left: (&Edge, &Layer), right: (&Edge, &Layer)) -> f64 {
        if left.1 == right.1 { (-(left.0.weight - right.0.weight).abs()).exp() } else { 0.0 }
    }
}

fn graph(kinds: &[u64], edges: &[(usize, usize, u64, f64)], directed: bool) -> PathwayGraph {
    let mut graph = PathwayGraph::new();
    for (number, kind) in kinds.iter().enumerate() {
        let node = graph.node(&format!("n{number}"));
        graph.set_kind(node, kind.to_string());
    }
    for &(from, to, layer, weight) in edges {
        let layer = graph.layer(&format!("layer {layer}"), directed).unwrap();
        graph.connect(NodeIndex::new(from), NodeIndex::new(to), layer, weight).unwrap();
    }
    graph
}

fn number(value: &Value) -> usize {
    value.as_u64().unwrap() as usize
}

fn read(value: &Value) -> PathwayGraph {
    let kinds: Vec<u64> = value["kinds"].as_array().unwrap().iter().map(|k| k.as_u64().unwrap()).collect();
    let edges = value["edges"].as_array().unwrap().iter();
    let edges: Vec<_> = edges
        .map(|e| (number(&e[0]), number(&e[1]), e[2].as_u64().unwrap(), e[3].as_f64().unwrap()))
        .collect();
    graph(&kinds, &edges, true)
}

fn pairs(value: &Value) -> Vec<(usize, usize)> {
    value.as_array().unwrap().iter().map(|pair| (number(&pair[0]), number(&pair[1]))).collect()
}

fn close(found: f64, expected: &Value) {
    let expected = expected.as_f64().unwrap();
    assert!((found - expected).abs() <= 1e-8 * expected.abs().max(1.0), "{found} against {expected}");
}

#[test]
fn as_numpy_has_it() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/matching.json");
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(cases.len(), 8);
    for case in &cases {
        let affinity = Affinity::between(&read(&case["left"]), &read(&case["right"]), &ByWeight).unwrap();
        let spectral = Spectral::default();
        let leading = spectral.leading(&affinity).unwrap();
        assert!(leading.settled);
        close(leading.value, &case["eigenvalue"]);
        for (entry, expected) in leading.vector.iter().zip(case["vector"].as_array().unwrap()) {
            close(*entry, expected);
        }
        let matching = spectral.run(&affinity).unwrap();
        assert_eq!(matching.pairs, pairs(&case["greedy"]));
        close(matching.score, &case["greedy_score"]);
        let refined = FixedPoint::default().run(&affinity).unwrap();
        assert!(refined.settled);
        assert_eq!(refined.pairs, pairs(&case["fixed_point"]));
        close(refined.score, &case["fixed_point_score"]);
        assert!(refined.score <= case["best_score"].as_f64().unwrap() + 1e-9);
        let own = case["own"].as_array().unwrap();
        let own = (own[0].as_f64().unwrap() * own[1].as_f64().unwrap()).sqrt();
        assert!((refined.normalised - refined.score / own).abs() < 1e-12);
    }
}

/// The greatest score of all matchings, those that leave nodes out among them.
fn brute(affinity: &Affinity) -> f64 {
    fn from(affinity: &Affinity, left: usize, used: &mut Vec<bool>, so_far: &mut Vec<(usize, usize)>) -> f64 {
        if left == affinity.nodes().0 {
            return affinity.score(so_far);
        }
        let mut best = from(affinity, left + 1, used, so_far);
        for right in 0..used.len() {
            if !used[right] {
                used[right] = true;
                so_far.push((left, right));
                best = best.max(from(affinity, left + 1, used, so_far));
                so_far.pop();
                used[right] = false;
            }
        }
        best
    }
    from(affinity, 0, &mut vec![false; affinity.nodes().1], &mut Vec::new())
}

fn any_graph(directed: bool) -> impl Strategy<Value = PathwayGraph> {
    (0_usize..6).prop_flat_map(move |nodes| {
        let kinds = prop::collection::vec(0_u64..2, nodes);
        let ends = 0..nodes.max(1);
        let edge = (ends.clone(), ends, 0_u64..2, 0.0..2.0_f64);
        let edges = prop::collection::vec(edge, if nodes == 0 { 0..1 } else { 0..9 });
        (kinds, edges).prop_map(move |(kinds, edges)| graph(&kinds, &edges, directed))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn laws(left in any_graph(true), right in any_graph(true)) {
        laws_of(&left, &right)?;
    }

    #[test]
    fn laws_without_directions(left in any_graph(false), right in any_graph(false)) {
        laws_of(&left, &right)?;
    }

    #[test]
    fn a_graph_is_most_like_itself(graph in any_graph(true)) {
        let affinity = Affinity::between(&graph, &graph, &ByWeight).unwrap();
        let same: Vec<(usize, usize)> = (0..graph.node_count()).map(|node| (node, node)).collect();
        prop_assert!((affinity.normalised(affinity.score(&same)) - 1.0).abs() < 1e-12);
    }
}

fn laws_of(left: &PathwayGraph, right: &PathwayGraph) -> Result<(), TestCaseError> {
    let affinity = Affinity::between(left, right, &ByWeight).unwrap();
    let best = brute(&affinity);
    // equal edges are equal features, and exp(−|w − w'|) is a positive-definite kernel
    prop_assert!(affinity.normalised(best) <= 1.0 + 1e-12);
    for discretisation in [Discretisation::Greedy, Discretisation::Hungarian] {
        let spectral = Spectral { discretisation, ..Spectral::default() };
        let first = spectral.run(&affinity).unwrap();
        let refined = FixedPoint { start: spectral, ..FixedPoint::default() }.run(&affinity).unwrap();
        for matching in [&first, &refined] {
            let mut rights: Vec<usize> = matching.pairs.iter().map(|pair| pair.1).collect();
            rights.sort_unstable();
            rights.dedup();
            prop_assert_eq!(rights.len(), matching.pairs.len());
            prop_assert!(matching.pairs.windows(2).all(|two| two[0].0 < two[1].0));
            prop_assert!((affinity.score(&matching.pairs) - matching.score).abs() < 1e-9);
            prop_assert!(matching.score <= best + 1e-9);
        }
        prop_assert!(refined.score >= first.score - 1e-12);
        let leading = spectral.leading(&affinity).unwrap();
        if leading.settled {
            // xᵀMx ≤ λ·xᵀx
            prop_assert!(best <= leading.value * left.node_count().min(right.node_count()) as f64 + 1e-6);
        }
    }
    Ok(())
}

#[test]
fn a_renamed_graph_is_found_again() {
    // a tree whose nodes all differ in place
    let edges = [(0, 1, 0, 1.0), (1, 2, 0, 1.0), (0, 3, 1, 1.0), (3, 4, 0, 1.0), (4, 5, 1, 1.0)];
    let order = [4, 2, 0, 5, 1, 3];
    let moved: Vec<_> = edges.iter().map(|&(i, j, layer, w)| (order[i], order[j], layer, w)).collect();
    let affinity =
        Affinity::between(&graph(&[0; 6], &edges, true), &graph(&[0; 6], &moved, true), &SameKind).unwrap();
    let matching = FixedPoint::default().run(&affinity).unwrap();
    assert_eq!(matching.pairs, order.iter().copied().enumerate().collect::<Vec<_>>());
    assert!((matching.normalised - 1.0).abs() < 1e-12);
}

#[test]
fn one_direction_is_not_the_other() {
    let there = graph(&[0, 1], &[(0, 1, 0, 1.0)], true);
    let back = graph(&[0, 1], &[(1, 0, 0, 1.0)], true);
    let score = |left, right| {
        FixedPoint::default().run(&Affinity::between(left, right, &SameKind).unwrap()).unwrap().normalised
    };
    assert_eq!(score(&there, &there), 1.0);
    assert_eq!(score(&there, &back), 0.5);
    // without directions there is nothing to tell them apart
    let loose = |edge| graph(&[0, 1], &[edge], false);
    assert_eq!(score(&loose((0, 1, 0, 1.0)), &loose((1, 0, 0, 1.0))), 1.0);
}

#[test]
fn nothing_to_match() {
    let (empty, one) = (PathwayGraph::new(), graph(&[0], &[], true));
    for (left, right, expected) in [(&empty, &empty, 1.0), (&empty, &one, 0.0), (&one, &empty, 0.0)] {
        let affinity = Affinity::between(left, right, &SameKind).unwrap();
        for matching in
            [Spectral::default().run(&affinity).unwrap(), FixedPoint::default().run(&affinity).unwrap()]
        {
            assert_eq!((matching.pairs, matching.score, matching.normalised), (vec![], 0.0, expected));
            assert!(matching.settled);
        }
    }
}

#[test]
fn parts_and_graphs_agree() {
    let left = graph(&[0, 1, 0], &[(0, 1, 0, 0.5), (1, 2, 1, 1.5)], true);
    let right = graph(&[1, 0], &[(1, 0, 0, 0.75)], true);
    let whole = Affinity::between(&left, &right, &ByWeight).unwrap();
    let likeness = |i: usize, a: usize| if (i % 2 == 1) == (a == 0) { 1.0 } else { 0.25 };
    let candidates: Vec<_> = [(2, 1), (0, 0), (0, 1), (1, 0), (1, 1), (2, 0)]
        .map(|(i, a)| (i, a, likeness(i, a)))
        .into_iter()
        .collect();
    // 0 → 1 on 1 → 0 lays (0, 1) beside (1, 0): places 2 and 3
    let own = [3.0 + 2.0 * 2.0, 2.0 + 2.0];
    let parts = Affinity::from_parts((3, 2), &candidates, &[(2, 3, (-0.25_f64).exp())], own).unwrap();
    assert_eq!(parts, whole);
}

#[test]
fn errors() {
    struct Wrong(f64, f64);
    impl Likeness for Wrong {
        fn nodes(&self, _: &Node, _: &Node) -> f64 {
            self.0
        }
        fn edges(&self, _: (&Edge, &Layer), _: (&Edge, &Layer)) -> f64 {
            self.1
        }
    }
    fn text<T: std::fmt::Debug>(result: Result<T, GraphError>) -> String {
        result.unwrap_err().to_string()
    }
    let two = graph(&[0, 0], &[(0, 1, 0, 1.0)], true);
    insta::assert_snapshot!(text(Affinity::between(&two, &two, &Wrong(-1.0, 0.0))), @"the likeness of two nodes is -1; expected a finite number from 0 up");
    insta::assert_snapshot!(text(Affinity::between(&two, &two, &Wrong(1.0, f64::NAN))), @"the likeness of two edges is NaN; expected a finite number from 0 up");
    let parts = |candidates: &[(usize, usize, f64)], between: &[(usize, usize, f64)]| {
        text(Affinity::from_parts((2, 2), candidates, between, [1.0, 1.0]))
    };
    insta::assert_snapshot!(parts(&[(0, 2, 1.0)], &[]), @"a candidate is (0, 2); expected a left node below 2 and a right one below 2");
    insta::assert_snapshot!(parts(&[(0, 1, 1.0), (0, 1, 1.0)], &[]), @"a candidate is (0, 1); expected each pair once");
    insta::assert_snapshot!(parts(&[(0, 1, 1.0)], &[(0, 0, 1.0)]), @"an affinity's places is (0, 0); expected two different candidates below 1");
    let affinity = Affinity::between(&two, &two, &SameKind).unwrap();
    let mut spectral = Spectral::default();
    spectral.iteration.tolerance = 0.0;
    insta::assert_snapshot!(text(spectral.run(&affinity)), @"the tolerance is 0; expected a positive number");
}

#[test]
fn some_hundred_nodes() {
    // a ladder of 300 nodes in 10 kinds, matched with itself in another order
    let nodes = 300;
    let kinds: Vec<u64> = (0..nodes as u64).map(|node| node * 7 % 10).collect();
    let edges: Vec<_> =
        (0..nodes - 1).flat_map(|i| [(i, i + 1, 0, 1.0), (i, (i * 31 + 11) % nodes, 1, 1.0)]).collect();
    let place = |i: usize| i * 77 % nodes;
    let mut moved_kinds = vec![0; nodes];
    for i in 0..nodes {
        moved_kinds[place(i)] = kinds[i];
    }
    let moved: Vec<_> = edges.iter().map(|&(i, j, layer, w)| (place(i), place(j), layer, w)).collect();
    let affinity =
        Affinity::between(&graph(&kinds, &edges, true), &graph(&moved_kinds, &moved, true), &SameKind)
            .unwrap();
    assert_eq!(affinity.candidates().len(), nodes * nodes / 10);
    let matching = FixedPoint::default().run(&affinity).unwrap();
    assert!(matching.normalised > 0.99, "{}", matching.normalised);
}
