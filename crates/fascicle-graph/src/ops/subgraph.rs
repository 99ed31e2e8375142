//! Parts of a graph.

use std::collections::{BTreeSet, HashSet};

use crate::{EdgeIndex, GraphError, LayerId, NodeIndex, PathwayGraph};

/// Which part of a graph is wanted. What is not said does not matter; what is said must hold all at once.
#[derive(Clone, Debug, Default)]
pub struct Subgraph {
    names: Option<Vec<String>>,
    around: Option<usize>,
    kinds: Option<HashSet<String>>,
    layers: Option<Vec<String>>,
    threshold: Option<f64>,
}

impl Subgraph {
    /// The whole graph.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only nodes of these names.
    #[must_use]
    pub fn names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.names = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Also the nodes at most so many edges away from those named, either way, along edges that are wanted.
    #[must_use]
    pub fn around(mut self, hops: usize) -> Self {
        self.around = Some(hops);
        self
    }

    /// Only nodes of these kinds.
    #[must_use]
    pub fn kinds<S: Into<String>>(mut self, kinds: impl IntoIterator<Item = S>) -> Self {
        self.kinds = Some(kinds.into_iter().map(Into::into).collect());
        self
    }

    /// Only edges of these layers.
    #[must_use]
    pub fn layers<S: Into<String>>(mut self, layers: impl IntoIterator<Item = S>) -> Self {
        self.layers = Some(layers.into_iter().map(Into::into).collect());
        self
    }

    /// Only edges whose weight is at least this.
    #[must_use]
    pub fn at_least(mut self, weight: f64) -> Self {
        self.threshold = Some(weight);
        self
    }

    /// That part, with layers and provenance as they were. O(n + m).
    ///
    /// # Errors
    /// [`GraphError::UnknownNode`], [`GraphError::UnknownLayer`]; [`GraphError::BadArgument`] for a kind that
    /// no node has, a threshold that is not a number, and a neighbourhood of no names.
    pub fn of(&self, graph: &PathwayGraph) -> Result<PathwayGraph, GraphError> {
        let layers = self.wanted_layers(graph)?;
        let threshold = self.threshold.unwrap_or(f64::NEG_INFINITY);
        if threshold.is_nan() {
            return Err(GraphError::argument("the threshold", threshold, "a number"));
        }
        let edge_wanted = |edge: &crate::Edge| {
            layers.as_ref().is_none_or(|layers| layers.contains(&edge.layer)) && edge.weight >= threshold
        };
        if let Some(kinds) = &self.kinds {
            let there: BTreeSet<&str> =
                graph.petgraph().node_weights().map(|node| node.kind.as_str()).collect();
            if let Some(kind) = kinds.iter().filter(|kind| !there.contains(kind.as_str())).min() {
                let known: Vec<String> =
                    there.iter().filter(|kind| !kind.is_empty()).map(|kind| format!("`{kind}`")).collect();
                let known = if known.is_empty() { "there are none".to_owned() } else { known.join(", ") };
                let expected = format!("one of the nodes' kinds ({known})");
                return Err(GraphError::argument("a kind", format!("`{kind}`"), expected));
            }
        }
        let named = self.named(graph, edge_wanted)?;
        Ok(graph.filtered(
            |index, node| {
                named.as_ref().is_none_or(|named| named[index.index()])
                    && self.kinds.as_ref().is_none_or(|kinds| kinds.contains(&node.kind))
            },
            |_, _, edge| edge_wanted(edge),
        ))
    }

    fn wanted_layers(&self, graph: &PathwayGraph) -> Result<Option<Vec<LayerId>>, GraphError> {
        let names = self.layers.as_ref();
        names.map(|names| names.iter().map(|name| graph.find_layer(name)).collect()).transpose()
    }

    /// For each node, whether it was named or is near enough to one that was.
    fn named(
        &self,
        graph: &PathwayGraph,
        edge_wanted: impl Fn(&crate::Edge) -> bool,
    ) -> Result<Option<Vec<bool>>, GraphError> {
        let Some(names) = &self.names else {
            return match self.around {
                None => Ok(None),
                Some(hops) => Err(GraphError::argument(
                    "the neighbourhood",
                    format!("{hops} edges around nothing"),
                    "at least one name",
                )),
            };
        };
        let mut inside = vec![false; graph.node_count()];
        let mut level = names.iter().map(|name| graph.find(name)).collect::<Result<Vec<_>, _>>()?;
        for &node in &level {
            inside[node.index()] = true;
        }
        let petgraph = graph.petgraph();
        for _ in 0..self.around.unwrap_or(0) {
            let mut next = Vec::new();
            for &node in &level {
                let mut edges = petgraph.neighbors_undirected(node).detach();
                while let Some((edge, other)) = edges.next(petgraph) {
                    if edge_wanted(&petgraph[edge]) && !std::mem::replace(&mut inside[other.index()], true) {
                        next.push(other);
                    }
                }
            }
            if next.is_empty() {
                break;
            }
            level = next;
        }
        Ok(Some(inside))
    }
}

/// The graph of these edges, with their ends and these nodes besides, in the order that they had. Layers and
/// provenance stay.
///
/// Of an undirected layer, both directions must be among the edges. O(n + m).
///
/// # Panics
/// For nodes or edges of another graph.
#[must_use]
pub fn edge_subgraph(
    graph: &PathwayGraph,
    nodes: impl IntoIterator<Item = NodeIndex>,
    edges: impl IntoIterator<Item = EdgeIndex>,
) -> PathwayGraph {
    let (mut keep_node, mut keep_edge) = (vec![false; graph.node_count()], vec![false; graph.edge_count()]);
    for node in nodes {
        keep_node[node.index()] = true;
    }
    for edge in edges {
        keep_edge[edge.index()] = true;
    }
    for ((from, to, _), _) in graph.edges().zip(&keep_edge).filter(|(_, keep)| **keep) {
        keep_node[from.index()] = true;
        keep_node[to.index()] = true;
    }
    // `filtered` asks for edges in their order, but only for those whose ends stay.
    let mut asked = graph
        .edges()
        .zip(keep_edge)
        .filter(|((from, to, _), _)| keep_node[from.index()] && keep_node[to.index()])
        .map(|(_, keep)| keep)
        .collect::<Vec<_>>()
        .into_iter();
    graph.filtered(|index, _| keep_node[index.index()], |_, _, _| asked.next().unwrap_or(false))
}
