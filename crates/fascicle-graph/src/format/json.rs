//! The project's own JSON.
//!
//! ```json
//! {"nodes": [{"name": "AWAL", "kind": "sensory", "hemisphere": "L"}, {"name": "AIYL", "kind": "interneuron"}],
//!  "edges": [{"source": "AWAL", "target": "AIYL", "layer": "chemical", "weight": 3.0, "sign": 1}],
//!  "layers": [{"name": "chemical", "directed": true}],
//!  "provenance": {"format": "cook2019"}}
//! ```
//!
//! Edges of a graph of scores ([`Quantity::Score`]) have `score` instead of `weight`, always a `slot` (`q`, `k`, `v` or
//! `null`), and a `layer` only where it has a name. `sign` and, beside weights, `slot` are there where they are known. An
//! undirected layer's edge is there in both directions, an autapse once: there are as many edges as the adjacency matrix
//! has entries. Ends may be numbers when read: places in `nodes`, from 0. Layers that are not listed are directed.

use std::io::Write;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::draft::{Draft, NOWHERE};
use super::error::{WriteError, malformed};
use super::fields::{EdgeFields, Header, PACKED, sign, slot};
use super::node_link;
use crate::{Attributes, Edge, GraphError, Layer, Node, PathwayGraph, Provenance, Quantity};

/// A graph from the text of a JSON file; NetworkX's [node-link JSON](node_link) is told by its own keys.
///
/// # Errors
/// [`GraphError::Format`], with the line where the JSON itself is broken.
pub fn parse(text: &str) -> Result<PathwayGraph, GraphError> {
    let file = File::of(text)?;
    if file.is_node_link() { node_link::assemble(text, file) } else { assemble(text, file) }
}

/// Both kinds of JSON.
#[derive(Deserialize)]
pub(super) struct File {
    pub(super) nodes: Vec<Map<String, Value>>,
    #[serde(default, alias = "links")]
    pub(super) edges: Option<Vec<EdgeRecord>>,
    layers: Option<Vec<LayerRecord>>,
    provenance: Option<Attributes>,
    quantity: Option<String>,
    pub(super) directed: Option<bool>,
    multigraph: Option<bool>,
    pub(super) graph: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct LayerRecord {
    name: String,
    #[serde(default = "yes")]
    directed: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
pub(super) struct EdgeRecord {
    pub(super) source: End,
    pub(super) target: End,
    #[serde(default)]
    weight: Present,
    #[serde(default)]
    score: Present,
    layer: Option<String>,
    sign: Option<Value>,
    slot: Option<Value>,
}

/// A number that may be left out, but not be `null`: that is how NaN is written.
#[derive(Default)]
struct Present(Option<f64>);

impl<'de> Deserialize<'de> for Present {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(|number| Self(Some(number)))
    }
}

/// An end of an edge.
#[derive(Deserialize)]
#[serde(untagged, expecting = "an edge's end must be a node's name or number")]
pub(super) enum End {
    Name(String),
    Number(u64),
    /// NetworkX's nodes may be any number.
    Other(serde_json::Number),
}

impl File {
    pub(super) fn of(text: &str) -> Result<Self, GraphError> {
        serde_json::from_str(text).map_err(|error| {
            let problem = error.to_string();
            let problem = problem.split(" at line ").next().unwrap_or_default().to_owned();
            malformed((error.line() > 0).then_some(error.line()), problem)
        })
    }

    fn is_node_link(&self) -> bool {
        self.directed.is_some()
            || self.multigraph.is_some()
            || self.graph.is_some()
            || self.nodes.first().is_some_and(|node| node.contains_key("id") && !node.contains_key("name"))
    }
}

impl EdgeRecord {
    pub(super) fn fields(&self, number: usize) -> Result<EdgeFields, GraphError> {
        let of = |problem| malformed(None, format!("edge {number}: {problem}"));
        Ok(EdgeFields {
            weight: self.weight.0,
            score: self.score.0,
            layer: self.layer.clone(),
            sign: sign(self.sign.as_ref().unwrap_or(&Value::Null)).map_err(of)?,
            slot: slot(self.slot.as_ref().unwrap_or(&Value::Null)).map_err(of)?,
        })
    }
}

/// Adds the nodes; `key` is what their names are called. Gives the names back.
pub(super) fn declare(
    draft: &mut Draft<'_>,
    nodes: Vec<Map<String, Value>>,
    key: &str,
) -> Result<Vec<String>, GraphError> {
    let mut names = Vec::with_capacity(nodes.len());
    for (number, mut record) in nodes.into_iter().enumerate() {
        let name = match record.shift_remove(key) {
            Some(Value::String(name)) => name,
            Some(Value::Number(name)) if key == "id" => name.to_string(),
            Some(other) => {
                return Err(malformed(
                    None,
                    format!("node {number} has {other} as its `{key}`; expected a text"),
                ));
            }
            None => return Err(malformed(None, format!("node {number} has no `{key}`"))),
        };
        let node = draft.declare(&name, NOWHERE)?;
        for (name, value) in record {
            draft.attribute(node, &name, value, NOWHERE)?;
        }
        names.push(name);
    }
    Ok(names)
}

fn assemble(text: &str, file: File) -> Result<PathwayGraph, GraphError> {
    let mut draft = Draft::new(text);
    let names = declare(&mut draft, file.nodes, "name")?;
    let edges = file.edges.ok_or_else(|| malformed(None, "missing field `edges`"))?;
    let scored =
        !edges.is_empty() && edges.iter().all(|edge| edge.weight.0.is_none() && edge.score.0.is_some());
    let quantity = match file.quantity.as_deref() {
        Some("score") => Quantity::Score,
        None if scored => Quantity::Score,
        Some("weight") | None => Quantity::Weight,
        Some(other) => {
            return Err(malformed(None, format!("the quantity is `{other}`; expected weight or score")));
        }
    };
    let layers = file.layers.unwrap_or_default().into_iter();
    draft.set_header(Header {
        layers: layers.map(|LayerRecord { name, directed }| Layer { name, directed }).collect(),
        provenance: Provenance { quantity, entries: file.provenance.unwrap_or_default() },
    });
    for (number, edge) in edges.into_iter().enumerate() {
        let fields = edge.fields(number)?;
        let name = |end: &'_ End| match end {
            End::Name(name) => Ok(name.clone()),
            End::Number(place) => usize::try_from(*place)
                .ok()
                .and_then(|place| names.get(place).cloned())
                .ok_or_else(|| place.to_string()),
            End::Other(number) => Err(number.to_string()),
        };
        let end = |end| {
            name(end).map_err(|place| {
                let problem = format!("edge {number} names node {place}, but there are {}", names.len());
                malformed(None, problem)
            })
        };
        draft.edge(&end(&edge.source)?, &end(&edge.target)?, true, fields, NOWHERE);
    }
    draft.finish()
}

/// A node as an object; attributes that are called like something else go into one of their own.
pub(super) fn node(node: &Node, key: &str) -> Value {
    let mut record = Map::new();
    record.insert(key.to_owned(), Value::from(node.name.as_str()));
    record.insert("kind".to_owned(), Value::from(node.kind.as_str()));
    let mut rest = Map::new();
    for (name, value) in &node.attributes {
        let taken = name == key || name == "kind" || name == PACKED;
        if taken { &mut rest } else { &mut record }.insert(name.clone(), value.clone());
    }
    if !rest.is_empty() {
        record.insert(PACKED.to_owned(), Value::Object(rest));
    }
    Value::Object(record)
}

pub(super) fn edge(graph: &PathwayGraph, from: usize, to: usize, edge: &Edge) -> Value {
    let name = |node: usize| Value::from(graph.name(crate::NodeIndex::new(node)));
    let layer = graph.layers()[edge.layer.index()].name.as_str();
    let scored = graph.provenance.quantity == Quantity::Score;
    let mut record = Map::new();
    record.insert("source".to_owned(), name(from));
    record.insert("target".to_owned(), name(to));
    if !scored || !layer.is_empty() {
        record.insert("layer".to_owned(), Value::from(layer));
    }
    if scored || edge.slot.is_some() {
        record.insert("slot".to_owned(), json!(edge.slot.map(crate::Slot::letter)));
    }
    record.insert(graph.provenance.quantity.key().to_owned(), Value::from(edge.weight));
    if let Some(sign) = edge.sign {
        record.insert("sign".to_owned(), Value::from(sign.number()));
    }
    Value::Object(record)
}

/// A list with an element a line.
pub(super) fn list(out: &mut impl Write, values: impl Iterator<Item = Value>) -> Result<(), WriteError> {
    out.write_all(b"[")?;
    for (place, value) in values.enumerate() {
        out.write_all(if place == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &value)?;
    }
    out.write_all(b"]")?;
    Ok(())
}

pub(super) fn write(graph: &PathwayGraph, out: &mut impl Write) -> Result<(), WriteError> {
    write!(out, "{{\"nodes\": ")?;
    list(out, graph.petgraph().node_weights().map(|load| node(load, "name")))?;
    write!(out, ",\n\"edges\": ")?;
    list(out, graph.edges().map(|(from, to, load)| edge(graph, from.index(), to.index(), load)))?;
    let default = [Layer { name: String::new(), directed: true }];
    // without an edge in it, the layer would not come back by itself
    if graph.layers() != default || graph.edge_count() == 0 {
        write!(out, ",\n\"layers\": ")?;
        serde_json::to_writer(&mut *out, &Header::value(graph)["layers"])?;
    }
    if graph.edge_count() == 0 && graph.provenance.quantity == Quantity::Score {
        write!(out, ",\n\"quantity\": \"score\"")?;
    }
    write!(out, ",\n\"provenance\": ")?;
    serde_json::to_writer(&mut *out, &graph.provenance.entries)?;
    writeln!(out, "}}")?;
    Ok(())
}
