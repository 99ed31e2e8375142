//! The command line: its options, its help.

use std::sync::LazyLock;

use clap::{Args, Parser, Subcommand};

use crate::commands::{
    classify, connectome, devices, embed, fetch, generate, graph, inspect, patch, reproduce, run, similar,
    verify,
};

/// Find, test and compare the pathways of neural networks.
#[derive(Debug, Parser)]
#[command(name = "fascicle", version = VERSION.as_str(), max_term_width = 110, after_help = AFTER)]
#[command(propagate_version = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Devices(devices::Devices),
    Inspect(inspect::Inspect),
    Run(run::Run),
    Verify(verify::Verify),
    Generate(generate::Generate),
    Embed(embed::Embed),
    Classify(classify::Classify),
    Similar(similar::Similar),
    Patch(patch::Patch),
    Graph(graph::Graph),
    Connectome(connectome::Connectome),
    Fetch(fetch::Fetch),
    Reproduce(reproduce::Reproduce),
}

/// Options of every command.
#[derive(Args, Debug)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Common {
    /// What computes: cpu, ndarray, wgpu, wgpu:cpu, cuda or cuda:N (`fascicle devices` shows what is there)
    #[arg(long, global = true, default_value = "cpu", value_name = "DEVICE")]
    pub(crate) device: String,
    /// Print the result as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Log more to stderr; twice for details
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "quiet")]
    pub(crate) verbose: u8,
    /// Log errors alone, and show no progress
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

const AFTER: &str = "\
Examples:
  fascicle fetch minilm
  fascicle inspect minilm
  fascicle run minilm --text 'A man plays the guitar.' --out embeddings.safetensors
  fascicle reproduce --quick

Exit codes: 0 done, 1 the run failed, 2 the arguments or files were wrong.
Environment:
  FASCICLE_DATA       folder of data sets and models of your own
  FASCICLE_CACHE      folder for downloads
  FASCICLE_OFFLINE=1  use no network
  FASCICLE_LOG        what to log, such as `info` or `fascicle_models=debug`";

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let features = [
        ("ndarray", cfg!(feature = "ndarray")),
        ("wgpu", cfg!(feature = "wgpu")),
        ("cuda", cfg!(feature = "cuda")),
        ("fusion", cfg!(feature = "fusion")),
        ("autotune", cfg!(feature = "autotune")),
    ];
    let on: Vec<&str> = features.into_iter().filter_map(|(name, on)| on.then_some(name)).collect();
    let on = if on.is_empty() { "none".to_string() } else { on.join(", ") };
    format!("{} (burn {}; features: {on})", env!("CARGO_PKG_VERSION"), fascicle_experiments::BURN)
});

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_holds_together() {
        Cli::command().debug_assert();
    }
}
