//! Files that are either whole or not there.

use std::io::Write;
use std::path::Path;

use crate::ExperimentError;

/// Writes `text` to a temporary file beside `path`, then renames it over `path`.
///
/// A reader sees the old file or the new one, never half of one; an interrupted run leaves no torn result.
///
/// # Errors
/// [`ExperimentError::Write`] when the folder is missing or not writable, or the disk is full.
pub fn write_atomically(path: &Path, text: &str) -> Result<(), ExperimentError> {
    let write = || -> std::io::Result<()> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".fascicle-");
        #[cfg(unix)]
        {
            // Temporary files are private by default; a report is meant to be read by others.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(0o644));
        }
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|source| ExperimentError::Write { path: path.to_path_buf(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("report.html");
        write_atomically(&path, "one").expect("written");
        write_atomically(&path, "two").expect("written again");
        assert_eq!(std::fs::read_to_string(&path).expect("readable"), "two");
        assert_eq!(std::fs::read_dir(folder.path()).expect("readable").count(), 1);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = write_atomically(Path::new("/nonexistent/report.html"), "x").expect_err("no such folder");
        assert!(error.to_string().starts_with("cannot write /nonexistent/report.html"), "{error}");
    }
}
