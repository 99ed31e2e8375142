//! Counts beside brute force over every set of nodes, and beside known graphs.

use proptest::prelude::*;

use super::*;
use crate::null::{Rewire, gnp};

/// Every set of nodes, and for each motif every order of its nodes: slow and plainly right.
fn brute(graph: &Adjacency, size: MotifSize) -> Vec<u64> {
    let nodes = size.nodes();
    let motifs = classes(size, graph.is_directed());
    let mut counts = vec![0; motifs.len()];
    let mut set = Vec::new();
    each_set(graph.node_count(), nodes, &mut set, &mut |set| {
        let class = motifs.iter().position(|motif| {
            each_order(set).iter().any(|order| {
                (0..nodes).all(|from| {
                    (0..nodes).filter(|&to| to != from).all(|to| {
                        graph.has_edge(order[from], order[to]) == (motif.id >> (nodes * from + to) & 1 == 1)
                    })
                })
            })
        });
        if let Some(class) = class {
            counts[class] += 1;
        }
    });
    counts
}

fn each_set(nodes: usize, size: usize, set: &mut Vec<usize>, visit: &mut impl FnMut(&[usize])) {
    if set.len() == size {
        return visit(set);
    }
    for node in set.last().map_or(0, |last| last + 1)..nodes {
        set.push(node);
        each_set(nodes, size, set, visit);
        set.pop();
    }
}

fn each_order(set: &[usize]) -> Vec<Vec<usize>> {
    if set.is_empty() {
        return vec![Vec::new()];
    }
    let without = |at: usize| [&set[..at], &set[at + 1..]].concat();
    let orders = (0..set.len()).flat_map(|at| {
        each_order(&without(at)).into_iter().map(move |rest| [&[set[at]], rest.as_slice()].concat())
    });
    orders.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn as_many_as_brute_force_finds(
        nodes in 0..10_usize,
        directed: bool,
        edges in proptest::collection::vec((0..10_usize, 0..10_usize), 0..60),
    ) {
        let edges = edges.into_iter().filter(|edge| edge.0.max(edge.1) < nodes).map(|(from, to)| (from, to, 1.0));
        let graph = Adjacency::from_edges(nodes, directed, edges).unwrap();
        for size in [MotifSize::Three, MotifSize::Four] {
            let counts: Vec<u64> = motif_counts(&graph, size).unwrap().into_iter().map(|row| row.1).collect();
            prop_assert_eq!(counts, brute(&graph, size));
        }
    }
}

#[test]
fn as_many_classes_as_known() {
    let of = |size, directed| classes(size, directed).len();
    assert_eq!([of(MotifSize::Three, true), of(MotifSize::Four, true)], [13, 199]);
    assert_eq!([of(MotifSize::Three, false), of(MotifSize::Four, false)], [2, 6]);
    let named = |size, directed| classes(size, directed).iter().filter(|class| class.name.is_some()).count();
    assert_eq!([named(MotifSize::Three, true), named(MotifSize::Three, false)], [13, 2]);
    assert_eq!([named(MotifSize::Four, true), named(MotifSize::Four, false)], [4, 6]);
}

#[test]
fn edges_of_named_motifs() {
    let edges = |size, directed, name| {
        let mut named = classes(size, directed).iter().filter(|class| class.name == Some(name));
        named.next().unwrap().edges()
    };
    assert_eq!(edges(MotifSize::Three, true, "030T"), [(0, 1), (0, 2), (1, 2)]);
    assert_eq!(edges(MotifSize::Four, true, "bi-fan"), [(0, 2), (0, 3), (1, 2), (1, 3)]);
    assert_eq!(edges(MotifSize::Four, false, "star").len(), 3);
    assert_eq!(edges(MotifSize::Four, false, "diamond").len(), 5);
}

/// Loops around many feed-forward loops: these stand out, and nothing is divided by zero.
#[test]
fn planted_motifs_stand_out() {
    let background = gnp(60, 0.02, true, 1).unwrap();
    let loops = (0..20).flat_map(|at| {
        let [a, b, c] = [3 * at, 3 * at + 1, 3 * at + 2];
        [(a, b, 1.0), (b, c, 1.0), (a, c, 1.0)]
    });
    let graph = Adjacency::from_edges(60, true, background.edges().chain(loops)).unwrap();
    let scores = motif_scores(&graph, MotifSize::Three, &Nulls::new(Rewire::default(), 50, 3)).unwrap();
    let score = |name| scores.iter().find(|score| score.motif.name == Some(name)).unwrap();
    let forward = score("030T");
    assert!(
        forward.count >= 15 && forward.nulls.z.unwrap() > 4.0 && forward.nulls.p_greater < 0.02,
        "{forward:?}"
    );
    assert_eq!(score("300").nulls.z, None);
    let profile = significance_profile(&scores);
    assert!((profile.iter().map(|z| z * z).sum::<f64>() - 1.0).abs() < 1e-12);
    assert!(profile.iter().all(|&z| z <= profile[4]), "{profile:?}");
}

#[test]
fn errors() {
    let graph = gnp(5, 0.9, true, 0).unwrap();
    let nulls = Nulls::new(Rewire::default(), 0, 0);
    insta::assert_snapshot!(motif_scores(&graph, MotifSize::Three, &nulls).unwrap_err(), @"the number of null graphs is 0; expected at least one");
    let empty = Adjacency::from_edges(0, true, []).unwrap();
    assert!(motif_counts(&empty, MotifSize::Four).unwrap().iter().all(|row| row.1 == 0));
    let nulls = Nulls::new(Rewire::default(), 3, 0);
    insta::assert_snapshot!(motif_scores(&empty, MotifSize::Three, &nulls).unwrap_err(), @"the number of edges between different nodes is 0; expected at least one edge to randomise");
}
