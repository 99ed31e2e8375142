//! `fascicle graph nulls`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use fascicle_graph::null::{
    Configuration, ErdosRenyi, Lattice, Null, NullModel, Nulls as Copies, Rewire, named,
};
use fascicle_graph::{PathwayGraph, format};
use serde_json::json;

use super::source::Source;
use crate::cli::Common;
use crate::error::CliError;
use crate::output;

/// A random graph that shares something with this one: its degrees, its density
#[derive(Args, Debug)]
pub(crate) struct Nulls {
    #[command(flatten)]
    source: Source,
    /// What it shares
    #[arg(long, value_enum, default_value_t)]
    model: Model,
    /// Of the draws
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Where the graph goes; its extension chooses the format
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Model {
    /// Every node's in- and out-degree (Maslov & Sneppen 2002)
    #[default]
    Rewire,
    /// Degrees, with neighbours as near as can be on a ring
    Lattice,
    /// Degrees but for the edges that would be double
    Configuration,
    /// The number of edges
    ErdosRenyi,
}

impl Nulls {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        output::check_graph_path(&self.out)?;
        let graph = self.source.read()?;
        let view = self.source.view(&graph)?;
        let made = match self.model {
            Model::Rewire => self.copy(Rewire::default(), &view)?,
            Model::Lattice => self.copy(Lattice::default(), &view)?,
            Model::Configuration => self.copy(Configuration::Erased, &view)?,
            Model::ErdosRenyi => self.copy(ErdosRenyi::Edges, &view)?,
        };
        let mut graph: PathwayGraph = named(&made.graph, &graph, "null")?;
        let entries = &mut graph.provenance.entries;
        entries.insert("null_model".into(), json!(format!("{:?}", self.model)));
        entries.insert("null_seed".into(), json!(self.seed));
        format::write(&graph, &self.out)?;
        let accepted = made.moves.accepted_fraction();
        if common.json {
            return output::print_json(&json!({
                "out": self.out, "edges": made.graph.edge_count(), "accepted_swaps": accepted,
            }));
        }
        let accepted =
            accepted.map_or(String::new(), |share| format!(", {} % of the swaps done", percent(share)));
        let edges = output::thousands(made.graph.edge_count());
        output::print(&format!("{edges} edges{accepted}; written to {}", self.out.display()))
    }

    fn copy(&self, model: impl NullModel, view: &fascicle_graph::Adjacency) -> Result<Null, CliError> {
        Ok(Copies::new(model, 1, self.seed).copy(view, 0)?)
    }
}

/// Whole percents, with two digits behind the point where there is hardly one.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 1.0 { format!("{percent:.2}") } else { format!("{percent:.0}") }
}
