//! From numbered nodes back to those with names, for writing a random copy to a file.

use crate::{Adjacency, GraphError, PathwayGraph};

/// The edges of `graph` in one layer between the nodes of `like`, which keep names, kinds and attributes. The
/// provenance is that of `like`; what made the copy is the caller's to add.
///
/// # Errors
/// [`GraphError::BadArgument`] when the two have not equally many nodes.
pub fn named(graph: &Adjacency, like: &PathwayGraph, layer: &str) -> Result<PathwayGraph, GraphError> {
    if graph.node_count() != like.node_count() {
        let expected = format!("the {} of the graph that names them", like.node_count());
        return Err(GraphError::argument("the number of nodes", graph.node_count(), expected));
    }
    let mut out = PathwayGraph::with_capacity(graph.node_count(), graph.edge_count());
    out.provenance = like.provenance.clone();
    let names = like.petgraph().node_weights().cloned();
    let nodes = names.map(|node| out.add_node(node)).collect::<Result<Vec<_>, _>>()?;
    let layer = out.layer(layer, graph.is_directed())?;
    for (from, to, weight) in graph.edges() {
        out.connect(nodes[from], nodes[to], layer, weight)?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::View;
    use crate::null::gnm;

    #[test]
    fn there_and_back() {
        let mut like = PathwayGraph::new();
        for name in ["AVAL", "AVAR", "PVCL", "DVA"] {
            let node = like.node(name);
            like.set_kind(node, "interneuron");
        }
        for directed in [true, false] {
            let graph = gnm(4, 5, directed, 1).unwrap();
            let copy = named(&graph, &like, "null").unwrap();
            assert!(copy.names().eq(like.names()));
            assert!(copy.petgraph().node_weights().all(|node| node.kind == "interneuron"));
            let view = if directed { View::directed() } else { View::undirected() };
            assert_eq!(view.of(&copy).unwrap(), graph);
        }
        let error = named(&gnm(3, 2, true, 1).unwrap(), &like, "null").unwrap_err();
        insta::assert_snapshot!(error, @"the number of nodes is 3; expected the 4 of the graph that names them");
    }
}
