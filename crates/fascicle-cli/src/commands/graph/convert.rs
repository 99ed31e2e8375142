//! `fascicle graph convert`.

use std::path::PathBuf;

use clap::Args;
use fascicle_graph::format;
use serde_json::json;

use super::source::Source;
use crate::cli::Common;
use crate::error::CliError;
use crate::output;

/// Write a graph in another format
#[derive(Args, Debug)]
pub(crate) struct Convert {
    #[command(flatten)]
    source: Source,
    /// Where it goes; the extension chooses the format
    out: PathBuf,
}

impl Convert {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        output::check_graph_path(&self.out)?;
        let graph = self.source.read()?;
        let layers = self.source.layers(&graph)?;
        let at_least = self.source.at_least().unwrap_or(f64::NEG_INFINITY);
        let graph = graph.filtered(
            |_, _| true,
            |_, _, edge| {
                edge.weight >= at_least && layers.as_ref().is_none_or(|layers| layers.contains(&edge.layer))
            },
        );
        format::write(&graph, &self.out)?;
        let (nodes, edges) = (graph.node_count(), graph.edge_count());
        if common.json {
            return output::print_json(&json!({ "out": self.out, "nodes": nodes, "edges": edges }));
        }
        let (nodes, edges) = (output::thousands(nodes), output::thousands(edges));
        output::print(&format!("{nodes} nodes and {edges} edges written to {}", self.out.display()))
    }
}
