use super::super::*;
use super::{entity, event};

#[test]
fn one_clause_an_event() {
    let mut graph = EventGraph::new(vec![
        event("1", "man 1", "walk", 0.0, 2.0).in_place("kitchen"),
        event("2", "man 1", "sit", 2.0, 9.0).with([entity("chair 1")]).in_place("kitchen"),
        event("3", "woman 1", "call", 3.0, 4.5).with([entity("phone 1"), entity("man 1")]),
        event("4", "dog 1", "bark", 4.0, 5.0),
        event("5", "dog 1", "run", 6.25, 8.0),
        event("6", "cat 1", "run", 6.25, 8.0),
        event("7", "cat 1", "hide", 12.0, 13.0),
    ])
    .unwrap();
    graph.relate(5, 3, Relation::logical("because"), 1.0).unwrap();
    let graph = graph.derive(&Derivation::default()).unwrap();
    insta::assert_snapshot!(graph.verbalise(), @"First, man 1: walk in the kitchen (0–2). Right after that, man 1: sit chair 1 in the kitchen (2–9). During that, woman 1: call phone 1 and man 1 (3–4.5). Before that ends, dog 1: bark (4–5). Then, dog 1: run (6.25–8). At the same time, cat 1: run (6.25–8), because dog 1: bark. Then, cat 1: hide (12–13).");
}

#[test]
fn little_to_say() {
    assert_eq!(EventGraph::default().verbalise(), "");
    let mut nobody = event("1", "man 1", "rain", 0.0, 1.5);
    nobody.actors.clear();
    assert_eq!(EventGraph::new(vec![nobody]).unwrap().verbalise(), "First, someone: rain (0–1.5).");
    let mut three = event("1", "man 1", "sing", 0.0, 0.25);
    three.actors.extend([entity("man 2"), entity("man 3")]);
    assert_eq!(
        EventGraph::new(vec![three]).unwrap().verbalise(),
        "First, man 1, man 2 and man 3: sing (0–0.25)."
    );
}
