//! The weight files of a model folder: which there are, which are read, and whether they agree with their index.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::folder::{listing, lost_link};
use super::problems::{Duplicated, IndexProblems, NotInIndex, NotInShard};
use super::weights::{OpenFile, RawTensor, safetensors};
use super::{index, torch};
use crate::error::ModelError;

/// A format of weight files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WeightFormat {
    /// `model.safetensors`, or the shards of `model.safetensors.index.json`.
    Safetensors,
    /// `pytorch_model.bin`, or the shards of `pytorch_model.bin.index.json`, as `torch.save` writes them.
    Torch,
}

impl fmt::Display for WeightFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Safetensors => "safetensors",
            Self::Torch => "PyTorch",
        })
    }
}

/// The names of weight files, the preferred ones first, and whether each is an index of shards.
pub(crate) const NAMES: [(&str, WeightFormat, bool); 4] = [
    ("model.safetensors", WeightFormat::Safetensors, false),
    ("model.safetensors.index.json", WeightFormat::Safetensors, true),
    ("pytorch_model.bin", WeightFormat::Torch, false),
    ("pytorch_model.bin.index.json", WeightFormat::Torch, true),
];

/// The open weight files of a folder.
pub(crate) struct Weights {
    pub(crate) format: WeightFormat,
    /// The index, if there are shards.
    pub(crate) index: Option<PathBuf>,
    /// Each file, and where its data begin (which only safetensors say).
    pub(crate) files: Vec<(Arc<OpenFile>, u64)>,
    pub(crate) tensors: BTreeMap<String, RawTensor>,
    /// Tensors that are there more than once.
    pub(crate) duplicated: Vec<Duplicated>,
    /// Weight files that were left aside, because another format is preferred.
    pub(crate) passed_over: Vec<PathBuf>,
}

impl Weights {
    /// Opens the preferred weight files of a folder and checks them against their index.
    pub(crate) fn open(folder: &Path) -> Result<Self, ModelError> {
        // a link whose file is gone counts as there: it is an error, not a reason to take other weights
        let mut there = NAMES.iter().filter(|(name, ..)| fs::symlink_metadata(folder.join(name)).is_ok());
        let Some((name, format, is_index)) = there.next() else {
            return Err(ModelError::NoWeights { folder: folder.into(), found: listing(folder) });
        };
        let passed_over = there.map(|(name, ..)| folder.join(name)).collect();
        let path = folder.join(name);
        let (index, map) =
            if *is_index { (Some(path.clone()), read_index(&path)?) } else { (None, Vec::new()) };
        let paths = if *is_index { shards(folder, &path, &map)? } else { vec![path] };
        let mut weights = Self {
            format: *format,
            index,
            files: Vec::new(),
            tensors: BTreeMap::new(),
            duplicated: Vec::new(),
            passed_over,
        };
        for path in paths {
            weights.add(&path)?;
        }
        weights.agree_with(&map)?;
        Ok(weights)
    }

    fn add(&mut self, path: &Path) -> Result<(), ModelError> {
        let file = Arc::new(OpenFile::open(path)?);
        let (tensors, start) = match self.format {
            WeightFormat::Safetensors => safetensors(&file)?,
            WeightFormat::Torch => (torch::tensors(&file)?, 0),
        };
        for tensor in tensors {
            let Some(first) = self.tensors.get(&tensor.name) else {
                self.tensors.insert(tensor.name.clone(), tensor);
                continue;
            };
            let again = tensor.path().to_path_buf();
            match self.duplicated.iter_mut().find(|known| known.key == tensor.name) {
                Some(known) => known.files.push(again),
                None => {
                    let files = vec![first.path().to_path_buf(), again];
                    self.duplicated.push(Duplicated { key: tensor.name, files });
                }
            }
        }
        self.files.push((file, start));
        Ok(())
    }

    /// Whether each tensor is where the index says, and no other is there.
    fn agree_with(&self, map: &[(String, String)]) -> Result<(), ModelError> {
        let Some(index) = &self.index else { return Ok(()) };
        let mut problems = IndexProblems { index: index.clone(), ..IndexProblems::default() };
        for (key, file) in map {
            let expected = index.with_file_name(file);
            let found = self.tensors.get(key);
            let also = || self.duplicated.iter().any(|d| d.key == *key && d.files.contains(&expected));
            if found.is_none_or(|tensor| tensor.path() != expected) && !also() {
                let found = found.map(|tensor| tensor.path().to_path_buf());
                problems.absent.push(NotInShard { key: key.clone(), expected, found });
            }
        }
        let listed: BTreeSet<&str> = map.iter().map(|(key, _)| key.as_str()).collect();
        let unlisted = self.tensors.values().filter(|tensor| !listed.contains(tensor.name.as_str()));
        problems.unlisted =
            unlisted.map(|t| NotInIndex { key: t.name.clone(), file: t.path().to_path_buf() }).collect();
        if problems.is_empty() { Ok(()) } else { Err(ModelError::Index(Box::new(problems))) }
    }
}

fn read_index(path: &Path) -> Result<Vec<(String, String)>, ModelError> {
    let bytes = fs::read(path)
        .map_err(|error| lost_link(path).unwrap_or_else(|| ModelError::io(path, "read")(error)))?;
    index::parse(&bytes).map_err(|reason| ModelError::BadIndex { path: path.into(), reason })
}

/// The files that an index names, by name.
fn shards(folder: &Path, index: &Path, map: &[(String, String)]) -> Result<Vec<PathBuf>, ModelError> {
    let names: BTreeSet<&str> = map.iter().map(|(_, file)| file.as_str()).collect();
    let missing: Vec<String> =
        names.iter().filter(|name| !folder.join(name).is_file()).map(ToString::to_string).collect();
    if missing.is_empty() {
        Ok(names.into_iter().map(|name| folder.join(name)).collect())
    } else {
        Err(ModelError::MissingShards { index: index.into(), shards: missing })
    }
}
