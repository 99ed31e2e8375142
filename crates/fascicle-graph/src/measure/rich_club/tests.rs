//! Beside networkx 3.6.1 and bctpy 0.6, planted clubs, and levels where nothing can be said.

use proptest::prelude::*;

use super::*;
use crate::karate;
use crate::null::{ErdosRenyi, Rewire, ShuffleWeights, gnp};

#[track_caller]
fn check(club: RichClub, graph: &Adjacency, expected: &[Option<f64>]) {
    let levels = club.levels(graph).unwrap();
    assert_eq!(levels.len(), expected.len());
    for (at, (level, expected)) in levels.iter().zip(expected).enumerate() {
        assert_eq!(level.degree, at);
        match (level.phi, expected) {
            (Some(phi), Some(expected)) => assert!((phi - expected).abs() < 1e-12, "k = {at}: {phi}"),
            (phi, expected) => assert_eq!(phi, *expected, "k = {at}"),
        }
    }
}

fn graph(nodes: usize, directed: bool, edges: &[(usize, usize)]) -> Adjacency {
    Adjacency::from_edges(nodes, directed, edges.iter().map(|&(from, to)| (from, to, 1.0))).unwrap()
}

#[test]
fn small_graphs() {
    let plain = RichClub::default();
    check(plain, &graph(0, false, &[]), &[]);
    check(plain, &graph(3, false, &[]), &[]);
    check(plain, &graph(2, false, &[(0, 1)]), &[Some(1.0)]);
    check(plain, &graph(4, false, &[(0, 1), (1, 2), (2, 0), (2, 3)]), &[Some(4.0 / 6.0), Some(1.0), None]);
    // A self-loop counts neither as an edge nor as a degree.
    check(plain, &graph(2, false, &[(0, 1), (0, 0)]), &[Some(1.0)]);
    let star = graph(4, true, &[(0, 1), (0, 2), (0, 3)]);
    check(plain, &star, &[Some(0.25), None, None]);
    check(RichClub { richness: Richness::In, ..plain }, &star, &[Some(0.0)]);
    check(RichClub { richness: Richness::Out, ..plain }, &star, &[None, None, None]);
    // No edges between the rich: φ is 0 by count; by weight there is nothing to compare with.
    let pair = graph(6, false, &[(0, 2), (0, 3), (1, 4), (1, 5)]);
    check(plain, &pair, &[Some(4.0 / 15.0), Some(0.0)]);
    check(RichClub { weighted: true, ..plain }, &pair, &[Some(1.0), None]);
}

#[test]
fn karate_as_networkx_and_the_connectivity_toolbox() {
    // list(networkx.rich_club_coefficient(networkx.karate_club_graph(), normalized=False).values()); networkx
    // leaves out the last level, at which one node is left.
    #[rustfmt::skip]
    let mut binary = [
        0.13903743315508021, 0.14583333333333334, 0.23809523809523808, 0.325, 0.4888888888888889, 0.5238095238095238,
        0.5, 0.5, 0.5, 0.5, 0.3333333333333333, 0.3333333333333333, 0.0, 0.0, 0.0, 0.0,
    ].map(Some).to_vec();
    binary.push(None);
    check(RichClub::default(), &karate::weighted(), &binary);
    // bct.rich_club_wu(networkx.to_numpy_array(…)), which has no value for k = 0.
    #[rustfmt::skip]
    let mut weighted = [
        1.0, 0.991304347826087, 0.9319371727748691, 0.9, 0.8181818181818182, 0.7321428571428571, 0.7857142857142857,
        0.7857142857142857, 0.7857142857142857, 0.6666666666666666, 0.7142857142857143, 0.7142857142857143,
    ].map(Some).to_vec();
    weighted.resize(17, None);
    check(RichClub { weighted: true, ..RichClub::default() }, &karate::weighted(), &weighted);
}

#[test]
fn directed_as_the_connectivity_toolbox() {
    // networkx.gnp_random_graph(12, .35, seed=4, directed=True), rows of targets.
    let rows: [&[usize]; 12] = [
        &[1, 2, 4, 5, 10],
        &[0, 2, 3, 4, 9, 10],
        &[4, 8, 10],
        &[2],
        &[0, 1, 3, 5, 7, 10],
        &[0, 2, 4, 8, 11],
        &[0, 1, 4, 5, 7, 9],
        &[3, 4],
        &[0, 1, 3, 6, 7, 9, 10],
        &[1, 2, 5, 6, 7, 8, 11],
        &[0, 2, 4, 11],
        &[1, 3, 7, 8, 9, 10],
    ];
    let edges: Vec<_> =
        rows.iter().enumerate().flat_map(|(from, row)| row.iter().map(move |&to| (from, to))).collect();
    // bct.rich_club_bd(…)[0], whose first value is that of k = 1.
    let (first, full) = (58.0 / 132.0, 52.0 / 110.0);
    let mut expected = vec![Some(first); 6];
    expected.extend([full, 46.0 / 90.0, 39.0 / 72.0, 0.6, 0.6, 1.0].map(Some));
    expected.push(None);
    check(RichClub::default(), &graph(12, true, &edges), &expected);
}

/// Twelve hubs, all joined, each with many followers of its own.
fn club() -> Adjacency {
    let hubs = (0..12).flat_map(|a| (0..a).map(move |b| (a, b)));
    let followers = (0..12).flat_map(|hub| (0..10).map(move |at| (hub, 12 + (10 * hub + 7 * at) % 100)));
    let background = gnp(112, 0.03, false, 1).unwrap();
    let background = background.edges().map(|(from, to, _)| (from, to)).filter(|edge| edge.0 > 11);
    let edges: Vec<_> = hubs.chain(followers).chain(background).collect();
    let edges: Vec<_> = edges.into_iter().map(|(from, to)| (from, to, 1.0)).collect();
    Adjacency::from_edges(112, false, edges).unwrap()
}

#[test]
fn a_planted_club_is_found() {
    let curve = RichClub::default().normalised(&club(), &Nulls::new(Rewire::default(), 100, 5)).unwrap();
    let regime = curve.regime(3.0).unwrap();
    assert_eq!(curve.members(*regime.end()), (0..12).collect::<Vec<_>>());
    let level = &curve.levels[*regime.end()];
    assert!(level.phi == Some(1.0) && level.normalised().unwrap() > 1.1);
    // Below the least degree φ is that of the whole graph in every copy: nothing exceeds anything.
    assert!(curve.levels[0].nulls.unwrap().z.is_none() && !curve.levels[0].exceeds(0.0));
}

#[test]
fn a_random_graph_has_none() {
    let random = gnp(150, 0.06, true, 9).unwrap();
    for richness in [Richness::Degree, Richness::In, Richness::Out] {
        let club = RichClub { richness, weighted: false };
        let curve = club.normalised(&random, &Nulls::new(Rewire::default(), 100, 2)).unwrap();
        assert!(curve.regime(3.0).is_none_or(|run| run.end() - run.start() < 2), "{richness:?}");
    }
}

#[test]
fn regimes_are_runs() {
    let level = |(degree, phi): (usize, f64)| {
        let nulls = Comparison::new(phi, &[0.9, 1.0, 1.1]);
        RichClubLevel { degree, nodes: 5, edges: 5, phi: Some(phi), nulls }
    };
    let phi = [1.0, 1.2, 1.4, 1.4, 1.05, 1.4, 1.2, 1.4];
    let curve = RichClubCurve { levels: phi.into_iter().enumerate().map(level).collect(), richness: vec![] };
    assert_eq!(curve.regimes(3.0), [2..=3, 5..=5, 7..=7]);
    assert_eq!(curve.regime(3.0), Some(2..=3));
    assert_eq!(curve.regime(1.0), Some(5..=7));
    assert_eq!(curve.regime(5.0), None);
}

#[test]
fn weights_beside_shuffled_weights() {
    // The hubs' own ties are the strongest.
    let strong =
        club().edges().map(|(from, to, _)| (from, to, if to < 12 { 9.0 } else { 1.0 })).collect::<Vec<_>>();
    let graph = Adjacency::from_edges(112, false, strong).unwrap();
    let weighted = RichClub { weighted: true, ..RichClub::default() };
    let curve = weighted.normalised(&graph, &Nulls::new(ShuffleWeights, 50, 5)).unwrap();
    let regime = curve.regime(3.0).unwrap();
    assert_eq!(curve.levels[*regime.end()].phi, Some(1.0));
    assert_eq!(curve.members(*regime.end()), (0..12).collect::<Vec<_>>());
}

proptest! {
    #[test]
    fn never_divides_by_zero(seed: u64, directed: bool, probability in 0.02..0.5_f64) {
        let graph = gnp(12, probability, directed, seed).unwrap();
        prop_assume!(graph.edge_count() > 0);
        let curve = RichClub::default().normalised(&graph, &Nulls::new(ErdosRenyi::Edges, 5, seed)).unwrap();
        for level in &curve.levels {
            let numbers = [level.phi, level.normalised(), level.nulls.and_then(|nulls| nulls.z)];
            prop_assert!(numbers.into_iter().flatten().all(f64::is_finite));
            prop_assert_eq!(curve.members(level.degree).len(), level.nodes);
        }
    }
}

#[test]
fn errors() {
    let negative = Adjacency::from_edges(3, false, [(0, 1, 1.0), (1, 2, -2.0)]).unwrap();
    let weighted = RichClub { weighted: true, ..RichClub::default() };
    insta::assert_snapshot!(weighted.levels(&negative).unwrap_err(), @"an edge's weight is -2; expected at least 0 in a weighted rich club (Weighting::Magnitude)");
    let none = Nulls::new(Rewire::default(), 0, 0);
    insta::assert_snapshot!(RichClub::default().normalised(&negative, &none).unwrap_err(), @"the number of null graphs is 0; expected at least one");
    let some = Nulls::new(Rewire::default(), 2, 0);
    insta::assert_snapshot!(RichClub::default().normalised(&graph(0, false, &[]), &some).unwrap_err(), @"the number of edges between different nodes is 0; expected at least one edge to randomise");
}
