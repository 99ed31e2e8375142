//! Paths, closeness, efficiency, betweenness, resistance, flow.

use fascicle_graph::measure::{self, Betweenness, Direction, HopCounts, Length};
use fascicle_graph::path::{HopMatrix, Paths, Resistance, max_flow};

use super::{chain, kite, plain, same, weighted, weighted_kite};

/// From node 0: 1, 1, 2; from node 2: 1, 1, 1; from node 3: 2, 2, 1.
#[test]
fn distances_in_a_kite() {
    let kite = kite();
    assert_eq!(measure::hop_counts(&kite), HopCounts { pairs: vec![8, 4], apart: 0 });
    assert_eq!(measure::hop_counts(&kite).diameter(), 2);
    assert_eq!(HopMatrix::of(&kite).unwrap().histogram(), [4, 8, 4]);
    assert_eq!(Paths::hops(&kite).distances(3).unwrap(), [2.0, 2.0, 1.0, 0.0]);
    // (4 + 4 + 3 + 5) / 12.
    same(&[measure::characteristic_path_length(&kite, Length::Hops).unwrap().unwrap()], &[4.0 / 3.0]);
    // 3/4, 3/4, 3/3, 3/5.
    same(&measure::closeness(&kite, Direction::Total, Length::Hops).unwrap(), &[0.75, 0.75, 1.0, 0.6]);
    // 1 + 1 + 1/2 twice, 1 + 1 + 1, 1 + 1/2 + 1/2.
    same(&measure::harmonic(&kite, Direction::Total, Length::Hops).unwrap(), &[2.5, 2.5, 3.0, 2.0]);
    // Their sum over 4 · 3.
    same(&[measure::global_efficiency(&kite, Length::Hops).unwrap()], &[10.0 / 12.0]);
    same(&[measure::hop_counts(&kite).efficiency().unwrap()], &[10.0 / 12.0]);
    // The neighbours of 0 and of 1 are joined; of the six ordered pairs among those of node 2, only 0 and 1 are.
    same(&measure::local_efficiency(&kite, Length::Hops).unwrap(), &[1.0, 1.0, 1.0 / 3.0, 0.0]);
}

#[test]
fn distances_by_weight() {
    let kite = weighted_kite();
    // The edge 0–1 of length 8 is no shortest path: 0–2–1 is 2 long. Distances 2, 1, 9; 2, 1, 9; 1, 1, 8; 9, 9, 8.
    assert_eq!(Paths::new(&kite, Length::Weight).unwrap().distances(0).unwrap(), [0.0, 2.0, 1.0, 9.0]);
    let closeness = |length| measure::closeness(&kite, Direction::Total, length).unwrap();
    same(&closeness(Length::Weight), &[3.0 / 12.0, 3.0 / 12.0, 3.0 / 10.0, 3.0 / 26.0]);
    same(&[measure::characteristic_path_length(&kite, Length::Weight).unwrap().unwrap()], &[60.0 / 12.0]);
    let pairs = 1.0 / 2.0 + 1.0 + 1.0 / 9.0 + 1.0 + 1.0 / 9.0 + 1.0 / 8.0;
    same(&[measure::global_efficiency(&kite, Length::Weight).unwrap()], &[pairs / 6.0]);
    // As strengths: 0–1 is 1/8 long, 2–3 as well, the others 1. From node 2: 1, 1, 1/8; from node 3: 9/8, 9/8, 1/8.
    same(&closeness(Length::Inverse)[2..], &[24.0 / 17.0, 24.0 / 19.0]);
    let harmonic = measure::harmonic(&kite, Direction::Total, Length::Inverse).unwrap();
    same(&harmonic[2..], &[1.0 + 1.0 + 8.0, 8.0 / 9.0 + 8.0 / 9.0 + 8.0]);
}

#[test]
fn closeness_along_a_chain() {
    // 0 → 1 → 2. What reaches node 2: two nodes, 2 + 1 away; what reaches node 1: one of two others; node 0: none.
    let chain = chain(3, true);
    let of = |direction| measure::closeness(&chain, direction, Length::Hops).unwrap();
    same(&of(Direction::In), &[0.0, 0.5, 2.0 / 3.0]);
    same(&of(Direction::Out), &[2.0 / 3.0, 0.5, 0.0]);
    same(&measure::harmonic(&chain, Direction::In, Length::Hops).unwrap(), &[0.0, 1.0, 1.5]);
    assert_eq!(measure::hop_counts(&chain), HopCounts { pairs: vec![2, 1], apart: 3 });
}

#[test]
fn betweenness_of_chains_and_squares() {
    // 0–1–2–3: node 1 lies between 0 and 2, and 0 and 3. Of three pairs without it, two.
    let line = chain(4, false);
    let exact = Betweenness::new();
    same(&exact.nodes(&line).unwrap(), &[0.0, 2.0, 2.0, 0.0]);
    same(&exact.clone().normalised(true).nodes(&line).unwrap(), &[0.0, 2.0 / 3.0, 2.0 / 3.0, 0.0]);
    // An edge carries the pairs that it parts: 1 · 3, 2 · 2, 3 · 1, of 6.
    same(&exact.edges(&line).unwrap(), &[3.0, 4.0, 3.0]);
    same(&exact.clone().normalised(true).edges(&line).unwrap(), &[0.5, 4.0 / 6.0, 0.5]);
    // One way: 0 → 2 and 0 → 3 pass node 1; of 3 · 2 ordered pairs.
    same(&exact.nodes(&chain(4, true)).unwrap(), &[0.0, 2.0, 2.0, 0.0]);
    same(&exact.clone().normalised(true).nodes(&chain(4, true)).unwrap()[1..2], &[2.0 / 6.0]);
    // Opposite corners of a square have two ways: each node has half a pair. An edge has its own pair and half of two.
    let square = plain(4, false, &[(0, 1), (1, 2), (2, 3), (3, 0)]);
    same(&exact.nodes(&square).unwrap(), &[0.5; 4]);
    same(&exact.edges(&square).unwrap(), &[2.0; 4]);
    // By length, everything in the kite goes through node 2; by strength, 0–1 is the direct way again.
    let kite = weighted_kite();
    same(&exact.clone().length(Length::Weight).nodes(&kite).unwrap(), &[0.0, 0.0, 3.0, 0.0]);
    same(&exact.clone().length(Length::Weight).edges(&kite).unwrap(), &[0.0, 3.0, 3.0, 3.0]);
    same(&exact.clone().length(Length::Inverse).nodes(&kite).unwrap(), &[0.0, 0.0, 2.0, 0.0]);
}

#[test]
fn betweenness_from_one_pivot() {
    // 0–1–2: from either end, one path passes node 1; from node 1, none. Three nodes for one pivot, pairs from both ends:
    // 1 · 3 / 2, or 0. The mean over the three pivots is (3/2 + 0 + 3/2) / 3 = 1, which is exact.
    let line = chain(3, false);
    let mut seen = [0, 0];
    for seed in 0..60 {
        let estimate = Betweenness::new().sampled(1, seed).nodes(&line).unwrap();
        assert!(estimate == [0.0, 1.5, 0.0] || estimate == [0.0; 3], "{estimate:?}");
        seen[usize::from(estimate[1] > 0.0)] += 1;
    }
    // A third and two thirds, give or take five standard deviations.
    assert!(seen[0] > 1 && seen[1] > 21, "{seen:?}");
}

#[test]
fn paths_between_two_corners() {
    // A square with a diagonal 1–3: 0–1–2, 0–3–2, then 0–1–3–2 and 0–3–1–2.
    let graph = plain(4, false, &[(0, 1), (1, 2), (2, 3), (3, 0), (1, 3)]);
    let paths = Paths::hops(&graph);
    let nodes: Vec<Vec<usize>> = paths.k_shortest(0, 2).unwrap().map(|path| path.nodes).collect();
    let expected: [&[usize]; 4] = [&[0, 1, 2], &[0, 3, 2], &[0, 1, 3, 2], &[0, 3, 1, 2]];
    assert_eq!(nodes, expected);
    assert_eq!(paths.all_shortest(0, 2).unwrap().count(), 2);
    assert_eq!(paths.simple(0, 2, 3).unwrap().count(), 4);
    assert_eq!(paths.simple(0, 2, 2).unwrap().count(), 2);
}

#[test]
fn resistance_in_a_kite() {
    // A unit resistor beside two in a row: 1 · 2 / 3; the tail adds 1.
    let kite = kite();
    let resistance = Resistance::of(&kite).unwrap();
    same(&[resistance.between(0, 1).unwrap(), resistance.between(0, 3).unwrap()], &[2.0 / 3.0, 5.0 / 3.0]);
    // Conductances 8 beside 1 and 1 in a row (1/2): 1 / 8.5; conductance 1 beside 8 and 1 in a row (8/9): 1 / (17/9), and
    // 1/8 for the tail.
    let kite = weighted_kite();
    let resistance = Resistance::of(&kite).unwrap();
    same(
        &[resistance.between(0, 1).unwrap(), resistance.between(0, 3).unwrap()],
        &[2.0 / 17.0, 9.0 / 17.0 + 0.125],
    );
}

#[test]
fn flow_through_two_bottlenecks() {
    // 0 → 1 → 3 lets 2 through, 0 → 2 → 3 lets 1; the edge 1 → 2 of 1 adds nothing, as 2 → 3 is full. The cut is {1 → 3, 2 → 3}.
    let edges = [(0, 1, 5.0), (0, 2, 4.0), (1, 2, 1.0), (1, 3, 2.0), (2, 3, 1.0)];
    let flow = max_flow(&weighted(4, true, &edges), &[0], &[3]).unwrap();
    same(&[flow.value], &[3.0]);
    assert_eq!(flow.source_side, [0, 1, 2]);
    let cut: Vec<_> = flow.cut.iter().map(|edge| (edge.from, edge.to, edge.capacity)).collect();
    assert_eq!(cut, [(1, 3, 2.0), (2, 3, 1.0)]);
}
