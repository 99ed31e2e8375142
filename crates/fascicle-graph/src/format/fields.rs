//! How nodes and edges are spelt in formats of named attributes, the same in all of them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{Attributes, Edge, Layer, Node, PathwayGraph, Provenance, Quantity, Sign, Slot};

/// The attribute that carries, as JSON, what a format cannot: of a graph its layers and provenance, of a node the
/// attributes without a type of the format's.
pub(super) const PACKED: &str = "fascicle";

/// What a file says of an edge.
#[derive(Clone, Debug, Default)]
pub(super) struct EdgeFields {
    pub(super) weight: Option<f64>,
    pub(super) score: Option<f64>,
    pub(super) layer: Option<String>,
    pub(super) sign: Option<Sign>,
    pub(super) slot: Option<Slot>,
}

impl EdgeFields {
    /// Takes over what is said again of the same edge.
    pub(super) fn update(&mut self, again: &Self) {
        let Self { weight, score, layer, sign, slot } = again.clone();
        self.weight = weight.or(self.weight);
        self.score = score.or(self.score);
        self.layer = layer.or(self.layer.take());
        self.sign = sign.or(self.sign);
        self.slot = slot.or(self.slot);
    }

    /// Takes an attribute; `false` where it is none of ours. The error says what was expected.
    pub(super) fn set(&mut self, name: &str, value: &Value) -> Result<bool, String> {
        match name {
            "weight" => self.weight = Some(weight(value)?),
            "score" => self.score = Some(weight(value)?),
            "layer" => self.layer = value.as_str().map(str::to_owned).or_else(|| Some(value.to_string())),
            "sign" => self.sign = sign(value)?,
            "slot" => self.slot = slot(value)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn weight(value: &Value) -> Result<f64, String> {
    number(value)
        .filter(|number| number.is_finite())
        .ok_or_else(|| format!("an edge's weight is {value}; expected a finite number"))
}

/// A number, or a text that is one.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

pub(super) fn sign(value: &Value) -> Result<Option<Sign>, String> {
    let known = match value {
        Value::Null => return Ok(None),
        Value::String(text) => match text.trim() {
            "" => return Ok(None),
            "+" => Some(1.0),
            "-" => Some(-1.0),
            _ => number(value),
        },
        _ => number(value),
    };
    match known {
        Some(number) if number.is_finite() => Ok(Sign::of(number)),
        _ => Err(format!("an edge's sign is {value}; expected 1 (excites), -1 (inhibits) or 0 (unknown)")),
    }
}

pub(super) fn slot(value: &Value) -> Result<Option<Slot>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) if text.parse::<Slot>().is_ok() => Ok(text.parse().ok()),
        _ => Err(format!("an edge's slot is {value}; expected q, k, v or nothing")),
    }
}

/// What the formats have types for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scalar<'a> {
    Bool(bool),
    Integer(i64),
    Real(f64),
    Text(&'a str),
}

/// The type of a column of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Bool,
    Integer,
    Real,
    Text,
}

impl<'a> Scalar<'a> {
    pub(super) fn of(value: &'a Value) -> Option<Self> {
        match value {
            Value::Bool(truth) => Some(Self::Bool(*truth)),
            Value::Number(number) => match number.as_i64() {
                Some(integer) => Some(Self::Integer(integer)),
                // beyond i64, no format's integers
                None if number.is_u64() => None,
                None => number.as_f64().map(Self::Real),
            },
            Value::String(text) => Some(Self::Text(text)),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    pub(super) fn kind(self) -> Type {
        match self {
            Self::Bool(_) => Type::Bool,
            Self::Integer(_) => Type::Integer,
            Self::Real(_) => Type::Real,
            Self::Text(_) => Type::Text,
        }
    }
}

/// What an edge has, by name, in the order in which it is written.
pub(super) fn edge_fields<'a>(
    graph: &'a PathwayGraph,
    edge: &'a Edge,
) -> impl Iterator<Item = (&'a str, Scalar<'a>)> {
    let layer = graph.layers()[edge.layer.index()].name.as_str();
    [
        Some((graph.provenance.quantity.key(), Scalar::Real(edge.weight))),
        (!layer.is_empty()).then_some(("layer", Scalar::Text(layer))),
        edge.sign.map(|sign| ("sign", Scalar::Integer(sign.number().into()))),
        edge.slot.map(|slot| ("slot", Scalar::Text(slot.letter()))),
    ]
    .into_iter()
    .flatten()
}

impl Slot {
    pub(super) fn letter(self) -> &'static str {
        match self {
            Self::Query => "q",
            Self::Key => "k",
            Self::Value => "v",
        }
    }
}

/// The attributes of the nodes that a format has types for: those that `speakable` agrees to (by name and type) and
/// whose values are all of one type. Integers among reals count as reals.
pub(super) fn columns(graph: &PathwayGraph, speakable: impl Fn(&str, Type) -> bool) -> BTreeMap<&str, Type> {
    let mut columns: BTreeMap<&str, Option<Type>> = BTreeMap::new();
    for node in graph.petgraph().node_weights() {
        for (name, value) in &node.attributes {
            let kind = Scalar::of(value).map(Scalar::kind);
            columns
                .entry(name)
                .and_modify(|known| {
                    *known = match (*known, kind) {
                        (Some(Type::Integer), Some(Type::Real)) | (Some(Type::Real), Some(Type::Integer)) => {
                            Some(Type::Real)
                        }
                        (before, now) if before == now => now,
                        _ => None,
                    };
                })
                .or_insert(kind);
        }
    }
    columns
        .into_iter()
        .filter_map(|(name, kind)| Some((name, kind?)))
        .filter(|&(name, kind)| name != "kind" && name != PACKED && speakable(name, kind))
        .collect()
}

/// A node's kind and attributes as a format's own, and the JSON of the rest, if there is any.
pub(super) fn node_fields<'a>(
    node: &'a Node,
    columns: &BTreeMap<&str, Type>,
) -> (Vec<(&'a str, Scalar<'a>)>, Option<String>) {
    let mut own = Vec::with_capacity(node.attributes.len() + 1);
    if !node.kind.is_empty() {
        own.push(("kind", Scalar::Text(node.kind.as_str())));
    }
    let mut rest = Map::new();
    for (name, value) in &node.attributes {
        match (columns.get(name.as_str()), Scalar::of(value)) {
            (Some(Type::Real), Some(Scalar::Integer(integer))) => {
                own.push((name, Scalar::Real(integer as f64)));
            }
            (Some(_), Some(scalar)) => own.push((name, scalar)),
            _ => {
                rest.insert(name.clone(), value.clone());
            }
        }
    }
    (own, (!rest.is_empty()).then(|| Value::Object(rest).to_string()))
}

/// What a graph says of itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Header {
    pub(super) layers: Vec<Layer>,
    pub(super) provenance: Provenance,
}

impl Header {
    /// The JSON of a graph's layers and provenance.
    pub(super) fn text(graph: &PathwayGraph) -> String {
        Self::value(graph).to_string()
    }

    pub(super) fn value(graph: &PathwayGraph) -> Value {
        let layers: Vec<Value> = graph
            .layers()
            .iter()
            .map(|layer| json!({"name": layer.name, "directed": layer.directed}))
            .collect();
        json!({
            "quantity": graph.provenance.quantity.key(),
            "layers": layers,
            "provenance": graph.provenance.entries,
        })
    }

    /// None where the text is something else; formats have free texts where ours goes.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::of(&serde_json::from_str(text).ok()?)
    }

    pub(super) fn of(value: &Value) -> Option<Self> {
        let quantity = match value.get("quantity")?.as_str()? {
            "score" => Quantity::Score,
            _ => Quantity::Weight,
        };
        let layers = value.get("layers")?.as_array()?.iter();
        let layers = layers
            .map(|layer| {
                Some(Layer {
                    name: layer.get("name")?.as_str()?.to_owned(),
                    directed: layer.get("directed")?.as_bool()?,
                })
            })
            .collect::<Option<Vec<Layer>>>()?;
        let entries: Attributes =
            value.get("provenance")?.as_object()?.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        Some(Self { layers, provenance: Provenance { quantity, entries } })
    }
}

/// A graph's edges as a format writes them that has either directed or undirected graphs.
pub(super) struct Flat {
    /// Whether the graph is written as a directed one.
    pub(super) directed: bool,
}

impl Flat {
    /// Undirected where every layer that has edges is (or, where none has, every layer), and every edge is there both ways.
    pub(super) fn of(graph: &PathwayGraph) -> Self {
        let mut matters = vec![graph.edge_count() == 0; graph.layers().len()];
        for (_, _, edge) in graph.edges() {
            matters[edge.layer.index()] = true;
        }
        let undirected = matters.contains(&true)
            && graph.layers().iter().zip(matters).all(|(layer, matters)| !(matters && layer.directed))
            && mirrored(graph);
        Self { directed: !undirected }
    }

    /// The edges to write, an undirected one once.
    pub(super) fn edges<'a>(
        &self,
        graph: &'a PathwayGraph,
    ) -> impl Iterator<Item = (usize, usize, &'a Edge)> + use<'a> {
        let directed = self.directed;
        graph
            .edges()
            .map(|(from, to, edge)| (from.index(), to.index(), edge))
            .filter(move |(from, to, _)| directed || from <= to)
    }
}

fn mirrored(graph: &PathwayGraph) -> bool {
    let key = |from: usize, to: usize, edge: &Edge| {
        (from, to, edge.layer, edge.weight.to_bits(), edge.sign, edge.slot)
    };
    let mut there = Vec::new();
    let mut back = Vec::new();
    for (from, to, edge) in graph.edges() {
        let (from, to) = (from.index(), to.index());
        if from < to {
            there.push(key(from, to, edge));
        } else if from > to {
            back.push(key(to, from, edge));
        }
    }
    there.sort_unstable();
    back.sort_unstable();
    there == back
}
