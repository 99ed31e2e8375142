//! A safetensors file in memory-mapped form: its header checked, its bytes read when asked for.

use std::fs::File;
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use safetensors::{Dtype, SafeTensors};

use crate::error::ModelError;

/// An open safetensors file.
pub(crate) struct Weights {
    pub(crate) path: PathBuf,
    map: Mmap,
}

/// One tensor of an open file.
pub(crate) struct RawTensor<'a> {
    pub(crate) name: String,
    pub(crate) file: &'a Path,
    pub(crate) dtype: Dtype,
    pub(crate) shape: Vec<usize>,
    pub(crate) bytes: &'a [u8],
}

impl Weights {
    pub(crate) fn open(path: &Path) -> Result<Self, ModelError> {
        let file = File::open(path).map_err(ModelError::io(path, "open"))?;
        // SAFETY: the map is read-only and private to this value. As with every memory-mapped reader, another
        // process that truncates the file while it is read would be a fault; checkpoints are not edited in place.
        let map = unsafe { Mmap::map(&file) }.map_err(ModelError::io(path, "map"))?;
        Ok(Self { path: path.to_path_buf(), map })
    }

    pub(crate) fn bytes(&self) -> usize {
        self.map.len()
    }

    /// Every tensor, by rising offset; the header is checked against the size of the file.
    pub(crate) fn tensors(&self) -> Result<Vec<RawTensor<'_>>, ModelError> {
        let file = SafeTensors::deserialize(&self.map).map_err(|error| self.bad(&error))?;
        let mut tensors: Vec<RawTensor<'_>> = file
            .tensors()
            .into_iter()
            .map(|(name, view)| RawTensor {
                name,
                file: &self.path,
                dtype: view.dtype(),
                shape: view.shape().to_vec(),
                bytes: view.data(),
            })
            .collect();
        tensors.sort_by_key(|tensor| (tensor.bytes.as_ptr(), tensor.name.clone()));
        Ok(tensors)
    }

    fn bad(&self, error: &safetensors::SafeTensorError) -> ModelError {
        use safetensors::SafeTensorError as E;
        let size = self.map.len();
        let reason = match error {
            E::HeaderTooSmall => {
                format!("the file has {size} bytes, a header needs 8 and more: download it again")
            }
            E::HeaderTooLarge | E::InvalidHeaderLength => format!(
                "the header claims {} bytes, the file has {size}: it is cut off or not safetensors",
                self.map.get(..8).map_or(0, |b| u64::from_le_bytes(b.try_into().unwrap_or_default()))
            ),
            E::MetadataIncompleteBuffer => {
                format!(
                    "the header's offsets do not end where the file does ({size} bytes): it is cut off or was changed"
                )
            }
            E::InvalidOffset(name) => format!("the offsets of tensor `{name}` do not follow one another"),
            E::TensorInvalidInfo => "a tensor's offsets do not fit its shape and type".into(),
            other => other.to_string(),
        };
        ModelError::Safetensors { path: self.path.clone(), reason }
    }
}
