//! Saving a model as a folder of Fascicle's own.

use std::fs;
use std::path::Path;

use burn::module::Module;

use super::parameters::parameters;
use super::tensor_file::{NamedTensor, TensorFile, write_atomically};
use crate::error::ModelError;
use crate::families::own_config;
use crate::model::SitedModel;

/// Saves a model as a folder with `model_type` "fascicle": `config.json` and `model.safetensors` in f32.
///
/// Each file is written beside its place and renamed, the configuration last, so that a folder with a
/// configuration is whole.
///
/// # Errors
/// [`ModelError::Io`] naming what could not be written.
pub fn save(folder: impl AsRef<Path>, model: &(impl SitedModel + Module)) -> Result<(), ModelError> {
    let folder = folder.as_ref();
    fs::create_dir_all(folder).map_err(ModelError::io(folder, "create"))?;
    let tensors = parameters(model)
        .into_iter()
        .map(|(name, held)| {
            let values = held.values(&name)?;
            Ok((name, NamedTensor::F32 { shape: held.shape, values }))
        })
        .collect::<Result<Vec<_>, ModelError>>()?;
    TensorFile::from_tensors(tensors).write(folder.join("model.safetensors"))?;
    let config = serde_json::to_string_pretty(&own_config(&model.model_config()))
        .map_err(|error| ModelError::Json { path: folder.join("config.json"), reason: error.to_string() })?;
    write_atomically(&folder.join("config.json"), config.as_bytes())
}
