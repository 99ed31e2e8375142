//! Small pictures in full.

use insta::assert_snapshot;

use crate::draw::{Circular, Layered, Layout, Matrix, Options, svg};
use crate::{Edge, PathwayGraph, Slot};

/// The circuit of two heads in a row, by hand.
fn induction() -> PathwayGraph {
    let mut graph = PathwayGraph::new();
    let layer = graph.layer("", true).unwrap();
    let [input, previous, induction, logits] =
        ["input", "a0.h1", "a1.h3", "logits"].map(|name| graph.node(name));
    graph.set_kind(previous, "head");
    graph.set_kind(induction, "head");
    for (from, to, slot, weight) in [
        (input, previous, Some(Slot::Value), 0.5),
        (previous, induction, Some(Slot::Key), 1.0),
        (input, induction, Some(Slot::Query), 0.25),
        (induction, logits, None, 1.0),
        (input, logits, None, -0.25),
    ] {
        graph.add_edge(from, to, Edge { slot, ..Edge::new(weight, layer) }).unwrap();
    }
    graph
}

fn small(layout: impl Into<Layout>) -> String {
    let mut options = Options::new(layout);
    options.style.width = 85.0;
    svg(&induction(), &options).unwrap().replace("><", ">\n<")
}

#[test]
fn a_circuit_in_layers() {
    assert_snapshot!(small(Layered::default()), @"");
}

#[test]
fn a_circuit_on_a_circle() {
    assert_snapshot!(small(Circular::default()), @"");
}

#[test]
fn a_circuit_as_a_matrix() {
    assert_snapshot!(small(Matrix::default()), @"");
}
