//! A consensus as a graph.

use fascicle_graph::{Node, PathwayGraph};
use serde_json::json;

use super::Consensus;
use crate::{ConnectomeError, Relation};

impl Consensus {
    /// The means as layers `chemical`, `gap` and `functional`, as far as there are such edges. O(n + m).
    ///
    /// # Errors
    /// [`ConnectomeError::Graph`] for two cells of one name or a weight that is not finite.
    pub fn graph(&self) -> Result<PathwayGraph, ConnectomeError> {
        let mut graph = PathwayGraph::new();
        let mut nodes = Vec::with_capacity(self.cells.len());
        for cell in &self.cells {
            let mut node = Node { name: cell.name.clone(), kind: cell.kind.clone(), ..Node::default() };
            if let Some(position) = cell.position {
                node.attributes.insert("position".to_owned(), json!(position));
            }
            nodes.push(graph.add_node(node)?);
        }
        let mut sources: Vec<&str> =
            self.pairs.iter().flat_map(|pair| pair.sources.iter().map(String::as_str)).collect();
        sources.sort_unstable();
        sources.dedup();
        graph.provenance.entries.insert("consensus".to_owned(), json!(sources));
        for relation in [Relation::Chemical, Relation::Gap, Relation::Functional] {
            for pair in &self.pairs {
                let weight = match relation {
                    Relation::Gap => pair.gap,
                    Relation::Chemical => pair.chemical,
                    _ => pair.functional,
                };
                // an undirected edge is connected once, from its lesser end
                let here = relation.directed() || pair.from <= pair.to;
                if let Some(weight) = weight.filter(|_| here) {
                    let layer = graph.layer(relation.name(), relation.directed())?;
                    graph.connect(nodes[pair.from], nodes[pair.to], layer, weight)?;
                }
            }
        }
        Ok(graph)
    }
}
