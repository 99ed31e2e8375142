//! Saving a model as a folder of Fascicle's own.

use std::fs;
use std::path::Path;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{DType, Tensor};

use super::tensor_file::{NamedTensor, TensorFile, write_atomically};
use crate::error::ModelError;
use crate::families::own_config;
use crate::transformer::Transformer;

/// Saves a model as a folder with `model_type` "fascicle": `config.json` and `model.safetensors` in f32.
///
/// Each file is written beside its place and renamed, the configuration last, so that a folder with a
/// configuration is whole.
///
/// # Errors
/// [`ModelError::Io`] naming what could not be written.
pub fn save(folder: impl AsRef<Path>, model: &Transformer) -> Result<(), ModelError> {
    let folder = folder.as_ref();
    fs::create_dir_all(folder).map_err(ModelError::io(folder, "create"))?;
    let mut collector = Collector::default();
    model.visit(&mut collector);
    if let Some((name, reason)) = collector.failed {
        let path = folder.join("model.safetensors");
        return Err(ModelError::Safetensors {
            path,
            reason: format!("parameter `{name}` cannot be read: {reason}"),
        });
    }
    TensorFile::from_tensors(collector.tensors).write(folder.join("model.safetensors"))?;
    let config = serde_json::to_string_pretty(&own_config(model.config()))
        .map_err(|error| ModelError::Json { path: folder.join("config.json"), reason: error.to_string() })?;
    write_atomically(&folder.join("config.json"), config.as_bytes())
}

/// Gathers parameters by their path in the module, which is their canonical name.
#[derive(Default)]
struct Collector {
    path: Vec<String>,
    tensors: Vec<(String, NamedTensor)>,
    failed: Option<(String, String)>,
}

impl ModuleVisitor for Collector {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        if !is_enum(container_type) {
            self.path.push(name.to_string());
        }
    }

    fn exit_module(&mut self, _name: &str, container_type: &str) {
        if !is_enum(container_type) {
            self.path.pop();
        }
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let tensor = param.val().cast(DType::F32);
        let shape = tensor.dims().to_vec();
        let name = self.path.join(".");
        match tensor.into_data().try_into_vec::<f32>() {
            Ok(values) => self.tensors.push((name, NamedTensor::F32 { shape, values })),
            Err(error) => self.failed = Some((name, format!("{error:?}"))),
        }
    }
}

/// Which variant a module is shows in its configuration, not in its parameters' names.
fn is_enum(container_type: &str) -> bool {
    container_type.starts_with("Enum:")
}
