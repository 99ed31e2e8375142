use proptest::prelude::*;
use serde_json::json;

use super::super::*;
use super::{at, entity, event, text};
use crate::format::{Format, ReadOptions, json as json_format};
use crate::matching::{Affinity, FixedPoint};
use crate::{GraphError, PathwayGraph, draw};

fn kitchen() -> EventGraph {
    let mut call = event("call", "woman 1", "phone", 2.0, 9.0).with([entity("phone 1")]).in_place("hall");
    call.confidence = 0.75;
    call.attributes.insert("mood".to_owned(), json!({"calm": true}));
    EventGraph::new(vec![
        event("come", "man 1", "walk", 0.0, 4.0).in_place("kitchen").at(2.0, 3.0),
        call,
        event("sit", "man 1", "sit", 4.0, 8.0).with([entity("chair 1")]).in_place("kitchen").at(2.5, 3.0),
        event("talk", "man 1", "talk", 8.0, 10.0).with([entity("woman 1")]).at(9.0, 9.0),
    ])
    .unwrap()
}

fn said(graph: &EventGraph) -> Vec<String> {
    let id = |event: usize| &graph.events()[event].id;
    graph
        .edges()
        .iter()
        .map(|edge| format!("{} {} {} {}", id(edge.from), edge.relation, id(edge.to), edge.weight))
        .collect()
}

#[test]
fn derived_edges() {
    let graph = kitchen().derive(&Derivation { near: Some(1.0), ..Derivation::default() }).unwrap();
    assert_eq!(
        said(&graph),
        [
            "come temporal/overlaps call 2",
            "come temporal/meets sit 4",
            // come before talk follows from what lies between
            "call temporal/contains sit 2",
            "call temporal/overlaps talk 6",
            "sit temporal/meets talk 4",
            "come spatial/same-place sit 0",
            "come spatial/near sit 0.5",
            "come logical/next sit 1",
            "sit logical/next talk 1",
            "talk logical/acts-on call 1",
        ]
    );
    let all = kitchen().derive(&Derivation { temporal: Temporal::All, ..Derivation::default() }).unwrap();
    assert!(said(&all).contains(&"come temporal/before talk 8".to_owned()));
    assert_eq!(all.relation(3, 0).unwrap(), Allen::After);
    // deriving again changes nothing
    assert_eq!(
        graph.clone().derive(&Derivation { near: Some(1.0), ..Derivation::default() }).unwrap(),
        graph
    );
}

#[test]
fn direct_relations_imply_all() {
    // chains of direct ones lead from every event to all that it is before
    let ends = [(0, 2), (1, 3), (2, 4), (5, 6), (5, 9), (7, 8), (9, 11), (10, 12)];
    let events = ends.iter().enumerate().map(|(number, &(start, end))| {
        event(&format!("e{number}"), "man 1", "walk", f64::from(start), f64::from(end))
    });
    let graph = EventGraph::new(events.collect()).unwrap();
    let graph = graph.derive(&Derivation { logical: false, ..Derivation::default() }).unwrap();
    let mut known = [[Relations::ALL; 8]; 8];
    for edge in graph.edges() {
        let Relation::Temporal(relation) = edge.relation else { panic!("{edge:?}") };
        known[edge.from][edge.to] = relation.into();
        known[edge.to][edge.from] = relation.inverse().into();
    }
    assert!(graph.edges().len() < 8 * 7 / 2);
    for through in (0..8).chain(0..8) {
        for one in 0..8 {
            for two in 0..8 {
                if one != two && one != through && two != through {
                    let told = known[one][through].then(known[through][two]);
                    known[one][two] = known[one][two].and(told);
                }
            }
        }
    }
    for (one, row) in known.iter().enumerate() {
        for (two, told) in row.iter().enumerate() {
            if one != two {
                assert_eq!(*told, graph.relation(one, two).unwrap().into(), "{one} {two}");
            }
        }
    }
}

fn round_trip(graph: &EventGraph) -> EventGraph {
    let written = Format::Json.render(&graph.to_graph().unwrap()).unwrap();
    let read = json_format::parse(std::str::from_utf8(&written).unwrap()).unwrap();
    EventGraph::from_graph(&read).unwrap()
}

#[test]
fn json_keeps_everything() {
    let mut graph = kitchen().with_tolerance(0.25).unwrap();
    graph = graph.derive(&Derivation { near: Some(1.0), ..Derivation::default() }).unwrap();
    graph.relate(3, 0, Relation::logical("because"), 0.5).unwrap();
    let nested = graph.collapse(&[0, 2], "arrive", "arrive").unwrap();
    let twice = nested.collapse(&[0, 1], "evening", "spend").unwrap();
    for graph in [EventGraph::default(), graph, nested, twice] {
        assert_eq!(round_trip(&graph), graph);
    }
}

#[test]
fn other_formats_keep_events_too() {
    let graph = kitchen().derive(&Derivation::default()).unwrap();
    for format in [Format::GraphMl, Format::Gexf, Format::Gml, Format::Dot] {
        let written = format.render(&graph.to_graph().unwrap()).unwrap();
        let read = EventGraph::from_graph(&format.parse(&written, &ReadOptions::new()).unwrap()).unwrap();
        assert_eq!(read.events(), graph.events(), "{format:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn any_graph_comes_back(
        ends in prop::collection::vec((0.0..9.0_f64, 0.01..5.0_f64, 0_usize..3, 0_usize..3), 0..9),
        tolerance in 0.0..0.5_f64,
    ) {
        let events = ends.iter().enumerate().map(|(number, &(start, length, who, what))| {
            event(&format!("e{number}"), ["man 1", "man 2", "dog 1"][who], "go", start, start + length)
                .with([entity(["ball 1", "man 2", "bone 1"][what])])
                .at(start, length)
        });
        let how = Derivation { temporal: Temporal::All, near: Some(2.0), logical: true };
        let graph = EventGraph::new(events.collect()).unwrap().with_tolerance(tolerance).unwrap();
        let graph = graph.derive(&how).unwrap();
        let temporal = graph.edges().iter().filter(|edge| matches!(edge.relation, Relation::Temporal(_)));
        prop_assert_eq!(temporal.count(), ends.len() * ends.len().saturating_sub(1) / 2);
        prop_assert_eq!(&round_trip(&graph), &graph);
        // a graph is itself, whatever its nodes are called
        let pathway = graph.to_graph().unwrap();
        let affinity = Affinity::between(&pathway, &pathway, &EventLikeness::default()).unwrap();
        let matching = FixedPoint::default().run(&affinity).unwrap();
        prop_assert!(matching.normalised <= 1.0 + 1e-9);
    }
}

#[test]
fn drawn_in_the_order_of_starts() {
    let graph = kitchen().derive(&Derivation::default()).unwrap().to_graph().unwrap();
    let ranks = draw::Ranks::Attribute("start".to_owned());
    let layout = draw::Layered { ranks, ..draw::Layered::default() };
    let picture = draw::svg(&graph, &draw::Options::new(layout)).unwrap();
    let place =
        |id: &str| picture.find(&format!(">{id}</text>")).unwrap_or_else(|| panic!("{id} in {picture}"));
    assert!(place("come") < place("talk"));
}

#[test]
fn together_and_apart() {
    let how = Derivation { near: Some(1.0), ..Derivation::default() };
    let graph = kitchen().derive(&how).unwrap();
    let nested = graph.collapse(&[2, 0], "arrive", "arrive").unwrap();
    assert_eq!(nested.events().len(), 3);
    let whole = &nested.events()[0];
    assert_eq!((whole.id.as_str(), whole.interval), ("arrive", at(0.0, 8.0)));
    assert_eq!(whole.actors, [entity("man 1")]);
    assert_eq!(whole.objects, [entity("chair 1")]);
    assert_eq!(whole.location, Location { place: Some("kitchen".to_owned()), at: Some([2.25, 3.0]) });
    assert_eq!(
        said(&nested),
        [
            "arrive temporal/overlaps call 2",
            "call temporal/overlaps talk 6",
            "arrive temporal/meets talk 8",
            "arrive logical/next talk 1",
            "talk logical/acts-on call 1",
        ]
    );
    assert_eq!(whole.details.as_ref().unwrap().edges().len(), 4);
    let expanded = nested.expand(0).unwrap().derive(&how).unwrap();
    let sorted = |graph: &EventGraph| {
        let mut said = said(graph);
        said.sort();
        said
    };
    assert_eq!(sorted(&expanded), sorted(&graph));
    insta::assert_snapshot!(text(graph.expand(1)), @"the event to expand is `call`; expected one with details");
    insta::assert_snapshot!(text(graph.collapse(&[1, 1], "x", "x")), @"the events to put together is [1, 1]; expected one or more, each once");
    insta::assert_snapshot!(text(graph.collapse(&[1, 2], "talk", "x")), @"two events are called `talk`; give each its own id, or let `Ids::Number` do it");
}

#[test]
fn errors() {
    let two = || vec![event("a", "man 1", "walk", 0.0, 1.0), event("b", "man 1", "sit", 1.0, 2.0)];
    let mut graph = EventGraph::new(two()).unwrap();
    let relate =
        |graph: &mut EventGraph, from, to, relation, weight| text(graph.relate(from, to, relation, weight));
    insta::assert_snapshot!(relate(&mut graph, 0, 1, Relation::Temporal(Allen::Before), 1.0), @"`a` is said to be `before` to `b`, but their times say `meets`; correct one of them, or raise the tolerance");
    insta::assert_snapshot!(relate(&mut graph, 0, 0, Relation::logical("because"), 1.0), @"a relation is of `a` to itself; expected another event");
    insta::assert_snapshot!(relate(&mut graph, 0, 2, Relation::logical("because"), 1.0), @"an event's index is 2; expected an index below 2");
    insta::assert_snapshot!(relate(&mut graph, 0, 1, Relation::logical("because"), f64::NAN), @"the weight of a relation is NaN; expected a finite number");
    // stated twice, there once; stated backwards, stored forwards
    graph.relate(1, 0, Relation::Temporal(Allen::MetBy), 1.0).unwrap();
    graph.relate(0, 1, Relation::Temporal(Allen::Meets), 1.0).unwrap();
    assert_eq!(said(&graph), ["a temporal/meets b 1"]);

    let wrong = |change: &dyn Fn(&mut Event)| {
        let mut events = two();
        change(&mut events[1]);
        text(EventGraph::new(events))
    };
    insta::assert_snapshot!(wrong(&|event| event.id = "a".to_owned()), @"two events are called `a`; give each its own id, or let `Ids::Number` do it");
    insta::assert_snapshot!(wrong(&|event| event.confidence = f64::NAN), @"event `b` has a confidence of NaN; expected a number from 0 to 1");
    insta::assert_snapshot!(wrong(&|event| event.location.at = Some([0.0, f64::INFINITY])), @"event `b` has the position [0.0, inf]; expected two finite numbers");
    insta::assert_snapshot!(wrong(&|event| { event.attributes.insert("start".to_owned(), json!(1)); }), @"event `b` has an attribute called `start`; expected a name that is not what files call a part of every event");
    insta::assert_snapshot!(text(EventGraph::default().with_tolerance(-1.0)), @"the tolerance is -1; expected a finite number from 0 up");
}

#[test]
fn graphs_that_are_none_of_events() {
    let read =
        |file: &str| -> Result<EventGraph, GraphError> { EventGraph::from_graph(&json_format::parse(file)?) };
    let node = |name: &str, start: f64| {
        format!(r#"{{"name": "{name}", "kind": "walk", "start": {start}, "end": {}}}"#, start + 1.0)
    };
    let nodes = format!("{}, {}, {}", node("a", 0.0), node("b", 2.0), node("c", 4.0));
    let file = |edges: &str| format!(r#"{{"nodes": [{nodes}], "edges": [{edges}]}}"#);
    let edge = |from: &str, to: &str, layer: &str| {
        format!(r#"{{"source": "{from}", "target": "{to}", "layer": "{layer}", "weight": 1}}"#)
    };
    assert_eq!(read(&file("")).unwrap().events().len(), 3);
    insta::assert_snapshot!(text(read(r#"{"nodes": [{"name": "a", "kind": "walk"}], "edges": []}"#)), @"node `a` is no event: missing field `start`");
    insta::assert_snapshot!(text(read(r#"{"nodes": [{"name": "a", "start": 3, "end": 2}], "edges": []}"#)), @"node `a` is no event: an interval is 3 to 2; expected a start before the end, both finite");
    insta::assert_snapshot!(text(read(&file(&edge("a", "b", "chemical")))), @"layer `chemical` is no relation of events; expected `temporal/before` (or another of Allen's), `spatial/near`, `spatial/same-place` or `logical/…`, directed but for `temporal/equals`, `spatial/near`, `spatial/same-place`, `logical/shared-object`");
    let before = |from, to| edge(from, to, "temporal/before");
    let circle = [before("a", "b"), before("b", "c"), before("c", "a")].join(", ");
    insta::assert_snapshot!(text(read(&file(&circle))), @"no times fit: `a` → `b` → `c` stand in a circle, each to come before the next; take one relation back");
    insta::assert_snapshot!(text(read(&file(&before("c", "b")))), @"`c` is said to be `before` to `b`, but their times say `after`; correct one of them, or raise the tolerance");
    assert!(EventGraph::from_graph(&PathwayGraph::new()).unwrap().events().is_empty());
}
