//! `fascicle connectome`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use fascicle_connectome::{
    AutapsePolicy, ConnectomeFormat, DuplicatePolicy, GapPolicy, Policies, UnknownPolicy, detect, read,
};
use fascicle_graph::format;
use serde_json::json;

use crate::cli::Common;
use crate::error::CliError;
use crate::output;

/// Read published connectomes
#[derive(Args, Debug)]
pub(crate) struct Connectome {
    #[command(subcommand)]
    command: ConnectomeCommand,
}

#[derive(Debug, Subcommand)]
enum ConnectomeCommand {
    Read(Read),
}

/// Turn a published connectome into a graph, and say all that was changed on the way
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
struct Read {
    /// The file as published (for cook2019: also the folder of both matrices)
    file: PathBuf,
    /// What the file is; found out from its content where it is not given
    #[arg(long, value_name = "FORMAT", value_parser = choice(ConnectomeFormat::ALL, ConnectomeFormat::name))]
    format: Option<ConnectomeFormat>,
    /// Where the graph goes: .json, .graphml, .gexf, .gml, .dot, .csv, .mtx, .parquet
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// What becomes of edges that are given several times
    #[arg(long, value_name = "POLICY", value_parser = choice(DuplicatePolicy::ALL, DuplicatePolicy::name), default_value_t)]
    duplicates: DuplicatePolicy,
    /// What becomes of gap junctions whose two directions differ
    #[arg(long, value_name = "POLICY", value_parser = choice(GapPolicy::ALL, GapPolicy::name), default_value_t)]
    gaps: GapPolicy,
    /// What becomes of connections of a cell to itself
    #[arg(long, value_name = "POLICY", value_parser = choice(AutapsePolicy::ALL, AutapsePolicy::name), default_value_t)]
    autapses: AutapsePolicy,
    /// What becomes of cells that nobody knows
    #[arg(long, value_name = "POLICY", value_parser = choice(UnknownPolicy::ALL, UnknownPolicy::name), default_value_t)]
    unknown: UnknownPolicy,
}

const EXAMPLES: &str = "\
Examples:
  fascicle connectome read herm_chem_adj.csv --out worm.json
  fascicle connectome read 'SI 5 Connectome adjacency matrices.xlsx' --format cook2019-si5 --gaps max --out worm.graphml
  fascicle graph info worm.json";

/// Reads one of the choices by its name; the help and the error list them.
fn choice<T>(
    all: &'static [T],
    name: fn(T) -> &'static str,
) -> impl clap::builder::TypedValueParser<Value = T> + use<T>
where
    T: Copy + std::str::FromStr + Send + Sync + 'static,
    T::Err: std::error::Error + Send + Sync,
{
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(all.iter().map(|choice| name(*choice))).try_map(|name| name.parse::<T>())
}

impl Connectome {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        match &self.command {
            ConnectomeCommand::Read(read) => read.run(common),
        }
    }
}

impl Read {
    fn run(&self, common: &Common) -> Result<(), CliError> {
        if let Some(out) = &self.out {
            output::check_graph_path(out)?;
        }
        let format = match self.format {
            Some(format) => format,
            None => detect(&self.file)?,
        };
        let policies = Policies {
            duplicates: self.duplicates,
            gaps: self.gaps,
            autapses: self.autapses,
            unknown: self.unknown,
            ..Policies::default()
        };
        let (graph, report) = read(&self.file, format, &policies)?;
        if let Some(out) = &self.out {
            format::write(&graph, out)?;
        }
        if common.json {
            return output::print_json(&json!({
                "format": format.to_string(), "nodes": graph.node_count(), "edges": graph.edge_count(),
                "out": self.out, "report": report,
            }));
        }
        let written = self.out.as_ref().map(|out| format!("\nwritten to {}\n", out.display()));
        output::print(&format!("{}{}", report.to_string().trim_end(), written.unwrap_or_default()))
    }
}
