//! What is written is read again, as far as the format can carry it.

use std::collections::BTreeMap;

use fascicle_graph::format::{self, Format, ReadOptions};
use fascicle_graph::{Edge, LayerId, Node, NodeIndex, PathwayGraph, Quantity, Sign, Slot};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::facts;

/// Letters of every kind that some format has to spell out.
const LETTERS: &[char] = &[
    'a', 'B', '7', '_', '-', '.', ' ', '\t', '\n', '\r', '"', '\'', '\\', '<', '>', '&', ';', ',', '#', '%',
    '{', '}', '[', ']', '=', ':', '+', '/', '*', 'é', 'Δ', '神', '\u{a0}', '🪱',
];

fn text(least: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(LETTERS), least..6).prop_map(String::from_iter)
}

fn weight() -> impl Strategy<Value = f64> {
    prop_oneof![(-9i32..99).prop_map(f64::from), prop::num::f64::NORMAL, Just(0.0), Just(-0.0)]
}

#[derive(Clone, Debug)]
struct Load {
    from: usize,
    to: usize,
    layer: usize,
    weight: f64,
    sign: Option<Sign>,
    slot: Option<Slot>,
}

fn load() -> impl Strategy<Value = Load> {
    let sign = prop::option::of(prop::sample::select(vec![Sign::Negative, Sign::Positive]));
    let slot = prop::option::of(prop::sample::select(vec![Slot::Query, Slot::Key, Slot::Value]));
    (0..64usize, 0..64usize, 0..8usize, weight(), sign, slot)
        .prop_map(|(from, to, layer, weight, sign, slot)| Load { from, to, layer, weight, sign, slot })
}

/// Values that stand in a column of their own type, and some that no format but JSON has.
fn attributes(number: usize) -> BTreeMap<String, Value> {
    let wild = [json!(null), json!([1, "x"]), json!({"deep": {"er": true}}), json!(u64::MAX), json!("text")];
    let mut all: BTreeMap<String, Value> = [
        ("count", json!(number as i64 - 3)),
        ("depth", json!(number as f64 + 0.25)),
        ("left", json!(number.is_multiple_of(2))),
        ("note", json!(format!("<{number}> \"said\" & done\\\n"))),
        ("two words", json!("ß")),
        ("name", json!("another")),
        ("label", json!("a label")),
        ("id", json!(number as i64)),
        ("kind", json!("another kind")),
        ("wild", wild[number % wild.len()].clone()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    // not every node has all of them
    let names: Vec<String> = all.keys().cloned().collect();
    all.remove(&names[number % names.len()]);
    all
}

/// Graphs with every peculiarity; `least` is the length of the shortest name.
fn graphs(least: usize) -> impl Strategy<Value = PathwayGraph> {
    let names = prop::collection::btree_set(text(least), 0..6);
    let layers = prop::collection::btree_map(text(0), any::<bool>(), 1..4);
    let all_undirected = prop::bool::weighted(0.3);
    (names, layers, all_undirected, prop::collection::vec(load(), 0..10), any::<bool>(), text(0)).prop_map(
        |(names, layers, all_undirected, loads, scores, kind)| {
            let mut graph = PathwayGraph::new();
            if scores {
                graph.provenance.quantity = Quantity::Score;
                let entries =
                    [("method", json!("eap")), ("steps", json!(5)), ("of", json!({"<model>": ["a\"b"]}))];
                graph.provenance.entries = entries.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
            }
            for (number, name) in names.into_iter().enumerate() {
                let kind = if number == 1 { kind.clone() } else { String::new() };
                let attributes = if number == 0 { BTreeMap::new() } else { attributes(number) };
                graph.add_node(Node { name, kind, attributes }).unwrap();
            }
            let layers: Vec<(LayerId, bool)> = layers
                .into_iter()
                .map(|(name, directed)| {
                    let directed = directed && !all_undirected;
                    (graph.layer(&name, directed).unwrap(), directed)
                })
                .collect();
            let nodes = graph.node_count();
            for load in loads.into_iter().filter(|_| nodes > 0) {
                let (from, to) = (NodeIndex::new(load.from % nodes), NodeIndex::new(load.to % nodes));
                let (layer, directed) = layers[load.layer % layers.len()];
                let edge = Edge { weight: load.weight, layer, sign: load.sign, slot: load.slot };
                graph.add_edge(from, to, edge).unwrap();
                if !directed && from != to {
                    graph.add_edge(to, from, edge).unwrap();
                }
            }
            graph
        },
    )
}

fn again(graph: &PathwayGraph, format: Format) -> PathwayGraph {
    let bytes = format.render(graph).unwrap();
    let read = format.parse(&bytes, &ReadOptions::new());
    read.unwrap_or_else(|error| panic!("{format}: {error}\n{}", String::from_utf8_lossy(&bytes)))
}

/// A graph of rows: the nodes that have edges, in the order in which they come.
fn rows(graph: &PathwayGraph, extras: bool) -> PathwayGraph {
    let mut out = PathwayGraph::new();
    for (from, to, edge) in graph.edges() {
        let layer = if extras { graph.layers()[edge.layer.index()].name.as_str() } else { "" };
        let (from, to) = (out.node(graph.name(from)), out.node(graph.name(to)));
        let layer = out.layer(layer, true).unwrap();
        let edge = if extras { Edge { layer, ..*edge } } else { Edge::new(edge.weight, layer) };
        out.add_edge(from, to, edge).unwrap();
    }
    if extras {
        out.provenance.quantity = graph.provenance.quantity;
    }
    out
}

/// Every pair of nodes with the sum of the weights between them.
fn summed(graph: &PathwayGraph) -> PathwayGraph {
    let mut out = PathwayGraph::new();
    let layer = out.layer("", true).unwrap();
    let nodes: Vec<NodeIndex> = graph.names().map(|name| out.node(name)).collect();
    for &from in &nodes {
        for &to in &nodes {
            let between = graph.edges().filter(|&(source, target, _)| (source, target) == (from, to));
            let weight: f64 = between.map(|(_, _, edge)| edge.weight).sum();
            if weight != 0.0 {
                out.connect(from, to, layer, weight).unwrap();
            }
        }
    }
    out
}

/// The same with 1…n for names, in one layer, which is undirected where all are that have edges.
fn numbered(graph: &PathwayGraph) -> PathwayGraph {
    let layers = graph.layers().iter().enumerate().filter(|(number, _)| {
        graph.edge_count() == 0 || graph.edges().any(|(_, _, edge)| edge.layer.index() == *number)
    });
    let undirected = layers.map(|(_, layer)| layer).all(|layer| !layer.directed);
    let mut out = PathwayGraph::new();
    let layer = out.layer("", !undirected).unwrap();
    for number in 1..=graph.node_count() {
        out.node(&number.to_string());
    }
    for (from, to, edge) in graph.edges() {
        out.add_edge(from, to, Edge::new(edge.weight, layer)).unwrap();
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn everything(graph in graphs(0)) {
        for format in [Format::Json, Format::NodeLink, Format::GraphMl, Format::Gexf, Format::Gml, Format::Dot] {
            prop_assert_eq!(facts(&again(&graph, format)), facts(&graph), "{}", format);
        }
    }

    #[test]
    fn the_edges(graph in graphs(1)) {
        prop_assert_eq!(facts(&again(&graph, Format::EdgeList)), facts(&rows(&graph, false)));
        prop_assert_eq!(facts(&again(&graph, Format::EdgeCsv)), facts(&rows(&graph, true)));
        prop_assert_eq!(facts(&again(&graph, Format::Parquet)), facts(&rows(&graph, true)));
    }

    #[test]
    fn the_numbers(graph in graphs(1)) {
        prop_assume!(facts(&summed(&graph)).edges.iter().all(|edge| f64::from_bits(edge.5).is_finite()));
        let matrix = facts(&again(&graph, Format::MatrixCsv));
        prop_assert_eq!(matrix, facts(&summed(&graph)));
        prop_assert_eq!(facts(&again(&graph, Format::MatrixMarket)), facts(&numbered(&graph)));
    }
}

#[test]
fn empty_graphs() {
    let empty = PathwayGraph::new();
    for format in Format::all() {
        let read = again(&empty, format);
        assert_eq!((read.node_count(), read.edge_count()), (0, 0), "{format}");
    }
}

#[test]
fn files_by_extension() {
    let folder = tempfile::tempdir().unwrap();
    let mut graph = PathwayGraph::new();
    let layer = graph.layer("", true).unwrap();
    let [a, b] = ["a", "b"].map(|name| graph.node(name));
    graph.connect(a, b, layer, 2.5).unwrap();
    graph.connect(b, a, layer, 1.0).unwrap();
    for extension in
        ["json", "graphml", "gexf", "gml", "dot", "gv", "edgelist", "tsv", "csv", "mtx", "parquet"]
    {
        let path = folder.path().join("graph").with_extension(extension);
        format::write(&graph, &path).unwrap();
        // again, over what is there
        format::write(&graph, &path).unwrap();
        let read = format::read(&path, &ReadOptions::new()).unwrap();
        assert_eq!((read.node_count(), read.edge_count()), (2, 2), "{extension}");
    }
    // nothing temporary is left
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 11);
}

#[test]
fn undirected_where_the_options_say_so() {
    let mut graph = PathwayGraph::new();
    let layer = graph.layer("gap", false).unwrap();
    let [a, b] = ["a", "b"].map(|name| graph.node(name));
    graph.connect(a, b, layer, 2.0).unwrap();
    graph.connect(a, a, layer, 3.0).unwrap();
    let options = ReadOptions::new().directed(false).layer("gap");
    for (format, text) in [(Format::EdgeList, "a b 2\na a 3\n"), (Format::MatrixCsv, ",a,b\na,3,2\nb,2,\n")] {
        assert_eq!(facts(&format.parse(text.as_bytes(), &options).unwrap()), facts(&graph), "{format}");
    }
}

#[test]
fn layers_without_edges_make_no_graph_directed() {
    let mut graph = PathwayGraph::new();
    graph.layer("chemical", true).unwrap();
    let layer = graph.layer("gap", false).unwrap();
    let [a, b] = ["a", "b"].map(|name| graph.node(name));
    graph.connect(a, b, layer, 2.0).unwrap();
    let text = String::from_utf8(Format::GraphMl.render(&graph).unwrap()).unwrap();
    assert!(text.contains("edgedefault=\"undirected\"") && text.matches("<edge ").count() == 1, "{text}");
    assert_eq!(facts(&again(&graph, Format::GraphMl)), facts(&graph));
}

/// An undirected layer whose edges are not all there both ways is written edge by edge.
#[test]
fn one_sided_edges_of_undirected_layers() {
    let mut graph = PathwayGraph::new();
    let layer = graph.layer("gap", false).unwrap();
    let [a, b] = ["a", "b"].map(|name| graph.node(name));
    graph.add_edge(b, a, Edge::new(2.0, layer)).unwrap();
    for format in [Format::Json, Format::NodeLink, Format::GraphMl, Format::Gexf, Format::Gml, Format::Dot] {
        assert_eq!(facts(&again(&graph, format)), facts(&graph), "{format}");
    }
}
