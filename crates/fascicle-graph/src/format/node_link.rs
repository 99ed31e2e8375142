//! NetworkX's node-link JSON: `{"directed", "multigraph", "graph", "nodes": [{"id"}], "edges" or "links"}`.
//!
//! Read by [`json::parse`] too. Ids that are numbers become names. Without `directed` the
//! graph is undirected, as NetworkX has it. A pathway graph's layers and provenance stand in `graph` under `fascicle`.

use std::io::Write;

use serde_json::json;

use super::draft::{Draft, NOWHERE};
use super::error::{WriteError, malformed};
use super::fields::{Flat, Header, PACKED};
use super::json::{self, End, File};
use crate::{GraphError, PathwayGraph};

/// A graph from the text of a node-link JSON file.
///
/// # Errors
/// [`GraphError::Format`], with the line where the JSON itself is broken.
pub fn parse(text: &str) -> Result<PathwayGraph, GraphError> {
    assemble(text, File::of(text)?)
}

pub(super) fn assemble(text: &str, file: File) -> Result<PathwayGraph, GraphError> {
    let mut draft = Draft::new(text);
    json::declare(&mut draft, file.nodes, "id")?;
    let own = file.graph.and_then(|mut graph| graph.remove(PACKED));
    if let Some(header) = own.as_ref().and_then(Header::of) {
        draft.set_header(header);
    }
    let directed = file.directed.unwrap_or(false);
    let edges = file.edges.ok_or_else(|| malformed(None, "missing field `edges` (or `links`)"))?;
    let name = |end: End| match end {
        End::Name(name) => name,
        End::Number(number) => number.to_string(),
        End::Other(number) => number.to_string(),
    };
    for (number, edge) in edges.into_iter().enumerate() {
        let fields = edge.fields(number)?;
        draft.edge(&name(edge.source), &name(edge.target), directed, fields, NOWHERE);
    }
    draft.finish()
}

pub(super) fn write(graph: &PathwayGraph, out: &mut impl Write) -> Result<(), WriteError> {
    let flat = Flat::of(graph);
    let header = json!({ PACKED: Header::value(graph) });
    write!(
        out,
        "{{\"directed\": {}, \"multigraph\": true, \"graph\": {header},\n\"nodes\": ",
        flat.directed
    )?;
    json::list(out, graph.petgraph().node_weights().map(|load| json::node(load, "id")))?;
    write!(out, ",\n\"edges\": ")?;
    json::list(out, flat.edges(graph).map(|(from, to, load)| json::edge(graph, from, to, load)))?;
    writeln!(out, "}}")?;
    Ok(())
}
