//! What holds for every graph.

use fascicle_graph::measure::{
    self, Betweenness, Direction, Iteration, Length, PageRank, TriadCensus, triad_census,
};
use fascicle_graph::{Adjacency, GraphError};
use proptest::prelude::*;

type Edges = Vec<(usize, usize, f64)>;

/// A number of nodes, and edges among them; weights are whole, so that sums and ties are exact.
fn any_graph() -> impl Strategy<Value = (usize, Edges)> {
    (1usize..12).prop_flat_map(|nodes| {
        let edge = (0..nodes, 0..nodes, (1u8..5).prop_map(f64::from));
        (Just(nodes), prop::collection::vec(edge, 0..50))
    })
}

/// Every measure of nodes that is defined for all directed graphs.
fn all_of_nodes(graph: &Adjacency) -> Result<Vec<(&'static str, Vec<f64>)>, GraphError> {
    let modules = |graph: &Adjacency| graph.incoming(0).first().map_or(0, |_| 1);
    let parts = vec![modules(graph); graph.node_count()];
    Ok(vec![
        ("in-strength", measure::strengths(graph, Direction::In)),
        ("triangles", measure::triangles(graph)),
        ("clustering", measure::clustering_directed(graph)?),
        ("weighted clustering", measure::clustering_directed_weighted(graph)?),
        ("local efficiency", measure::local_efficiency(graph, Length::Hops)?),
        ("closeness", measure::closeness(graph, Direction::In, Length::Hops)?),
        ("harmonic by length", measure::harmonic(graph, Direction::Out, Length::Weight)?),
        ("betweenness", Betweenness::new().nodes(graph)?),
        ("betweenness by length", Betweenness::new().length(Length::Weight).nodes(graph)?),
        ("PageRank", PageRank::new().of(graph)?),
        ("core", measure::core_numbers(graph, Direction::Total).into_iter().map(f64::from).collect()),
        ("z", measure::within_module_z(graph, &parts, Direction::Out)?),
    ])
}

fn close(one: f64, two: f64) -> bool {
    (one - two).abs() <= 1e-7 * one.abs().max(1.0)
}

/// The census by looking at every three nodes.
fn census_by_looking(graph: &Adjacency) -> TriadCensus {
    let nodes = graph.node_count();
    let mut counts = [0; 16];
    for a in 0..nodes {
        for b in a + 1..nodes {
            for c in b + 1..nodes {
                counts[class(graph, [a, b, c])] += 1;
            }
        }
    }
    TriadCensus { counts }
}

/// The class of three nodes, by trying the definition of each class in every order.
fn class(graph: &Adjacency, [a, b, c]: [usize; 3]) -> usize {
    const DEFINITIONS: [(&str, &[(usize, usize)]); 16] = [
        ("003", &[]),
        ("012", &[(0, 1)]),
        ("102", &[(0, 1), (1, 0)]),
        ("021D", &[(1, 0), (1, 2)]),
        ("021U", &[(0, 1), (2, 1)]),
        ("021C", &[(0, 1), (1, 2)]),
        ("111D", &[(0, 1), (1, 0), (2, 1)]),
        ("111U", &[(0, 1), (1, 0), (1, 2)]),
        ("030T", &[(0, 1), (2, 1), (0, 2)]),
        ("030C", &[(1, 0), (2, 1), (0, 2)]),
        ("201", &[(0, 1), (1, 0), (1, 2), (2, 1)]),
        ("120D", &[(1, 0), (1, 2), (0, 2), (2, 0)]),
        ("120U", &[(0, 1), (2, 1), (0, 2), (2, 0)]),
        ("120C", &[(0, 1), (1, 2), (0, 2), (2, 0)]),
        ("210", &[(0, 1), (1, 2), (2, 1), (0, 2), (2, 0)]),
        ("300", &[(0, 1), (1, 0), (1, 2), (2, 1), (0, 2), (2, 0)]),
    ];
    let orders = [[a, b, c], [a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]];
    DEFINITIONS
        .iter()
        .position(|(_, edges)| {
            orders.iter().any(|order| {
                (0..3).all(|from| {
                    (0..3).all(|to| {
                        from == to || graph.has_edge(order[from], order[to]) == edges.contains(&(from, to))
                    })
                })
            })
        })
        .expect("one of the sixteen classes")
}

/// Betweenness from its definition, with distances and numbers of paths of all pairs.
fn betweenness_by_definition(graph: &Adjacency) -> Vec<f64> {
    let nodes = graph.node_count();
    let (mut distance, mut paths) = (vec![vec![f64::INFINITY; nodes]; nodes], vec![vec![0.0; nodes]; nodes]);
    for source in 0..nodes {
        distance[source][source] = 0.0;
        // Bellman and Ford; lengths are whole.
        for _ in 0..nodes {
            for (from, to, weight) in graph.edges() {
                distance[source][to] = distance[source][to].min(distance[source][from] + weight);
            }
        }
        let mut order: Vec<usize> = (0..nodes).filter(|&node| distance[source][node].is_finite()).collect();
        order.sort_by(|&one, &two| distance[source][one].total_cmp(&distance[source][two]));
        paths[source][source] = 1.0;
        for &node in order.iter().skip(1) {
            paths[source][node] = graph
                .incoming_edges(node)
                .filter(|&(from, weight)| distance[source][from] + weight == distance[source][node])
                .map(|(from, _)| paths[source][from])
                .sum();
        }
    }
    (0..nodes)
        .map(|middle| {
            let mut sum = 0.0;
            for source in (0..nodes).filter(|&source| source != middle) {
                for target in (0..nodes).filter(|&target| target != middle && target != source) {
                    let through = distance[source][middle] + distance[middle][target];
                    if through.is_finite() && through == distance[source][target] {
                        sum += paths[source][middle] * paths[middle][target] / paths[source][target];
                    }
                }
            }
            sum
        })
        .collect()
}

proptest! {
    #[test]
    fn another_order_of_the_nodes_gives_the_same_numbers((nodes, edges) in any_graph(), seed in any::<u64>()) {
        let mut place: Vec<usize> = (0..nodes).collect();
        place.sort_by_key(|&node| (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (node % 13 * 4)) & 15);
        let turned = edges.iter().map(|&(from, to, weight)| (place[from], place[to], weight));
        let (graph, moved) = (
            Adjacency::from_edges(nodes, true, edges.clone()).unwrap(),
            Adjacency::from_edges(nodes, true, turned).unwrap(),
        );
        prop_assert_eq!(triad_census(&graph), triad_census(&moved));
        for ((name, one), (_, two)) in all_of_nodes(&graph).unwrap().iter().zip(all_of_nodes(&moved).unwrap()) {
            for node in 0..nodes {
                prop_assert!(close(one[node], two[place[node]]), "{} of node {}: {} and {}", name, node, one[node],
                    two[place[node]]);
            }
        }
    }

    #[test]
    fn triads_are_those_that_one_sees((nodes, edges) in any_graph(), directed in any::<bool>()) {
        let graph = Adjacency::from_edges(nodes, directed, edges).unwrap();
        prop_assert_eq!(triad_census(&graph), census_by_looking(&graph));
    }

    #[test]
    fn betweenness_is_as_defined((nodes, edges) in any_graph()) {
        let graph = Adjacency::from_edges(nodes, true, edges).unwrap();
        for (length, graph) in [(Length::Weight, graph.clone()), (Length::Hops, graph.binary())] {
            let got = Betweenness::new().length(length).nodes(&graph).unwrap();
            for (got, expected) in got.iter().zip(betweenness_by_definition(&graph)) {
                prop_assert!(close(*got, expected), "{:?}: {} and {}", length, got, expected);
            }
        }
    }

    #[test]
    fn edges_carry_what_nodes_pass_on((nodes, edges) in any_graph(), directed in any::<bool>()) {
        // The load of the edges is the sum of the distances of all connected pairs.
        let graph = Adjacency::from_edges(nodes, directed, edges).unwrap();
        let load: f64 = Betweenness::new().edges(&graph).unwrap().iter().sum();
        let pairs = measure::hop_counts(&graph).pairs;
        let distances: u64 = pairs.iter().zip(1..).map(|(count, hops)| count * hops).sum();
        let expected = if directed { distances as f64 } else { distances as f64 / 2.0 };
        prop_assert!(close(load, expected), "{} and {}", load, expected);
    }

    #[test]
    fn all_pivots_are_exact((nodes, edges) in any_graph(), seed in any::<u64>()) {
        let graph = Adjacency::from_edges(nodes, true, edges).unwrap();
        let exact = Betweenness::new().nodes(&graph).unwrap();
        prop_assert_eq!(Betweenness::new().sampled(nodes, seed).nodes(&graph).unwrap(), exact);
    }

    #[test]
    fn strong_components_are_mutual_reach((nodes, edges) in any_graph()) {
        let graph = Adjacency::from_edges(nodes, true, edges).unwrap();
        let mut reaches = vec![vec![false; nodes]; nodes];
        for (node, reached) in reaches.iter_mut().enumerate() {
            reached[node] = true;
        }
        for (from, to, _) in graph.edges() {
            reaches[from][to] = true;
        }
        for middle in 0..nodes {
            for from in 0..nodes {
                for to in 0..nodes {
                    reaches[from][to] |= reaches[from][middle] && reaches[middle][to];
                }
            }
        }
        let components = measure::strong_components(&graph);
        for (from, reached) in reaches.iter().enumerate() {
            for (to, &there) in reached.iter().enumerate() {
                prop_assert_eq!(components.of[from] == components.of[to], there && reaches[to][from]);
            }
        }
        prop_assert_eq!(components.sizes.iter().sum::<usize>(), nodes);
    }
}

/// A graph large enough to be cut into parts.
fn large() -> Adjacency {
    let nodes = 9_000usize;
    let edges = (0..40_000usize).map(|at| {
        let mixed = (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let (from, to) = ((mixed >> 40) as usize % nodes, (mixed >> 11) as usize % nodes);
        (from, to, 0.1 + (mixed % 97) as f64 / 7.0)
    });
    Adjacency::from_edges(nodes, true, edges).unwrap()
}

#[test]
fn one_core_and_four_give_the_same_bits() {
    let graph = large();
    let undirected = Adjacency::from_edges(graph.node_count(), false, graph.edges()).unwrap();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let few = Betweenness::new().sampled(100, 7);
            let hits = measure::hits(&graph, Iteration { tolerance: 1e-6, most: 10_000 }).unwrap();
            let lists = [
                few.nodes(&graph).unwrap(),
                few.edges(&graph).unwrap(),
                few.clone().length(Length::Inverse).nodes(&graph).unwrap(),
                PageRank::new().of(&graph).unwrap(),
                hits.hubs,
                hits.authorities,
                measure::harmonic(&graph, Direction::In, Length::Hops).unwrap(),
                measure::local_efficiency(&graph, Length::Weight).unwrap(),
                measure::clustering_onnela(&undirected).unwrap(),
                measure::clustering_directed_weighted(&graph).unwrap(),
                vec![measure::global_efficiency(&graph, Length::Hops).unwrap()],
            ];
            let bits = lists.map(|list| list.into_iter().map(f64::to_bits).collect::<Vec<_>>());
            (bits, triad_census(&graph), measure::hop_counts(&graph))
        })
    };
    assert_eq!(on(1), on(4));
}
