//! Writing DOT.

use std::io::Write;

use crate::PathwayGraph;
use crate::format::error::WriteError;
use crate::format::fields::{Flat, Header, PACKED, Scalar, columns, edge_fields, node_fields};

pub(in crate::format) fn write(graph: &PathwayGraph, out: &mut impl Write) -> Result<(), WriteError> {
    let columns = columns(graph, |_, _| true);
    let flat = Flat::of(graph);
    let (keyword, arrow) = if flat.directed { ("digraph", "->") } else { ("graph", "--") };
    writeln!(out, "{keyword} {{\n  {PACKED}={};", quoted(&Header::text(graph)))?;
    for node in graph.petgraph().node_weights() {
        write!(out, "  {}", quoted(&node.name))?;
        let (own, packed) = node_fields(node, &columns);
        let packed = packed.as_deref().map(|text| (PACKED, Scalar::Text(text)));
        attributes(out, own.into_iter().chain(packed))?;
    }
    for (from, to, edge) in flat.edges(graph) {
        let name = |node: usize| quoted(graph.name(crate::NodeIndex::new(node)));
        write!(out, "  {} {arrow} {}", name(from), name(to))?;
        attributes(out, edge_fields(graph, edge))?;
    }
    writeln!(out, "}}")?;
    Ok(())
}

fn attributes<'v>(
    out: &mut impl Write,
    attributes: impl Iterator<Item = (&'v str, Scalar<'v>)>,
) -> Result<(), WriteError> {
    let mut separator = " [";
    for (name, value) in attributes {
        match name {
            // names of ours read better without quotes, and none is a keyword
            "weight" | "score" | "layer" | "sign" | "slot" | "kind" | PACKED => {
                write!(out, "{separator}{name}=")?;
            }
            _ => write!(out, "{separator}{}=", quoted(name))?,
        }
        separator = ", ";
        match value {
            Scalar::Bool(truth) => write!(out, "{truth}")?,
            Scalar::Integer(integer) => write!(out, "{integer}")?,
            // DOT's numerals have no exponent
            Scalar::Real(real) if real.fract() == 0.0 => write!(out, "{real:.1}")?,
            Scalar::Real(real) => write!(out, "{real}")?,
            Scalar::Text(text) => write!(out, "{}", quoted(text))?,
        }
    }
    let end = if separator == " [" { ";" } else { "];" };
    Ok(writeln!(out, "{end}")?)
}

/// Every text is quoted: a bare one might be a keyword or a number.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}
