//! Damaged files are errors or other graphs, never panics, and take no more memory than they are large.

use fascicle_graph::format::{Format, ReadOptions};
use fascicle_graph::{Edge, Node, PathwayGraph, Sign, Slot};
use proptest::prelude::*;
use serde_json::json;

fn graph() -> PathwayGraph {
    let mut graph = PathwayGraph::new();
    let layers = [graph.layer("chemical", true).unwrap(), graph.layer("", true).unwrap()];
    for (number, name) in ["AWAL", "R&D <x>", "\"q\" \\", "naïve"].into_iter().enumerate() {
        let attributes = [("x".to_owned(), json!(number as f64 + 0.5)), ("wild".to_owned(), json!([number]))];
        let kind = "sensory".to_owned();
        graph
            .add_node(Node { name: name.to_owned(), kind, attributes: attributes.into_iter().collect() })
            .unwrap();
    }
    let nodes: Vec<_> = graph.petgraph().node_indices().collect();
    for (number, &from) in nodes.iter().enumerate() {
        for &to in &nodes[number..] {
            let edge = Edge {
                weight: number as f64 - 1.5,
                layer: layers[number % 2],
                sign: Sign::of(number as f64 - 1.0),
                slot: (number == 2).then_some(Slot::Query),
            };
            graph.add_edge(from, to, edge).unwrap();
        }
    }
    graph
}

/// One thing that happens to a file.
#[derive(Clone, Debug)]
enum Damage {
    Flip(usize, u8),
    Cut(usize),
    Remove(usize, usize),
    Repeat(usize, usize),
    /// Numbers that a reader may believe.
    Claim(usize, &'static str),
}

fn damage() -> impl Strategy<Value = Damage> {
    let claims = ["9", "999999999999999999", "1e308", "-1", "\"", "<", "[", "{", "\n", "\0", "->"];
    prop_oneof![
        (any::<usize>(), 1u8..).prop_map(|(at, by)| Damage::Flip(at, by)),
        any::<usize>().prop_map(Damage::Cut),
        (any::<usize>(), 1..40usize).prop_map(|(at, count)| Damage::Remove(at, count)),
        (any::<usize>(), 1..40usize).prop_map(|(at, count)| Damage::Repeat(at, count)),
        (any::<usize>(), prop::sample::select(claims.to_vec()))
            .prop_map(|(at, text)| Damage::Claim(at, text)),
    ]
}

fn damaged(mut bytes: Vec<u8>, all: &[Damage]) -> Vec<u8> {
    for damage in all {
        let length = bytes.len().max(1);
        match *damage {
            Damage::Flip(at, by) => {
                if let Some(byte) = bytes.get_mut(at % length) {
                    *byte ^= by;
                }
            }
            Damage::Cut(at) => bytes.truncate(at % length),
            Damage::Remove(at, count) => {
                let at = at % length;
                bytes.drain(at.min(bytes.len())..(at + count).min(bytes.len()));
            }
            Damage::Repeat(at, count) => {
                let at = at % length;
                let again = bytes[at.min(bytes.len())..(at + count).min(bytes.len())].to_vec();
                bytes.splice(at.min(bytes.len())..at.min(bytes.len()), again);
            }
            Damage::Claim(at, text) => {
                let at = (at % length).min(bytes.len());
                bytes.splice(at..at, text.bytes());
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn of_texts(all in prop::collection::vec(damage(), 1..4)) {
        for format in Format::all().filter(|&format| format != Format::Parquet) {
            let bytes = damaged(format.render(&graph()).unwrap(), &all);
            let read = format.parse(&bytes, &ReadOptions::new());
            // what is read from a few kilobytes is of that size
            prop_assert!(read.is_err() || read.is_ok_and(|read| read.edge_count() + read.node_count() <= 2 * bytes.len()));
        }
    }

    #[test]
    fn of_tables(all in prop::collection::vec(damage(), 1..4)) {
        let bytes = damaged(Format::Parquet.render(&graph()).unwrap(), &all);
        let _ = Format::Parquet.parse(&bytes, &ReadOptions::new());
    }
}

/// Sets in braces make products.
#[test]
fn sets_do_not_fill_the_memory() {
    let set: String = (0..20_000).map(|number| format!("n{number} ")).collect();
    let text = format!("digraph {{ {{{set}}} -> {{{set}}} }}");
    let error = Format::Dot.parse(text.as_bytes(), &ReadOptions::new()).unwrap_err();
    assert!(error.to_string().contains("the sets in braces make more than"), "{error}");
}

/// Neither do lists in lists, which would fill the stack.
#[test]
fn depth_is_bounded() {
    let texts = [
        (Format::Gml, "graph [ a [ ".to_owned() + &"a [ ".repeat(100_000)),
        (Format::Dot, "graph ".to_owned() + &"{ ".repeat(100_000)),
        (Format::Json, "{\"nodes\": ".to_owned() + &"[".repeat(100_000)),
        (Format::GraphMl, "<graphml>".to_owned() + &"<a>".repeat(100_000)),
        (Format::Gexf, "<gexf><graph>".to_owned() + &"<a>".repeat(100_000)),
    ];
    for (format, text) in texts {
        assert!(format.parse(text.as_bytes(), &ReadOptions::new()).is_err(), "{format}");
    }
}
