//! A whole file, unpacked if it is gzipped, with its hash.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use flate2::read::MultiGzDecoder;
use sha2::{Digest as _, Sha256};

use crate::report::{FileSummary, Report};
use crate::{ConnectomeError, Note, Place};

const GZIP: &[u8] = &[0x1f, 0x8b];
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

fn cannot_read(file: &Path, source: io::Error) -> ConnectomeError {
    ConnectomeError::Io { file: file.to_owned(), source }
}

/// The SHA-256 sum in lower-case hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of a file, which must not be empty; its name and hash go into the report.
pub(crate) fn load(
    file: &Path,
    expected: &'static str,
    report: &mut Report,
) -> Result<Vec<u8>, ConnectomeError> {
    let raw = fs::read(file).map_err(|source| cannot_read(file, source))?;
    report.files.push(FileSummary { file: file.to_owned(), sha256: sha256(&raw) });
    let bytes = unpacked(file, raw)?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ConnectomeError::Empty { place: Place::file(file), expected });
    }
    Ok(bytes)
}

fn unpacked(file: &Path, raw: Vec<u8>) -> Result<Vec<u8>, ConnectomeError> {
    if !raw.starts_with(GZIP) {
        return Ok(raw);
    }
    let mut bytes = Vec::new();
    MultiGzDecoder::new(&raw[..]).read_to_end(&mut bytes).map_err(|source| cannot_read(file, source))?;
    Ok(bytes)
}

/// The text of a file: byte-order mark skipped, UTF-8 required, both noted, as are lines that end with CR LF.
pub(crate) fn load_text(
    file: &Path,
    expected: &'static str,
    report: &mut Report,
) -> Result<String, ConnectomeError> {
    let mut bytes = load(file, expected, report)?;
    if bytes.starts_with(BYTE_ORDER_MARK) {
        report.notes.push(Note::ByteOrderMark { file: file.to_owned() });
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    let text = String::from_utf8(bytes).map_err(|error| ConnectomeError::NotUtf8 {
        file: file.to_owned(),
        offset: error.utf8_error().valid_up_to(),
    })?;
    if text.trim().is_empty() {
        return Err(ConnectomeError::Empty { place: Place::file(file), expected });
    }
    let lines = text.matches("\r\n").count();
    if lines > 0 {
        report.notes.push(Note::CarriageReturns { file: file.to_owned(), lines });
    }
    Ok(text)
}

/// A file beside another, if it is there: `rename` makes its name from the other's.
pub(crate) fn beside(file: &Path, rename: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let name = rename(file.file_name()?.to_str()?)?;
    Some(file.with_file_name(name)).filter(|path| path.is_file())
}
