//! `fascicle graph communities`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use fascicle_graph::community::{LabelPropagation, Leiden, Louvain, Modularity, Quality};
use serde_json::{Map, Value, json};

use super::source::Source;
use crate::cli::Common;
use crate::error::CliError;
use crate::output;

/// Groups of nodes that are wired more densely inside than between (Leiden, Louvain, label propagation)
#[derive(Args, Debug)]
pub(crate) struct Communities {
    #[command(flatten)]
    source: Source,
    /// How they are looked for
    #[arg(long, value_enum, default_value_t)]
    method: Method,
    /// More than 1 for smaller communities
    #[arg(long, value_name = "GAMMA", default_value_t = 1.0)]
    resolution: f64,
    /// Take negative weights for repulsion
    #[arg(long)]
    signed: bool,
    /// Of the order of visits
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Where a JSON object goes that gives each node's community
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Method {
    #[default]
    Leiden,
    Louvain,
    LabelPropagation,
}

impl Communities {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        if let Some(out) = &self.out {
            output::check_path(out)?;
        }
        let graph = self.source.read()?;
        let view = self.source.view(&graph)?;
        let quality = Modularity { resolution: self.resolution, signed: self.signed };
        let partition = match self.method {
            Method::Leiden => Leiden::seeded(self.seed).run(&view, &quality)?.partition,
            Method::Louvain => Louvain { seed: self.seed }.run(&view, &quality)?.partition,
            Method::LabelPropagation => {
                LabelPropagation { seed: self.seed, ..LabelPropagation::default() }.run(&view)?
            }
        };
        let modularity = quality.of(&view, &partition)?;
        let names: Vec<&str> = graph.names().collect();
        let of_nodes: Map<String, Value> = names
            .iter()
            .zip(partition.labels())
            .map(|(name, label)| ((*name).into(), json!(label)))
            .collect();
        if let Some(out) = &self.out {
            let text = format!("{:#}\n", Value::from(of_nodes.clone()));
            output::write(out, &text)?;
        }
        if common.json {
            return output::print_json(&json!({
                "modularity": modularity, "count": partition.count(), "sizes": partition.sizes(), "nodes": of_nodes,
            }));
        }
        let rows: Vec<Vec<String>> = partition
            .members()
            .iter()
            .enumerate()
            .map(|(label, members)| {
                let members: Vec<&str> = members.iter().map(|&node| names[node]).collect();
                vec![label.to_string(), members.len().to_string(), members.join(" ")]
            })
            .collect();
        let head = format!("{} communities, modularity {modularity:.4}\n\n", partition.count());
        output::print(&(head + &output::columns_within(output::WIDTH, &rows)))
    }
}
