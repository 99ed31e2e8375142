use fascicle_graph::path::{Flow, max_flow};
use fascicle_graph::{Adjacency, GraphError};
use proptest::prelude::*;

use crate::support::{assert_close, graph, karate, multigraph, small_multigraph};

#[track_caller]
fn check(graph: &Adjacency, sources: &[usize], sinks: &[usize], expected: f64) {
    let flow = max_flow(graph, sources, sinks).unwrap();
    assert_close(flow.value, expected, 1e-12);
    assert_close(flow.cut.iter().map(|edge| edge.capacity).sum(), expected, 1e-12);
}

/// networkx: maximum_flow_value(karate_club_graph(), s, t, capacity)
#[test]
fn known_flows() {
    check(&karate(true), &[0], &[33], 22.0);
    check(&karate(false), &[0], &[33], 10.0);
    check(&karate(true), &[11], &[16], 3.0);
    // Everything that node 11 gets comes through one edge; node 16 has two.
    check(&karate(true), &[11, 11], &[16, 33], 3.0);
    check(&karate(true), &[16, 11], &[33], 9.0);
    let chain = Adjacency::from_edges(4, true, [(0, 1, 0.3), (1, 2, 0.1), (1, 2, 0.1), (2, 3, 5.0)]).unwrap();
    check(&chain, &[0], &[3], 0.2);
    check(&chain, &[3], &[0], 0.0);
}

#[test]
fn bad_arguments() {
    let club = karate(true);
    insta::assert_snapshot!(max_flow(&club, &[], &[1]).unwrap_err(), @"a source is missing; expected at least one node on each side");
    insta::assert_snapshot!(max_flow(&club, &[0], &[]).unwrap_err(), @"a sink is missing; expected at least one node on each side");
    insta::assert_snapshot!(max_flow(&club, &[0], &[34]).unwrap_err(), @"a sink is 34; expected a node below 34");
    insta::assert_snapshot!(max_flow(&club, &[0, 2], &[3, 2]).unwrap_err(), @"a source is 2; expected a node that is not also a sink");
    let negative: Result<Flow, GraphError> =
        max_flow(&Adjacency::from_edges(2, true, [(0, 1, -2.0)]).unwrap(), &[0], &[1]);
    insta::assert_snapshot!(negative.unwrap_err(), @"the edge 0 -> 1 has weight -2; expected a capacity of at least 0");
}

proptest! {
    /// Whole capacities, so that sums are exact: the flow is the least cut over all sets of nodes.
    #[test]
    fn flow_is_cut((nodes, edges) in small_multigraph(), directed: bool, more: bool) {
        let graph = graph(nodes, &edges);
        let view = multigraph(&graph, directed);
        let sinks: Vec<usize> = if more && nodes > 3 { vec![nodes - 1, nodes - 2] } else { vec![nodes - 1] };
        let sources: Vec<usize> = if more && nodes > 4 { vec![0, 1] } else { vec![0] };
        let flow = max_flow(&view, &sources, &sinks).unwrap();

        let cut = |inside: &dyn Fn(usize) -> bool| -> f64 {
            edges
                .iter()
                .filter(|&&(from, to, _)| {
                    inside(from) && !inside(to) || (!directed && inside(to) && !inside(from))
                })
                .map(|edge| edge.2)
                .sum()
        };
        let least = (0_u32..1 << nodes)
            .filter(|set| sources.iter().all(|&s| set >> s & 1 == 1) && sinks.iter().all(|&t| set >> t & 1 == 0))
            .map(|set| cut(&|node| set >> node & 1 == 1))
            .fold(f64::INFINITY, f64::min);
        prop_assert_eq!(flow.value, least);
        prop_assert_eq!(cut(&|node| flow.source_side.contains(&node)), least);
        prop_assert_eq!(flow.cut.iter().map(|edge| edge.capacity).sum::<f64>(), least);

        let mut net = vec![0.0; nodes];
        for edge in &flow.edges {
            prop_assert!(edge.flow > 0.0 && edge.flow <= edge.capacity);
            let (from, to, capacity) = edges[edge.edge.unwrap().index()];
            prop_assert_eq!(edge.capacity, capacity);
            prop_assert!((edge.from, edge.to) == (from, to) || !directed && (edge.to, edge.from) == (from, to));
            net[edge.from] += edge.flow;
            net[edge.to] -= edge.flow;
        }
        for node in (0..nodes).filter(|node| !sources.contains(node) && !sinks.contains(node)) {
            prop_assert_eq!(net[node], 0.0);
        }
        prop_assert_eq!(sources.iter().map(|&node| net[node]).sum::<f64>(), flow.value);
    }

    #[test]
    fn any_capacities(edges in proptest::collection::vec((0_usize..12, 0_usize..12, 0.0_f64..1.0), 0..60)) {
        let graph = Adjacency::from_edges(12, true, edges).unwrap();
        let flow = max_flow(&graph, &[0, 1], &[10, 11]).unwrap();
        let cut: f64 = flow.cut.iter().map(|edge| edge.capacity).sum();
        prop_assert!((flow.value - cut).abs() <= 1e-12 * cut.max(1.0), "{} and {cut}", flow.value);
    }
}
