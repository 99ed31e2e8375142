//! Everything that can end a command early: its words and its exit code.
//!
//! This is the one place that decides what is the user's to put right (2: arguments, files) and what is a run
//! that failed (1: the device, the disk, the network, a defect of ours).

use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use fascicle_causal::{CausalError, MetricKind};
use fascicle_connectome::{ConnectomeError, ConnectomeFormat};
use fascicle_core::CoreError;
use fascicle_data::DataError;
use fascicle_experiments::ExperimentError;
use fascicle_graph::GraphError;
use fascicle_models::{GenerateError, ModelError};

/// Exit code of a run that failed.
pub(crate) const FAILED: u8 = 1;
/// Exit code for arguments or files that are wrong.
pub(crate) const WRONG_REQUEST: u8 = 2;

/// Why a command ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error(transparent)]
    Core(#[from] CoreError),
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Causal(#[from] CausalError),
    #[error(transparent)]
    Data(#[from] DataError),
    #[error(transparent)]
    Experiment(#[from] ExperimentError),
    #[error(transparent)]
    Graph(#[from] GraphError),
    #[error(transparent)]
    Connectome(#[from] ConnectomeError),
    #[error("there is no model `{given}`: no such folder{}", or_name(nearest.as_deref()))]
    NoModel { given: PathBuf, nearest: Option<String> },
    #[error(
        "the model `{name}` is not on this machine: run `fascicle fetch {name}`, or give the folder it is in"
    )]
    NotFetched { name: String },
    #[error("the data set `{name}` is not on this machine: run `fascicle fetch {name}`, or give a file")]
    DataNotFetched { name: String },
    #[error("the data set `{name}` has several files: give one as `{name}/FILE`, where FILE is {}", files.join(", "))]
    SeveralFiles { name: String, files: Vec<String> },
    #[error(
        "the data set `{name}` is not a connectome: `fascicle fetch list` shows those that are, as connectome-…"
    )]
    NoConnectome { name: String },
    #[error("none of the {cells} cells is known as a neuron of C. elegans: leave --neurons out")]
    NoNeurons { cells: usize },
    #[error(
        "`{name}` is a data set: make a graph of it first, with `fascicle connectome read {name} --out worm.json`"
    )]
    NotAGraph { name: String },
    #[error("{option} is for files of the format {of}, but this is {format}: leave it out")]
    OfAnotherFormat { option: &'static str, of: ConnectomeFormat, format: ConnectomeFormat },
    #[error("cannot write {}: {why}", path.display())]
    BadOutput { path: PathBuf, why: String },
    #[error("cannot write {}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("{}: the model does not give what {} holds", model.display(), golden.display())]
    Differs { model: PathBuf, golden: PathBuf },
    #[error(
        "{}: no golden.safetensors here to compare with: name a file of inputs and of what a reference made of them, with --golden FILE",
        folder.display()
    )]
    NoGolden { folder: PathBuf },
    #[error("--out and --html both name {}: the tables would replace the page", path.display())]
    SameFile { path: PathBuf },
    #[error(
        "metric {metric} compares next tokens: give {needed}, once for each text, as in --answer ' France'"
    )]
    TextNeeds { metric: MetricKind, needed: &'static str },
    #[error(
        "clean and corrupt text {row} differ in length: {clean_len} tokens ({clean}) and {corrupt_len} ({corrupt}); \
         patching puts a position of one in the same position of the other, so choose words that take equally many tokens"
    )]
    TextLengths { row: usize, clean_len: usize, corrupt_len: usize, clean: String, corrupt: String },
    #[error("{clean} clean and {corrupt} corrupt texts: give as many --clean-text as --corrupt-text")]
    TextCount { clean: usize, corrupt: usize },
    #[error("{flag} `{text}` is {} tokens ({}), expected exactly one: mind the space that begins a word in GPT-2", tokens.len(), tokens.join(" "))]
    NotOneToken { flag: &'static str, text: String, tokens: Vec<String> },
    #[error("{}: no text in it; a text a line is expected", source_name(path))]
    NoTexts { path: PathBuf },
    #[error("text {row} has no tokens: leave it out")]
    EmptyText { row: usize },
    #[error(
        "text {row} (`{text}`) has {tokens} tokens, the model takes at most {limit}: shorten it, or cut it with --max-tokens {limit}"
    )]
    TextTooLong { row: usize, text: String, tokens: usize, limit: usize },
    #[error("prompt {number} (`{text}`) has {tokens} tokens, the model takes at most {limit}: shorten it")]
    PromptTooLong { number: usize, text: String, tokens: usize, limit: usize },
    #[error("{option} does not apply: a {family} makes its vectors in a way of its own")]
    OwnVectors { option: &'static str, family: &'static str },
    #[error(
        "{}: modules.json puts {} behind the pooling, which is not supported; `fascicle embed --pooling …` gives the vectors before that",
        folder.display(), modules.join(", ")
    )]
    FurtherModules { folder: PathBuf, modules: Vec<String> },
    #[error("a {family} gives no vector for a text or an image")]
    NoVectors { family: &'static str },
    #[error("{}: this model has no classifier; {instead}", folder.display())]
    NoClassifier { folder: PathBuf, instead: &'static str },
    #[error("{}: a {family} has no space that texts and images share: give one of the two, or a CLIP of both parts", folder.display())]
    NoSharedSpace { folder: PathBuf, family: &'static str },
    #[error("give {needed}")]
    TooFewItems { needed: &'static str },
    #[error(
        "the computation stopped unexpectedly: {message}; this is a defect, or the device ran out of memory (fewer rows take less)"
    )]
    Panicked { message: String },
    #[error("cannot write to stdout: {0}")]
    Stdout(#[source] io::Error),
}

impl CliError {
    /// [`FAILED`] or [`WRONG_REQUEST`].
    pub(crate) fn exit_code(&self) -> u8 {
        let failed = match self {
            Self::Core(error) => core_failed(error),
            Self::Model(error) => model_failed(error),
            Self::Causal(error) => causal_failed(error),
            Self::Data(error) => data_failed(error),
            Self::Experiment(error) => !error.is_usage(),
            Self::Graph(error) => graph_failed(error),
            Self::Panicked { .. } | Self::Stdout(_) | Self::Write { .. } | Self::Differs { .. } => true,
            Self::Connectome(error) => matches!(error, ConnectomeError::Write { .. }),
            Self::NoModel { .. }
            | Self::NotFetched { .. }
            | Self::DataNotFetched { .. }
            | Self::SeveralFiles { .. }
            | Self::NoConnectome { .. }
            | Self::NoNeurons { .. }
            | Self::NotAGraph { .. }
            | Self::OfAnotherFormat { .. }
            | Self::BadOutput { .. }
            | Self::NoGolden { .. }
            | Self::SameFile { .. }
            | Self::TextNeeds { .. }
            | Self::TextLengths { .. }
            | Self::TextCount { .. }
            | Self::NotOneToken { .. }
            | Self::NoTexts { .. }
            | Self::EmptyText { .. }
            | Self::TextTooLong { .. }
            | Self::PromptTooLong { .. }
            | Self::OwnVectors { .. }
            | Self::FurtherModules { .. }
            | Self::NoVectors { .. }
            | Self::NoClassifier { .. }
            | Self::NoSharedSpace { .. }
            | Self::TooFewItems { .. } => false,
        };
        if failed { FAILED } else { WRONG_REQUEST }
    }

    /// Whether the reader of our stdout is gone.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Stdout(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// A device that was asked for by name and is not to be had is a wrong argument; one that breaks is a failure.
fn core_failed(error: &CoreError) -> bool {
    use CoreError::{DType, DeviceMissing, DeviceNotBuilt, UnknownDevice};
    !matches!(error, UnknownDevice { .. } | DeviceNotBuilt { .. } | DeviceMissing { .. } | DType { .. })
}

/// All but writing is about files and inputs that were given.
fn model_failed(error: &ModelError) -> bool {
    match error {
        ModelError::Io { action, .. } => matches!(*action, "write" | "create"),
        ModelError::Core(error) => core_failed(error),
        ModelError::Generate(GenerateError::NotFiniteScores { .. }) | ModelError::Read { .. } => true,
        _ => false,
    }
}

fn causal_failed(error: &CausalError) -> bool {
    match error {
        CausalError::Model(error) => model_failed(error),
        CausalError::Read { .. } | CausalError::NonFinite { .. } => true,
        _ => false,
    }
}

/// All but writing and what does not settle is about the file and the arguments.
fn graph_failed(error: &GraphError) -> bool {
    match error {
        GraphError::Io { action, .. } => *action == "write",
        GraphError::NotConverged { .. } | GraphError::Unsolved { .. } => true,
        _ => false,
    }
}

/// A wrong name, or a file of the user's own that is not what it should be; the rest is network and disk.
fn data_failed(error: &DataError) -> bool {
    !matches!(error, DataError::Unknown { .. } | DataError::WrongHash { .. })
}

/// What a file of texts is called.
fn source_name(path: &Path) -> String {
    if path == Path::new("-") { "stdin".into() } else { path.display().to_string() }
}

fn or_name(nearest: Option<&str>) -> String {
    match nearest {
        Some(name) => format!(", and no model of that name can be fetched: did you mean `{name}`?"),
        None => " (expected a model folder with config.json and model.safetensors, or a name that `fascicle fetch list` shows)".into(),
    }
}

/// Prints an error with its causes as one block on stderr.
pub(crate) fn report(error: &CliError) {
    let _ = writeln!(io::stderr().lock(), "error: {}", chain(error));
}

/// The message, then each cause that the message does not already contain.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            let _ = write!(text, "\n  caused by: {words}");
        }
        cause = error.source();
    }
    text
}
