//! `fascicle graph convert`.

use std::path::PathBuf;

use clap::Args;
use fascicle_graph::format::{self, Format};
use fascicle_graph::null::named;
use fascicle_graph::{Autapses, PathwayGraph, View};
use serde_json::json;

use super::source::Source;
use crate::cli::Common;
use crate::error::CliError;
use crate::output;

/// Write a graph in another format
///
/// With --undirected, all edges between two nodes become one, with the sum of their weights.
#[derive(Args, Debug)]
pub(crate) struct Convert {
    #[command(flatten)]
    source: Source,
    /// What to write, where the extension does not tell, such as node-link (NetworkX's JSON) or edge-csv
    #[arg(long, value_name = "FORMAT")]
    to: Option<Format>,
    /// Where it goes; the extension chooses the format
    out: PathBuf,
}

impl Convert {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        output::check_path(&self.out)?;
        let to = self.to.map_or_else(|| Format::from_path(&self.out), Ok)?;
        let graph = self.source.read()?;
        let graph = if self.source.forgets_directions(&graph)? {
            self.undirected(&graph)?
        } else {
            self.source.wanted(graph)?
        };
        format::write_as(&graph, &self.out, to)?;
        let (nodes, edges) = (graph.node_count(), graph.edge_count());
        let left_out = to.leaves_out(&graph);
        if common.json {
            return output::print_json(&json!({
                "out": self.out, "format": to.to_string(), "nodes": nodes, "edges": edges, "left_out": left_out,
            }));
        }
        let (nodes, edges) = (output::thousands(nodes), output::thousands(edges));
        let left_out = output::left_out(to, &left_out);
        output::print(&format!(
            "{nodes} nodes and {edges} edges written to {}\n{left_out}",
            self.out.display()
        ))
    }

    fn undirected(&self, graph: &PathwayGraph) -> Result<PathwayGraph, CliError> {
        let view = self.source.view_as(graph, View::undirected().autapses(Autapses::Keep))?;
        let layer = match self.source.layers(graph)?.as_deref() {
            Some([only]) => graph.layers()[only.index()].name.clone(),
            _ => String::new(),
        };
        Ok(named(&view, graph, &layer)?)
    }
}
