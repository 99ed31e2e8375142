//! How much two graphs of the same cells agree.

use super::correlation::spearman;
use super::shared::{EdgeKey, merged, place};
use crate::{GraphError, PathwayGraph, Slot};

/// Two graphs side by side, by the names of their nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct Alignment {
    /// Nodes that both have, in the order of the first graph.
    pub shared: Vec<String>,
    /// Nodes of the first graph alone.
    pub only_a: Vec<String>,
    /// Nodes of the second graph alone.
    pub only_b: Vec<String>,
    /// One entry for each layer that either graph has.
    pub layers: Vec<LayerAlignment>,
}

/// The edges of one layer between shared nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerAlignment {
    /// The layer's name.
    pub name: String,
    /// The edges, sorted by their ends; an undirected one is there once.
    pub edges: Vec<AlignedEdge>,
}

/// An edge that one graph has or both have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AlignedEdge {
    /// Source, as an index into [`Alignment::shared`].
    pub from: usize,
    /// Target, likewise.
    pub to: usize,
    /// Which input of an attention head the edge enters.
    pub slot: Option<Slot>,
    /// Its weight in the first graph; parallel edges are summed.
    pub a: Option<f64>,
    /// Its weight in the second graph.
    pub b: Option<f64>,
}

impl LayerAlignment {
    /// How many edges both graphs have.
    #[must_use]
    pub fn both(&self) -> usize {
        self.edges.iter().filter(|edge| edge.a.is_some() && edge.b.is_some()).count()
    }

    /// How many edges only the first graph has.
    #[must_use]
    pub fn only_a(&self) -> usize {
        self.edges.iter().filter(|edge| edge.b.is_none()).count()
    }

    /// How many edges only the second graph has.
    #[must_use]
    pub fn only_b(&self) -> usize {
        self.edges.iter().filter(|edge| edge.a.is_none()).count()
    }

    /// The share of edges that both have among those that either has; none where neither has any.
    #[must_use]
    pub fn jaccard(&self) -> Option<f64> {
        (!self.edges.is_empty()).then(|| self.both() as f64 / self.edges.len() as f64)
    }

    /// Spearman's rank correlation of the weights of the edges that both have; none for fewer than two such
    /// edges and where all weights of a graph are the same.
    #[must_use]
    pub fn spearman(&self) -> Option<f64> {
        let (a, b): (Vec<f64>, Vec<f64>) = self.edges.iter().filter_map(|edge| edge.a.zip(edge.b)).unzip();
        spearman(&a, &b)
    }
}

/// Compares two graphs by the names of their nodes and layers: which nodes they share, and which edges
/// between shared nodes. O(m log m).
///
/// # Errors
/// [`GraphError::LayerDirection`] when a layer is directed in one graph and not in the other.
pub fn align(a: &PathwayGraph, b: &PathwayGraph) -> Result<Alignment, GraphError> {
    let mut common = PathwayGraph::new();
    let placed_a = place(&mut common, a)?;
    let placed_b = place(&mut common, b)?;
    let owned = |names: &mut dyn Iterator<Item = &str>| names.map(str::to_owned).collect::<Vec<_>>();
    let shared = owned(&mut a.names().filter(|name| b.get(name).is_some()));
    let mut number = vec![None; common.node_count()];
    for (at, name) in shared.iter().enumerate() {
        number[common.find(name)?.index()] = Some(at);
    }
    let mut layers: Vec<LayerAlignment> = common
        .layers()
        .iter()
        .map(|layer| LayerAlignment { name: layer.name.clone(), edges: Vec::new() })
        .collect();
    let ends = |key: &EdgeKey| Some((number[key.from.index()]?, number[key.to.index()]?));
    let (edges_a, mut edges_b) = (merged(a, &placed_a), merged(b, &placed_b));
    for (key, edge) in edges_a {
        if let Some((from, to)) = ends(&key) {
            let b = edges_b.remove(&key).map(|edge| edge.weight);
            let aligned = AlignedEdge { from, to, slot: key.slot, a: Some(edge.weight), b };
            layers[key.layer.index()].edges.push(aligned);
        }
    }
    for (key, edge) in edges_b {
        if let Some((from, to)) = ends(&key) {
            let aligned = AlignedEdge { from, to, slot: key.slot, a: None, b: Some(edge.weight) };
            layers[key.layer.index()].edges.push(aligned);
        }
    }
    for layer in &mut layers {
        layer.edges.sort_by_key(|edge| (edge.from, edge.to, edge.slot));
    }
    Ok(Alignment {
        only_a: owned(&mut a.names().filter(|name| b.get(name).is_none())),
        only_b: owned(&mut b.names().filter(|name| a.get(name).is_none())),
        shared,
        layers,
    })
}
