//! What every method must do.

use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use super::*;
use crate::karate;

fn unweighted(nodes: usize, edges: &[(usize, usize)]) -> Adjacency {
    Adjacency::from_edges(nodes, false, edges.iter().map(|&(a, b)| (a, b, 1.0))).unwrap()
}

/// Equal groups; pairs inside are joined with probability `inside`, others with `outside`.
pub(in crate::community) fn planted(
    groups: usize,
    size: usize,
    inside: f64,
    outside: f64,
    directed: bool,
    seed: u64,
) -> (Adjacency, Partition) {
    let mut rng = StdRng::seed_from_u64(seed);
    let nodes = groups * size;
    let mut edges = Vec::new();
    for a in 0..nodes {
        for b in if directed { 0 } else { a + 1 }..nodes {
            if a != b && rng.random_bool(if a / size == b / size { inside } else { outside }) {
                edges.push((a, b, 1.0));
            }
        }
    }
    let labels: Vec<u32> = (0..nodes).map(|node| (node / size) as u32).collect();
    (Adjacency::from_edges(nodes, directed, edges).unwrap(), Partition::new(&labels))
}

type Method = Box<dyn Fn(&Adjacency, &dyn Quality) -> Detected>;

/// All methods that optimise a quality, by name.
fn optimisers(seed: u64) -> [(&'static str, Method); 2] {
    [
        ("louvain", Box::new(move |graph, quality| Louvain { seed }.run(graph, quality).unwrap())),
        ("leiden", Box::new(move |graph, quality| Leiden::seeded(seed).run(graph, quality).unwrap())),
    ]
}

#[test]
fn the_karate_club_splits_at_the_optimum() {
    let graph = karate::unweighted();
    // The best partition there is has 0.4198 (Brandes et al. 2008).
    let best = (0..10)
        .map(|seed| {
            let leiden = Leiden { iterations: 10, ..Leiden::seeded(seed) };
            leiden.run(&graph, &Modularity::default()).unwrap().quality
        })
        .fold(0.0, f64::max);
    assert!((best - 0.419_789_612_097_304).abs() < 1e-12, "{best}");
    for seed in 0..10 {
        for (name, run) in optimisers(seed) {
            let found = run(&graph, &Modularity::default());
            assert!(found.quality > 0.41, "{name} {seed}: {}", found.quality);
            assert!(found.quality < 0.4198, "{name} {seed}: {}", found.quality);
        }
    }
}

#[test]
fn planted_communities_are_found() {
    for directed in [false, true] {
        let (graph, truth) = planted(5, 30, 0.4, 0.05, directed, 3);
        for (name, run) in optimisers(1) {
            for quality in [&Modularity::default() as &dyn Quality, &Cpm { resolution: 0.2 }] {
                // In a directed graph both directions count.
                let found = run(&graph, quality);
                let agreement = nmi(&found.partition, &truth, Normaliser::Max).unwrap();
                assert!(agreement > 0.95, "{name}, directed {directed}: {agreement}");
                assert!(found.quality >= quality.of(&graph, &truth).unwrap() - 1e-9);
            }
        }
        let found = LabelPropagation::default().run(&graph).unwrap();
        let agreement = nmi(&found, &truth, Normaliser::Max).unwrap();
        assert!(agreement > 0.95, "label propagation, directed {directed}: {agreement}");
    }
}

#[test]
fn weights_and_signs_tell_communities_apart() {
    // Complete graphs: only the numbers say what belongs together.
    let complete = |inside: f64, outside: f64| {
        let pairs = (0..30).flat_map(|a| (a + 1..30).map(move |b| (a, b)));
        let edges = pairs.map(|(a, b)| (a, b, if a % 3 == b % 3 { inside } else { outside }));
        Adjacency::from_edges(30, false, edges).unwrap()
    };
    let truth = Partition::new(&(0..30).map(|node| node % 3).collect::<Vec<_>>());
    for (name, run) in optimisers(0) {
        assert_eq!(run(&complete(5.0, 1.0), &Modularity::default()).partition, truth, "{name}, weighted");
        assert_eq!(run(&complete(1.0, -0.2), &Modularity::signed()).partition, truth, "{name}, signed");
    }
    assert_eq!(LabelPropagation::default().run(&complete(9.0, 0.1)).unwrap(), truth);
}

#[test]
fn the_resolution_decides_between_rings_and_cliques() {
    // 30 cliques of five in a ring: modularity joins neighbouring cliques (Fortunato & Barthélemy 2007), CPM does not.
    let mut edges = Vec::new();
    for clique in 0..30 {
        let first = 5 * clique;
        edges.extend((0..5).flat_map(|a| (a + 1..5).map(move |b| (first + a, first + b))));
        edges.push((first, (first + 6) % 150));
    }
    let graph = unweighted(150, &edges);
    let leiden = |quality: &dyn Quality| {
        Leiden { iterations: 10, ..Leiden::default() }.run(&graph, quality).unwrap().partition.count()
    };
    assert!(leiden(&Modularity::default()) < 20);
    assert_eq!(leiden(&Modularity::default().resolution(4.0)), 30);
    assert_eq!(leiden(&Cpm { resolution: 0.2 }), 30);
}

#[test]
fn settings_that_make_no_sense() {
    let graph = unweighted(2, &[(0, 1)]);
    let run = |leiden: Leiden| leiden.run(&graph, &Modularity::default()).unwrap_err();
    insta::assert_snapshot!(run(Leiden { iterations: 0, ..Leiden::default() }),
        @"the number of iterations is 0; expected at least 1");
    insta::assert_snapshot!(run(Leiden { theta: 0.0, ..Leiden::default() }),
        @"theta is 0; expected a finite number above 0");
    let repelled = Adjacency::from_edges(2, false, [(0, 1, -1.0)]).unwrap();
    insta::assert_snapshot!(LabelPropagation::default().run(&repelled).unwrap_err(),
        @"the edge 0 -> 1 has weight -1; expected a weight from 0 for label propagation (look at magnitudes or use signed modularity)");
    insta::assert_snapshot!(Louvain::default().run(&unweighted(0, &[]), &Modularity::default()).unwrap_err(),
        @"the graph's total weight is 0; expected at least one edge with a weight");
}

/// Some graph: nodes, whether directed, edges.
fn graphs(weights: impl Strategy<Value = f64>) -> impl Strategy<Value = Adjacency> {
    let edges = proptest::collection::vec((0_usize..25, 0_usize..25, weights), 1..80);
    (any::<bool>(), edges).prop_map(|(directed, edges)| Adjacency::from_edges(25, directed, edges).unwrap())
}

/// Whether there is a way between any two members, through members, along positive edges of either direction.
fn connected(graph: &Adjacency, members: &[usize]) -> bool {
    let mut seen = vec![members[0]];
    let mut next = 0;
    while next < seen.len() {
        let node = seen[next];
        next += 1;
        for &to in members {
            let weight = graph.weight(node, to).unwrap_or(0.0)
                + if graph.is_directed() { graph.weight(to, node).unwrap_or(0.0) } else { 0.0 };
            if weight > 0.0 && !seen.contains(&to) {
                seen.push(to);
            }
        }
    }
    seen.len() == members.len()
}

proptest! {
    #[test]
    fn leiden_communities_are_connected(
        graph in graphs(-1.0_f64..2.0), seed: u64, theta in 0.001_f64..10.0, iterations in 1_usize..4,
    ) {
        let leiden = Leiden { seed, theta, iterations };
        for quality in [&Modularity::signed() as &dyn Quality, &Cpm { resolution: 0.1 }] {
            let found = leiden.run(&graph, quality).unwrap();
            for members in found.partition.members() {
                prop_assert!(connected(&graph, &members), "{members:?}");
            }
            // The same seed, the same result.
            prop_assert_eq!(&leiden.run(&graph, quality).unwrap(), &found);
            let louvain = || Louvain { seed }.run(&graph, quality).unwrap();
            prop_assert_eq!(louvain(), louvain());
        }
    }

    #[test]
    fn optimisers_gain(graph in graphs(0.1_f64..2.0), seed: u64) {
        for quality in [&Modularity::default() as &dyn Quality, &Cpm { resolution: 0.3 }] {
            let alone = quality.of(&graph, &Partition::singletons(25)).unwrap();
            for (_, run) in optimisers(seed) {
                let found = run(&graph, quality);
                prop_assert!(found.quality >= alone - 1e-9);
                let again = Leiden::seeded(seed).from(&graph, quality, &found.partition).unwrap();
                prop_assert!(again.quality >= found.quality - 1e-9);
            }
        }
    }

    #[test]
    fn quality_survives_contraction_and_renumbering(
        graph in graphs(-1.0_f64..2.0), labels in proptest::collection::vec(0_u32..6, 25), seed: u64,
    ) {
        let partition = Partition::new(&labels);
        let signed = Modularity::signed();
        let value = signed.of(&graph, &partition).unwrap();
        // Weights of both signs cancel in contraction: it is exact for those of one.
        let positive = Adjacency::from_edges(
            25, graph.is_directed(), graph.edges().map(|(a, b, weight)| (a, b, weight.abs())),
        ).unwrap();
        let whole = signed.of(&positive, &partition).unwrap();
        let small = partition.contract(&positive).unwrap();
        let contracted = signed.of(&small, &Partition::singletons(small.node_count())).unwrap();
        prop_assert!((whole - contracted).abs() < 1e-9, "{whole} and {contracted}");

        let mut order: Vec<usize> = (0..25).collect();
        order.shuffle(&mut StdRng::seed_from_u64(seed));
        let turned = graph.edges().map(|(a, b, weight)| (order[a], order[b], weight));
        let turned = Adjacency::from_edges(25, graph.is_directed(), turned).unwrap();
        let mut moved = vec![0; 25];
        for (node, &label) in labels.iter().enumerate() {
            moved[order[node]] = label;
        }
        let same = signed.of(&turned, &Partition::new(&moved)).unwrap();
        prop_assert!((value - same).abs() < 1e-9);
    }
}
