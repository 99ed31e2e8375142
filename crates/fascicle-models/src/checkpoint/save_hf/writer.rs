//! The weight files of a checkpoint, written anew with the same tensors in the same order.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use super::rounding::put;
use crate::checkpoint::files::{NAMES, WeightFormat, Weights};
use crate::checkpoint::header::{self, HeaderTensor};
use crate::checkpoint::layout::within;
use crate::checkpoint::parameters::Held;
use crate::checkpoint::plan::{Plan, Step, tie};
use crate::checkpoint::strided::Strided;
use crate::checkpoint::weights::{OpenFile, RawTensor, Storage};
use crate::error::{ModelError, shown};
use crate::families::Adapted;

/// Writes the weight files of a checkpoint with the present values of its model.
pub(super) struct Writer<'a> {
    pub(super) adapted: &'a Adapted,
    pub(super) plan: &'a Plan<'a>,
    pub(super) parameters: BTreeMap<String, Held>,
    pub(super) weights: &'a Weights,
}

impl Writer<'_> {
    /// Writes the weight files, and their index if there is one; gives their names.
    pub(super) fn write(&self, folder: &Path) -> Result<Vec<PathBuf>, ModelError> {
        let mut names = Vec::new();
        let (mut map, mut total) = (serde_json::Map::new(), 0);
        for (file, start) in &self.weights.files {
            let name = new_name(&file.path);
            let tensors = self.tensors_of(file);
            self.write_file(&folder.join(&name), file, *start, &tensors)?;
            for tensor in tensors {
                total += tensor.array.len() * tensor.dtype.bitsize() / 8;
                map.insert(tensor.name.clone(), json!(name));
            }
            names.push(PathBuf::from(name));
        }
        if let Some(index) = &self.weights.index {
            let to = folder.join(NAMES[1].0);
            let written = match self.weights.format {
                WeightFormat::Safetensors => fs::copy(index, &to).map(|_| ()),
                WeightFormat::Torch => {
                    let index = json!({ "metadata": { "total_size": total }, "weight_map": map });
                    fs::write(&to, format!("{index:#}\n"))
                }
            };
            written.map_err(ModelError::io(&to, "write"))?;
            names.push(NAMES[1].0.into());
        }
        Ok(names)
    }

    /// The tensors of one file, in its order.
    fn tensors_of(&self, file: &Arc<OpenFile>) -> Vec<&RawTensor> {
        let mut tensors: Vec<&RawTensor> =
            self.weights.tensors.values().filter(|tensor| Arc::ptr_eq(&tensor.file, file)).collect();
        if self.weights.format == WeightFormat::Safetensors {
            // tensors without elements lie where another one starts
            tensors.sort_by_key(|tensor| match tensor.storage {
                Storage::File { start } => (start, tensor.array.len() > 0),
                Storage::Memory(_) => (0, false),
            });
        }
        tensors
    }

    fn write_file(
        &self,
        path: &Path,
        source: &OpenFile,
        start: u64,
        tensors: &[&RawTensor],
    ) -> Result<(), ModelError> {
        let write = ModelError::io(path, "write");
        let header = match self.weights.format {
            WeightFormat::Safetensors => {
                let mut header = vec![0; start as usize];
                source.read_at(0, &mut header)?;
                header
            }
            WeightFormat::Torch => header::write(&described(tensors)),
        };
        let mut failed = None;
        let mut fill = || {
            let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
            file.write_all(&header)?;
            for tensor in tensors {
                match self.bytes(tensor) {
                    Ok(bytes) => file.write_all(&bytes)?,
                    Err(error) => {
                        failed = Some(error);
                        break;
                    }
                }
            }
            file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()
        };
        let filled = fill();
        match failed {
            Some(error) => Err(error),
            None => filled.map_err(write),
        }
    }

    fn values(&self, step: &Step<'_>) -> Result<Vec<f32>, ModelError> {
        let (name, expected) = (&step.parameter.name, &step.parameter.shape);
        match self.parameters.get(name) {
            Some(held) if held.shape == *expected => held.values(name),
            found => Err(ModelError::WrongTensor {
                path: "the model to be saved".into(),
                name: name.clone(),
                got: found.map_or("absent".into(), |held| shown("f32", &held.shape)),
                expected: shown("f32", expected),
            }),
        }
    }

    /// A tensor's bytes with the model's present values.
    fn bytes(&self, tensor: &RawTensor) -> Result<Vec<u8>, ModelError> {
        let mut bytes = tensor.bytes()?;
        let tied = tie(self.adapted, &tensor.name);
        let unused = self.plan.unused.iter().any(|(name, _)| *name == tensor.name);
        // what repeats another tensor is filled as that one is
        let original =
            self.plan.steps.iter().find(|step| unused && Some(step.parameter.name.as_str()) == tied);
        let filled = original.map_or(tensor, |step| step.tensor);
        for step in self.plan.steps.iter().filter(|step| std::ptr::eq(step.tensor, filled)) {
            let array = within(&step.place.layout, Strided::contiguous(&tensor.shape));
            put(tensor, &mut bytes, &array, &self.values(step)?)?;
        }
        Ok(bytes)
    }
}

/// `pytorch_model-00001-of-00002.bin` becomes `model-00001-of-00002.safetensors`; other names stay.
fn new_name(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match name.strip_suffix(".bin") {
        Some(stem) => format!("{}.safetensors", stem.strip_prefix("pytorch_").unwrap_or(stem)),
        None => name,
    }
}

/// Tensors as they follow one another in a new file.
fn described(tensors: &[&RawTensor]) -> Vec<HeaderTensor> {
    let mut reached = 0;
    let describe = |tensor: &&RawTensor| {
        let start = reached;
        reached += (tensor.array.len() * tensor.element_bytes()) as u64;
        HeaderTensor {
            name: tensor.name.clone(),
            dtype: tensor.dtype,
            shape: tensor.shape.clone(),
            start,
            end: reached,
        }
    };
    tensors.iter().map(describe).collect()
}
