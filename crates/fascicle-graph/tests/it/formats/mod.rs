//! Reading and writing files.

mod bad_input;
mod damage;
mod peers;
mod round_trips;
mod shapes;

use fascicle_graph::{Attributes, Layer, PathwayGraph, Provenance, Sign, Slot};

/// An edge by the names of its ends and layer.
type EdgeFacts = (String, String, String, Option<Sign>, Option<Slot>, u64);

/// What is to be the same when a graph was written and read: all but the order of the edges.
#[derive(Debug, PartialEq)]
struct Facts {
    nodes: Vec<(String, String, Attributes)>,
    layers: Vec<Layer>,
    provenance: Provenance,
    edges: Vec<EdgeFacts>,
}

fn facts(graph: &PathwayGraph) -> Facts {
    let name = |node| graph.name(node).to_owned();
    let mut edges: Vec<EdgeFacts> = graph
        .edges()
        .map(|(from, to, edge)| {
            let layer = graph.layers()[edge.layer.index()].name.clone();
            (name(from), name(to), layer, edge.sign, edge.slot, edge.weight.to_bits())
        })
        .collect();
    edges.sort();
    let nodes = graph.petgraph().node_weights();
    Facts {
        nodes: nodes.map(|node| (node.name.clone(), node.kind.clone(), node.attributes.clone())).collect(),
        layers: graph.layers().to_vec(),
        provenance: graph.provenance.clone(),
        edges,
    }
}

/// The edges as `from -> to weight layer sign slot`, in the order of the graph.
fn shown(graph: &PathwayGraph) -> Vec<String> {
    graph
        .edges()
        .map(|(from, to, edge)| {
            let mut line = format!("{} -> {} {}", graph.name(from), graph.name(to), edge.weight);
            let layer = &graph.layers()[edge.layer.index()];
            if !layer.name.is_empty() {
                line += &format!(" {}", layer.name);
            }
            if !layer.directed {
                line += " (undirected)";
            }
            if let Some(sign) = edge.sign {
                line += &format!(" {:+}", sign.number());
            }
            if let Some(slot) = edge.slot {
                line += &format!(" {slot}");
            }
            line
        })
        .collect()
}
