//! Graphs of events as pathway graphs and back.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use super::graph::EventEdge;
use super::{Event, EventError, EventGraph, Relation, timeline};
use crate::{GraphError, Node, NodeIndex, PathwayGraph};

/// Where a graph of events says so in its provenance.
const MARK: &str = "events";

impl EventGraph {
    /// As a pathway graph: nodes named by the events' ids, with the action as their kind and the rest as attributes
    /// (`actors`, `objects`, `location`, `start`, `end`, `confidence`, `details`, and the events' own); a layer for each
    /// relation (see [`Relation`]). Written as JSON and read again, it is the same.
    ///
    /// # Errors
    /// [`GraphError::TooMany`] at 65,536 different relations.
    pub fn to_graph(&self) -> Result<PathwayGraph, GraphError> {
        let mut graph = PathwayGraph::with_capacity(self.events.len(), self.edges.len());
        graph.provenance.entries.insert(MARK.to_owned(), json!({"tolerance": self.tolerance}));
        for event in &self.events {
            graph.add_node(node(event)?)?;
        }
        for edge in &self.edges {
            let layer = graph.layer(&edge.relation.to_string(), edge.relation.directed())?;
            graph.connect(NodeIndex::new(edge.from), NodeIndex::new(edge.to), layer, edge.weight)?;
        }
        Ok(graph)
    }

    /// From a pathway graph as [`EventGraph::to_graph`] makes it.
    ///
    /// # Errors
    /// [`EventError::NoEvent`] for a node without action or times, [`EventError::NoRelation`] for a layer that is none;
    /// [`EventError::Cycle`] and [`EventError::Contradiction`] when temporal edges contradict each other or the times;
    /// otherwise as [`EventGraph::new`] and [`EventGraph::relate`].
    pub fn from_graph(graph: &PathwayGraph) -> Result<Self, GraphError> {
        let events = graph.petgraph().node_weights().map(event).collect::<Result<Vec<_>, _>>()?;
        let mut relations = Vec::with_capacity(graph.layers().len());
        for layer in graph.layers() {
            let relation: Option<Relation> = layer.name.parse().ok();
            let relation = relation.filter(|relation| relation.directed() == layer.directed);
            relations.push(relation.ok_or_else(|| EventError::NoRelation { layer: layer.name.clone() })?);
        }
        let tolerance = graph.provenance.entries.get(MARK).and_then(|mark| mark["tolerance"].as_f64());
        let edges = graph.edges().filter_map(|(from, to, edge)| {
            let relation = relations[edge.layer.index()].clone();
            // the second direction of an undirected edge says nothing new
            (relation.directed() || from <= to).then_some(EventEdge {
                from: from.index(),
                to: to.index(),
                relation,
                weight: edge.weight,
            })
        });
        Self::assemble(events, edges.collect(), tolerance.unwrap_or(0.0))
    }

    /// From parts as a file holds them, each of them checked.
    fn assemble(events: Vec<Event>, edges: Vec<EventEdge>, tolerance: f64) -> Result<Self, GraphError> {
        let mut graph = Self::new(events)?.with_tolerance(tolerance)?;
        let mut stated = Vec::new();
        for edge in &edges {
            graph.check_index(edge.from)?;
            graph.check_index(edge.to)?;
            if let Relation::Temporal(relation) = edge.relation {
                stated.push((edge.from, edge.to, relation));
            }
        }
        // a circle is told as one, rather than as the first of its relations that the times contradict; with a tolerance
        // ends that are level need not be so one through the other, and only the times can tell
        if tolerance == 0.0 {
            let names: Vec<&str> = graph.events.iter().map(|event| event.id.as_str()).collect();
            timeline(&names, &stated)?;
        }
        graph.edges.reserve(edges.len());
        for edge in edges {
            let edge = graph.checked(edge)?;
            graph.edges.push(edge);
        }
        Ok(graph)
    }
}

fn node(event: &Event) -> Result<Node, GraphError> {
    let unwritable = |problem: String| EventError::NoEvent { node: event.id.clone(), problem };
    let Value::Object(mut fields) =
        serde_json::to_value(event).map_err(|error| unwritable(error.to_string()))?
    else {
        return Err(unwritable("it is not written as an object".to_owned()).into());
    };
    fields.remove("id");
    fields.remove("action");
    Ok(Node { name: event.id.clone(), kind: event.action.clone(), attributes: fields.into_iter().collect() })
}

fn event(node: &Node) -> Result<Event, EventError> {
    let mut fields: serde_json::Map<String, Value> = node.attributes.clone().into_iter().collect();
    fields.insert("id".to_owned(), node.name.clone().into());
    fields.insert("action".to_owned(), node.kind.clone().into());
    serde_json::from_value(Value::Object(fields))
        .map_err(|error| EventError::NoEvent { node: node.name.clone(), problem: error.to_string() })
}

/// As the details of an event are written.
#[derive(Serialize, Deserialize)]
struct Parts {
    events: Vec<Event>,
    edges: Vec<(usize, usize, String, f64)>,
    #[serde(default)]
    tolerance: f64,
}

impl Serialize for EventGraph {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let edges =
            self.edges.iter().map(|edge| (edge.from, edge.to, edge.relation.to_string(), edge.weight));
        Parts { events: self.events.clone(), edges: edges.collect(), tolerance: self.tolerance }
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for EventGraph {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Parts { events, edges, tolerance } = Parts::deserialize(deserializer)?;
        let mut read = Vec::with_capacity(edges.len());
        for (from, to, layer, weight) in edges {
            let relation =
                layer.parse().map_err(|()| serde::de::Error::custom(EventError::NoRelation { layer }))?;
            read.push(EventEdge { from, to, relation, weight });
        }
        Self::assemble(events, read, tolerance).map_err(serde::de::Error::custom)
    }
}
