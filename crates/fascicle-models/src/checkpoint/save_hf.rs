//! Saving a model in the layout of the Hugging Face folder that it came from.

mod rounding;
mod writer;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::cache::resolve;
use super::files::{NAMES, Weights};
use super::parameters::parameters;
use super::plan::{Plan, adapted};
use crate::error::{ModelError, SaveError};
use crate::model::{Model, ModelConfig};
use writer::Writer;

/// Saves a model in the layout of `source`, the folder that it was loaded from: the same `config.json`, the same
/// files with the same tensors in the same types, and the tokenizer's files.
///
/// Parameters that are as they were loaded give the same bytes, and those that changed are rounded to the type of
/// their tensor. Tensors that the model leaves unused are copied, those that repeat another one are kept equal to
/// it. Weights that came as PyTorch files are written as safetensors.
///
/// Everything is written into a folder beside its place and moved there, `config.json` last.
///
/// # Errors
/// [`SaveError::OtherModel`] when the model does not have the source's configuration, [`SaveError::Occupied`] when
/// the folder holds other weights that would be preferred to these, [`ModelError::WrongTensor`] when a value is
/// beyond the range of its tensor's type, and what [`load`](super::load) says of the source.
pub fn save_hf(folder: impl AsRef<Path>, source: impl AsRef<Path>, model: &Model) -> Result<(), ModelError> {
    let (folder, source) = (folder.as_ref(), resolve(source.as_ref(), None)?);
    let weights = Weights::open(&source)?;
    let adapted = adapted(&source, &weights)?;
    let plan = Plan::make(&source, &adapted, &weights)?;
    same_model(&source, &adapted.config, &model.config())?;
    fs::create_dir_all(folder).map_err(ModelError::io(folder, "create"))?;
    free_of_others(folder, &weights)?;
    let staging = tempfile::Builder::new()
        .prefix(".saving-")
        .tempdir_in(folder)
        .map_err(ModelError::io(folder, "write into"))?;
    let writer = Writer { adapted: &adapted, plan: &plan, parameters: parameters(model), weights: &weights };
    let mut names = writer.write(staging.path())?;
    names.extend(copy_companions(&source, staging.path())?);
    for name in names {
        let (from, to) = (staging.path().join(&name), folder.join(&name));
        if let Some(above) = to.parent() {
            fs::create_dir_all(above).map_err(ModelError::io(above, "create"))?;
        }
        fs::rename(&from, &to).map_err(ModelError::io(&to, "write"))?;
    }
    Ok(())
}

/// The model has the configuration that the source's `config.json` describes.
fn same_model(source: &Path, theirs: &ModelConfig, ours: &ModelConfig) -> Result<(), ModelError> {
    if theirs == ours {
        return Ok(());
    }
    // the fields of a transformer, or the parts of a model of several
    let fields = |config: &ModelConfig| match config {
        ModelConfig::Transformer(config) => serde_json::to_value(config).unwrap_or_default(),
        config => serde_json::to_value(config).unwrap_or_default(),
    };
    let (theirs, ours) = (fields(theirs), fields(ours));
    let differing: Vec<String> = (theirs.as_object().into_iter().flatten())
        .filter(|(name, value)| ours.get(name) != Some(value))
        .map(|(name, value)| {
            format!("{name} is {value} there and {} here", ours.get(name).unwrap_or(&Value::Null))
        })
        .collect();
    Err(SaveError::OtherModel { folder: source.into(), what: differing.join(", ") }.into())
}

/// No weights are in the folder that would not be overwritten.
fn free_of_others(folder: &Path, weights: &Weights) -> Result<(), ModelError> {
    let ours = if weights.index.is_some() { NAMES[1].0 } else { NAMES[0].0 };
    let preferred = NAMES.iter().take_while(|(name, ..)| *name != ours);
    match preferred.map(|(name, ..)| *name).find(|name| fs::symlink_metadata(folder.join(name)).is_ok()) {
        Some(file) => Err(SaveError::Occupied { folder: folder.into(), file: file.into() }.into()),
        None => Ok(()),
    }
}

/// What sentence-transformers says of pooling: `1_Pooling/config.json`.
fn poolings(source: &Path) -> Result<Vec<PathBuf>, ModelError> {
    let entries = fs::read_dir(source).map_err(ModelError::io(source, "read"))?;
    let folders = entries.flatten().map(|entry| PathBuf::from(entry.file_name()));
    Ok(folders
        .filter(|folder| folder.to_string_lossy().ends_with("_Pooling"))
        .map(|folder| folder.join("config.json"))
        .filter(|name| source.join(name).is_file())
        .collect())
}

/// Copies what belongs to a model beside its weights; gives the names, `config.json` last.
fn copy_companions(source: &Path, to: &Path) -> Result<Vec<PathBuf>, ModelError> {
    let entries = fs::read_dir(source).map_err(ModelError::io(source, "read"))?;
    let mut names: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.path().is_file())
        .map(|entry| PathBuf::from(entry.file_name()))
        .filter(|name| {
            name.extension().is_some_and(|kind| ["json", "txt", "model", "jinja"].iter().any(|k| kind == *k))
        })
        .filter(|name| !NAMES.iter().any(|(weights, ..)| Path::new(weights) == name))
        .collect();
    names.extend(poolings(source)?);
    names.sort_by_key(|name| (name == Path::new("config.json"), name.clone()));
    for name in &names {
        let (from, to) = (source.join(name), to.join(name));
        if let Some(above) = to.parent() {
            fs::create_dir_all(above).map_err(ModelError::io(above, "create"))?;
        }
        fs::copy(&from, &to).map_err(ModelError::io(&from, "copy"))?;
    }
    Ok(names)
}
