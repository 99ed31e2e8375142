//! Union and difference of graphs.

use std::collections::{BTreeMap, BTreeSet};

use super::shared::{EdgeKey, merged, place};
use crate::{Duplicates, Edge, EdgeIndex, GraphError, PathwayGraph, Provenance, Sign};

/// All nodes and edges of several graphs. Edges with the same ends, layer, slot and sign become one as
/// `duplicates` says, also within one graph. A node's kind and attributes are those of the first graph that
/// knows them; of the provenance, what all graphs agree in stays. O(m log m).
///
/// # Errors
/// [`GraphError::LayerDirection`] when a layer is directed in one graph and not in another.
pub fn union(graphs: &[&PathwayGraph], duplicates: Duplicates) -> Result<PathwayGraph, GraphError> {
    let mut out = PathwayGraph::new();
    let mut known: BTreeMap<(EdgeKey, Option<Sign>), EdgeIndex> = BTreeMap::new();
    for graph in graphs {
        let placed = place(&mut out, graph)?;
        for (from, to, &edge) in graph.edges() {
            let (from, to) = (placed.nodes[from.index()], placed.nodes[to.index()]);
            let edge = Edge { layer: placed.layers[edge.layer.index()], ..edge };
            let key = (EdgeKey { layer: edge.layer, from, to, slot: edge.slot }, edge.sign);
            if let Some(&there) = known.get(&key).filter(|_| duplicates != Duplicates::Keep) {
                let weight = &mut out.edge_mut(there).weight;
                match duplicates {
                    Duplicates::Sum => *weight += edge.weight,
                    Duplicates::Max => *weight = weight.max(edge.weight),
                    Duplicates::Min => *weight = weight.min(edge.weight),
                    Duplicates::First | Duplicates::Keep => {}
                }
            } else {
                known.insert(key, out.add_edge(from, to, edge)?);
            }
        }
    }
    out.provenance = agreed(graphs);
    Ok(out)
}

/// The edges of one graph that another does not have (between the same nodes, in the same layer and slot,
/// whatever the weight), with all nodes of the first. O(m log m).
///
/// # Errors
/// [`GraphError::LayerDirection`] when a layer is directed in one graph and not in the other.
pub fn difference(graph: &PathwayGraph, without: &PathwayGraph) -> Result<PathwayGraph, GraphError> {
    let mut common = PathwayGraph::new();
    let placed = place(&mut common, graph)?;
    let placed_without = place(&mut common, without)?;
    let gone: BTreeSet<EdgeKey> = merged(without, &placed_without).into_keys().collect();
    Ok(graph.filtered(
        |_, _| true,
        |from, to, edge| {
            let (mut from, mut to) = (placed.nodes[from.index()], placed.nodes[to.index()]);
            if !graph.layers()[edge.layer.index()].directed && from > to {
                (from, to) = (to, from);
            }
            let layer = placed.layers[edge.layer.index()];
            !gone.contains(&EdgeKey { layer, from, to, slot: edge.slot })
        },
    ))
}

/// What the graphs' provenances have in common.
fn agreed(graphs: &[&PathwayGraph]) -> Provenance {
    let Some((first, others)) = graphs.split_first() else { return Provenance::default() };
    let mut out = first.provenance.clone();
    out.entries
        .retain(|key, value| others.iter().all(|graph| graph.provenance.entries.get(key) == Some(value)));
    if others.iter().any(|graph| graph.provenance.quantity != out.quantity) {
        out.quantity = Default::default();
    }
    out
}
