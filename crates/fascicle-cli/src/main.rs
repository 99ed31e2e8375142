//! The `fascicle` command: every capability of the libraries on a user's own files.
//!
//! One file a subcommand in `commands`; what they share is beside it. Results go to stdout, everything else to
//! stderr. Exit codes: 0 done, 1 the run failed, 2 the arguments or files were wrong (see `error`).

mod cli;
mod commands;
mod dataset;
mod drivers;
mod effects;
mod error;
mod inputs;
mod items;
mod logs;
mod model;
mod output;
mod page;
mod panics;
mod progress;
mod vectors;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;
use crate::error::CliError;

fn main() -> ExitCode {
    fascicle_core::keep_freed_memory();
    // SAFETY: nothing has started a thread yet
    unsafe { drivers::hush() };
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(message) => {
            // help and version are "errors" that belong on stdout; a closed pipe is nobody's problem here
            let _ = message.print();
            return ExitCode::from(u8::from(message.use_stderr()) * error::WRONG_REQUEST);
        }
    };
    logs::start(&cli.common);
    let code = match panics::caught(|| commands::run(&cli)) {
        Ok(code) => code,
        Err(error) => finish(&error),
    };
    ExitCode::from(code)
}

/// Prints what went wrong and gives the exit code for it.
fn finish(error: &CliError) -> u8 {
    // whoever read our output has seen enough, as `head` does: neither an error nor worth a word
    if error.is_closed_pipe() {
        return 0;
    }
    error::report(error);
    error.exit_code()
}
