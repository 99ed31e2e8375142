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
    assert_snapshot!(text(measure::clustering(&directed)), @"the graph is directed; expected an undirected view (`View::undirected`)");
    assert_snapshot!(text(measure::clustering_directed(&undirected)), @"the graph is undirected; expected a directed view (`View::directed`)");
    assert_snapshot!(text(measure::closeness(&directed, Direction::Total, Length::Hops)), @"the direction is Total; expected In, Out, or an undirected view");
}

#[test]
fn weights_that_do_not_do() {
    let graph = graph(true, &[(0, 1, 2.0), (2, 3, -1.5), (3, 1, 1e-310)]);
    assert_snapshot!(text(measure::clustering_directed_weighted(&graph)), @"the edge 2 -> 3 has weight -1.5; expected a number of at least 0");
    assert_snapshot!(text(PageRank::new().of(&graph)), @"the edge 2 -> 3 has weight -1.5; expected a number of at least 0");
    assert_snapshot!(text(Betweenness::new().length(Length::Weight).nodes(&graph)), @"the edge 2 -> 3 has weight -1.5; expected a positive length");
    assert_snapshot!(text(measure::global_efficiency(&graph, Length::Inverse)), @"the edge 2 -> 3 has weight -1.5; expected a positive strength whose inverse is finite");
    let tiny = Adjacency::from_edges(2, true, [(0, 1, 1e-310)]).unwrap();
    let error = measure::global_efficiency(&tiny, Length::Inverse).unwrap_err();
    assert!(matches!(error, GraphError::BadWeight { weight: 1e-310, .. }));
}

#[test]
fn arguments_outside_their_domain() {
    let graph = graph(true, &[(0, 1, 2.0)]);
    assert_snapshot!(text(PageRank::new().damping(1.0).of(&graph)), @"damping is 1; expected a number from 0 to less than 1");
    assert_snapshot!(text(PageRank::new().jumps_to(vec![1.0; 3]).of(&graph)), @"the number of jumps is 3; expected 4, one for each node");
    assert_snapshot!(text(PageRank::new().jumps_to(vec![0.0; 4]).of(&graph)), @"the sum of the jumps is 0; expected a positive, finite number");
    assert_snapshot!(text(PageRank::new().jumps_to(vec![1.0, -1.0, 1.0, 1.0]).of(&graph)), @"a node's jump is -1; expected a finite number of at least 0");
    assert_snapshot!(text(Betweenness::new().sampled(5, 0).nodes(&graph)), @"the number of pivots is 5; expected a number from 1 to 4");
    assert_snapshot!(text(measure::participation(&graph, &[0, 1], Direction::Out)), @"the number of modules is 2; expected 4, one for each node");
    assert_snapshot!(text(measure::numeric_assortativity(&graph, &[0.0, f64::NAN, 1.0, 2.0])), @"a node's value is NaN; expected a finite number");
    assert_snapshot!(text(Katz { attenuation: f64::NAN, ..Katz::default() }.of(&graph)), @"attenuation is NaN; expected a finite number");
    assert_snapshot!(text(measure::hits(&graph, Iteration { tolerance: 0.0, most: 9 })), @"the tolerance is 0; expected a positive number");
}

#[test]
fn iterations_without_a_limit() {
    let cycle = graph(true, &[(0, 1, 1.0), (1, 2, 1.0), (2, 0, 1.0), (0, 2, 1.0), (1, 0, 1.0), (2, 1, 1.0)]);
    let error = text(
        Katz { attenuation: 0.5, iteration: Iteration { tolerance: 0.1, most: 3 }, ..Katz::default() }
            .of(&cycle),
    );
    assert_snapshot!(error, @"Katz centrality still changes by 3e0 after 3 iterations, where 1e-1 is wanted; the attenuation must be below the inverse of the greatest eigenvalue");
    let line = graph(true, &[(0, 1, 1.0), (1, 2, 1.0)]);
    let short = Iteration { most: 2, ..Iteration::default() };
    let error = measure::eigenvector_centrality(&line, short).unwrap_err();
    assert!(matches!(
        error,
        GraphError::NotConverged { measure: "eigenvector centrality", iterations: 2, .. }
    ));
}
