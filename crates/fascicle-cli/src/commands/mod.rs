//! The subcommands, one file each.

pub(crate) mod classify;
pub(crate) mod connectome;
pub(crate) mod devices;
pub(crate) mod embed;
pub(crate) mod fetch;
pub(crate) mod generate;
pub(crate) mod graph;
pub(crate) mod inspect;
pub(crate) mod patch;
pub(crate) mod reproduce;
pub(crate) mod run;
pub(crate) mod similar;
pub(crate) mod verify;

use crate::cli::{Cli, Command};
use crate::error::CliError;

/// Runs the command that was asked for and gives the exit code.
pub(crate) fn run(cli: &Cli) -> Result<u8, CliError> {
    let common = &cli.common;
    match &cli.command {
        Command::Devices(args) => args.run(common).map(|()| 0),
        Command::Inspect(args) => args.run(common).map(|()| 0),
        Command::Run(args) => args.run(common).map(|()| 0),
        Command::Verify(args) => args.run(common).map(|()| 0),
        Command::Generate(args) => args.run(common).map(|()| 0),
        Command::Embed(args) => args.run(common).map(|()| 0),
        Command::Classify(args) => args.run(common).map(|()| 0),
        Command::Similar(args) => args.run(common).map(|()| 0),
        Command::Patch(args) => args.run(common).map(|()| 0),
        Command::Graph(args) => args.run(common).map(|()| 0),
        Command::Connectome(args) => args.run(common).map(|()| 0),
        Command::Fetch(args) => args.run(common).map(|()| 0),
        Command::Reproduce(args) => args.run(common),
    }
}
