//! Logs: to stderr, through `tracing`.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use crate::cli::Common;

/// Starts logging at the level that `FASCICLE_LOG`, `-v` or `-q` ask for; warnings of ours by default.
pub(crate) fn start(common: &Common) {
    let level = match (common.quiet, common.verbose) {
        (true, _) => "error",
        (false, 0) => "error,fascicle=warn",
        (false, 1) => "warn,fascicle=info",
        (false, _) => "info,fascicle=debug",
    };
    let asked = std::env::var("FASCICLE_LOG").ok().filter(|text| !text.is_empty());
    let filter =
        asked.and_then(|text| EnvFilter::try_new(text).ok()).unwrap_or_else(|| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .without_time()
        .with_target(false)
        .init();
}
