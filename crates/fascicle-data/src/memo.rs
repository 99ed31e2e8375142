//! Sums that were taken before, so that a large file is not read at every run.
//!
//! A file is taken for unchanged while its size and its time of change are. The memo lies in the cache, never
//! beside the files; without it, or when it cannot be written, files are just read again.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::digest::{self, Digest};

/// Files changed this recently are read again next time, because a second change could carry the same time.
const SETTLED: Duration = Duration::from_secs(2);

/// The name of the memo in the cache folder.
const NAME: &str = "verified.json";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    size: u64,
    /// Seconds and nanoseconds since 1970.
    changed: (u64, u32),
    sha256: String,
}

/// The sums taken so far.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    file: Option<PathBuf>,
    entries: BTreeMap<String, Entry>,
    dirty: bool,
}

impl Memo {
    /// The memo of `cache`; an empty one when there is none, or none that can be read.
    pub(crate) fn open(cache: Option<&Path>) -> Self {
        let file = cache.map(|folder| folder.join(NAME));
        let entries = file
            .as_deref()
            .and_then(|path| fs::read(path).ok())
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        Self { file, entries, dirty: false }
    }

    /// The sum of the regular file at `path`; `None` when there is no such file.
    pub(crate) fn digest(&mut self, path: &Path) -> io::Result<Option<Digest>> {
        let metadata = match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => metadata,
            Ok(_) => return Ok(None),
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(e) => return Err(e),
        };
        let changed = changed(&metadata);
        if let (Some(key), Some(changed)) = (path.to_str(), changed)
            && let Some(entry) = self.entries.get(key)
            && (entry.size, entry.changed) == (metadata.len(), changed)
        {
            return Ok(Some(Digest { size: entry.size, sha256: entry.sha256.clone() }));
        }
        let digest = digest::of_file(path)?;
        if let (Some(key), Some(changed)) = (path.to_str(), changed)
            && digest.size == metadata.len()
            && settled(&metadata)
        {
            let entry = Entry { size: digest.size, changed, sha256: digest.sha256.clone() };
            self.entries.insert(key.to_owned(), entry);
            self.dirty = true;
        }
        Ok(Some(digest))
    }

    /// Writes what is new. Failure costs time at the next run and nothing else, so it is only logged.
    pub(crate) fn save(&mut self) {
        let Some(file) = self.file.as_deref().filter(|_| self.dirty) else {
            return;
        };
        match write(file, &self.entries) {
            Ok(()) => self.dirty = false,
            Err(error) => {
                tracing::debug!(file = %file.display(), %error, "cannot keep the sums of checked files");
            }
        }
    }
}

fn write(file: &Path, entries: &BTreeMap<String, Entry>) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut temporary, entries)?;
    temporary.flush()?;
    temporary.persist(file)?;
    Ok(())
}

fn changed(metadata: &Metadata) -> Option<(u64, u32)> {
    let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((since.as_secs(), since.subsec_nanos()))
}

fn settled(metadata: &Metadata) -> bool {
    metadata.modified().is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|age| age > SETTLED))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes `text` as if long ago, at second `at`.
    fn put(path: &Path, text: &str, at: u64) {
        fs::write(path, text).expect("a file");
        let file = fs::File::options().write(true).open(path).expect("the file");
        file.set_modified(UNIX_EPOCH + Duration::from_secs(at)).expect("a time of change");
    }

    #[test]
    fn a_known_file_is_not_read_again_until_it_changes() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (cache, path) = (folder.path().join("cache"), folder.path().join("f"));
        let sum = |memo: &mut Memo| memo.digest(&path).expect("readable").expect("there").sha256;

        put(&path, "one", 1_000);
        let mut memo = Memo::open(Some(&cache));
        let one = sum(&mut memo);
        memo.save();

        // other bytes of the same size and time go unseen: that shows that the file was not read
        put(&path, "two", 1_000);
        assert_eq!(sum(&mut Memo::open(Some(&cache))), one);
        put(&path, "two", 1_001);
        assert_ne!(sum(&mut Memo::open(Some(&cache))), one);
        put(&path, "long", 1_000);
        assert_ne!(sum(&mut Memo::open(Some(&cache))), one);
    }

    #[test]
    fn a_fresh_file_is_not_remembered() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("f");
        fs::write(&path, "one").expect("a file");
        let mut memo = Memo::open(Some(folder.path()));
        memo.digest(&path).expect("readable");
        assert!(memo.entries.is_empty() && !memo.dirty);
    }

    #[test]
    fn what_is_no_file_is_none() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut memo = Memo::open(None);
        assert_eq!(memo.digest(folder.path()).expect("readable"), None);
        assert_eq!(memo.digest(&folder.path().join("absent")).expect("readable"), None);
    }
}
