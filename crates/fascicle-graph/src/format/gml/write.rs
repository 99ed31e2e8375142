//! Writing GML.

use std::fmt::Write as _;
use std::io::Write;

use crate::PathwayGraph;
use crate::format::error::WriteError;
use crate::format::fields::{Flat, Header, PACKED, Scalar, Type, columns, edge_fields, node_fields};

pub(in crate::format) fn write(graph: &PathwayGraph, out: &mut impl Write) -> Result<(), WriteError> {
    let columns = columns(graph, |name, kind| kind != Type::Bool && is_key(name));
    let flat = Flat::of(graph);
    writeln!(out, "graph [\n  directed {}\n  multigraph 1", u8::from(flat.directed))?;
    field(out, PACKED, Scalar::Text(&Header::text(graph)))?;
    for (id, node) in graph.petgraph().node_weights().enumerate() {
        writeln!(out, "  node [\n  id {id}")?;
        field(out, "label", Scalar::Text(&node.name))?;
        let (own, packed) = node_fields(node, &columns);
        let packed = packed.as_deref().map(|text| (PACKED, Scalar::Text(text)));
        for (name, value) in own.into_iter().chain(packed) {
            field(out, name, value)?;
        }
        writeln!(out, "  ]")?;
    }
    for (from, to, edge) in flat.edges(graph) {
        writeln!(out, "  edge [\n  source {from}\n  target {to}")?;
        for (name, value) in edge_fields(graph, edge) {
            field(out, name, value)?;
        }
        writeln!(out, "  ]")?;
    }
    writeln!(out, "]")?;
    Ok(())
}

/// Whether an attribute of a node may be a key of its list: letters and digits, and nothing that means something else.
fn is_key(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !matches!(name, "id" | "label" | "name" | "NAN" | "INF")
}

fn field(out: &mut impl Write, name: &str, value: Scalar<'_>) -> Result<(), WriteError> {
    match value {
        Scalar::Integer(integer) => writeln!(out, "  {name} {integer}")?,
        Scalar::Real(value) => writeln!(out, "  {name} {}", real(value))?,
        Scalar::Text(text) => writeln!(out, "  {name} \"{}\"", referenced(text))?,
        Scalar::Bool(truth) => writeln!(out, "  {name} \"{truth}\"")?,
    }
    Ok(())
}

/// A number with a point in it, without which GML takes it for no real.
fn real(value: f64) -> String {
    let mut text = format!("{value:?}");
    if !text.contains('.') {
        let exponent = text.find('e').unwrap_or(text.len());
        text.insert_str(exponent, ".0");
    }
    text
}

/// ASCII, what else there is as character references.
fn referenced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("&quot;"),
            '&' => out.push_str("&amp;"),
            ' '..='~' => out.push(c),
            other => {
                // writing to a text never fails
                let _ = write!(out, "&#{};", u32::from(other));
            }
        }
    }
    out
}
