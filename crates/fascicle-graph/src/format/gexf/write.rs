//! Writing GEXF 1.2.

use std::io::Write;

use crate::PathwayGraph;
use crate::format::error::WriteError;
use crate::format::fields::{Flat, Header, PACKED, Scalar, Type, columns, edge_fields, node_fields};
use crate::format::xml::{declaration, escaped, type_name, write_scalar};

pub(in crate::format) fn write(graph: &PathwayGraph, out: &mut impl Write) -> Result<(), WriteError> {
    let columns = columns(graph, |name, _| escaped("", name).is_ok());
    let flat = Flat::of(graph);
    declaration(out)?;
    writeln!(out, r#"<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">"#)?;
    let header = Header::text(graph);
    let header = escaped("the provenance", &header)?;
    writeln!(out, "  <meta><creator>fascicle</creator><description>{header}</description></meta>")?;
    let direction = if flat.directed { "directed" } else { "undirected" };
    writeln!(out, r#"  <graph mode="static" defaultedgetype="{direction}">"#)?;
    declare(
        out,
        "node",
        columns.iter().map(|(&name, &kind)| (name, kind)).chain([("kind", Type::Text), (PACKED, Type::Text)]),
    )?;
    declare(
        out,
        "edge",
        [("score", Type::Real), ("layer", Type::Text), ("sign", Type::Integer), ("slot", Type::Text)]
            .into_iter(),
    )?;
    writeln!(out, "    <nodes>")?;
    for node in graph.petgraph().node_weights() {
        let name = escaped("a node's name", &node.name)?;
        writeln!(out, r#"      <node id="{name}" label="{name}">"#)?;
        let (own, packed) = node_fields(node, &columns);
        let packed = packed.as_deref().map(|text| (PACKED, Scalar::Text(text)));
        values(out, own.into_iter().chain(packed))?;
        writeln!(out, "      </node>")?;
    }
    writeln!(out, "    </nodes>\n    <edges>")?;
    for (id, (from, to, edge)) in flat.edges(graph).enumerate() {
        let name = |node: usize| escaped("a node's name", graph.name(crate::NodeIndex::new(node)));
        let weight = edge.weight;
        writeln!(
            out,
            r#"      <edge id="{id}" source="{}" target="{}" weight="{weight:?}">"#,
            name(from)?,
            name(to)?
        )?;
        values(out, edge_fields(graph, edge).filter(|(name, _)| *name != "weight"))?;
        writeln!(out, "      </edge>")?;
    }
    writeln!(out, "    </edges>\n  </graph>\n</gexf>")?;
    Ok(())
}

fn declare<'n>(
    out: &mut impl Write,
    class: &str,
    columns: impl Iterator<Item = (&'n str, Type)>,
) -> Result<(), WriteError> {
    writeln!(out, r#"    <attributes class="{class}" mode="static">"#)?;
    for (name, kind) in columns {
        let (name, kind) = (escaped("an attribute", name)?, type_name(kind));
        writeln!(out, r#"      <attribute id="{name}" title="{name}" type="{kind}"/>"#)?;
    }
    Ok(writeln!(out, "    </attributes>")?)
}

fn values<'v>(
    out: &mut impl Write,
    values: impl Iterator<Item = (&'v str, Scalar<'v>)>,
) -> Result<(), WriteError> {
    writeln!(out, "        <attvalues>")?;
    for (name, value) in values {
        let name = escaped("an attribute", name)?;
        write!(out, r#"          <attvalue for="{name}" value=""#)?;
        write_scalar(out, value)?;
        writeln!(out, r#""/>"#)?;
    }
    Ok(writeln!(out, "        </attvalues>")?)
}
