//! The graph itself: nodes by name, edges in layers.

use std::collections::HashMap;

use petgraph::graph::DiGraph;
pub use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::names::nearest_names;
use crate::{Attributes, Edge, GraphError, Layer, LayerId, Provenance};

/// A cell, a head, an entity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// Its name; no other node of the graph has it.
    pub name: String,
    /// What it is (`sensory`, `head`, …); empty where unknown.
    pub kind: String,
    /// What else is known of it.
    pub attributes: Attributes,
}

/// A directed multigraph of named nodes with layers of weighted, perhaps signed edges, stored `[source][target]`.
///
/// Nodes and edges are numbered from 0 in the order in which they came; nothing is ever removed in place:
/// [`PathwayGraph::filtered`] makes a new graph.
#[derive(Clone, Debug, Default)]
pub struct PathwayGraph {
    graph: DiGraph<Node, Edge>,
    by_name: HashMap<String, NodeIndex>,
    layers: Vec<Layer>,
    /// Where the graph comes from.
    pub provenance: Provenance,
}

impl PathwayGraph {
    /// A graph without nodes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Room for so many nodes and edges, so that a large graph is built without moving.
    #[must_use]
    pub fn with_capacity(nodes: usize, edges: usize) -> Self {
        Self {
            graph: DiGraph::with_capacity(nodes, edges),
            by_name: HashMap::with_capacity(nodes),
            ..Self::default()
        }
    }

    /// The node of this name, made if there is none.
    ///
    /// # Panics
    /// At 2³² − 1 nodes.
    pub fn node(&mut self, name: &str) -> NodeIndex {
        if let Some(&index) = self.by_name.get(name) {
            return index;
        }
        let index = self.graph.add_node(Node { name: name.to_owned(), ..Node::default() });
        self.by_name.insert(name.to_owned(), index);
        index
    }

    /// A node that must be new.
    ///
    /// # Errors
    /// [`GraphError::DuplicateNode`].
    pub fn add_node(&mut self, node: Node) -> Result<NodeIndex, GraphError> {
        if self.by_name.contains_key(&node.name) {
            return Err(GraphError::DuplicateNode { name: node.name });
        }
        let name = node.name.clone();
        let index = self.graph.add_node(node);
        self.by_name.insert(name, index);
        Ok(index)
    }

    /// The layer of this name, made if there is none.
    ///
    /// # Errors
    /// [`GraphError::LayerDirection`] when it is there with the other direction; [`GraphError::TooMany`] at 65,536 layers.
    pub fn layer(&mut self, name: &str, directed: bool) -> Result<LayerId, GraphError> {
        if let Some(index) = self.layers.iter().position(|layer| layer.name == name) {
            if self.layers[index].directed != directed {
                return Err(GraphError::LayerDirection { name: name.to_owned(), directed: !directed });
            }
            return Ok(LayerId(index as u16));
        }
        let id = u16::try_from(self.layers.len()).map_err(|_| GraphError::TooMany {
            what: "layers",
            count: self.layers.len() + 1,
            limit: usize::from(u16::MAX) + 1,
        })?;
        self.layers.push(Layer { name: name.to_owned(), directed });
        Ok(LayerId(id))
    }

    /// The layer of this name.
    ///
    /// # Errors
    /// [`GraphError::UnknownLayer`], which lists those there are.
    pub fn find_layer(&self, name: &str) -> Result<LayerId, GraphError> {
        self.layers.iter().position(|layer| layer.name == name).map(|index| LayerId(index as u16)).ok_or_else(
            || GraphError::UnknownLayer {
                name: name.to_owned(),
                known: self.layers.iter().map(|layer| layer.name.clone()).collect(),
            },
        )
    }

    /// Connects two nodes; in an undirected layer both ways, a self-loop once.
    ///
    /// # Errors
    /// [`GraphError::BadWeight`] when the weight is not finite.
    pub fn connect(
        &mut self,
        from: NodeIndex,
        to: NodeIndex,
        layer: LayerId,
        weight: f64,
    ) -> Result<EdgeIndex, GraphError> {
        let edge = self.add_edge(from, to, Edge::new(weight, layer))?;
        if !self.layers[layer.index()].directed && from != to {
            self.graph.add_edge(to, from, Edge::new(weight, layer));
        }
        Ok(edge)
    }

    /// Adds exactly this edge, in this direction; the caller of an undirected layer adds the other one.
    ///
    /// # Errors
    /// [`GraphError::BadWeight`] when the weight is not finite.
    pub fn add_edge(&mut self, from: NodeIndex, to: NodeIndex, edge: Edge) -> Result<EdgeIndex, GraphError> {
        if !edge.weight.is_finite() {
            return Err(GraphError::BadWeight {
                from: self.name(from).to_owned(),
                to: self.name(to).to_owned(),
                weight: edge.weight,
                expected: "a finite number",
            });
        }
        Ok(self.graph.add_edge(from, to, edge))
    }

    /// The node of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<NodeIndex> {
        self.by_name.get(name).copied()
    }

    /// The node of this name.
    ///
    /// # Errors
    /// [`GraphError::UnknownNode`] with the names nearest to it.
    pub fn find(&self, name: &str) -> Result<NodeIndex, GraphError> {
        self.get(name).ok_or_else(|| GraphError::UnknownNode {
            name: name.to_owned(),
            nearest: nearest_names(name, self.graph.node_weights().map(|node| node.name.as_str())),
        })
    }

    /// A node's name.
    #[must_use]
    pub fn name(&self, node: NodeIndex) -> &str {
        &self.graph[node].name
    }

    /// Every name, in the order of the nodes.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.graph.raw_nodes().iter().map(|node| node.weight.name.as_str())
    }

    /// How many nodes there are.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.graph.node_count()
    }

    /// How many edges there are; an undirected one counts in each direction, a self-loop once.
    #[must_use]
    pub fn edge_count(&self) -> usize {
        self.graph.edge_count()
    }

    /// The layers, in the order of their [`LayerId`]s.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// petgraph's own structure, for its algorithms and iterators.
    #[must_use]
    pub fn petgraph(&self) -> &DiGraph<Node, Edge> {
        &self.graph
    }

    /// What is known of a node; its name stays as it is.
    pub fn set_kind(&mut self, node: NodeIndex, kind: impl Into<String>) {
        self.graph[node].kind = kind.into();
    }

    /// A node's attributes, to be changed.
    pub fn attributes_mut(&mut self, node: NodeIndex) -> &mut Attributes {
        &mut self.graph[node].attributes
    }

    /// An edge, to be changed.
    pub fn edge_mut(&mut self, edge: EdgeIndex) -> &mut Edge {
        &mut self.graph[edge]
    }

    /// Every edge as (source, target, load), in the order of the edges.
    pub fn edges(&self) -> impl ExactSizeIterator<Item = (NodeIndex, NodeIndex, &Edge)> {
        self.graph.raw_edges().iter().map(|edge| (edge.source(), edge.target(), &edge.weight))
    }

    /// The edges from one node to another, in any layer.
    pub fn edges_between(&self, from: NodeIndex, to: NodeIndex) -> impl Iterator<Item = (EdgeIndex, &Edge)> {
        self.graph.edges_connecting(from, to).map(|edge| (edge.id(), edge.weight()))
    }

    /// A graph of those nodes and edges that are wanted; layers and provenance stay.
    #[must_use]
    pub fn filtered(
        &self,
        mut node: impl FnMut(NodeIndex, &Node) -> bool,
        mut edge: impl FnMut(NodeIndex, NodeIndex, &Edge) -> bool,
    ) -> Self {
        let mut out =
            Self { layers: self.layers.clone(), provenance: self.provenance.clone(), ..Self::default() };
        let kept: Vec<Option<NodeIndex>> = self
            .graph
            .node_indices()
            .map(|index| {
                let load = &self.graph[index];
                node(index, load).then(|| {
                    let new = out.graph.add_node(load.clone());
                    out.by_name.insert(load.name.clone(), new);
                    new
                })
            })
            .collect();
        for (from, to, load) in self.edges() {
            if let (Some(new_from), Some(new_to)) = (kept[from.index()], kept[to.index()])
                && edge(from, to, load)
            {
                out.graph.add_edge(new_from, new_to, *load);
            }
        }
        out
    }
}
