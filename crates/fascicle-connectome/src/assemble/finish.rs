//! The graph itself, with what is known of its cells and where it comes from.

use std::collections::BTreeMap;
use std::path::Path;

use fascicle_graph::{Edge, Node, NodeIndex, PathwayGraph, Provenance, Quantity};
use serde_json::json;

use super::{Assembly, Known};
use crate::cells::Sex;
use crate::policy::AutapsePolicy;
use crate::report::{LayerSummary, Report};
use crate::{ConnectomeError, ConnectomeFormat, Note, Place};

impl Assembly<'_> {
    /// The graph, and the report of how it came about.
    pub(crate) fn finish(
        mut self,
        format: ConnectomeFormat,
        place: &Place,
    ) -> Result<(PathwayGraph, Report), ConnectomeError> {
        self.report.format = Some(format);
        self.note_padded();
        let edges = self.merged(place)?;
        let edges = self.symmetric(edges, &place.file)?;
        let mut graph = PathwayGraph::with_capacity(self.known.len(), edges.len());
        graph.provenance = self.provenance(format);
        let nodes: Vec<_> = self
            .known
            .iter()
            .map(|known| known.kept.then(|| add_node(&mut graph, known)).transpose())
            .collect::<Result<_, _>>()?;
        let mut gone: BTreeMap<&'static str, (usize, f64)> = BTreeMap::new();
        for edge in edges {
            let (Some(from), Some(to)) = (nodes[edge.from as usize], nodes[edge.to as usize]) else {
                let (edges, weight) = gone.entry(edge.relation.name()).or_default();
                *edges += 1;
                *weight += edge.weight;
                continue;
            };
            if from == to && self.policies.autapses == AutapsePolicy::Drop {
                self.report.notes.push(Note::DroppedAutapse {
                    relation: edge.relation.name(),
                    cell: graph.name(from).to_owned(),
                    weight: edge.weight,
                });
                continue;
            }
            let layer = graph.layer(edge.relation.name(), self.is_directed(edge.relation))?;
            graph.add_edge(from, to, Edge { sign: edge.sign, ..Edge::new(edge.weight, layer) })?;
        }
        self.report.notes.extend(
            gone.into_iter().map(|(relation, (edges, weight))| Note::UnknownCellEdges {
                relation,
                edges,
                weight,
            }),
        );
        self.report.nodes = graph.node_count();
        self.report.layers = layers(&graph);
        tracing::debug!(%format, nodes = graph.node_count(), edges = graph.edge_count(), "connectome read");
        Ok((graph, self.report))
    }

    fn note_padded(&mut self) {
        let mut padded: Vec<_> = self.padded.drain().collect();
        padded.sort_unstable();
        self.report
            .notes
            .extend(padded.into_iter().map(|(name, occurrences)| Note::Padded { name, occurrences }));
    }

    fn provenance(&self, format: ConnectomeFormat) -> Provenance {
        let mut provenance = Provenance { quantity: Quantity::Weight, ..Provenance::default() };
        let files: Vec<_> = self
            .report
            .files
            .iter()
            .map(|file| json!({ "file": name_of(&file.file), "sha256": file.sha256 }))
            .collect();
        for (key, value) in
            [("format", json!(format)), ("files", json!(files)), ("policies", json!(self.policies))]
        {
            provenance.entries.insert(key.to_owned(), value);
        }
        provenance
    }
}

/// A file's own name: graphs should be equal wherever the data lies.
fn name_of(file: &Path) -> String {
    file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn add_node(graph: &mut PathwayGraph, known: &Known) -> Result<NodeIndex, ConnectomeError> {
    let mut node =
        Node { name: known.name.clone(), kind: known.kind.clone(), attributes: known.attributes.clone() };
    if let Some(cell) = known.cell {
        node.kind = cell.kind.name().to_owned();
        node.attributes.insert("class".to_owned(), json!(cell.class));
        if let Some(side) = cell.side {
            node.attributes.entry("hemisphere".to_owned()).or_insert_with(|| json!(side));
        }
        if cell.sex != Sex::Both {
            node.attributes.insert("sex".to_owned(), json!(cell.sex));
        }
    }
    Ok(graph.add_node(node)?)
}

fn layers(graph: &PathwayGraph) -> Vec<LayerSummary> {
    let mut layers: Vec<LayerSummary> = graph
        .layers()
        .iter()
        .map(|layer| LayerSummary {
            name: layer.name.clone(),
            directed: layer.directed,
            edges: 0,
            autapses: 0,
            weight: 0.0,
        })
        .collect();
    for (from, to, edge) in graph.edges() {
        let layer = &mut layers[edge.layer.index()];
        layer.edges += 1;
        layer.autapses += usize::from(from == to);
        layer.weight += edge.weight;
    }
    layers
}
