//! A graph built from rows that have a source, a target and perhaps a weight.

use std::collections::HashMap;

use super::ReadOptions;
use crate::{Edge, GraphError, LayerId, NodeIndex, PathwayGraph, Sign, Slot};

/// The graph so far.
pub(super) struct Table {
    pub(super) graph: PathwayGraph,
    directed: bool,
    layers: HashMap<String, LayerId>,
    default: String,
}

impl Table {
    pub(super) fn new(graph: PathwayGraph, options: &ReadOptions) -> Self {
        Self {
            graph,
            directed: options.is_directed(),
            layers: HashMap::new(),
            default: options.layer.clone(),
        }
    }

    /// The layer of this name, or that of edges that name none.
    pub(super) fn layer(&mut self, name: Option<&str>) -> Result<LayerId, GraphError> {
        let name = name.unwrap_or(&self.default);
        if let Some(&layer) = self.layers.get(name) {
            return Ok(layer);
        }
        let layer = self.graph.layer(name, self.directed)?;
        self.layers.insert(name.to_owned(), layer);
        Ok(layer)
    }

    /// Adds an edge; an undirected one both ways.
    pub(super) fn edge(&mut self, from: NodeIndex, to: NodeIndex, edge: Edge) -> Result<(), GraphError> {
        self.graph.add_edge(from, to, edge)?;
        if !self.directed && from != to {
            self.graph.add_edge(to, from, edge)?;
        }
        Ok(())
    }
}

/// What a row says of its edge beside weight and layer.
#[derive(Clone, Copy, Default)]
pub(super) struct Extras {
    pub(super) sign: Option<Sign>,
    pub(super) slot: Option<Slot>,
}

impl Extras {
    pub(super) fn edge(self, weight: f64, layer: LayerId) -> Edge {
        Edge { weight, layer, sign: self.sign, slot: self.slot }
    }
}
