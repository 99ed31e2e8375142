use fascicle_graph::ops::{difference, union};
use fascicle_graph::{Duplicates, PathwayGraph};
use proptest::prelude::*;
use serde_json::json;

use super::{read, written};

const A: &str = "a b chem 1\n a b chem 2\n a b gap 4\n b c chem +1";
const B: &str = "a b chem 8\n a b gap 1\n c b gap 2\n b c chem -1\n c c gap 3";

#[track_caller]
fn check(duplicates: Duplicates, expected: &[&str]) {
    let found = union(&[&read(A), &read(B)], duplicates).unwrap();
    assert_eq!(written(&found), expected);
    assert_eq!(found.names().collect::<Vec<_>>(), ["a", "b", "c"]);
}

#[test]
fn unions() {
    let rest = ["b c chem +1", "b c chem -1", "b c gap 2", "c b gap 2", "c c gap 3"];
    let with = |first: [&'static str; 2], back: &'static str| -> Vec<&'static str> {
        let mut all = first.to_vec();
        all.push(back);
        all.extend(rest);
        all.sort_unstable();
        all
    };
    check(Duplicates::Sum, &with(["a b chem 11", "a b gap 5"], "b a gap 5"));
    check(Duplicates::Max, &with(["a b chem 8", "a b gap 4"], "b a gap 4"));
    check(Duplicates::Min, &with(["a b chem 1", "a b gap 1"], "b a gap 1"));
    check(Duplicates::First, &with(["a b chem 1", "a b gap 4"], "b a gap 4"));
    assert_eq!(union(&[&read(A), &read(B)], Duplicates::Keep).unwrap().edge_count(), 12);
    assert_eq!(union(&[], Duplicates::Sum).unwrap().node_count(), 0);
}

#[test]
fn what_is_known_of_nodes_stays() {
    let (mut a, mut b) = (read(A), read(B));
    let (node_a, node_b) = (a.find("a").unwrap(), b.find("a").unwrap());
    b.set_kind(node_b, "sensory");
    a.attributes_mut(node_a).insert("side".into(), "L".into());
    b.attributes_mut(node_b).insert("side".into(), "R".into());
    b.attributes_mut(node_b).insert("type".into(), "ASE".into());
    for graph in [&mut a, &mut b] {
        graph.provenance.entries.insert("method".into(), "em".into());
    }
    b.provenance.entries.insert("file".into(), "b.csv".into());
    let both = union(&[&a, &b], Duplicates::Sum).unwrap();
    let node = &both.petgraph()[both.find("a").unwrap()];
    assert_eq!(
        (node.kind.as_str(), &node.attributes["side"], &node.attributes["type"]),
        ("sensory", &json!("L"), &json!("ASE"))
    );
    assert_eq!(both.provenance.entries.keys().collect::<Vec<_>>(), ["method"]);
}

#[test]
fn differences() {
    let only = |a: &str, b: &str| written(&difference(&read(a), &read(b)).unwrap());
    assert_eq!(only(A, B), [""; 0]);
    assert_eq!(only(B, A), ["b c gap 2", "c b gap 2", "c c gap 3"]);
    assert_eq!(only(A, ""), written(&read(A)));
    // An undirected edge is the same from either end.
    assert_eq!(only("x y gap 1", "y x gap 2"), [""; 0]);
    assert_eq!(only("x y chem 1", "y x chem 2"), ["x y chem 1"]);
    assert_eq!(difference(&read(A), &read(B)).unwrap().node_count(), 3);
}

#[test]
fn layers_must_agree() {
    let mut other = PathwayGraph::new();
    other.layer("gap", true).unwrap();
    insta::assert_snapshot!(union(&[&read(A), &other], Duplicates::Sum).unwrap_err(), @"layer `gap` is undirected, not directed");
    assert!(difference(&read(A), &other).is_err());
}

proptest! {
    #[test]
    fn laws((nodes, edges) in crate::support::small_multigraph(), (others, other_edges) in crate::support::small_multigraph()) {
        let (a, b) = (crate::support::graph(nodes, &edges), crate::support::graph(others, &other_edges));
        let both = union(&[&a, &b], Duplicates::Keep).unwrap();
        prop_assert_eq!(both.edge_count(), edges.len() + other_edges.len());
        prop_assert_eq!(both.node_count(), nodes.max(others));
        prop_assert_eq!(difference(&a, &both).unwrap().edge_count(), 0);
        let rest = difference(&both, &b).unwrap();
        let alone = difference(&a, &b).unwrap();
        prop_assert_eq!(written(&rest), written(&alone));
        let once = union(&[&a, &b], Duplicates::First).unwrap();
        prop_assert_eq!(written(&union(&[&once, &once], Duplicates::First).unwrap()), written(&once));
    }
}
