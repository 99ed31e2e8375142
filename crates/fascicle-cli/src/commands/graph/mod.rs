//! `fascicle graph`: what can be asked of a graph in a file.

mod communities;
mod convert;
mod draw;
mod info;
mod metrics;
mod motifs;
mod nulls;
mod paths;
mod rich_club;
mod source;

use clap::{Args, Subcommand};

use crate::cli::Common;
use crate::error::CliError;

/// Measure, search, compare, draw and convert graphs
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Graph {
    #[command(subcommand)]
    command: GraphCommand,
}

const EXAMPLES: &str = "\
Graphs are read from .json (Fascicle's own and networkx's node-link), .graphml, .gexf, .gml, .dot,
.mtx, .parquet, adjacency .csv, and edge lists (.csv, .tsv, .edges, .txt).

Examples:
  fascicle graph info worm.json
  fascicle graph metrics worm.json --layer chemical --top 10
  fascicle graph paths worm.json ASHL AVAL -k 5
  fascicle graph communities worm.json --out communities.json
  fascicle graph rich-club worm.json --out rich-club.svg
  fascicle graph draw worm.json --layout force --out worm.svg";

#[derive(Debug, Subcommand)]
enum GraphCommand {
    Info(info::Info),
    Metrics(metrics::Metrics),
    Paths(paths::Paths),
    Communities(communities::Communities),
    Motifs(motifs::Motifs),
    Nulls(nulls::Nulls),
    RichClub(rich_club::RichClub),
    Draw(draw::Draw),
    Convert(convert::Convert),
}

impl Graph {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        match &self.command {
            GraphCommand::Info(args) => args.run(common),
            GraphCommand::Metrics(args) => args.run(common),
            GraphCommand::Paths(args) => args.run(common),
            GraphCommand::Communities(args) => args.run(common),
            GraphCommand::Motifs(args) => args.run(common),
            GraphCommand::Nulls(args) => args.run(common),
            GraphCommand::RichClub(args) => args.run(common),
            GraphCommand::Draw(args) => args.run(common),
            GraphCommand::Convert(args) => args.run(common),
        }
    }
}
