use fascicle_graph::PathwayGraph;
use fascicle_graph::ops::{Collapse, Collapsed, GroupBy, Ungrouped};

use super::{read, written};

/// Left and right cells with their classes, and one cell `X` without.
fn bilateral() -> PathwayGraph {
    let mut graph = read(
        "AVAL AVAR chem 1\n AVAR AVAL chem 2\n AVAL AVBL chem +3\n AVAR AVBR chem +4\n AVAL AVBR chem -5
         AVAL AVAR gap 7\n AVAL AVAL gap 1\n AVBL AVAR gap 2\n X AVBL chem 6\n AVAL X chem 1",
    );
    for name in ["AVAL", "AVAR", "AVBL", "AVBR"] {
        let node = graph.find(name).unwrap();
        graph.set_kind(node, if name == "AVBR" { "motor" } else { "inter" });
        graph.attributes_mut(node).insert("class".into(), name[..3].into());
    }
    graph
}

fn by_class() -> Collapse {
    Collapse::by(GroupBy::Attribute("class".into()))
}

#[test]
fn classes() {
    let Collapsed { graph, members, merged, within, dropped } =
        by_class().ungrouped(Ungrouped::Drop).of(&bilateral()).unwrap();
    assert_eq!(
        written(&graph),
        [
            "AVA AVA chem 3",
            "AVA AVA gap 8",
            "AVA AVB chem +7",
            "AVA AVB chem -5",
            "AVA AVB gap 2",
            "AVB AVA gap 2"
        ]
    );
    assert_eq!(members.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
    assert_eq!((merged.iter().sum::<usize>(), within, dropped.len()), (9, 4, 1));
    // Cells of one kind, and of two.
    let kinds: Vec<_> = graph.petgraph().node_weights().map(|node| node.kind.as_str()).collect();
    assert_eq!(kinds, ["inter", ""]);
}

#[test]
fn without_loops_and_with_strangers() {
    let kept = by_class().ungrouped(Ungrouped::Keep).without_loops().of(&bilateral()).unwrap();
    assert_eq!(
        written(&kept.graph),
        [
            "AVA AVB chem +7",
            "AVA AVB chem -5",
            "AVA AVB gap 2",
            "AVA X chem 1",
            "AVB AVA gap 2",
            "X AVB chem 6"
        ]
    );
    assert_eq!(kept.within, 4);
}

#[test]
fn kinds() {
    let kinds = Collapse::by(GroupBy::Kind).ungrouped(Ungrouped::Drop).of(&bilateral()).unwrap();
    assert_eq!(kinds.graph.names().collect::<Vec<_>>(), ["inter", "motor"]);
    assert_eq!(
        written(&kinds.graph),
        [
            "inter inter chem +3",
            "inter inter chem 3",
            "inter inter gap 10",
            "inter motor chem +4",
            "inter motor chem -5"
        ]
    );
}

#[test]
fn bad_groups() {
    insta::assert_snapshot!(by_class().of(&bilateral()).unwrap_err(), @"a node's group is missing at `X`; expected the attribute `class`, or the choice to keep or to drop nodes without it");
    insta::assert_snapshot!(Collapse::by(GroupBy::Kind).of(&bilateral()).unwrap_err(), @"a node's group is missing at `X`; expected a kind, or the choice to keep or to drop nodes without it");
    let mut named_like_a_group = bilateral();
    named_like_a_group.node("AVA");
    insta::assert_snapshot!(by_class().ungrouped(Ungrouped::Keep).of(&named_like_a_group).unwrap_err(), @"two nodes are called `AVA`; names must be unique");
}
