//! The parsers of untrusted bytes, for the fuzz targets: none of them may panic, whatever it is given.

use std::path::Path;
use std::sync::Arc;

use super::weights::{OpenFile, safetensors};
use super::{RawConfig, header, index, pickle, torch};
use crate::families::adapt;

/// The beginning of a safetensors file.
pub fn header(bytes: &[u8]) {
    let size = bytes.len() as u64;
    if let Ok(length) = header::length(bytes, size) {
        let (header, data) = bytes[header::PREFIX as usize..].split_at(length as usize);
        let _ = header::parse(header, data.len() as u64);
    }
    // without the length, so that changes to the JSON are not lost on it
    let _ = header::parse(bytes, size);
}

/// The index of a sharded checkpoint.
pub fn index(bytes: &[u8]) {
    let _ = index::parse(bytes);
}

/// A `config.json`, through the family that it names to the list of parameters.
pub fn config(bytes: &[u8]) {
    let Ok(raw) = RawConfig::from_bytes(Path::new("config.json"), bytes) else { return };
    for there in [true, false] {
        if let Ok(adapted) = adapt(&raw, &|_| there)
            // a list as long as the configuration says is no fault, but no use either
            && adapted.config.transformer().is_none_or(|config| config.n_layers < 64)
        {
            let _ = adapted.config.parameters();
        }
    }
}

/// The pickle within a PyTorch file.
pub fn pickle(bytes: &[u8]) {
    let _ = pickle::parse(bytes);
}

/// A whole file of either format, with every tensor read that is not too large.
pub fn file(path: &Path) {
    let Ok(file) = OpenFile::open(path).map(Arc::new) else { return };
    let tensors = safetensors(&file).map(|(tensors, _)| tensors).or_else(|_| torch::tensors(&file));
    for tensor in tensors.into_iter().flatten() {
        if tensor.array.len() < 1 << 20 {
            let _ = tensor.bytes();
        }
    }
}
