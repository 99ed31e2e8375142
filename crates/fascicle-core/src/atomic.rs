//! Files that are either whole or not there.
//!
//! `fascicle_graph::format::write_whole` does the same for files that are written bit by bit. It is a second one because the
//! graph crate serves without burn, which comes with this one, and because this one depends on no sibling.

use std::io::{self, Write};
use std::path::Path;

/// Writes `bytes` to a temporary file beside `path`, then renames it over `path`.
///
/// A reader sees the old file or the new one, never half of one; an interrupted run leaves no torn result.
///
/// # Errors
/// When the folder is missing or not writable, or the disk is full. What was at `path` is still there then.
pub fn write_atomically(path: &Path, bytes: impl AsRef<[u8]>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".fascicle-");
    #[cfg(unix)]
    {
        // temporary files are private by default; a result is meant to be read by others
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o644));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes.as_ref())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn replaces_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.html");
        write_atomically(&path, "one").unwrap();
        write_atomically(&path, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_written_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let missing = write_atomically(&folder.path().join("nowhere/report.html"), "x").unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);

        // a folder that holds something is not replaced by a file
        let taken = folder.path().join("taken");
        fs::create_dir(&taken).unwrap();
        fs::write(taken.join("inside"), "precious").unwrap();
        write_atomically(&taken, "x").unwrap_err();
        assert_eq!(fs::read_to_string(taken.join("inside")).unwrap(), "precious");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("result.json");
        write_atomically(&path, "{}").unwrap();
        // the process's mask may take more away, never the owner's bits
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode & 0o600, 0o600);
        assert_eq!(mode & !0o644, 0, "{mode:o}");
    }
}
