//! How `fascicle graph` looks at what is in a file: directions, parallel edges, self-loops, signs of weights.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Desk, json as parsed};

/// A desk with this file on it.
fn desk(name: &str, text: &str) -> Desk {
    let desk = Desk::new();
    fs::write(desk.path(name), text).unwrap();
    desk
}

#[track_caller]
fn told(desk: &Desk, args: &[&str]) -> Value {
    parsed(&desk.good(&[&["graph"][..], args, &["--json"]].concat()).stdout)
}

fn near(value: &Value, expected: f64) -> bool {
    value.as_f64().is_some_and(|value| (value - expected).abs() < 1e-12)
}

const SQUARE: &str = "graph { a -- b; b -- c; c -- a; c -- d }";

#[test]
fn a_graph_without_directions_is_looked_at_without() {
    let desk = desk("g.dot", SQUARE);
    let metrics = told(&desk, &["metrics", "g.dot"]);
    assert_eq!(metrics["directed"], false, "{metrics}");
    assert_eq!(metrics["graph"]["edges"], 4.0, "{metrics}");
    assert!(near(&metrics["graph"]["mean_path_length"], 8.0 / 6.0), "{metrics}");
    let c = &metrics["nodes"]["c"];
    assert_eq!(
        (&c["degree"], &c["in_degree"], &c["core"]),
        (&json!(3.0), &Value::Null, &json!(2.0)),
        "{metrics}"
    );
    // networkx 3.6: rich_club_coefficient(G, normalized=False) is {0: 2/3, 1: 1.0}
    let club = told(&desk, &["rich-club", "g.dot", "--nulls", "2"]);
    let phi = |k: usize| &club["levels"][k]["phi"];
    assert!(near(phi(0), 4.0 / 6.0) && near(phi(1), 1.0) && phi(2).is_null(), "{club}");
    desk.good(&["graph", "nulls", "g.dot", "--out", "null.json"]);
    assert_eq!(told(&desk, &["metrics", "null.json"])["nodes"]["c"]["degree"], 3.0);
}

#[test]
fn one_layer_may_have_no_directions_where_others_have() {
    let text = r#"{"nodes": [{"name": "a"}, {"name": "b"}],
        "edges": [{"source": "a", "target": "b", "layer": "chemical", "weight": 3},
            {"source": "a", "target": "b", "layer": "gap", "weight": 2}, {"source": "b", "target": "a", "layer": "gap", "weight": 2}],
        "layers": [{"name": "chemical", "directed": true}, {"name": "gap", "directed": false}]}"#;
    let desk = desk("g.json", text);
    for (layers, directed, edges) in
        [(&[][..], true, 2.0), (&["--layer", "chemical"], true, 1.0), (&["--layer", "gap"], false, 1.0)]
    {
        let metrics = told(&desk, &[&["metrics", "g.json"][..], layers].concat());
        assert_eq!(
            (&metrics["directed"], &metrics["graph"]["edges"]),
            (&json!(directed), &json!(edges)),
            "{layers:?}"
        );
    }
    desk.good(&["graph", "convert", "g.json", "gap.graphml", "--layer", "gap"]);
    let written = fs::read_to_string(desk.path("gap.graphml")).unwrap();
    assert!(written.contains("edgedefault=\"undirected\""), "{written}");
    // together they weigh 5
    let strong = told(&desk, &["convert", "g.json", "strong.json", "--at-least", "4"]);
    assert_eq!(strong["edges"], 2, "{strong}");
    let gap = told(&desk, &["info", "g.json", "--layer", "gap", "--at-least", "2"]);
    let layers = json!([{ "name": "gap", "directed": false, "edges": 2, "weight": 4.0 }]);
    assert_eq!((&gap["edges"], &gap["layers"]), (&json!(2), &layers), "{gap}");
    let none = told(&desk, &["info", "g.json", "--at-least", "9"]);
    assert_eq!((&none["edges"], &none["weak_components"]), (&json!(0), &json!(2)), "{none}");
    assert_eq!(told(&desk, &["info", "g.json", "--at-least", "-1"])["edges"], 3);
    let nan = desk.refused(&["graph", "info", "g.json", "--at-least", "nan"]);
    assert!(nan.contains("'--at-least <WEIGHT>': expected a finite number"), "{nan}");
}

#[test]
fn directions_can_be_forgotten() {
    let desk = desk("g.edges", "a b 2\nb a 3\nb c 1\nc c 4\n");
    let paths =
        |more: &[&str]| told(&desk, &[&["paths", "g.edges", "c", "a"][..], more].concat())["paths"].clone();
    assert_eq!(paths(&[]), json!([]));
    assert_eq!(paths(&["--undirected"]), json!([{ "nodes": ["c", "b", "a"], "length": 2.0 }]));
    assert_eq!(paths(&["--undirected", "-k", "0"]), json!([]));
    let none = desk.good(&["graph", "paths", "g.edges", "a", "c", "-k", "0"]).stdout;
    assert_eq!(none, "no path was asked for: -k is 0\n");
    desk.good(&["graph", "convert", "g.edges", "g.mtx", "--undirected"]);
    let written = fs::read_to_string(desk.path("g.mtx")).unwrap();
    assert_eq!(
        written,
        "%%MatrixMarket matrix coordinate real symmetric\n3 3 3\n2 1 5.0\n3 2 1.0\n3 3 4.0\n"
    );
}

#[test]
fn parallel_edges_are_as_long_as_the_best_of_them() {
    let desk = desk("g.edges", "a b 0.5\na b 0.25\n");
    for (length, expected) in
        [("hops", 1.0), ("weight", 0.25), ("inverse", 1.0 / 0.75), ("negative-log", std::f64::consts::LN_2)]
    {
        let found = told(&desk, &["paths", "g.edges", "a", "b", "--length", length]);
        assert!(near(&found["paths"][0]["length"], expected), "{length}: {found}");
    }
}

#[test]
fn self_loops_are_left_out_unless_they_are_wanted() {
    let desk = desk("g.edges", "a a 2\na b 1\n");
    for (more, degree, strength) in [(&[][..], 1.0, 1.0), (&["--self-loops"], 2.0, 3.0)] {
        let metrics = told(&desk, &[&["metrics", "g.edges"][..], more].concat());
        let a = &metrics["nodes"]["a"];
        assert_eq!((&a["out_degree"], &a["out_strength"]), (&json!(degree), &json!(strength)), "{metrics}");
        assert_eq!(metrics["self_loops"], 1, "{metrics}");
    }
}

#[test]
fn nodes_without_edges_have_plain_zeros() {
    let desk = desk("g.dot", "digraph { a b }");
    let shown = desk.good(&["graph", "metrics", "g.dot"]).stdout;
    assert!(shown.contains("global efficiency") && !shown.contains("-0"), "{shown}");
}

#[test]
fn negative_weights_leave_out_what_they_make_undefined() {
    let desk = desk("g.edges", "AVAL AVBL -1\nAVBL AVAL 2\nAVBL AVEL 1\n");
    let metrics = told(&desk, &["metrics", "g.edges"]);
    let node = &metrics["nodes"]["AVBL"];
    assert_eq!(
        (&node["in_strength"], &node["pagerank"], &node["hub"]),
        (&json!(-1.0), &Value::Null, &Value::Null)
    );
    let shown = desk.good(&["graph", "metrics", "g.edges", "--top", "1"]).stdout;
    assert!(!shown.contains("pagerank"), "{shown}");
    insta::assert_snapshot!(desk.refused(&["graph", "communities", "g.edges"]), @"error: the edge AVAL -> AVBL has weight -1; expected a weight from 0 for modularity without `signed` (look at magnitudes or use signed modularity)");
    insta::assert_snapshot!(desk.refused(&["graph", "paths", "g.edges", "AVAL", "AVEL", "--length", "weight"]), @"error: the edge AVAL -> AVBL has weight -1; expected a length of at least 0");
}

#[test]
fn formats_without_an_extension_of_their_own_are_named() {
    let desk = desk("g.dot", SQUARE);
    desk.good(&["graph", "convert", "g.dot", "g.json", "--to", "node-link"]);
    let written = parsed(&fs::read_to_string(desk.path("g.json")).unwrap());
    assert_eq!(
        (&written["directed"], written["edges"].as_array().map(Vec::len)),
        (&json!(false), Some(4)),
        "{written}"
    );
    assert_eq!(written["nodes"][0]["id"], "a", "{written}");
    let said = desk.good(&["graph", "convert", "g.json", "edges", "--to", "edge-csv"]).stdout;
    insta::assert_snapshot!(said, @r"
    4 nodes and 8 edges written to edges
    not in it, as edge-csv has no place for them: which layers have no directions
    ");
    let written = fs::read_to_string(desk.path("edges")).unwrap();
    assert!(written.starts_with("source,target,weight\na,b,1.0\n"), "{written}");
}
