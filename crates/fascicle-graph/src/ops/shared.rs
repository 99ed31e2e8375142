//! Several graphs under common numbers of nodes and layers.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::{GraphError, LayerId, NodeIndex, PathwayGraph, Sign, Slot};

/// Which node and layer of the common graph each node and layer of one graph is.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) nodes: Vec<NodeIndex>,
    pub(super) layers: Vec<LayerId>,
}

/// A connection, as several graphs may have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EdgeKey {
    pub(super) layer: LayerId,
    pub(super) from: NodeIndex,
    pub(super) to: NodeIndex,
    pub(super) slot: Option<Slot>,
}

/// What one graph's edges of one key are together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Merged {
    pub(super) weight: f64,
    /// Where all of them have the same.
    pub(super) sign: Option<Sign>,
}

/// Gives `common` the nodes and layers of a graph that it does not have. Kinds and attributes that are known
/// stay.
///
/// # Errors
/// [`GraphError::LayerDirection`] when a layer is directed in one and not in the other.
pub(super) fn place(common: &mut PathwayGraph, graph: &PathwayGraph) -> Result<Placed, GraphError> {
    let layers = graph
        .layers()
        .iter()
        .map(|layer| common.layer(&layer.name, layer.directed))
        .collect::<Result<_, _>>()?;
    let nodes = graph
        .petgraph()
        .node_weights()
        .map(|node| {
            let index = common.node(&node.name);
            if common.petgraph()[index].kind.is_empty() {
                common.set_kind(index, node.kind.as_str());
            }
            for (key, value) in &node.attributes {
                common.attributes_mut(index).entry(key.clone()).or_insert_with(|| value.clone());
            }
            index
        })
        .collect();
    Ok(Placed { nodes, layers })
}

/// A graph's connections with their weights; parallel edges are summed, an undirected edge is there once,
/// from the lower node.
pub(super) fn merged(graph: &PathwayGraph, placed: &Placed) -> BTreeMap<EdgeKey, Merged> {
    let mut all = BTreeMap::new();
    for (from, to, edge) in graph.edges() {
        let (from, to) = (placed.nodes[from.index()], placed.nodes[to.index()]);
        if !graph.layers()[edge.layer.index()].directed && from > to {
            continue;
        }
        let key = EdgeKey { layer: placed.layers[edge.layer.index()], from, to, slot: edge.slot };
        match all.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(Merged { weight: edge.weight, sign: edge.sign });
            }
            Entry::Occupied(mut entry) => {
                let sum = entry.get_mut();
                sum.weight += edge.weight;
                sum.sign = sum.sign.filter(|&sign| edge.sign == Some(sign));
            }
        }
    }
    all
}
