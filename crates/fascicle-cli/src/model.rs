//! From what a user calls a model to a loaded one.

use std::path::{Path, PathBuf};

use fascicle_core::Device;
use fascicle_models::{LoadedModel, ModelError, Tokenizer, load, nearest};
use serde_json::Value;

use crate::cli::Common;
use crate::error::CliError;
use crate::progress::Bar;

/// Help text of the argument.
pub(crate) const MODEL_HELP: &str =
    "Model folder (config.json, model.safetensors), or a name such as `minilm`";

/// The folder of a model: the path itself, or where a catalogue name's files lie on this machine.
///
/// Below the `snapshots` of a Hugging Face cache a path may name a branch or a tag, which is looked up when the model is
/// loaded.
pub(crate) fn folder(given: &Path) -> Result<PathBuf, CliError> {
    let is_snapshots = |above: &Path| above.ends_with("snapshots") && above.is_dir();
    if given.exists() || given.ancestors().skip(1).any(is_snapshots) {
        return Ok(given.into());
    }
    let name = given.to_string_lossy();
    if fascicle_data::names().any(|known| known == name) {
        let found = fascicle_data::find(&name)?;
        return found.ok_or_else(|| CliError::NotFetched { name: name.into_owned() });
    }
    // what has a slash was meant as a path, and one or two letters are like any name
    let path_like = name.contains(['/', '\\']) || name.chars().count() < 3;
    let nearest = if path_like { None } else { nearest(&name, fascicle_data::names()) };
    Err(CliError::NoModel { given: given.into(), nearest })
}

/// Opens the device and loads the model.
pub(crate) fn open(given: &Path, common: &Common) -> Result<(LoadedModel, Device), CliError> {
    let device = fascicle_core::device(&common.device)?;
    let folder = folder(given)?;
    let _bar = Bar::waiting(common, format!("loading {}", given.display()));
    let model = load(&folder, &device)?;
    tracing::info!(folder = %folder.display(), parameters = model.report.parameters(), "model loaded");
    Ok((model, device))
}

/// The folder's tokenizer, if it has one that can be read.
///
/// # Errors
/// When it has one that cannot.
pub(crate) fn tokenizer_if_any(model: &LoadedModel) -> Result<Option<Tokenizer>, CliError> {
    let present = model.folder.join("tokenizer.json").is_file();
    Ok(if present { Some(Tokenizer::load(&model.folder)?) } else { None })
}

/// A field of the model's `config.json` that has nothing to do with its forward pass.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn setting(model: &LoadedModel, name: &str) -> Result<Option<Value>, CliError> {
    let path = model.folder.join("config.json");
    let text = std::fs::read_to_string(&path).map_err(|source| ModelError::Io {
        path: path.clone(),
        action: "read",
        source,
    })?;
    let config: Value = serde_json::from_str(&text)
        .map_err(|error| ModelError::Json { path: path.clone(), reason: error.to_string() })?;
    Ok(config.get(name).filter(|value| !value.is_null()).cloned())
}
