//! One file: fetched, gone on with where the connection broke, checked, and linked into its snapshot.

use std::fs;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use ureq::Body;
use ureq::http::Response;

use super::address::encoded_path;
use super::request::{Failure, bad, no_answer};
use super::{Hub, HubProgress};
use crate::error::{CacheError, ModelError};

/// Bytes read at once.
const BLOCK: usize = 128 * 1024;

/// Where a repository's files go.
pub(super) struct Target<'a> {
    pub(super) repository: &'a str,
    pub(super) commit: &'a str,
    pub(super) folder: &'a Path,
}

/// How much of a file has come, and the sum over it.
#[derive(Default)]
struct Download {
    done: u64,
    sum: Sha256,
}

impl Hub {
    /// A file of a snapshot, fetched if it is not there; gives its path.
    pub(super) fn file(
        &self,
        target: &Target<'_>,
        name: &str,
        progress: &mut dyn FnMut(HubProgress<'_>),
    ) -> Result<PathBuf, ModelError> {
        let path = target.folder.join("snapshots").join(target.commit).join(name);
        if path.exists() {
            return Ok(path);
        }
        let url = format!(
            "{}/{}/resolve/{}/{}",
            self.endpoint,
            target.repository,
            target.commit,
            encoded_path(name)
        );
        let blobs = target.folder.join("blobs");
        fs::create_dir_all(&blobs).map_err(ModelError::io(&blobs, "create"))?;
        let mut file = tempfile::Builder::new()
            .suffix(".incomplete")
            .tempfile_in(&blobs)
            .map_err(ModelError::io(&blobs, "write into"))?;
        let mut tell = |done, total| progress(HubProgress { file: name, done, total });
        let mut state = Download::default();
        let etag = self.retried(|| self.go_on(&url, file.as_file_mut(), &blobs, &mut state, &mut tell))?;
        let blob = blobs.join(&etag);
        if !blob.exists() {
            let sum = state.sum.finalize();
            let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
            if etag.len() == 64 && etag != sum {
                let reason = format!("its SHA-256 is {sum}, expected {etag}: it was damaged on the way");
                return Err(CacheError::Fetch { url, reason }.into());
            }
            let file = readable(file).map_err(ModelError::io(&blob, "write"))?;
            file.persist(&blob).map_err(|error| ModelError::io(&blob, "write")(error.error))?;
        }
        make_folder_of(&path)?;
        link(&blob, &path, name).map_err(ModelError::io(&path, "write"))?;
        Ok(path)
    }

    /// Fetches what is left of a file, or everything where the server cannot do that; gives what it is called.
    fn go_on(
        &self,
        url: &str,
        to: &mut fs::File,
        blobs: &Path,
        state: &mut Download,
        tell: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<String, Failure> {
        let mut answer = self.get(url, state.done)?;
        let etag = content_name(answer.etag.as_deref()).ok_or_else(|| {
            Failure::from(bad(url, "the server does not say what the content is called (ETag)".into()))
        })?;
        if blobs.join(&etag).exists() {
            return Ok(etag);
        }
        if !continues_at(&answer.response, state.done) {
            *state = Download::default();
            to.set_len(0).and_then(|()| to.rewind()).map_err(ModelError::io(blobs, "write into"))?;
        }
        let announced = answer.response.body().content_length().map(|rest| rest + state.done);
        let total = answer.size.or(announced);
        let mut body = answer.response.body_mut().as_reader();
        let mut block = vec![0; BLOCK];
        tell(state.done, total);
        loop {
            let n = match body.read(&mut block) {
                Ok(0) => break,
                Ok(n) => n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
                Err(error) => return Err(no_answer(url, &error.into())),
            };
            to.write_all(&block[..n]).map_err(ModelError::io(blobs, "write into"))?;
            state.sum.update(&block[..n]);
            state.done += n as u64;
            tell(state.done, total);
        }
        match total {
            Some(total) if total != state.done => {
                let reason = format!("{} bytes came, expected {total}", state.done);
                Err(Failure { error: bad(url, reason), passing: state.done < total })
            }
            _ => Ok(etag),
        }
    }
}

/// A content's name as a file name: an ETag without its quotes.
fn content_name(etag: Option<&str>) -> Option<String> {
    let name = etag?.trim_start_matches("W/").trim_matches('"');
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (!name.is_empty() && name.len() <= 128 && name.chars().all(plain)).then(|| name.to_string())
}

/// Whether the body starts at byte `at`.
fn continues_at(response: &Response<Body>, at: u64) -> bool {
    let range = response.headers().get("content-range").and_then(|value| value.to_str().ok());
    response.status() == 206 && range.is_some_and(|range| range.starts_with(&format!("bytes {at}-")))
}

pub(super) fn make_folder_of(path: &Path) -> Result<(), ModelError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(ModelError::io(folder, "create"))
}

/// Temporary files are private; a cache may be shared.
fn readable(file: tempfile::NamedTempFile) -> io::Result<tempfile::NamedTempFile> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    Ok(file)
}

/// Links a snapshot's file to its bytes, relatively, so that the cache can be moved.
#[cfg(unix)]
fn link(blob: &Path, path: &Path, name: &str) -> io::Result<()> {
    let up = "../".repeat(2 + name.matches('/').count());
    let blob = blob.file_name().unwrap_or_default();
    // a link whose bytes are gone may be there
    if fs::symlink_metadata(path).is_ok() {
        fs::remove_file(path)?;
    }
    std::os::unix::fs::symlink(Path::new(&format!("{up}blobs")).join(blob), path)
}

/// Without links, the bytes themselves.
#[cfg(not(unix))]
fn link(blob: &Path, path: &Path, _name: &str) -> io::Result<()> {
    fs::copy(blob, path).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_named_by_their_etag() {
        assert_eq!(content_name(Some("W/\"abc-1\"")).as_deref(), Some("abc-1"));
        assert_eq!(content_name(Some("\"../x\"")), None);
        assert_eq!(content_name(Some("")), None);
    }
}
