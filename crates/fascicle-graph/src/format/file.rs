//! Graphs from and to files on disk.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::WriteError;
use super::{Format, ReadOptions, parquet};
use crate::{GraphError, PathwayGraph};

/// Reads a graph; the format is that of the options or of the file's extension.
///
/// A text is read whole; of a Parquet file only the columns that are needed, one row group at a time.
///
/// # Errors
/// [`GraphError::Io`] where the file cannot be read, [`GraphError::Format`] with file and line where it is not in its
/// format, [`GraphError::BadArgument`] where no format has that extension.
///
/// ```
/// use fascicle_graph::format::{self, ReadOptions};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("worm.edgelist");
/// std::fs::write(&path, "AWAL AIYL 3\nAIYL AIZL 12\n")?;
/// let worm = format::read(&path, &ReadOptions::new())?;
/// assert_eq!(worm.edge_count(), 2);
/// format::write(&worm, &path.with_extension("graphml"))?;
/// # Ok(())
/// # }
/// ```
pub fn read(path: &Path, options: &ReadOptions) -> Result<PathwayGraph, GraphError> {
    let format = match options.format {
        Some(format) => format,
        None => Format::from_path(path)?,
    };
    let unreadable = |source| GraphError::Io { action: "read", file: path.to_owned(), source };
    let graph = if format == Format::Parquet {
        parquet::read(File::open(path).map_err(unreadable)?, options)
    } else {
        format.parse(&fs::read(path).map_err(unreadable)?, options)
    };
    graph.map_err(|error| error.in_file(path))
}

/// Writes a graph in the format of the file's extension. The file is whole or not there.
///
/// # Errors
/// As [`write_as`]; [`GraphError::BadArgument`] where no format has that extension.
pub fn write(graph: &PathwayGraph, path: &Path) -> Result<(), GraphError> {
    write_as(graph, path, Format::from_path(path)?)
}

/// Writes a graph in this format: to a temporary file in the same folder, which then takes the file's place.
///
/// # Errors
/// [`GraphError::Io`] where the folder cannot be written; what was at `path` is still there then. Otherwise as
/// [`Format::render`].
pub fn write_as(graph: &PathwayGraph, path: &Path, format: Format) -> Result<(), GraphError> {
    let written = write_whole(path, |out| format.write_to(graph, out));
    written.map_err(|error| match error {
        WriteError::Graph(error) => error,
        WriteError::Io(source) => GraphError::Io { action: "write", file: PathBuf::from(path), source },
    })
}

/// Writes a file whole or not at all: to a temporary file in the same folder, which takes the file's place once `content`
/// has written all of it.
///
/// # Errors
/// What `content` says, and what the file system says; what was at `path` is still there then.
pub fn write_whole<E: From<io::Error>>(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<&File>) -> Result<(), E>,
) -> Result<(), E> {
    let file = temporary_beside(path)?;
    let mut out = BufWriter::with_capacity(1 << 16, file.as_file());
    content(&mut out)?;
    out.flush()?;
    drop(out);
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

// as `fascicle_core::write_atomically` has it, which comes with burn
fn temporary_beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".fascicle-");
    #[cfg(unix)]
    {
        // temporary files are private by default; a result is meant to be read by others
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o644));
    }
    builder.tempfile_in(folder)
}
