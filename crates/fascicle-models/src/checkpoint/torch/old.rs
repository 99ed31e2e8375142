//! What `torch.save` wrote before PyTorch 1.6: pickles, then the storages one after another.
//!
//! The pickles are a magic number, a version, the machine that wrote them, the dictionary of tensors and the names of the
//! storages; before each storage stands the number of its elements (`torch.serialization._legacy_save`).

use std::collections::HashMap;
use std::sync::Arc;

use safetensors::Dtype;

use super::{LIMIT, open};
use crate::checkpoint::pickle::{self, OldPickles};
use crate::checkpoint::weights::{OpenFile, RawTensor, Storage};

/// The magic number, as it is pickled.
pub(super) const MAGIC: &[u8] = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";

/// Bytes that are read at first to find the end of the pickles.
const FIRST: u64 = 1 << 20;

/// The tensors of a file in the order of its dictionary.
pub(super) fn read(file: &Arc<OpenFile>) -> Result<Vec<RawTensor>, String> {
    let pickles = pickles(file)?;
    let places = places(file, &pickles)?;
    let tensor = |tensor: pickle::PickledTensor| {
        let start = *places.get(&tensor.storage).ok_or_else(|| {
            format!(
                "the storage of tensor `{}` is missing: {} is not in the file",
                tensor.name, tensor.storage
            )
        })?;
        open(file, tensor, Storage::File { start })
    };
    pickles.tensors.into_iter().map(tensor).collect()
}

/// Nothing says where the pickles end, so more is read until they are whole.
fn pickles(file: &OpenFile) -> Result<OldPickles, String> {
    let (mut length, most) = (FIRST, file.size.min(LIMIT));
    loop {
        length = length.min(most);
        let mut bytes = vec![0; length as usize];
        file.read_at(0, &mut bytes).map_err(|error| error.to_string())?;
        match pickle::parse_old(&bytes) {
            Err(_) if length < most => length *= 16,
            parsed => return parsed.map_err(|reason| format!("in its pickles: {reason}")),
        }
    }
}

/// Where each storage begins, by its name.
fn places(file: &OpenFile, pickles: &OldPickles) -> Result<HashMap<String, u64>, String> {
    let mut described: HashMap<&str, (Dtype, usize)> = HashMap::new();
    for tensor in &pickles.tensors {
        let own = (tensor.dtype, tensor.storage_len);
        if *described.entry(&tensor.storage).or_insert(own) != own {
            return Err(format!(
                "storage {} is described in two ways (again at tensor `{}`)",
                tensor.storage, tensor.name
            ));
        }
    }
    let mut places = HashMap::new();
    let mut at = pickles.end as u64;
    for key in &pickles.storages {
        let (dtype, len) =
            *described.get(key.as_str()).ok_or_else(|| format!("storage {key} belongs to no tensor"))?;
        let mut count = [0; 8];
        if at + count.len() as u64 > file.size {
            return Err(format!("it ends before storage {key}: it is cut off"));
        }
        file.read_at(at, &mut count).map_err(|error| error.to_string())?;
        let count = u64::from_le_bytes(count);
        if count != len as u64 {
            return Err(format!("storage {key} has {count} numbers, but its description says {len}"));
        }
        let start = at + 8;
        let end = count.checked_mul(dtype.bitsize() as u64 / 8).and_then(|bytes| start.checked_add(bytes));
        at = end
            .filter(|end| *end <= file.size)
            .ok_or_else(|| format!("storage {key} ends beyond the file: it is cut off"))?;
        places.insert(key.clone(), start);
    }
    Ok(places)
}
