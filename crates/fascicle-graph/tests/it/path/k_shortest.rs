use fascicle_graph::path::{Length, Path, Paths};
use fascicle_graph::{Adjacency, Duplicates, EdgeIndex, PathwayGraph, View};
use proptest::prelude::*;

use crate::support::{Steps, all_paths, assert_close, graph, karate, multigraph, small_multigraph};

fn steps(path: &Path) -> Steps {
    path.nodes[1..].iter().copied().zip(path.edges.iter().map(|edge| edge.index())).collect()
}

/// The paths of the example for distances from 0 to 5, as networkx 3.6 lists them (`shortest_simple_paths(G,
/// 0, 5, "weight")`), equally long ones by their number of edges.
#[test]
fn known_paths() {
    let edges = [
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
    let graph = Adjacency::from_edges(6, true, edges).unwrap();
    let found: Vec<(Vec<usize>, f64)> = Paths::new(&graph, Length::Weight)
        .unwrap()
        .k_shortest(0, 5)
        .unwrap()
        .map(|path| (path.nodes, path.length))
        .collect();
    let expected: [(&[usize], f64); 10] = [
        (&[0, 2, 1, 3, 4, 5], 5.5),
        (&[0, 1, 3, 4, 5], 6.0),
        (&[0, 2, 1, 3, 5], 6.5),
        (&[0, 1, 3, 5], 7.0),
        (&[0, 2, 3, 4, 5], 7.0),
        (&[0, 2, 1, 4, 5], 7.5),
        (&[0, 1, 4, 5], 8.0),
        (&[0, 2, 3, 5], 8.0),
        (&[0, 2, 4, 5], 9.0),
        (&[0, 1, 4, 2, 3, 5], 16.0),
    ];
    assert_eq!(found, expected.map(|(nodes, length)| (nodes.to_vec(), length)));
}

#[test]
fn karate_club() {
    let club = karate(false);
    let mut lengths = [0; 8];
    for path in Paths::hops(&club).k_shortest(16, 26).unwrap().take(200) {
        assert!(path.edges.is_empty());
        lengths[path.hops()] += 1;
    }
    // networkx: shortest_simple_paths(karate_club_graph(), 16, 26)
    assert_eq!(lengths, [0, 0, 0, 0, 0, 8, 58, 134]);
}

#[test]
fn ends_that_are_the_same_or_apart() {
    let graph = graph(3, &[(0, 1, 1.0), (1, 0, 1.0), (1, 1, 1.0)]);
    let view = multigraph(&graph, true);
    let paths = Paths::hops(&view);
    let at_home = vec![Path { nodes: vec![0], edges: vec![], length: 0.0 }];
    assert_eq!(paths.k_shortest(0, 0).unwrap().collect::<Vec<_>>(), at_home);
    assert_eq!(paths.all_shortest(0, 0).unwrap().collect::<Vec<_>>(), at_home);
    assert_eq!(paths.simple(0, 0, 5).unwrap().collect::<Vec<_>>(), at_home);
    assert_eq!(paths.shortest(0, 2).unwrap(), None);
    assert_eq!(paths.k_shortest(0, 2).unwrap().count(), 0);
    assert_eq!(paths.k_shortest(0, 1).unwrap().take(0).count(), 0);
    assert_eq!(paths.shortest(0, 1).unwrap().unwrap().edges, [EdgeIndex::new(0)]);
}

#[test]
fn parallel_edges_are_different_paths() {
    let mut worm = PathwayGraph::new();
    let (chemical, gap) = (worm.layer("chemical", true).unwrap(), worm.layer("gap", false).unwrap());
    let [a, b, c] = ["AVAL", "AVBL", "PVCL"].map(|name| worm.node(name));
    worm.connect(a, b, chemical, 3.0).unwrap();
    worm.connect(a, b, gap, 1.0).unwrap();
    worm.connect(b, c, chemical, 1.0).unwrap();
    worm.connect(b, c, chemical, 2.0).unwrap();
    let view = View::directed().duplicates(Duplicates::Keep).of(&worm).unwrap();
    let found: Vec<Vec<usize>> = Paths::hops(&view)
        .k_shortest(0, 2)
        .unwrap()
        .map(|path| path.edges.iter().map(|edge| edge.index()).collect())
        .collect();
    assert_eq!(found, [[0, 3], [0, 4], [1, 3], [1, 4]]);
    let path = Paths::new(&view, Length::Weight).unwrap().shortest(0, 2).unwrap().unwrap();
    assert_eq!((path.names(&worm), path.length), (vec!["AVAL", "AVBL", "PVCL"], 2.0));
}

#[test]
fn a_cap_ends_the_search() {
    let complete = (0..30).flat_map(|from| (0..30).map(move |to| (from, to, 1.0)));
    let graph = Adjacency::from_edges(30, true, complete).unwrap();
    let mut found = Paths::hops(&graph).k_shortest(0, 1).unwrap().cap(100);
    assert!(!found.is_capped());
    let count = found.by_ref().count();
    assert!(found.is_capped() && count > 0 && count <= 100, "{count}");
    assert_eq!(found.next(), None);
    let mut short = Paths::hops(&graph).k_shortest(0, 1).unwrap().at_most(3.0);
    // One edge, or one of 28 others between, or two of them in some order.
    assert_eq!(short.by_ref().count(), 1 + 28 + 28 * 27);
    assert!(!short.is_capped());
}

/// Blocked by the path so far, the ways on are longer than the distances in the whole graph say.
#[test]
fn dead_ends_behind_the_path() {
    // A chain from 0 to 49, along which every other node has a way back to the start only.
    let chain = (1..50).map(|node| (node - 1, node, 1.0));
    let back = (0..50).step_by(2).flat_map(|node| [(node, 50 + node, 1.0), (50 + node, 0, 1.0)]);
    let around = [(0, 120, 1.0), (120, 121, 1.0), (121, 49, 3.0)];
    let edges: Vec<_> = chain.chain(back).chain(around).collect();
    let graph = graph(130, &edges);
    for directed in [true, false] {
        let view = multigraph(&graph, directed);
        let expected = if directed { 2 } else { all_paths(&edges, false, 0, 49).len() };
        assert_eq!(Paths::hops(&view).k_shortest(0, 49).unwrap().count(), expected);
        assert_eq!(Paths::new(&view, Length::Weight).unwrap().k_shortest(0, 49).unwrap().count(), expected);
    }
}

proptest! {
    #[test]
    fn all_of_them_in_order((nodes, edges) in small_multigraph(), directed: bool, weighted: bool) {
        let ones: Vec<_> = edges.iter().map(|&(from, to, _)| (from, to, 1.0)).collect();
        let edges = if weighted { edges } else { ones };
        let graph = graph(nodes, &edges);
        let view = multigraph(&graph, directed);
        let paths = if weighted { Paths::new(&view, Length::Weight).unwrap() } else { Paths::hops(&view) };
        for target in 1..nodes {
            let expected = all_paths(&edges, directed, 0, target);
            let found: Vec<(f64, Steps)> =
                paths.k_shortest(0, target).unwrap().map(|path| (path.length, steps(&path))).collect();
            prop_assert_eq!(&found, &expected);
            // A limit cuts the list, and nothing else.
            let limited = paths.k_shortest(0, target).unwrap().at_most(3.0).count();
            prop_assert_eq!(limited, expected.iter().filter(|path| path.0 <= 3.0).count());
        }
    }

    #[test]
    fn lengths_never_fall(
        edges in proptest::collection::vec((0_usize..8, 0_usize..8, 0.0_f64..1.0), 0..24),
    ) {
        let graph = graph(8, &edges);
        let view = multigraph(&graph, true);
        let found: Vec<Path> = Paths::new(&view, Length::Weight).unwrap().k_shortest(0, 7).unwrap().collect();
        prop_assert!(found.is_sorted_by_key(|path| path.length));
        let mut distinct: Vec<Steps> = found.iter().map(steps).collect();
        distinct.sort();
        let mut expected: Vec<Steps> = all_paths(&edges, true, 0, 7).into_iter().map(|path| path.1).collect();
        expected.sort();
        prop_assert_eq!(distinct, expected);
        for path in &found {
            let mut nodes = path.nodes.clone();
            nodes.sort_unstable();
            nodes.dedup();
            prop_assert_eq!(nodes.len(), path.nodes.len());
            let sum = path.edges.iter().map(|edge| edges[edge.index()].2).sum();
            assert_close(path.length, sum, 1e-14);
        }
    }
}
