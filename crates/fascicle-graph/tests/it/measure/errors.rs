//! What measures say of graphs and arguments that are not for them.

use fascicle_graph::measure::{self, Betweenness, Direction, Iteration, Katz, Length, PageRank};
use fascicle_graph::{Adjacency, GraphError};
use insta::assert_snapshot;

fn graph(directed: bool, edges: &[(usize, usize, f64)]) -> Adjacency {
    Adjacency::from_edges(4, directed, edges.iter().copied()).unwrap()
}

fn text<T>(result: Result<T, GraphError>) -> String {
    result.err().expect("an error").to_string()
}

#[test]
fn the_wrong_kind_of_graph() {
    let (directed, undirected) = (graph(true, &[]), graph(false, &[]));
    assert_snapshot!(text(measure::clustering(&directed)), @"");
    assert_snapshot!(text(measure::clustering_directed(&undirected)), @"");
    assert_snapshot!(text(measure::closeness(&directed, Direction::Total, Length::Hops)), @"");
}

#[test]
fn weights_that_do_not_do() {
    let graph = graph(true, &[(0, 1, 2.0), (2, 3, -1.5), (3, 1, 1e-310)]);
    assert_snapshot!(text(measure::clustering_directed_weighted(&graph)), @"");
    assert_snapshot!(text(PageRank::new().of(&graph)), @"");
    assert_snapshot!(text(Betweenness::new().length(Length::Weight).nodes(&graph)), @"");
    assert_snapshot!(text(measure::global_efficiency(&graph, Length::Inverse)), @"");
    let tiny = Adjacency::from_edges(2, true, [(0, 1, 1e-310)]).unwrap();
    assert_snapshot!(text(measure::global_efficiency(&tiny, Length::Inverse)), @"");
}

#[test]
fn arguments_outside_their_domain() {
    let graph = graph(true, &[(0, 1, 2.0)]);
    assert_snapshot!(text(PageRank::new().damping(1.0).of(&graph)), @"");
    assert_snapshot!(text(PageRank::new().jumps_to(vec![1.0; 3]).of(&graph)), @"");
    assert_snapshot!(text(PageRank::new().jumps_to(vec![0.0; 4]).of(&graph)), @"");
    assert_snapshot!(text(PageRank::new().jumps_to(vec![1.0, -1.0, 1.0, 1.0]).of(&graph)), @"");
    assert_snapshot!(text(Betweenness::new().sampled(5, 0).nodes(&graph)), @"");
    assert_snapshot!(text(measure::participation(&graph, &[0, 1], Direction::Out)), @"");
    assert_snapshot!(text(measure::numeric_assortativity(&graph, &[0.0, f64::NAN, 1.0, 2.0])), @"");
    assert_snapshot!(text(Katz { attenuation: f64::NAN, ..Katz::default() }.of(&graph)), @"");
    assert_snapshot!(text(measure::hits(&graph, Iteration { tolerance: 0.0, most: 9 })), @"");
}

#[test]
fn iterations_without_a_limit() {
    let cycle = graph(true, &[(0, 1, 1.0), (1, 2, 1.0), (2, 0, 1.0), (0, 2, 1.0), (1, 0, 1.0), (2, 1, 1.0)]);
    let error = text(
        Katz { attenuation: 0.5, iteration: Iteration { tolerance: 0.1, most: 3 }, ..Katz::default() }
            .of(&cycle),
    );
    assert_snapshot!(error, @"");
    let line = graph(true, &[(0, 1, 1.0), (1, 2, 1.0)]);
    let short = Iteration { most: 2, ..Iteration::default() };
    let error = measure::eigenvector_centrality(&line, short).unwrap_err();
    assert!(matches!(
        error,
        GraphError::NotConverged { measure: "eigenvector centrality", iterations: 2, .. }
    ));
}
