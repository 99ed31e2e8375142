//! Saving a model in the layout of the Hugging Face folder that it came from.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use half::{bf16, f16};
use safetensors::Dtype;
use serde_json::{Value, json};

use super::cache::resolve;
use super::files::{NAMES, WeightFormat, Weights};
use super::header::{self, HeaderTensor};
use super::layout::within;
use super::parameters::{Held, parameters};
use super::plan::{Plan, Step, adapted, tie};
use super::strided::Strided;
use super::weights::{OpenFile, RawTensor, Storage};
use crate::error::{ModelError, shown};
use crate::families::Adapted;
use crate::model::{Model, ModelConfig};

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
/// [`ModelError::OtherModel`] when the model does not have the source's configuration, [`ModelError::Occupied`] when
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
    Err(ModelError::OtherModel { folder: source.into(), what: differing.join(", ") })
}

/// No weights are in the folder that would not be overwritten.
fn free_of_others(folder: &Path, weights: &Weights) -> Result<(), ModelError> {
    let ours = if weights.index.is_some() { NAMES[1].0 } else { NAMES[0].0 };
    let preferred = NAMES.iter().take_while(|(name, ..)| *name != ours);
    match preferred.map(|(name, ..)| *name).find(|name| fs::symlink_metadata(folder.join(name)).is_ok()) {
        Some(file) => Err(ModelError::Occupied { folder: folder.into(), file: file.into() }),
        None => Ok(()),
    }
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
    let pooling = Path::new("1_Pooling").join("config.json");
    names.extend(source.join(&pooling).is_file().then_some(pooling));
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

struct Writer<'a> {
    adapted: &'a Adapted,
    plan: &'a Plan<'a>,
    parameters: BTreeMap<String, Held>,
    weights: &'a Weights,
}

impl Writer<'_> {
    /// Writes the weight files, and their index if there is one; gives their names.
    fn write(&self, folder: &Path) -> Result<Vec<PathBuf>, ModelError> {
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

/// Writes values to their places in a tensor's bytes. A value that is what the bytes already say leaves them alone,
/// so that nothing is lost of types that hold more than f32 does.
fn put(tensor: &RawTensor, bytes: &mut [u8], array: &Strided, values: &[f32]) -> Result<(), ModelError> {
    let beyond = match tensor.dtype {
        Dtype::F32 => replace(bytes, array, values, f32::from_le_bytes, |v| Some(v.to_le_bytes())),
        Dtype::F64 => replace(
            bytes,
            array,
            values,
            |b| f64::from_le_bytes(b) as f32,
            |v| Some(f64::from(v).to_le_bytes()),
        ),
        Dtype::F16 => replace(
            bytes,
            array,
            values,
            |b| f16::from_le_bytes(b).to_f32(),
            |v| Some(f16::from_f32(v)).filter(|h| h.is_finite() || !v.is_finite()).map(f16::to_le_bytes),
        ),
        Dtype::BF16 => replace(
            bytes,
            array,
            values,
            |b| bf16::from_le_bytes(b).to_f32(),
            |v| Some(bf16::from_f32(v)).filter(|h| h.is_finite() || !v.is_finite()).map(bf16::to_le_bytes),
        ),
        // a plan fills floating-point tensors only
        _ => None,
    };
    match beyond {
        Some(value) => Err(ModelError::WrongTensor {
            path: tensor.path().into(),
            name: tensor.name.clone(),
            got: format!("to hold {value} when saved"),
            expected: format!("values within the range of its type, {}", tensor.dtype),
        }),
        None => Ok(()),
    }
}

/// Gives the first value that the type cannot hold.
fn replace<const N: usize>(
    bytes: &mut [u8],
    array: &Strided,
    values: &[f32],
    read: impl Fn([u8; N]) -> f32,
    round: impl Fn(f32) -> Option<[u8; N]>,
) -> Option<f32> {
    let elements = bytes.as_chunks_mut::<N>().0;
    for (at, value) in array.positions().zip(values) {
        if read(elements[at]).to_bits() != value.to_bits() {
            match round(*value) {
                Some(rounded) => elements[at] = rounded,
                None => return Some(*value),
            }
        }
    }
    None
}
