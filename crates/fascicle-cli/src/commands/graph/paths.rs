//! `fascicle graph paths`.

use clap::{Args, ValueEnum};
use fascicle_graph::path::{self, Length};
use fascicle_graph::{Adjacency, View};
use serde_json::json;

use super::source::Source;
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
    /// Its weight
    Weight,
    /// 1 by its weight: strong edges are short
    Inverse,
    /// −ln of its weight, a probability
    NegativeLog,
}

impl Paths {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        let graph = self.source.read()?;
        let view = self.source.view_as(&graph, View::directed())?;
        let [from, to] = [graph.find(&self.from)?, graph.find(&self.to)?].map(Adjacency::index);
        let length = match self.length {
            EdgeLength::Hops => Length::Hops,
            EdgeLength::Weight => Length::Weight,
            EdgeLength::Inverse => Length::Inverse,
            EdgeLength::NegativeLog => Length::NegativeLog,
        };
        let found: Vec<path::Path> =
            path::Paths::new(&view, length)?.k_shortest(from, to)?.take(self.k).collect();
        if common.json {
            let paths: Vec<_> = found
                .iter()
                .map(|path| json!({ "nodes": path.names(&graph), "length": path.length }))
                .collect();
            return output::print_json(&json!({ "from": self.from, "to": self.to, "paths": paths }));
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
