use fascicle_graph::ops::{EdgeHistory, TemporalGraph, Turnover};
use fascicle_graph::{Duplicates, PathwayGraph};

use super::{read, written};

/// Three ages of a worm.
fn growing() -> TemporalGraph {
    let mut series = TemporalGraph::new();
    series.push("birth", read("a b chem +1\n b a gap 2")).unwrap();
    series.push("L2", read("b c chem 3\n a b chem +3\n a b gap 4\n c c gap 1")).unwrap();
    series.push("adult", read("a b chem -5\n b c chem 1\n c a chem 1")).unwrap();
    series
}

fn text(series: &TemporalGraph, edge: &EdgeHistory) -> String {
    let nodes = series.nodes();
    let present: String =
        edge.weights.iter().map(|weight| if weight.is_some() { '#' } else { '.' }).collect();
    format!(
        "{} {} {} {present}",
        nodes.name(edge.from),
        nodes.name(edge.to),
        nodes.layers()[edge.layer.index()].name
    )
}

#[test]
fn edges_over_time() {
    let series = growing();
    let history = series.history();
    let lines: Vec<String> = history.iter().map(|edge| text(&series, edge)).collect();
    assert_eq!(lines, ["a b chem ###", "b c chem .##", "c a chem ..#", "a b gap ##.", "c c gap .#."]);
    assert_eq!(history[0].weights, [Some(1.0), Some(3.0), Some(5.0)]);
    assert_eq!(history.iter().filter(|edge| edge.is_persistent()).count(), 1);
    assert_eq!(history.iter().map(EdgeHistory::count).collect::<Vec<_>>(), [3, 2, 1, 2, 1]);
    let which = |test: &dyn Fn(&EdgeHistory) -> bool| -> Vec<&str> {
        history.iter().zip(&lines).filter(|(edge, _)| test(edge)).map(|(_, line)| &line[..8]).collect()
    };
    assert_eq!(which(&|edge| edge.appears_at(0) || edge.vanishes_at(0)), [""; 0]);
    assert_eq!(which(&|edge| edge.appears_at(1)), ["b c chem", "c c gap "]);
    assert_eq!(which(&|edge| edge.vanishes_at(2)), ["a b gap ", "c c gap "]);
    assert_eq!(
        series.turnover(),
        [(2, 0, 0), (4, 2, 0), (3, 1, 2)].map(|(edges, appearing, vanishing)| Turnover {
            edges,
            appearing,
            vanishing
        })
    );
}

#[test]
fn one_graph_from_all() {
    let series = growing();
    let common = written(&series.consensus(2).unwrap());
    // The sign is gone where ages differ in it.
    assert_eq!(common, ["a b chem 3", "a b gap 3", "b a gap 3", "b c chem 2"]);
    assert_eq!(written(&series.consensus(3).unwrap()), ["a b chem 3"]);
    assert_eq!(series.consensus(1).unwrap().edge_count(), 6);
    assert_eq!(
        written(&series.union(Duplicates::Max).unwrap()),
        ["a b chem +3", "a b chem -5", "a b gap 4", "b a gap 4", "b c chem 3", "c a chem 1", "c c gap 1"]
    );
    assert_eq!(series.snapshots()[1].label, "L2");
}

#[test]
fn bad_arguments() {
    let mut series = growing();
    insta::assert_snapshot!(series.push("L2", PathwayGraph::new()).unwrap_err(), @"a snapshot's label is `L2`, which there is already; expected a new one");
    let mut other = PathwayGraph::new();
    other.layer("gap", true).unwrap();
    insta::assert_snapshot!(series.push("old", other).unwrap_err(), @"layer `gap` is undirected, not directed");
    assert_eq!(series.snapshots().len(), 3);
    insta::assert_snapshot!(series.consensus(0).unwrap_err(), @"the least number of snapshots is 0; expected a number from 1 to 3, that of all snapshots");
    insta::assert_snapshot!(series.consensus(4).unwrap_err(), @"the least number of snapshots is 4; expected a number from 1 to 3, that of all snapshots");
}
