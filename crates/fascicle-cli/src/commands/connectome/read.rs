//! `fascicle connectome read`.

use std::path::PathBuf;

use clap::Args;
use fascicle_connectome::cells::neurons;
use fascicle_graph::format::{self, Format};
use serde_json::json;

use super::source::Source;
use crate::cli::Common;
use crate::error::CliError;
use crate::output;

/// Turn a published connectome into a graph, and say all that was changed on the way
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Read {
    /// Leave out cells that are no neurons of the worm
    #[arg(long)]
    neurons: bool,
    /// Where the graph goes: .json, .graphml, .gexf, .gml, .dot, .csv, .mtx, .parquet
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    source: Source,
}

const EXAMPLES: &str = "\
Examples:
  fascicle connectome read connectome-cook2019 --out worm.json
  fascicle connectome read herm_chem_adj.csv --neurons --out chemical.json
  fascicle connectome read connectome-witvliet2021/witvliet_2020_8.xlsx --out adult.json
  fascicle connectome read 'SI 5 Connectome adjacency matrices.xlsx' --format cook2019-si5 \\
      --gaps max --out worm.graphml
  fascicle connectome read 'SI 5 Connectome adjacency matrices.xlsx' --sex male --out male.graphml
  fascicle connectome read connections.csv.gz --cells neurons.csv.gz --min-synapses 5 \\
      --out fly.parquet
  fascicle graph info worm.json";

impl Read {
    pub(super) fn run(&self, common: &Common) -> Result<(), CliError> {
        if let Some(out) = &self.out {
            output::check_graph_path(out)?;
        }
        let (mut graph, report) = self.source.published()?;
        if self.neurons {
            let cells = graph.node_count();
            graph = neurons(&graph);
            if graph.node_count() == 0 {
                return Err(CliError::NoNeurons { cells });
            }
        }
        if let Some(out) = &self.out {
            format::write(&graph, out)?;
        }
        if common.json {
            return output::print_json(&json!({
                "format": report.format, "nodes": graph.node_count(), "edges": graph.edge_count(),
                "out": self.out, "report": report,
            }));
        }
        let kept = if self.neurons {
            let edges = output::thousands(graph.edge_count());
            format!("\nkept the {} neurons and the {edges} edges between them", graph.node_count())
        } else {
            String::new()
        };
        let written = match &self.out {
            Some(out) => {
                let to = Format::from_path(out)?;
                let left_out = output::left_out(to, &to.leaves_out(&graph));
                format!("\nwritten to {}\n{left_out}", out.display())
            }
            None => String::new(),
        };
        let report = output::wrapped(report.to_string().trim_end());
        output::print(&format!("{report}{kept}{written}"))
    }
}
