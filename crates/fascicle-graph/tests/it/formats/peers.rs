//! Files that other programs wrote.
//!
//! `tests/fixtures/formats` was made by `python peers.py .` there, with NetworkX 3.6.1, igraph 1.0.0 and pandas
//! with pyarrow. The other way
//! round, what is written here was read with both: `networkx.read_graphml`, `read_gexf`, `read_gml`, `node_link_graph`,
//! `read_weighted_edgelist`, `scipy.io.mmread` and `igraph.Graph.Read` gave back the nodes, edges and weights (`python
//! peers.py --read FOLDER` does it again, with the folder that the example `write_formats` fills).

use std::path::Path;

use fascicle_graph::PathwayGraph;
use fascicle_graph::format::{self, ReadOptions};
use serde_json::{Value, json};

use super::shown;

fn fixture(name: &str) -> PathwayGraph {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats");
    format::read(&folder.join(name), &ReadOptions::new()).unwrap()
}

#[track_caller]
fn check(name: &str, nodes: &[&str], edges: &[&str]) {
    let graph = fixture(name);
    assert_eq!(graph.names().collect::<Vec<_>>(), nodes, "{name}");
    assert_eq!(shown(&graph), edges, "{name}");
}

#[test]
fn networkx_multidigraph() {
    for name in ["networkx.graphml", "networkx.gexf", "networkx.gml", "networkx_node_link.json"] {
        check(
            name,
            &["AWAL", "R&D <x>", "Ünï", "alone"],
            &[
                "AWAL -> R&D <x> 3 chemical +1",
                "AWAL -> R&D <x> 0.5 chemical -1",
                "R&D <x> -> Ünï 0.0000001 chemical",
                "Ünï -> Ünï 2 gap",
            ],
        );
        let graph = fixture(name);
        let kinds: Vec<&str> = graph.petgraph().node_weights().map(|node| node.kind.as_str()).collect();
        assert_eq!(kinds, ["sensory", "inter\"neuron", "motor", ""], "{name}");
        let first = &graph.petgraph()[graph.find("AWAL").unwrap()].attributes;
        let of = |key: &str| first.get(key).cloned().unwrap_or_default();
        assert_eq!((of("x"), of("count")), (json!(1.5), json!(3)), "{name}");
        // GML has no booleans
        let left = if name.ends_with("gml") { json!(1) } else { Value::Bool(true) };
        assert_eq!(of("left"), left, "{name}");
    }
}

#[test]
fn networkx_graph() {
    let edges = [
        "a -> b 2 (undirected)",
        "b -> a 2 (undirected)",
        "b -> c 4 (undirected)",
        "c -> b 4 (undirected)",
        "c -> c 1 (undirected)",
    ];
    for name in [
        "networkx_undirected.graphml",
        "networkx_undirected.gexf",
        "networkx_undirected.gml",
        "networkx_links.json",
    ] {
        check(name, &["a", "b", "c"], &edges);
    }
}

#[test]
fn networkx_edge_lists() {
    for name in ["networkx.edgelist", "networkx_weighted.edgelist"] {
        check(name, &["a", "b", "c"], &["a -> b 2", "b -> c 4", "c -> c 1"]);
    }
}

#[test]
fn igraph_files() {
    let edges = ["a -> b b 1.5", "b b -> c\"c 2", "c\"c -> c\"c 3"];
    for name in ["igraph.graphml", "igraph.gml"] {
        check(name, &["a", "b b", "c\"c"], &edges);
    }
    check("igraph.dot", &["0", "1", "2"], &["0 -> 1 1.5", "1 -> 2 2", "2 -> 2 3"]);
    check("igraph.edges", &["a", "b", "c"], &["a -> b 1.5", "b -> c 2", "c -> c 3"]);
}

#[test]
fn pyarrow_tables() {
    let (first, second) = ("720575940629970489", "720575940625363947");
    check(
        "pyarrow_ids.parquet",
        &[first, second],
        &[
            &format!("{first} -> {second} 7"),
            &format!("{first} -> {first} 1"),
            &format!("{second} -> {first} 12"),
        ],
    );
    check(
        "pyarrow_names.parquet",
        &["AWAL", "AIYL", "AÜ"],
        &["AWAL -> AIYL 1.5 chemical -1", "AIYL -> AÜ 2"],
    );
}
