//! Is a folder what the catalogue says?

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::catalogue::{Dataset, FileEntry};
use crate::digest::Digest;
use crate::error::DataError;
use crate::memo::Memo;

/// How a folder compares with the edition that it comes nearest to.
#[derive(Debug)]
pub(crate) struct Checked<'a> {
    /// The edition; `None` is the main one.
    pub(crate) edition: Option<&'a str>,
    /// Files that are not there.
    pub(crate) missing: Vec<&'a FileEntry>,
    /// Files with other bytes, and what these are.
    pub(crate) wrong: Vec<(&'a FileEntry, Digest)>,
    /// The number of files that there should be.
    files: usize,
}

impl Checked<'_> {
    /// Whether every file is there and right.
    pub(crate) fn whole(&self) -> bool {
        self.missing.is_empty() && self.wrong.is_empty()
    }

    /// What is amiss, in words.
    pub(crate) fn amiss(&self) -> String {
        let mut parts = Vec::new();
        match self.missing.as_slice() {
            [] => {}
            [file] => parts.push(format!("{} is missing", file.path)),
            missing if missing.len() == self.files => parts.push("nothing of it is there".to_owned()),
            missing => parts.push(format!("{} of {} files are missing", missing.len(), self.files)),
        }
        parts.extend(self.wrong.iter().map(|(file, _)| format!("{} is not the file expected", file.path)));
        parts.join(", ")
    }
}

/// Compares `folder` with every edition of `dataset` and gives the first whole one, else the nearest.
///
/// # Errors
/// [`DataError::Io`] for a file that is there and cannot be read.
pub(crate) fn check<'a>(
    folder: &Path,
    dataset: &'a Dataset,
    memo: &mut Memo,
) -> Result<Checked<'a>, DataError> {
    let mut sums = Sums { folder, memo, known: BTreeMap::new() };
    let mut best: Option<Checked<'a>> = None;
    for (edition, files) in dataset.editions() {
        let checked = compare(&mut sums, edition, files)?;
        let amiss = |c: &Checked<'_>| c.missing.len() + c.wrong.len();
        if best.as_ref().is_none_or(|best| amiss(&checked) < amiss(best)) {
            best = Some(checked);
        }
    }
    memo.save();
    Ok(best.unwrap_or(Checked { edition: None, missing: Vec::new(), wrong: Vec::new(), files: 0 }))
}

/// The entries of `files` that `folder` does not have as they should be.
///
/// # Errors
/// As [`check`].
pub(crate) fn needed<'a>(
    folder: &Path,
    files: &'a [FileEntry],
    memo: &mut Memo,
) -> Result<Vec<&'a FileEntry>, DataError> {
    let mut sums = Sums { folder, memo, known: BTreeMap::new() };
    let checked = compare(&mut sums, None, files)?;
    Ok(checked.missing.into_iter().chain(checked.wrong.into_iter().map(|(file, _)| file)).collect())
}

/// The sums of a folder's files, each taken once.
struct Sums<'a> {
    folder: &'a Path,
    memo: &'a mut Memo,
    known: BTreeMap<String, Option<Digest>>,
}

impl Sums<'_> {
    fn of(&mut self, file: &FileEntry) -> Result<Option<Digest>, DataError> {
        if let Some(known) = self.known.get(&file.path) {
            return Ok(known.clone());
        }
        let path = path_in(self.folder, &file.path);
        let digest = self.memo.digest(&path).map_err(DataError::io("read", path))?;
        self.known.insert(file.path.clone(), digest.clone());
        Ok(digest)
    }
}

fn compare<'a>(
    sums: &mut Sums<'_>,
    edition: Option<&'a str>,
    files: &'a [FileEntry],
) -> Result<Checked<'a>, DataError> {
    let mut checked = Checked { edition, missing: Vec::new(), wrong: Vec::new(), files: files.len() };
    for file in files {
        match sums.of(file)? {
            None => checked.missing.push(file),
            Some(digest) if !file.is(&digest) => checked.wrong.push((file, digest)),
            Some(_) => {}
        }
    }
    Ok(checked)
}

/// A catalogue path, which has forward slashes, under `folder`.
pub(crate) fn path_in(folder: &Path, relative: &str) -> PathBuf {
    relative.split('/').fold(folder.to_owned(), |path, part| path.join(part))
}
