//! Safetensors files with named tensors: inputs, captured activations, results.

use std::borrow::Cow;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use burn::tensor::Tensor;
use safetensors::{Dtype, View};

use super::convert::{floats, is_float, to_i64};
use super::weights::{OpenFile, safetensors};
use crate::error::{ModelError, shown};
use crate::names::nearest;

/// A tensor on the host.
#[derive(Clone, Debug, PartialEq)]
pub enum NamedTensor {
    /// Real numbers (read from any floating-point type).
    F32 {
        /// Shape.
        shape: Vec<usize>,
        /// Row-major values.
        values: Vec<f32>,
    },
    /// Whole numbers (read from any integer or truth-value type).
    I64 {
        /// Shape.
        shape: Vec<usize>,
        /// Row-major values.
        values: Vec<i64>,
    },
}

impl NamedTensor {
    /// Reads a tensor from its device, in f32; `what` it is, for the error.
    ///
    /// # Errors
    /// [`ModelError::Read`] when the device does not give it.
    pub fn read<const D: usize>(what: impl Display, x: Tensor<D>) -> Result<Self, ModelError> {
        let shape = x.dims().to_vec();
        match x.try_into_vec_as::<f32>() {
            Ok(values) => Ok(Self::F32 { shape, values }),
            Err(error) => Err(ModelError::Read { what: what.to_string(), reason: error.to_string() }),
        }
    }

    /// Shape.
    pub fn shape(&self) -> &[usize] {
        match self {
            Self::F32 { shape, .. } | Self::I64 { shape, .. } => shape,
        }
    }

    fn type_name(&self) -> &'static str {
        match self {
            Self::F32 { .. } => "floating-point",
            Self::I64 { .. } => "whole-number",
        }
    }
}

/// The shape and the row-major values of a tensor of whole numbers.
pub type Whole<'a, const D: usize> = ([usize; D], &'a [i64]);

/// The shape and the row-major values of a tensor of real numbers.
pub type Real<'a, const D: usize> = ([usize; D], &'a [f32]);

/// Named tensors, in the order in which they were added or lie in the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TensorFile {
    path: PathBuf,
    tensors: Vec<(String, NamedTensor)>,
}

impl TensorFile {
    /// Tensors to be written.
    pub fn from_tensors(tensors: Vec<(String, NamedTensor)>) -> Self {
        Self { path: PathBuf::new(), tensors }
    }

    /// Reads a file; tensors of types that are neither numbers nor truth values are left out.
    ///
    /// # Errors
    /// [`ModelError::Io`] or [`ModelError::Safetensors`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ModelError> {
        let path = path.as_ref();
        let mut tensors = Vec::new();
        for tensor in safetensors(&Arc::new(OpenFile::open(path)?))?.0 {
            let shape = tensor.shape.clone();
            if is_float(tensor.dtype) {
                let values = floats(&tensor, &tensor.array)?.values;
                tensors.push((tensor.name, NamedTensor::F32 { shape, values }));
            } else if let Some(values) = to_i64(tensor.dtype, &tensor.bytes()?) {
                tensors.push((tensor.name, NamedTensor::I64 { shape, values }));
            }
        }
        Ok(Self { path: path.into(), tensors })
    }

    /// Writes the tensors: to a temporary file beside `path`, then renamed.
    ///
    /// # Errors
    /// [`ModelError::Io`] or [`ModelError::Safetensors`].
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), ModelError> {
        let path = path.as_ref();
        let views = self.tensors.iter().map(|(name, tensor)| (name.as_str(), tensor));
        let bytes = safetensors::serialize(views, None)
            .map_err(|error| ModelError::Safetensors { path: path.into(), reason: error.to_string() })?;
        write_atomically(path, &bytes)
    }

    /// Adds a tensor.
    pub fn push(&mut self, name: impl Into<String>, tensor: NamedTensor) {
        self.tensors.push((name.into(), tensor));
    }

    /// The tensors themselves.
    pub fn into_tensors(self) -> Vec<(String, NamedTensor)> {
        self.tensors
    }

    /// Names and tensors.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &NamedTensor)> {
        self.tensors.iter().map(|(name, tensor)| (name.as_str(), tensor))
    }

    /// A tensor by name, if there is one.
    pub fn get(&self, name: &str) -> Option<&NamedTensor> {
        self.iter().find(|(held, _)| *held == name).map(|(_, tensor)| tensor)
    }

    /// Whole numbers of a given rank, with their shape; `None` when there is no such tensor.
    ///
    /// # Errors
    /// [`ModelError::WrongTensor`] when it holds real numbers or has another rank.
    pub fn whole<const D: usize>(&self, name: &str) -> Result<Option<Whole<'_, D>>, ModelError> {
        let Some(tensor) = self.get(name) else { return Ok(None) };
        let shape: Result<[usize; D], _> = tensor.shape().try_into();
        match (tensor, shape) {
            (NamedTensor::I64 { values, .. }, Ok(shape)) => Ok(Some((shape, values))),
            _ => Err(self.wrong(name, tensor, &format!("whole numbers with {D} axes"))),
        }
    }

    /// Real numbers of a given rank, with their shape; `None` when there is no such tensor.
    ///
    /// # Errors
    /// [`ModelError::WrongTensor`] when it holds whole numbers or has another rank.
    pub fn real<const D: usize>(&self, name: &str) -> Result<Option<Real<'_, D>>, ModelError> {
        let Some(tensor) = self.get(name) else { return Ok(None) };
        let shape: Result<[usize; D], _> = tensor.shape().try_into();
        match (tensor, shape) {
            (NamedTensor::F32 { values, .. }, Ok(shape)) => Ok(Some((shape, values))),
            _ => Err(self.wrong(name, tensor, &format!("real numbers with {D} axes"))),
        }
    }

    /// The error for a tensor that ought to be here.
    pub fn missing(&self, name: &str) -> ModelError {
        let held: Vec<&str> = self.iter().map(|(name, _)| name).collect();
        ModelError::MissingTensor {
            path: self.path.clone(),
            name: name.into(),
            nearest: nearest(name, held.iter().copied()),
            held: held.join(", "),
        }
    }

    /// The error for a tensor of this file that has the wrong shape.
    pub fn misshapen(&self, name: &str, expected: &str) -> ModelError {
        match self.get(name) {
            Some(tensor) => self.wrong(name, tensor, expected),
            None => self.missing(name),
        }
    }

    /// The error for a tensor of the wrong type or shape.
    pub fn wrong(&self, name: &str, tensor: &NamedTensor, expected: &str) -> ModelError {
        ModelError::WrongTensor {
            path: self.path.clone(),
            name: name.into(),
            got: shown(tensor.type_name(), tensor.shape()),
            expected: expected.into(),
        }
    }
}

impl View for &NamedTensor {
    fn dtype(&self) -> Dtype {
        match self {
            NamedTensor::F32 { .. } => Dtype::F32,
            NamedTensor::I64 { .. } => Dtype::I64,
        }
    }

    fn shape(&self) -> &[usize] {
        NamedTensor::shape(self)
    }

    fn data(&self) -> Cow<'_, [u8]> {
        // the format is little-endian, whatever the machine
        match self {
            NamedTensor::F32 { values, .. } => values.iter().flat_map(|v| v.to_le_bytes()).collect(),
            NamedTensor::I64 { values, .. } => values.iter().flat_map(|v| v.to_le_bytes()).collect(),
        }
    }

    fn data_len(&self) -> usize {
        match self {
            NamedTensor::F32 { values, .. } => values.len() * 4,
            NamedTensor::I64 { values, .. } => values.len() * 8,
        }
    }
}

/// The old file stays whole until the new one is.
///
/// # Errors
/// [`ModelError::Io`] naming the file.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), ModelError> {
    fascicle_core::write_atomically(path, bytes).map_err(ModelError::io(path, "write"))
}
