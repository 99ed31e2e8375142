use fascicle_graph::ops::{Subgraph, edge_subgraph};
use fascicle_graph::{EdgeIndex, NodeIndex};

use super::{read, written};

const GRAPH: &str = "a b chem 1\n b c chem 5\n c d chem 2\n d a gap 3\n e a func 4";

#[track_caller]
fn check(wanted: &Subgraph, names: &[&str], lines: &[&str]) {
    let mut graph = read(GRAPH);
    for (name, kind) in [("a", "sensory"), ("b", "inter"), ("c", "inter")] {
        let node = graph.find(name).unwrap();
        graph.set_kind(node, kind);
    }
    let part = wanted.of(&graph).unwrap();
    assert_eq!(part.names().collect::<Vec<_>>(), names);
    assert_eq!(written(&part), lines);
    assert_eq!(part.layers(), graph.layers());
}

#[test]
fn parts() {
    let all = Subgraph::new();
    let every = ["a", "b", "c", "d", "e"];
    check(&all, &every, &["a b chem 1", "a d gap 3", "b c chem 5", "c d chem 2", "d a gap 3", "e a func 4"]);
    check(&all.clone().names(["c", "b", "d"]), &["b", "c", "d"], &["b c chem 5", "c d chem 2"]);
    check(&all.clone().kinds(["inter"]), &["b", "c"], &["b c chem 5"]);
    check(&all.clone().layers(["gap", "func"]), &every, &["a d gap 3", "d a gap 3", "e a func 4"]);
    check(&all.clone().at_least(4.0), &every, &["b c chem 5", "e a func 4"]);
    check(&all.clone().names(["e"]).around(1), &["a", "e"], &["e a func 4"]);
    check(
        &all.clone().names(["c"]).around(1).layers(["chem"]),
        &["b", "c", "d"],
        &["b c chem 5", "c d chem 2"],
    );
    check(&all.clone().names(["c"]).around(9).at_least(5.0), &["b", "c"], &["b c chem 5"]);
    check(
        &all.names(["a"]).around(1).kinds(["sensory", ""]),
        &["a", "d", "e"],
        &["a d gap 3", "d a gap 3", "e a func 4"],
    );
}

#[test]
fn by_edges() {
    let graph = read(GRAPH);
    let part = edge_subgraph(&graph, [NodeIndex::new(4)], [EdgeIndex::new(1), EdgeIndex::new(0)]);
    assert_eq!(part.names().collect::<Vec<_>>(), ["a", "b", "c", "e"]);
    assert_eq!(written(&part), ["a b chem 1", "b c chem 5"]);
}

#[test]
fn bad_arguments() {
    let graph = read(GRAPH);
    let all = Subgraph::new();
    insta::assert_snapshot!(all.clone().names(["z"]).of(&graph).unwrap_err(), @"no node is called `z`");
    insta::assert_snapshot!(all.clone().layers(["chemical"]).of(&graph).unwrap_err(), @"no layer is called `chemical`; this graph has `chem`, `gap`, `func`");
    insta::assert_snapshot!(all.clone().kinds(["motor"]).of(&graph).unwrap_err(), @"a kind is `motor`; expected one of the nodes' kinds (there are none)");
    insta::assert_snapshot!(all.clone().at_least(f64::NAN).of(&graph).unwrap_err(), @"the threshold is NaN; expected a number");
    insta::assert_snapshot!(all.around(2).of(&graph).unwrap_err(), @"the neighbourhood is 2 edges around nothing; expected at least one name");
}
