//! Everything that can go wrong with a model folder, its tensors and its inputs.

mod cache;
mod generate;
mod images;
mod save;

use std::fmt;
use std::path::PathBuf;

pub use cache::CacheError;
pub use generate::GenerateError;
pub use images::ImageError;
pub use save::SaveError;

use crate::checkpoint::{IndexProblems, TensorProblems};
use crate::names::suggestion;

/// What went wrong, with the file, key, shape or value concerned and what was expected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The path is not a folder.
    #[error("{path}: {}", not_a_folder(*.is_file), path = path.display())]
    NotAFolder {
        /// What was given.
        path: PathBuf,
        /// It is a file.
        is_file: bool,
    },
    /// The folder has no `config.json`.
    #[error("{}: no config.json here (found: {found}); a model folder holds config.json and model.safetensors", folder.display())]
    NoConfig {
        /// The folder.
        folder: PathBuf,
        /// Some of what it holds.
        found: String,
    },
    /// The folder has no weights that can be read.
    #[error("{}: no model.safetensors or pytorch_model.bin here, nor an index of shards (found: {found})", folder.display())]
    NoWeights {
        /// The folder.
        folder: PathBuf,
        /// Some of what it holds.
        found: String,
    },
    /// A JSON file cannot be read.
    #[error("{}: not valid JSON: {reason}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// The parser's words.
        reason: String,
    },
    /// A configuration lacks a field.
    #[error("{}: field `{field}` is missing", path.display())]
    MissingField {
        /// The file.
        path: PathBuf,
        /// The field's usual name.
        field: String,
    },
    /// A configuration field has a value that cannot be used.
    #[error("{}: field `{field}` is {value}, expected {expected}", path.display())]
    Config {
        /// The file, or `configuration` for one made in memory.
        path: PathBuf,
        /// The field.
        field: String,
        /// Its value.
        value: String,
        /// What it may be.
        expected: String,
    },
    /// A configuration whose fields are each allowed, and that makes no model.
    #[error("{}: it describes a model whose `{field}` is {value}, expected {expected}", path.display())]
    NoSuchModel {
        /// The file.
        path: PathBuf,
        /// The setting, as [`TransformerConfig`](crate::TransformerConfig) and its kin name it.
        field: String,
        /// Its value.
        value: String,
        /// What it may be.
        expected: String,
    },
    /// A model family that is not supported.
    #[error("{}: model_type `{found}` is not supported{} (supported: {})", path.display(), suggestion(nearest.as_ref()), known.join(", "))]
    UnknownModelType {
        /// The file.
        path: PathBuf,
        /// The type found.
        found: String,
        /// The nearest supported one.
        nearest: Option<String>,
        /// All supported ones.
        known: Vec<&'static str>,
    },
    /// The index of a sharded checkpoint cannot be read.
    #[error("{}: not a readable index of shards: {reason}", path.display())]
    BadIndex {
        /// The index.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A link of a Hugging Face cache, or another, whose file is gone.
    #[error("{}: a link to {}, which is not there: download it again", path.display(), target.display())]
    LostLink {
        /// The link.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// An index names shards that are not in the folder.
    #[error("{}: it names {}, not in the folder: download them too", index.display(), shards.join(", "))]
    MissingShards {
        /// The index.
        index: PathBuf,
        /// The shards' file names.
        shards: Vec<String>,
    },
    /// An index and its shards disagree.
    #[error("{0}")]
    Index(Box<IndexProblems>),
    /// The weights are quantised.
    #[error("{}: `quantization_config` says that the weights are quantised ({method}): quantised checkpoints are not supported, take the original weights", path.display())]
    Quantised {
        /// The file.
        path: PathBuf,
        /// The method, as the file names it.
        method: String,
    },
    /// A revision that is not there, or cannot be fetched.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// A model that cannot be saved where or how it was asked for.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// A safetensors file cannot be read.
    #[error("{}: not a readable safetensors file: {reason}", path.display())]
    Safetensors {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A PyTorch file cannot be read.
    #[error("{}: not a readable PyTorch file: {reason}", path.display())]
    Torch {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Tensors are missing, unexpected, misshapen or duplicated.
    #[error("{0}")]
    Tensors(Box<TensorProblems>),
    /// A named tensor is absent from a file.
    #[error("{}: tensor `{name}` is missing{} (it holds: {held})", path.display(), suggestion(nearest.as_ref()))]
    MissingTensor {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// The nearest name in the file.
        nearest: Option<String>,
        /// Names in the file.
        held: String,
    },
    /// A named tensor has the wrong shape or type.
    #[error("{}: tensor `{name}` is {got}, expected {expected}", path.display())]
    WrongTensor {
        /// The file.
        path: PathBuf,
        /// The tensor.
        name: String,
        /// Its type and shape.
        got: String,
        /// What was expected.
        expected: String,
    },
    /// Inputs of the wrong shape.
    #[error("{name}: got {got}, expected {expected}")]
    InputShape {
        /// Which input.
        name: String,
        /// Its shape.
        got: String,
        /// What was expected.
        expected: String,
    },
    /// An input value out of range.
    #[error("{name}: value {value} at row {row}, position {position}, expected {expected}")]
    InputValue {
        /// Which input.
        name: String,
        /// Row of the batch.
        row: usize,
        /// Position in the row.
        position: usize,
        /// The value.
        value: i64,
        /// What was expected.
        expected: String,
    },
    /// Inputs of a kind that the model does not take.
    #[error("got {got}, expected {expected}: this model takes nothing else")]
    InputKind {
        /// What was given.
        got: &'static str,
        /// What the model takes.
        expected: &'static str,
    },
    /// A model of several parts, or a convolutional one, where a single transformer is needed.
    #[error("{}: a model of type `{family}` is not a single transformer, which this needs", folder.display())]
    NotATransformer {
        /// The model's folder.
        folder: PathBuf,
        /// Its family.
        family: &'static str,
    },
    /// A text that cannot be continued.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// Numbers cannot be read back from the device.
    #[error("cannot read the {what}: {reason}")]
    Read {
        /// Which numbers.
        what: String,
        /// The backend's words.
        reason: String,
    },
    /// A token id that the model does not have.
    #[error("token id {id} at row {row}, position {position} is outside the vocabulary of {vocab} (ids 0 to {})", vocab - 1)]
    IdOutsideVocabulary {
        /// Row of the batch.
        row: usize,
        /// Position in the row.
        position: usize,
        /// The id.
        id: i64,
        /// Size of the vocabulary.
        vocab: usize,
    },
    /// A sequence longer than the model's positions.
    #[error(
        "the sequence has {positions} positions, the model takes at most {limit}: shorten or truncate it"
    )]
    TooLong {
        /// Positions given.
        positions: usize,
        /// The model's limit.
        limit: usize,
    },
    /// A name that is not a site, or a pattern that matches none.
    #[error("unknown site `{text}`{} (`fascicle inspect MODEL` lists a model's sites)", suggestion(nearest.as_ref()))]
    UnknownSite {
        /// What was asked for.
        text: String,
        /// The nearest known name.
        nearest: Option<String>,
    },
    /// A head of sites that have none.
    #[error("`{text}`: there are no heads at {kinds}: leave out the brackets")]
    NoHeads {
        /// What was asked for.
        text: String,
        /// The kinds of sites that it names.
        kinds: String,
    },
    /// A pattern that cannot be read.
    #[error("`{text}` is not a pattern of sites: {reason}")]
    SitePattern {
        /// What was asked for.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A block that the model does not have.
    #[error("there is no block {layer}: the model has {n_layers} (0 to {})", n_layers.saturating_sub(1))]
    NoSuchLayer {
        /// The block asked for.
        layer: usize,
        /// How many there are.
        n_layers: usize,
    },
    /// The tokenizer cannot be read or fails on a text.
    #[error("{}: {reason}", path.display())]
    Tokenizer {
        /// The tokenizer's file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Images that cannot be shown to a model.
    #[error(transparent)]
    Images(#[from] ImageError),
    /// A file cannot be read or written.
    #[error("{}: cannot {action}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was attempted.
        action: &'static str,
        /// The system's words.
        source: std::io::Error,
    },
    /// The device refused.
    #[error(transparent)]
    Core(#[from] fascicle_core::CoreError),
}

fn not_a_folder(is_file: bool) -> &'static str {
    if is_file {
        "this is a file: give the folder that holds config.json and model.safetensors"
    } else {
        "no such folder (expected a model folder with config.json and model.safetensors)"
    }
}

impl ModelError {
    pub(crate) fn io(path: impl Into<PathBuf>, action: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, action, source }
    }
}

/// `f32 [2, 3]`, as messages show a tensor.
pub(crate) fn shown(dtype: impl fmt::Display, shape: &[usize]) -> String {
    format!("{dtype} {shape:?}")
}
