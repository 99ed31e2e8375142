//! `fascicle connectome`: published connectomes as graphs, and as the layers of networks.

mod mask;
mod read;
mod source;

use clap::{Args, Subcommand};

use crate::cli::Common;
use crate::error::CliError;

/// Read published connectomes, and make layers of networks of them
#[derive(Args, Debug)]
pub(crate) struct Connectome {
    #[command(subcommand)]
    command: ConnectomeCommand,
}

#[derive(Debug, Subcommand)]
enum ConnectomeCommand {
    Read(read::Read),
    Mask(mask::Mask),
}

impl Connectome {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        match &self.command {
            ConnectomeCommand::Read(args) => args.run(common),
            ConnectomeCommand::Mask(args) => args.run(common),
        }
    }
}

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
