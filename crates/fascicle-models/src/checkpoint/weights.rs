//! Open weight files, whatever their format: named tensors whose bytes are read when asked for.
//!
//! Files are read, not mapped: reading straight into a parameter's memory costs one copy, leaves no mapped pages
//! that count as used memory, and a file that shrinks meanwhile is an error instead of a fault.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use safetensors::Dtype;

use super::folder::lost_link;
use super::header;
use super::strided::Strided;
use crate::error::ModelError;

/// A file that can be read at any place by many threads.
#[derive(Debug)]
pub(crate) struct OpenFile {
    pub(crate) path: PathBuf,
    pub(crate) file: File,
    pub(crate) size: u64,
}

impl OpenFile {
    pub(crate) fn open(path: &Path) -> Result<Self, ModelError> {
        let file = File::open(path)
            .map_err(|error| lost_link(path).unwrap_or_else(|| ModelError::io(path, "open")(error)))?;
        let size = file.metadata().map_err(ModelError::io(path, "open"))?.len();
        Ok(Self { path: path.to_path_buf(), file, size })
    }

    /// Fills `bytes` from `offset` on.
    pub(crate) fn read_at(&self, offset: u64, bytes: &mut [u8]) -> Result<(), ModelError> {
        read_exact_at(&self.file, offset, bytes).map_err(|error| ModelError::io(&self.path, "read")(error))
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut offset: u64, mut bytes: &mut [u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, offset)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => {
                offset += n as u64;
                bytes = &mut bytes[n..];
            }
        }
    }
    Ok(())
}

/// Bytes that tensors lie in.
#[derive(Clone, Debug)]
pub(crate) enum Storage {
    /// A file's bytes from `start` on.
    File { start: u64 },
    /// What had to be unpacked.
    Memory(Arc<[u8]>),
}

/// One tensor of an open file. All its elements lie within its storage.
#[derive(Clone, Debug)]
pub(crate) struct RawTensor {
    pub(crate) name: String,
    pub(crate) dtype: Dtype,
    pub(crate) shape: Vec<usize>,
    pub(crate) file: Arc<OpenFile>,
    pub(crate) storage: Storage,
    /// Where its elements are in the storage.
    pub(crate) array: Strided,
}

impl RawTensor {
    /// The file it is in.
    pub(crate) fn path(&self) -> &Path {
        &self.file.path
    }

    /// Bytes of an element; types of less than a byte have none.
    pub(crate) fn element_bytes(&self) -> usize {
        self.dtype.bitsize() / 8
    }

    /// Fills `bytes` from element `first` of the storage on.
    pub(crate) fn read(&self, first: usize, bytes: &mut [u8]) -> Result<(), ModelError> {
        let offset = first * self.element_bytes();
        match &self.storage {
            Storage::File { start } => self.file.read_at(start + offset as u64, bytes),
            Storage::Memory(unpacked) => {
                bytes.copy_from_slice(&unpacked[offset..][..bytes.len()]);
                Ok(())
            }
        }
    }

    /// Its bytes in row-major order.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, ModelError> {
        if self.array.is_contiguous() {
            let mut bytes = vec![0; self.array.len() * self.dtype.bitsize() / 8];
            self.read(self.array.offset, &mut bytes)?;
            return Ok(bytes);
        }
        let size = self.element_bytes();
        let first = self.array.offset;
        let mut all = vec![0; (self.array.end().unwrap_or(first) - first) * size];
        self.read(first, &mut all)?;
        Ok(self.array.positions().flat_map(|at| &all[(at - first) * size..][..size]).copied().collect())
    }

    /// Whether two tensors hold the same numbers, bit for bit.
    pub(crate) fn equals(&self, other: &Self) -> Result<bool, ModelError> {
        if (&self.shape, self.dtype) != (&other.shape, other.dtype) {
            return Ok(false);
        }
        let same_place = match (&self.storage, &other.storage) {
            (Storage::File { start: a }, Storage::File { start: b }) => a == b,
            (Storage::Memory(a), Storage::Memory(b)) => Arc::ptr_eq(a, b),
            _ => false,
        };
        if same_place && Arc::ptr_eq(&self.file, &other.file) && self.array == other.array {
            return Ok(true);
        }
        if !(self.array.is_contiguous() && other.array.is_contiguous()) {
            return Ok(self.bytes()? == other.bytes()?);
        }
        // a tied pair of embeddings may be a good part of the model: a block at a time
        const BLOCK: usize = 1 << 18;
        let (mut a, mut b) = (Vec::new(), Vec::new());
        let count = self.array.len();
        for start in (0..count).step_by(BLOCK) {
            let bytes = BLOCK.min(count - start) * self.dtype.bitsize() / 8;
            a.resize(bytes, 0);
            b.resize(bytes, 0);
            self.read(self.array.offset + start, &mut a)?;
            other.read(other.array.offset + start, &mut b)?;
            if a != b {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The tensors of a safetensors file by rising offset, and where its data begin.
pub(crate) fn safetensors(file: &Arc<OpenFile>) -> Result<(Vec<RawTensor>, u64), ModelError> {
    let bad = |reason: String| ModelError::Safetensors { path: file.path.clone(), reason };
    let mut first = [0; header::PREFIX as usize];
    let first = &mut first[..file.size.min(header::PREFIX) as usize];
    file.read_at(0, first)?;
    let length = header::length(first, file.size).map_err(bad)?;
    let mut bytes = vec![0; length as usize];
    file.read_at(header::PREFIX, &mut bytes)?;
    let start = header::PREFIX + length;
    let tensors = header::parse(&bytes, file.size - start).map_err(bad)?;
    let open = |tensor: header::HeaderTensor| RawTensor {
        array: Strided::contiguous(&tensor.shape),
        name: tensor.name,
        dtype: tensor.dtype,
        shape: tensor.shape,
        file: Arc::clone(file),
        storage: Storage::File { start: start + tensor.start },
    };
    Ok((tensors.into_iter().map(open).collect(), start))
}
