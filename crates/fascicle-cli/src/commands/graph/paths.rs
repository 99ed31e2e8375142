//! `fascicle graph paths`.

use clap::{Args, ValueEnum};
use fascicle_graph::path::{self, Length};
use fascicle_graph::{Adjacency, Duplicates};
use serde_json::json;

use super::source::{Source, with_names};
use crate::cli::Common;
use crate::error::CliError;
use crate::output;

/// The shortest paths from one node to another, one after the other (Yen 1971)
#[derive(Args, Debug)]
pub(crate) struct Paths {
    #[command(flatten)]
    source: Source,
    /// Where paths begin
    from: String,
    /// Where they end
    to: String,
    /// How many
    #[arg(short, default_value_t = 10)]
    k: usize,
    /// How long an edge is
    #[arg(long, value_enum, default_value_t)]
    length: EdgeLength,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum EdgeLength {
    /// 1
    #[default]
    Hops,
    /// Its weight; the least of parallel edges'
    Weight,
    /// 1 by its weight, by the sum of parallel edges': strong edges are short
    Inverse,
    /// −ln of its weight, a probability; the greatest of parallel edges'
    NegativeLog,
}

impl Paths {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        let graph = self.source.read()?;
        let [from, to] = [graph.find(&self.from)?, graph.find(&self.to)?].map(Adjacency::index);
        let (length, parallel) = match self.length {
            EdgeLength::Hops => (Length::Hops, Duplicates::Sum),
            EdgeLength::Weight => (Length::Weight, Duplicates::Min),
            EdgeLength::Inverse => (Length::Inverse, Duplicates::Sum),
            EdgeLength::NegativeLog => (Length::NegativeLog, Duplicates::Max),
        };
        let view = self.source.view_as(&graph, self.source.directions(&graph)?.duplicates(parallel))?;
        let paths = path::Paths::new(&view, length).map_err(|error| with_names(&graph, error))?;
        let found: Vec<path::Path> = paths.k_shortest(from, to)?.take(self.k).collect();
        if common.json {
            let paths: Vec<_> = found
                .iter()
                .map(|path| json!({ "nodes": path.names(&graph), "length": path.length }))
                .collect();
            return output::print_json(&json!({ "from": self.from, "to": self.to, "paths": paths }));
        }
        if self.k == 0 {
            return output::print("no path was asked for: -k is 0");
        }
        if found.is_empty() {
            return output::print(&format!("no path leads from {} to {}", self.from, self.to));
        }
        let rows: Vec<Vec<String>> = found
            .iter()
            .map(|path| vec![output::number(path.length), path.names(&graph).join(" → ")])
            .collect();
        output::print(&output::columns_within(output::WIDTH, &rows))
    }
}
