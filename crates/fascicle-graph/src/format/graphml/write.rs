//! Writing GraphML.

use std::io::Write;

use crate::PathwayGraph;
use crate::format::error::WriteError;
use crate::format::fields::{Flat, Header, PACKED, Scalar, Type, columns, edge_fields, node_fields};
use crate::format::xml::{declaration, escaped, type_name, write_scalar};

pub(in crate::format) fn write(graph: &PathwayGraph, out: &mut impl Write) -> Result<(), WriteError> {
    // `name` would be read as the node's name
    let columns = columns(graph, |name, _| name != "name" && escaped("", name).is_ok());
    let flat = Flat::of(graph);
    declaration(out)?;
    writeln!(out, r#"<graphml xmlns="http://graphml.graphdrawing.org/xmlns">"#)?;
    key(out, "graph", PACKED, Type::Text)?;
    for (name, kind) in
        columns.iter().map(|(&name, &kind)| (name, kind)).chain([("kind", Type::Text), (PACKED, Type::Text)])
    {
        key(out, "node", name, kind)?;
    }
    for (name, kind) in [
        (graph.provenance.quantity.key(), Type::Real),
        ("layer", Type::Text),
        ("sign", Type::Integer),
        ("slot", Type::Text),
    ] {
        key(out, "edge", name, kind)?;
    }
    let direction = if flat.directed { "directed" } else { "undirected" };
    writeln!(out, r#"  <graph edgedefault="{direction}">"#)?;
    data(out, 'g', PACKED, Scalar::Text(&Header::text(graph)))?;
    for node in graph.petgraph().node_weights() {
        writeln!(out, r#"    <node id="{}">"#, escaped("a node's name", &node.name)?)?;
        let (own, packed) = node_fields(node, &columns);
        let packed = packed.as_deref().map(|text| (PACKED, Scalar::Text(text)));
        for (name, value) in own.into_iter().chain(packed) {
            data(out, 'n', name, value)?;
        }
        writeln!(out, "    </node>")?;
    }
    for (from, to, edge) in flat.edges(graph) {
        let name = |node: usize| escaped("a node's name", graph.name(crate::NodeIndex::new(node)));
        writeln!(out, r#"    <edge source="{}" target="{}">"#, name(from)?, name(to)?)?;
        for (name, value) in edge_fields(graph, edge) {
            data(out, 'e', name, value)?;
        }
        writeln!(out, "    </edge>")?;
    }
    writeln!(out, "  </graph>\n</graphml>")?;
    Ok(())
}

fn key(out: &mut impl Write, of: &str, name: &str, kind: Type) -> Result<(), WriteError> {
    let (name, kind) = (escaped("an attribute", name)?, type_name(kind));
    let id = format!("{}{name}", &of[..1]);
    writeln!(out, r#"  <key id="{id}" for="{of}" attr.name="{name}" attr.type="{kind}"/>"#)?;
    Ok(())
}

fn data(out: &mut impl Write, of: char, name: &str, value: Scalar<'_>) -> Result<(), WriteError> {
    let key = escaped("an attribute", name)?;
    write!(out, r#"      <data key="{of}{key}">"#)?;
    write_scalar(out, value)?;
    writeln!(out, "</data>")?;
    Ok(())
}
