use fascicle_graph::path::{HopMatrix, Length, Paths};
use fascicle_graph::{Adjacency, GraphError};
use proptest::prelude::*;

use crate::support::{assert_close, karate, small_multigraph};

/// A graph whose distances networkx 3.6 gives (`single_source_dijkstra_path_length(G, 0, weight)`).
const EDGES: [(usize, usize, f64); 12] = [
    (0, 1, 2.0),
    (0, 2, 1.0),
    (1, 3, 2.0),
    (2, 1, 0.5),
    (2, 3, 4.0),
    (3, 4, 1.0),
    (1, 4, 5.0),
    (2, 4, 7.0),
    (4, 5, 1.0),
    (3, 5, 3.0),
    (5, 0, 1.0),
    (4, 2, 2.0),
];

#[track_caller]
fn check(length: Length, scale: f64, expected: [f64; 6]) {
    let graph =
        Adjacency::from_edges(6, true, EDGES.map(|(from, to, weight)| (from, to, weight * scale))).unwrap();
    let paths = Paths::new(&graph, length).unwrap();
    let matrix = paths.distance_matrix();
    for (node, expected) in expected.into_iter().enumerate() {
        assert_close(paths.distances(0).unwrap()[node], expected, 1e-14);
        assert_close(matrix.get(0, node), expected, 1e-14);
        assert_close(paths.distances_to(node).unwrap()[0], expected, 1e-14);
    }
}

#[test]
fn known_distances() {
    check(Length::Hops, 1.0, [0.0, 1.0, 1.0, 2.0, 2.0, 3.0]);
    check(Length::Weight, 1.0, [0.0, 1.5, 1.0, 3.5, 4.5, 5.5]);
    check(Length::Inverse, 1.0, [0.0, 0.5, 1.0, 1.0, 0.7, 1.3333333333333333]);
    let logs = [
        0.0,
        1.3862943611198906,
        2.0794415416798357,
        2.772588722239781,
        1.856297990365626,
        3.7534179752515073,
    ];
    check(Length::NegativeLog, 1.0 / 8.0, logs);
}

#[test]
fn karate_club() {
    let club = karate(false);
    let hops = HopMatrix::of(&club).unwrap();
    // networkx: single_source_shortest_path_length(karate_club_graph(), 0)
    let from_first = [
        0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 3, 3, 2, 1, 3, 1, 3, 1, 3, 3, 2, 2, 3, 2, 2, 3, 2, 1, 2, 2,
    ];
    assert_eq!(hops.row(0).collect::<Vec<_>>(), from_first.map(Some));
    assert_eq!(hops.histogram(), [34, 156, 530, 274, 146, 16]);
}

#[test]
fn nothing_to_measure() {
    let empty = Adjacency::from_edges(0, true, []).unwrap();
    assert_eq!(HopMatrix::of(&empty).unwrap().node_count(), 0);
    assert!(HopMatrix::of(&empty).unwrap().histogram().is_empty());
    assert_eq!(Paths::hops(&empty).distance_matrix().node_count(), 0);
    let apart = Adjacency::from_edges(2, true, [(1, 0, 1.0)]).unwrap();
    assert_eq!(HopMatrix::of(&apart).unwrap().get(0, 1), None);
    assert_eq!(Paths::hops(&apart).distances(0).unwrap(), [0.0, f64::INFINITY]);
}

/// Chains of so many nodes, with a short-cut from the first node to the sixth, cross blocks, passes and cells
/// of a byte.
#[test]
fn long_chains() {
    for nodes in [7_usize, 40, 63, 64, 65, 256, 257, 300, 700] {
        for directed in [true, false] {
            let chain = (1..nodes).map(|node| (node - 1, node, 1.0)).chain([(0, 6, 1.0)]);
            let graph = Adjacency::from_edges(nodes, directed, chain).unwrap();
            let matrix = HopMatrix::of(&graph).unwrap();
            for source in [0, 3, nodes / 2, nodes - 1] {
                let expected: Vec<Option<u32>> = Paths::hops(&graph)
                    .distances(source)
                    .unwrap()
                    .into_iter()
                    .map(|hops| hops.is_finite().then_some(hops as u32))
                    .collect();
                assert_eq!(matrix.row(source).collect::<Vec<_>>(), expected, "{nodes} nodes from {source}");
            }
        }
    }
}

#[test]
fn bad_lengths() {
    let error = |weight: f64, length| -> GraphError {
        let graph = Adjacency::from_edges(3, true, [(0, 1, 1.0), (1, 2, weight)]).unwrap();
        Paths::new(&graph, length).unwrap_err()
    };
    insta::assert_snapshot!(error(-1.0, Length::Weight), @"the edge 1 -> 2 has weight -1; expected a length of at least 0");
    insta::assert_snapshot!(error(0.0, Length::Inverse), @"the edge 1 -> 2 has weight 0; expected a weight above 0, because the length is its inverse");
    // Its inverse is beyond f64.
    assert!(error(1e-310, Length::Inverse).to_string().contains("a weight above 0"));
    insta::assert_snapshot!(error(1.5, Length::NegativeLog), @"the edge 1 -> 2 has weight 1.5; expected a probability above 0 and at most 1");
    let graph = karate(false);
    let paths = Paths::hops(&graph);
    insta::assert_snapshot!(paths.distances(34).unwrap_err(), @"source is 34; expected a node below 34");
    insta::assert_snapshot!(paths.distances_to(99).unwrap_err(), @"target is 99; expected a node below 34");
    insta::assert_snapshot!(paths.shortest(0, 34).unwrap_err(), @"target is 34; expected a node below 34");
}

proptest! {
    #[test]
    fn as_floyd_and_warshall((nodes, edges) in small_multigraph(), directed: bool) {
        // A simple graph with weights summed would be another one: keep the shortest of parallel edges.
        let mut expected = vec![vec![f64::INFINITY; nodes]; nodes];
        let mut hops = expected.clone();
        for node in 0..nodes {
            (expected[node][node], hops[node][node]) = (0.0, 0.0);
        }
        for &(from, to, weight) in &edges {
            for (from, to) in [(from, to), (to, from)].into_iter().take(if directed { 1 } else { 2 }) {
                expected[from][to] = expected[from][to].min(weight);
                hops[from][to] = hops[from][to].min(1.0);
            }
        }
        for k in 0..nodes {
            for i in 0..nodes {
                for j in 0..nodes {
                    expected[i][j] = expected[i][j].min(expected[i][k] + expected[k][j]);
                    hops[i][j] = hops[i][j].min(hops[i][k] + hops[k][j]);
                }
            }
        }
        let graph = crate::support::graph(nodes, &edges);
        let view = crate::support::multigraph(&graph, directed);
        let matrix = Paths::new(&view, Length::Weight).unwrap().distance_matrix();
        let hop_matrix = HopMatrix::of(&view).unwrap();
        for source in 0..nodes {
            prop_assert_eq!(matrix.row(source), &expected[source][..]);
            let found: Vec<f64> = hop_matrix.row(source).map(|hops| hops.map_or(f64::INFINITY, f64::from)).collect();
            prop_assert_eq!(&found, &hops[source]);
        }
    }

    #[test]
    fn no_detour_is_shorter(
        edges in proptest::collection::vec((0_usize..20, 0_usize..20, 0.001_f64..10.0), 0..80),
    ) {
        let graph = Adjacency::from_edges(20, true, edges).unwrap();
        let matrix = Paths::new(&graph, Length::Inverse).unwrap().distance_matrix();
        for (a, b, c) in (0..20).flat_map(|a| (0..20).flat_map(move |b| (0..20).map(move |c| (a, b, c)))) {
            let detour = matrix.get(a, b) + matrix.get(b, c);
            prop_assert!(matrix.get(a, c) <= detour * (1.0 + 1e-12));
        }
    }
}
