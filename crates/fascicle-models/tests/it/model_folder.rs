//! Model folders for a test of its own: copies of the fixtures, to be changed, and small ones written from scratch.

use std::fs;

use fascicle_models::{NamedTensor, TensorFile};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::fixtures;

const CONFIG: &str = "config.json";
const WEIGHTS: &str = "model.safetensors";

/// A copy of a good folder.
pub(crate) fn copy(name: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in [CONFIG, WEIGHTS] {
        fs::copy(fixtures(name).join(file), folder.path().join(file)).unwrap();
    }
    folder
}

/// A folder of a configuration and real tensors: name, shape and row-major values.
pub(crate) fn write(config: &Value, tensors: &[(&str, &[usize], Vec<f32>)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(CONFIG), config.to_string()).unwrap();
    let named = |(name, shape, values): &(&str, &[usize], Vec<f32>)| {
        (name.to_string(), NamedTensor::F32 { shape: shape.to_vec(), values: values.clone() })
    };
    let tensors = tensors.iter().map(named).collect();
    TensorFile::from_tensors(tensors).write(folder.path().join(WEIGHTS)).unwrap();
    folder
}

/// Changes the configuration of a copy.
pub(crate) fn change_config(folder: &TempDir, change: impl FnOnce(&mut Value)) {
    let path = folder.path().join(CONFIG);
    let mut value: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    change(&mut value);
    fs::write(&path, value.to_string()).unwrap();
}

/// Changes the tensors of a copy; they are written in f32.
pub(crate) fn change_tensors(folder: &TempDir, change: impl FnOnce(&mut Vec<(String, NamedTensor)>)) {
    let path = folder.path().join(WEIGHTS);
    let mut tensors = TensorFile::read(&path).unwrap().into_tensors();
    change(&mut tensors);
    TensorFile::from_tensors(tensors).write(&path).unwrap();
}
