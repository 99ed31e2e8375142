//! Getting files into the cache whole or not at all.
//!
//! Everything is first written to a folder of its own below `.staging` in the cache, checked there, and then
//! renamed into place; a folder that was not there before appears in one step. A lock file for each data set
//! keeps two processes from fetching the same thing twice. Where the file system knows no locks both fetch,
//! and the renames still leave one whole copy.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::catalogue::FileEntry;
use crate::check::path_in;
use crate::digest::Digest;
use crate::error::DataError;
use crate::progress::{Reporter, Stage};

/// How often a waiting process looks whether the lock is free.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The exclusive right to fetch one data set; given back when dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    /// `None` where the file system has no locks.
    file: Option<File>,
}

impl Lock {
    /// Waits for the right to fetch `report.name` into `cache`.
    pub(crate) fn take(cache: &Path, report: &mut Reporter<'_>) -> Result<Self, DataError> {
        let folder = cache.join(".locks");
        fs::create_dir_all(&folder).map_err(DataError::io("create", &folder))?;
        let path = folder.join(format!("{}.lock", report.name));
        let file = File::options().create(true).append(true).open(&path);
        let file = file.map_err(DataError::io("open", &path))?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { file: Some(file) }),
                Err(TryLockError::WouldBlock) => {
                    report.tell(Stage::Waiting, &path.to_string_lossy(), 0, None);
                    thread::sleep(LOOK_AGAIN);
                }
                Err(TryLockError::Error(error)) => {
                    tracing::debug!(file = %path.display(), %error, "no file locks here, going on without");
                    return Ok(Self { file: None });
                }
            }
        }
    }
}

/// A folder beside the final one in which files are put together.
#[derive(Debug)]
pub(crate) struct Staging {
    /// Removed with all that is in it when dropped.
    temporary: TempDir,
    /// The edition whose files are in here, and their paths.
    edition: Option<String>,
    ready: Vec<String>,
}

impl Staging {
    /// A fresh one for the data set `name`; what a killed process left behind is removed.
    pub(crate) fn open(cache: &Path, name: &str, lock: &Lock) -> Result<Self, DataError> {
        let folder = cache.join(".staging").join(name);
        if lock.file.is_some() {
            // only the holder of the lock writes here, so whatever is here has no owner
            let _ = fs::remove_dir_all(&folder);
        }
        fs::create_dir_all(&folder).map_err(DataError::io("create", &folder))?;
        let temporary = TempDir::new_in(&folder).map_err(DataError::io("create a folder in", &folder))?;
        let files = temporary.path().join("files");
        // a folder below the temporary one, because that one is readable to its owner alone
        fs::create_dir(&files).map_err(DataError::io("create", &files))?;
        Ok(Self { temporary, edition: None, ready: Vec::new() })
    }

    /// Where archives may be put; removed in the end.
    pub(crate) fn scratch(&self) -> &Path {
        self.temporary.path()
    }

    fn files(&self) -> PathBuf {
        self.temporary.path().join("files")
    }

    /// Prepares for files of `edition`: those of another one are thrown away.
    pub(crate) fn turn_to(&mut self, edition: Option<&str>) -> Result<(), DataError> {
        if self.edition.as_deref() != edition && !self.ready.is_empty() {
            let files = self.files();
            fs::remove_dir_all(&files).map_err(DataError::io("remove", &files))?;
            fs::create_dir(&files).map_err(DataError::io("create", &files))?;
            self.ready.clear();
        }
        self.edition = edition.map(str::to_owned);
        Ok(())
    }

    /// Whether the file is already here.
    pub(crate) fn has(&self, entry: &FileEntry) -> bool {
        self.ready.contains(&entry.path)
    }

    /// Lets `fill` write a file and keeps it if it is what `entry` says; `from` names its origin in errors.
    pub(crate) fn receive(
        &mut self,
        entry: &FileEntry,
        from: &str,
        fill: impl FnOnce(&mut File, &Path) -> Result<Digest, DataError>,
    ) -> Result<(), DataError> {
        let part = self.scratch().join("part");
        let mut file = File::create(&part).map_err(DataError::io("create", &part))?;
        let got = fill(&mut file, &part)?;
        if !entry.is(&got) {
            return Err(DataError::WrongHash {
                file: from.to_owned(),
                expected: entry.sha256.clone(),
                expected_size: entry.size,
                got: got.sha256,
                got_size: got.size,
                remedy: "it was thrown away",
            });
        }
        // the bytes must be on the disk before the name is, or a crash could leave the name alone
        file.sync_all().map_err(DataError::io("write", &part))?;
        drop(file);
        let place = path_in(&self.files(), &entry.path);
        move_to(&part, &place)?;
        self.ready.push(entry.path.clone());
        Ok(())
    }

    /// Moves everything into `folder`.
    pub(crate) fn install(self, folder: &Path) -> Result<(), DataError> {
        let files = self.files();
        if let Some(parent) = folder.parent() {
            fs::create_dir_all(parent).map_err(DataError::io("create", parent))?;
        }
        // one step where nothing is there yet; where something is, this fails and changes nothing
        if fs::rename(&files, folder).is_ok() {
            return Ok(());
        }
        for path in &self.ready {
            move_to(&path_in(&files, path), &path_in(folder, path))?;
        }
        Ok(())
    }
}

/// Renames a file, making the folders that it goes into.
fn move_to(from: &Path, to: &Path) -> Result<(), DataError> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(DataError::io("create", parent))?;
    }
    fs::rename(from, to).map_err(DataError::io("replace", to))
}
