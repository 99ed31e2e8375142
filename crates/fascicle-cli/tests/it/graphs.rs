//! `fascicle graph` and `fascicle connectome` on small files of the test's own.

use std::fs;

use crate::support::{Desk, json};

/// Two triangles with a bridge, a shortcut and a self-loop.
const EDGES: &str = "a b 2\nb c 1\nc a 1\nc d 3\nd e 1\ne f 1\nf d 2\na d 5\nf f 1\n";

fn desk() -> Desk {
    let desk = Desk::new();
    fs::write(desk.path("g.edges"), EDGES).unwrap();
    desk
}

#[test]
fn a_graph_is_described() {
    let desk = desk();
    let info = json(&desk.good(&["graph", "info", "g.edges", "--json"]).stdout);
    assert_eq!((info["nodes"].as_u64(), info["edges"].as_u64()), (Some(6), Some(9)), "{info}");
    assert_eq!(info["weak_components"], 1, "{info}");
    assert_eq!(info["strong_components"], 2, "{info}");
    let metrics = json(&desk.good(&["graph", "metrics", "g.edges", "--json"]).stdout);
    assert_eq!(metrics["nodes"]["d"]["in-degree"], 3.0, "{metrics}");
    assert_eq!(metrics["nodes"]["a"]["out-strength"], 7.0, "{metrics}");
    let total: f64 =
        metrics["nodes"].as_object().unwrap().values().filter_map(|n| n["pagerank"].as_f64()).sum();
    assert!((total - 1.0).abs() < 1e-9, "{total}");
}

#[test]
fn paths_come_in_order() {
    let desk = desk();
    let found = json(&desk.good(&["graph", "paths", "g.edges", "a", "f", "--json"]).stdout);
    assert_eq!(
        found["paths"],
        serde_json::json!([
            { "nodes": ["a", "d", "e", "f"], "length": 3.0 },
            { "nodes": ["a", "b", "c", "d", "e", "f"], "length": 5.0 },
        ])
    );
    let by_weight = json(
        &desk
            .good(&["graph", "paths", "g.edges", "a", "d", "-k", "1", "--length", "weight", "--json"])
            .stdout,
    );
    assert_eq!(by_weight["paths"][0]["length"], 5.0, "{by_weight}");
    let none = desk.good(&["graph", "paths", "g.edges", "f", "a"]).stdout;
    assert_eq!(none, "no path leads from f to a\n");
}

#[test]
fn communities_are_the_triangles() {
    let desk = Desk::new();
    fs::write(desk.path("two.edges"), "a b\nb c\nc a\nc d\nd e\ne f\nf d\n").unwrap();
    let args = ["graph", "communities", "two.edges", "--undirected", "--out", "c.json", "--json"];
    let found = json(&desk.good(&args).stdout);
    assert_eq!(found["count"], 2, "{found}");
    let of = json(&fs::read_to_string(desk.path("c.json")).unwrap());
    assert_eq!(of["d"], of["f"]);
    assert_ne!(of["b"], of["f"]);
}

#[test]
fn formats_and_pictures_are_written() {
    let desk = desk();
    for name in ["g.json", "g.graphml", "g.gexf", "g.gml", "g.dot", "g.parquet"] {
        desk.good(&["graph", "convert", "g.edges", name]);
        let info = json(&desk.good(&["graph", "info", name, "--json"]).stdout);
        assert_eq!((info["nodes"].as_u64(), info["edges"].as_u64()), (Some(6), Some(9)), "{name}: {info}");
    }
    for layout in ["force", "layered", "circular", "matrix"] {
        desk.good(&[
            "graph",
            "draw",
            "g.edges",
            "--layout",
            layout,
            "--colour",
            "community",
            "--out",
            "g.svg",
        ]);
        let picture = fs::read_to_string(desk.path("g.svg")).unwrap();
        assert!(picture.starts_with("<svg") || picture.starts_with("<?xml"), "{layout}: {picture:.60}");
    }
}

#[test]
fn nulls_keep_degrees_and_motifs_are_counted() {
    let desk = desk();
    desk.good(&["graph", "nulls", "g.edges", "--out", "null.json"]);
    let degrees = |file: &str| {
        let metrics = json(&desk.good(&["graph", "metrics", file, "--json"]).stdout);
        ["a", "d", "f"].map(|node| metrics["nodes"][node]["in-degree"].as_f64())
    };
    assert_eq!(degrees("g.edges"), degrees("null.json"));
    let motifs = json(&desk.good(&["graph", "motifs", "g.edges", "--nulls", "10", "--json"]).stdout);
    let cycle = motifs["motifs"].as_array().unwrap().iter().find(|m| m["id"] == 98).unwrap().clone();
    assert_eq!(cycle["count"], 2, "{cycle}");
}

#[test]
fn a_connectome_is_read_with_its_report() {
    let desk = Desk::new();
    fs::write(
        desk.path("herm_chem_adj.csv"),
        "\u{feff},ADAL,AVAL,VB01\r\nADAL,,3,\r\nAVAL,1,,2\r\nVB01,,,1\r\n",
    )
    .unwrap();
    let args = ["connectome", "read", "herm_chem_adj.csv", "--format", "cook2019", "--out", "worm.json"];
    let report = desk.good(&args).stdout;
    assert!(report.contains("worm.json"), "{report}");
    let info = json(&desk.good(&["graph", "info", "worm.json", "--json"]).stdout);
    assert_eq!((info["nodes"].as_u64(), info["edges"].as_u64()), (Some(3), Some(4)), "{info}");
    assert_eq!(info["layers"][0]["name"], "chemical", "{info}");
    desk.good(&["graph", "paths", "worm.json", "ADAL", "VB1"]);
}

#[test]
fn what_is_wrong_is_said() {
    let desk = desk();
    insta::assert_snapshot!(desk.refused(&["graph", "paths", "g.edges", "a", "q"]), @"error: no node is called `q`");
    insta::assert_snapshot!(desk.refused(&["graph", "info", "g.edges", "--layer", "gap"]), @"error: no layer is called `gap`; this graph has one layer, which has no name");
    insta::assert_snapshot!(desk.refused(&["graph", "convert", "g.edges", "g.xyz"]), @"error: the graph file is g.xyz; expected an extension among .json .graphml .gexf .gml .dot .gv .txt .edgelist .tsv .edges .csv .mtx .parquet, or a format that is named");
    insta::assert_snapshot!(desk.refused(&["graph", "info", "none.json"]), @r"
    error: cannot read none.json
      caused by: No such file or directory (os error 2)
    ");
}
