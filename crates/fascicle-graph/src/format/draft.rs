//! A graph while its file is being read: ids that are not yet names, edges whose nodes may still come.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use super::error::{line_of, malformed};
use super::fields::{EdgeFields, Header, PACKED};
use crate::{Attributes, Edge, GraphError, LayerId, Node, NodeIndex, PathwayGraph, Quantity};

/// A node or an edge by its place in the text, for errors.
pub(super) type Offset = usize;

/// The place of what has none: JSON's values.
pub(super) const NOWHERE: Offset = usize::MAX;

pub(super) struct Draft<'a> {
    text: &'a str,
    by_id: HashMap<String, usize>,
    nodes: Vec<DraftNode>,
    /// The nodes as they were declared.
    order: Vec<usize>,
    edges: Vec<DraftEdge>,
    header: Option<Header>,
    ignored: BTreeSet<String>,
}

#[derive(Default)]
struct DraftNode {
    id: String,
    declared: bool,
    label: Option<String>,
    kind: String,
    attributes: Attributes,
}

struct DraftEdge {
    from: usize,
    to: usize,
    directed: bool,
    fields: EdgeFields,
    at: Offset,
}

impl<'a> Draft<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            by_id: HashMap::new(),
            nodes: Vec::new(),
            order: Vec::new(),
            edges: Vec::new(),
            header: None,
            ignored: BTreeSet::new(),
        }
    }

    pub(super) fn error(&self, at: Offset, problem: impl Into<String>) -> GraphError {
        malformed(self.line(at), problem)
    }

    fn line(&self, at: Offset) -> Option<usize> {
        (at != NOWHERE).then(|| line_of(self.text, at))
    }

    fn intern(&mut self, id: &str) -> usize {
        if let Some(&node) = self.by_id.get(id) {
            return node;
        }
        let node = self.nodes.len();
        self.nodes.push(DraftNode { id: id.to_owned(), ..DraftNode::default() });
        self.by_id.insert(id.to_owned(), node);
        node
    }

    /// A node that must be new.
    pub(super) fn declare(&mut self, id: &str, at: Offset) -> Result<usize, GraphError> {
        let (node, new) = self.mention(id);
        if !new {
            return Err(self.error(at, format!("two nodes have the id `{id}`; ids must be unique")));
        }
        Ok(node)
    }

    /// A node that may be there already, and whether it is new.
    pub(super) fn mention(&mut self, id: &str) -> (usize, bool) {
        let node = self.intern(id);
        let new = !self.nodes[node].declared;
        if new {
            self.nodes[node].declared = true;
            self.order.push(node);
        }
        (node, new)
    }

    /// What users call the node, where the id is a number of the file's.
    pub(super) fn label(&mut self, node: usize, label: impl Into<String>) {
        self.nodes[node].label = Some(label.into());
    }

    pub(super) fn attribute(
        &mut self,
        node: usize,
        name: &str,
        value: Value,
        at: Offset,
    ) -> Result<(), GraphError> {
        match (name, value) {
            ("kind", Value::String(kind)) => self.nodes[node].kind = kind,
            ("kind", other) => self.nodes[node].kind = other.to_string(),
            (PACKED, Value::Object(rest)) => self.nodes[node].attributes.extend(rest),
            (PACKED, Value::String(text)) => {
                let rest: Attributes = serde_json::from_str(&text).map_err(|problem| {
                    self.error(
                        at,
                        format!("the attribute `{PACKED}` of a node is not a JSON object: {problem}"),
                    )
                })?;
                self.nodes[node].attributes.extend(rest);
            }
            (_, value) => {
                self.nodes[node].attributes.insert(name.to_owned(), value);
            }
        }
        Ok(())
    }

    /// Takes an edge's attribute into its fields, or notes that it is left out.
    pub(super) fn edge_attribute(
        &mut self,
        fields: &mut EdgeFields,
        name: &str,
        value: &Value,
        at: Offset,
    ) -> Result<(), GraphError> {
        match fields.set(name, value) {
            Ok(true) => {}
            Ok(false) => {
                if !self.ignored.contains(name) {
                    self.ignored.insert(name.to_owned());
                }
            }
            Err(problem) => return Err(self.error(at, problem)),
        }
        Ok(())
    }

    /// An edge; its nodes may be declared later.
    pub(super) fn edge(&mut self, from: &str, to: &str, directed: bool, fields: EdgeFields, at: Offset) {
        let (from, to) = (self.intern(from), self.intern(to));
        self.join(from, to, directed, fields, at);
    }

    /// An edge between nodes that are there.
    pub(super) fn join(&mut self, from: usize, to: usize, directed: bool, fields: EdgeFields, at: Offset) {
        self.edges.push(DraftEdge { from, to, directed, fields, at });
    }

    /// What the graph says of itself, if this is that.
    pub(super) fn header(&mut self, text: &str) {
        if let Some(header) = Header::parse(text) {
            self.header = Some(header);
        }
    }

    /// The same, where it is known already.
    pub(super) fn set_header(&mut self, header: Header) {
        self.header = Some(header);
    }

    pub(super) fn finish(mut self) -> Result<PathwayGraph, GraphError> {
        if !self.ignored.is_empty() {
            tracing::debug!(attributes = ?self.ignored, "attributes of edges that were left out");
        }
        let edges = std::mem::take(&mut self.edges);
        for edge in &edges {
            for end in [edge.from, edge.to] {
                if !self.nodes[end].declared {
                    let problem = format!(
                        "the edge from `{}` to `{}` needs the node `{}`, which the file does not have",
                        self.nodes[edge.from].id, self.nodes[edge.to].id, self.nodes[end].id
                    );
                    return Err(self.error(edge.at, problem));
                }
            }
        }
        let mut graph = PathwayGraph::with_capacity(self.order.len(), edges.len());
        let header = self.header.take();
        let own = header.is_some();
        let mut layers = Layers::new(&edges, header.as_ref(), &mut graph)?;
        match header {
            Some(header) => graph.provenance = header.provenance,
            None => {
                let scored =
                    edges.iter().any(|edge| edge.fields.weight.is_none() && edge.fields.score.is_some());
                let weighed = edges.iter().any(|edge| edge.fields.weight.is_some());
                if scored && !weighed {
                    graph.provenance.quantity = Quantity::Score;
                }
            }
        }
        let indices = self.name(&mut graph, own)?;
        for edge in edges {
            let DraftEdge { from, to, directed, fields, at } = edge;
            let layer = layers
                .find(fields.layer.as_deref().unwrap_or_default(), directed, &mut graph)
                .map_err(|error| error.on_line(self.line(at)))?;
            let load = Edge {
                weight: fields.weight.or(fields.score).unwrap_or(1.0),
                layer,
                sign: fields.sign,
                slot: fields.slot,
            };
            graph.add_edge(indices[from], indices[to], load)?;
            if !directed && from != to {
                graph.add_edge(indices[to], indices[from], load)?;
            }
        }
        Ok(graph)
    }

    /// Adds the nodes under their labels, or under their ids if not all have one of their own. An empty label is a name
    /// in a file of our own alone; others have it for none.
    fn name(&mut self, graph: &mut PathwayGraph, own: bool) -> Result<Vec<NodeIndex>, GraphError> {
        let mut labels = HashSet::with_capacity(self.order.len());
        let labelled = self.order.iter().all(|&node| {
            let DraftNode { id, label, .. } = &self.nodes[node];
            let name = label.as_ref().unwrap_or(id);
            (own || label.is_none() || !name.is_empty()) && labels.insert(name)
        });
        drop(labels);
        let mut indices = vec![NodeIndex::default(); self.nodes.len()];
        for &node in &self.order {
            let DraftNode { id, label, kind, mut attributes, .. } = std::mem::take(&mut self.nodes[node]);
            let name = match label {
                Some(label) if labelled => label,
                Some(label) => {
                    if label != id {
                        attributes.entry("label".to_owned()).or_insert(Value::String(label));
                    }
                    id
                }
                None => id,
            };
            indices[node] = graph.add_node(Node { name, kind, attributes })?;
        }
        Ok(indices)
    }
}

/// Which layer an edge goes to.
struct Layers {
    /// Layers that the header declares, or that have directed edges: an undirected edge among the latter needs another.
    declared: HashSet<String>,
    directed: HashSet<String>,
    known: HashMap<(String, bool), LayerId>,
}

impl Layers {
    fn new(
        edges: &[DraftEdge],
        header: Option<&Header>,
        graph: &mut PathwayGraph,
    ) -> Result<Self, GraphError> {
        let mut declared = HashSet::new();
        for layer in header.map_or(&[][..], |header| &header.layers) {
            graph.layer(&layer.name, layer.directed)?;
            declared.insert(layer.name.clone());
        }
        let mut directed = HashSet::new();
        for edge in edges.iter().filter(|edge| edge.directed) {
            let name = edge.fields.layer.as_deref().unwrap_or_default();
            if !directed.contains(name) {
                directed.insert(name.to_owned());
            }
        }
        Ok(Self { declared, directed, known: HashMap::new() })
    }

    fn find(&mut self, name: &str, directed: bool, graph: &mut PathwayGraph) -> Result<LayerId, GraphError> {
        let key = (name.to_owned(), directed);
        if let Some(&layer) = self.known.get(&key) {
            return Ok(layer);
        }
        let layer = if self.declared.contains(name) {
            graph.find_layer(name)?
        } else if directed || !self.directed.contains(name) {
            graph.layer(name, directed)?
        } else if name.is_empty() {
            graph.layer("undirected", false)?
        } else {
            graph.layer(&format!("{name} undirected"), false)?
        };
        self.known.insert(key, layer);
        Ok(layer)
    }
}
