//! PyTorch's own files: a zip archive with a pickle that describes the tensors and an entry for each storage, or, from
//! before PyTorch 1.6, pickles with the storages behind them.
//!
//! `torch.save` stores entries uncompressed, so that tensors are read from where they lie; a compressed entry is
//! unpacked. The archive's checksums are not looked at, as `torch.load` does not either.

mod old;

use std::collections::HashMap;
use std::io::{BufReader, Read};
use std::sync::Arc;

use zip::{CompressionMethod, ZipArchive};

use super::pickle::{self, PickledTensor};
use super::strided::{Axis, Strided};
use super::weights::{OpenFile, RawTensor, Storage};
use crate::error::ModelError;

/// The most bytes that the description of the tensors may have, as for safetensors.
const LIMIT: u64 = super::header::LIMIT;

type Archive<'a> = ZipArchive<BufReader<&'a std::fs::File>>;

/// The tensors of a PyTorch file in the order of its dictionary. A name that stands twice is given twice.
pub(crate) fn tensors(file: &Arc<OpenFile>) -> Result<Vec<RawTensor>, ModelError> {
    read(file).map_err(|reason| ModelError::Torch { path: file.path.clone(), reason })
}

fn read(file: &Arc<OpenFile>) -> Result<Vec<RawTensor>, String> {
    let mut first = [0; 64];
    let first = &mut first[..file.size.min(64) as usize];
    file.read_at(0, first).map_err(|error| error.to_string())?;
    if first.starts_with(old::MAGIC) {
        return old::read(file);
    }
    is_zip(first)?;
    let mut archive = ZipArchive::new(BufReader::new(&file.file)).map_err(|error| cut_off(&error))?;
    let (prefix, description) = description(&mut archive)?;
    byte_order(&mut archive, &prefix)?;
    let mut storages = HashMap::new();
    let mut tensors = Vec::new();
    for tensor in pickle::parse(&description).map_err(|reason| format!("in data.pkl: {reason}"))? {
        let key = tensor.storage.clone();
        if !storages.contains_key(&key) {
            let storage = storage(&mut archive, &format!("{prefix}data/{key}"), &tensor)?;
            storages.insert(key.clone(), (tensor.dtype, tensor.storage_len, storage));
        }
        let (dtype, len, storage) = &storages[&key];
        if (*dtype, *len) != (tensor.dtype, tensor.storage_len) {
            return Err(format!(
                "storage {key} is described in two ways (again at tensor `{}`)",
                tensor.name
            ));
        }
        tensors.push(open(file, tensor, storage.clone())?);
    }
    Ok(tensors)
}

/// Tells what a file is that is no archive.
fn is_zip(first: &[u8]) -> Result<(), String> {
    if first.starts_with(b"PK\x03\x04") {
        return Ok(());
    }
    Err(if first.starts_with(b"\x80") {
        "this is a pickle, not an archive of torch.save".into()
    } else if first.starts_with(b"version ") {
        "this is a Git LFS pointer, not the weights: fetch them with `git lfs pull`".into()
    } else {
        "neither a zip archive, as torch.save writes since PyTorch 1.6, nor what it wrote before".into()
    })
}

fn cut_off(error: &zip::result::ZipError) -> String {
    format!("not a whole zip archive: {error} (is it cut off?)")
}

/// The pickle, and what stands before its name and those of the storages.
fn description(archive: &mut Archive<'_>) -> Result<(String, Vec<u8>), String> {
    let names: Vec<String> = archive.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
    let is_pickle =
        |name: &&String| name.strip_suffix("data.pkl").is_some_and(|at| at.is_empty() || at.ends_with('/'));
    let mut pickles = names.iter().filter(is_pickle);
    let (name, other) = (pickles.next(), pickles.next());
    let name = match (name, other) {
        (Some(name), None) => name,
        (Some(_), Some(_)) => return Err("it holds more than one data.pkl".into()),
        (None, _) => return Err("it holds no data.pkl: an archive, but not of torch.save".into()),
    };
    let prefix = name.trim_end_matches("data.pkl").to_string();
    Ok((prefix, unpack(archive, name, LIMIT)?))
}

/// Numbers are little-endian, unless an archive says otherwise.
fn byte_order(archive: &mut Archive<'_>, prefix: &str) -> Result<(), String> {
    let name = format!("{prefix}byteorder");
    if archive.index_for_name(&name).is_none() {
        return Ok(());
    }
    match unpack(archive, &name, 16)?.as_slice() {
        b"little" => Ok(()),
        other => Err(format!("its byte order is `{}`, expected `little`", String::from_utf8_lossy(other))),
    }
}

/// Unpacks an entry of at most `limit` bytes.
fn unpack(archive: &mut Archive<'_>, name: &str, limit: u64) -> Result<Vec<u8>, String> {
    let bad = |reason: String| format!("{name}: {reason}");
    let mut entry = archive.by_name(name).map_err(|error| bad(error.to_string()))?;
    let mut bytes = Vec::new();
    // one byte more than expected shows that there is more
    entry.by_ref().take(limit + 1).read_to_end(&mut bytes).map_err(|error| bad(error.to_string()))?;
    if bytes.len() as u64 > limit {
        return Err(bad(format!("it has more than {limit} bytes")));
    }
    Ok(bytes)
}

/// The bytes of a tensor's storage: where they lie, or unpacked.
fn storage(archive: &mut Archive<'_>, name: &str, tensor: &PickledTensor) -> Result<Storage, String> {
    let index = archive.index_for_name(name).ok_or_else(|| {
        format!("the storage of tensor `{}` is missing: no {name} in the archive", tensor.name)
    })?;
    let bytes = (tensor.storage_len as u64).checked_mul(tensor.dtype.bitsize() as u64 / 8);
    let entry = archive.by_index_raw(index).map_err(|error| format!("{name}: {error}"))?;
    let (method, size, start) = (entry.compression(), entry.size(), entry.data_start());
    // an encrypted entry is not what it seems; unpacking it says so
    let plain = entry.compressed_size() == size && !entry.encrypted();
    drop(entry);
    let bytes = bytes.filter(|bytes| *bytes == size).ok_or_else(|| {
        format!(
            "{name} has {size} bytes, but data.pkl says {} numbers of type {}",
            tensor.storage_len, tensor.dtype
        )
    })?;
    match (method, start) {
        (CompressionMethod::Stored, Some(start)) if plain => Ok(Storage::File { start }),
        _ => {
            let unpacked = unpack(archive, name, bytes)?;
            if unpacked.len() as u64 != bytes {
                return Err(format!("{name} unpacks to {} bytes, expected {bytes}", unpacked.len()));
            }
            Ok(Storage::Memory(unpacked.into()))
        }
    }
}

fn open(file: &Arc<OpenFile>, tensor: PickledTensor, storage: Storage) -> Result<RawTensor, String> {
    let PickledTensor { name, dtype, storage_len, offset, shape, strides, .. } = tensor;
    let axes = shape.iter().zip(&strides).map(|(len, stride)| Axis { len: *len, stride: *stride }).collect();
    let array = Strided { offset, axes };
    let bytes = array.checked_len().and_then(|count| count.checked_mul(dtype.bitsize() / 8));
    let fits = array.end().is_some_and(|end| end <= storage_len) && bytes.is_some();
    if !fits {
        return Err(format!(
            "tensor `{name}` of shape {shape:?}, strides {strides:?} and offset {offset} does not lie within its storage of {storage_len} numbers"
        ));
    }
    if let Storage::File { start } = &storage
        && (storage_len as u64 * (dtype.bitsize() as u64 / 8))
            .checked_add(*start)
            .is_none_or(|end| end > file.size)
    {
        return Err(format!("the storage of tensor `{name}` ends beyond the file: it is cut off"));
    }
    Ok(RawTensor { name, dtype, shape, file: Arc::clone(file), storage, array })
}
