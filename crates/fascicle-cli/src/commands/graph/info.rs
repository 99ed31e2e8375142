//! `fascicle graph info`.

use std::collections::BTreeMap;

use clap::Args;
use fascicle_graph::Layer;
use fascicle_graph::measure::{strong_components, weak_components};
use serde_json::json;

use super::source::Source;
use crate::cli::Common;
use crate::error::CliError;
use crate::output;

/// What is in the file (or the part asked for): nodes by kind, edges by layer, components, where it comes from
#[derive(Args, Debug)]
pub(crate) struct Info {
    #[command(flatten)]
    source: Source,
}

impl Info {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        let graph = self.source.read()?;
        let wanted = self.source.layers(&graph)?;
        let view = self.source.view(&graph)?;
        let graph = self.source.wanted(graph)?;
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for node in graph.petgraph().node_weights() {
            *kinds.entry(if node.kind.is_empty() { "(none)" } else { &node.kind }).or_default() += 1;
        }
        let mut held = vec![(0_usize, 0.0_f64); graph.layers().len()];
        for (_, _, edge) in graph.edges() {
            let (count, weight) = &mut held[edge.layer.index()];
            *count += 1;
            *weight += edge.weight;
        }
        let is_wanted = |place: usize| {
            wanted.as_ref().is_none_or(|wanted| wanted.iter().any(|layer| layer.index() == place))
        };
        let layers: Vec<(&Layer, (usize, f64))> = graph
            .layers()
            .iter()
            .zip(held)
            .enumerate()
            .filter(|(place, _)| is_wanted(*place))
            .map(|(_, layer)| layer)
            .collect();
        let (weak, strong) = (weak_components(&view).sizes, strong_components(&view).sizes);
        let largest = |sizes: &[usize]| sizes.iter().copied().max().unwrap_or(0);
        if common.json {
            let layers: Vec<_> = layers
                .iter()
                .map(|(layer, (count, weight))| {
                    json!({ "name": layer.name, "directed": layer.directed, "edges": count, "weight": weight })
                })
                .collect();
            return output::print_json(&json!({
                "nodes": graph.node_count(), "edges": graph.edge_count(), "kinds": kinds, "layers": layers,
                "weak_components": weak.len(), "largest_weak_component": largest(&weak),
                "strong_components": strong.len(), "largest_strong_component": largest(&strong),
                "provenance": graph.provenance.entries,
            }));
        }
        let mut rows = vec![
            vec!["nodes".into(), output::thousands(graph.node_count())],
            vec![
                "edges".into(),
                format!("{} (undirected ones in both directions)", output::thousands(graph.edge_count())),
            ],
        ];
        rows.extend(
            kinds.iter().map(|(kind, count)| vec![format!("  kind {kind}"), output::thousands(*count)]),
        );
        rows.extend(layers.iter().map(|(layer, (count, weight))| {
            let (name, kind) = (if layer.name.is_empty() { "(none)" } else { &layer.name }, layer.directed);
            let kind = if kind { "directed" } else { "undirected" };
            let weight = output::number(*weight);
            vec![format!("  layer {name}"), format!("{} {kind}, weight {weight}", output::thousands(*count))]
        }));
        let components =
            |sizes: &[usize]| format!("{}, the largest of {} nodes", sizes.len(), largest(sizes));
        rows.push(vec!["weak components".into(), components(&weak)]);
        rows.push(vec!["strong components".into(), components(&strong)]);
        for (name, value) in &graph.provenance.entries {
            rows.push(vec![format!("from {name}"), output::plain(value)]);
        }
        output::print(&output::columns_within(output::WIDTH, &rows))
    }
}
