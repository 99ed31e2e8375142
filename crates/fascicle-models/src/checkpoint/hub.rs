//! Downloads from a Hugging Face hub into the cache that all its tools share.
//!
//! A file's bytes are kept once under `blobs`, named by what the server calls their content; a snapshot links to
//! them. What `huggingface_hub` has fetched is found here, and the other way round.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use ureq::http::Response;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use super::cache::{Folders, MAIN, folder_name, snapshot};
use super::files::NAMES;
use super::index;
use super::tensor_file::write_atomically;
use crate::error::ModelError;

/// The most bytes of a list of files.
const LIST_LIMIT: u64 = 16 << 20;

/// Bytes read at once.
const BLOCK: usize = 128 * 1024;

/// How often a download is begun, or gone on with.
const ATTEMPTS: u32 = 4;

/// How far a download has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HubProgress<'a> {
    /// The file.
    pub file: &'a str,
    /// Bytes so far.
    pub done: u64,
    /// Bytes in all, where known.
    pub total: Option<u64>,
}

/// A hub, and the cache that its files go to.
#[derive(Clone, Debug)]
pub struct Hub {
    endpoint: String,
    cache: PathBuf,
    token: Option<String>,
    offline: bool,
    retry_wait: Duration,
    agent: Agent,
}

/// What the hub says of a repository at a revision.
#[derive(Deserialize)]
struct Listing {
    sha: String,
    siblings: Vec<Sibling>,
}

#[derive(Deserialize)]
struct Sibling {
    rfilename: String,
}

/// An answer that has a body.
struct Answer {
    response: Response<Body>,
    /// What the hub calls the content, and its size, as said before it sent us on.
    etag: Option<String>,
    size: Option<u64>,
}

/// An error, and whether another try may end better.
struct Failure {
    error: ModelError,
    passing: bool,
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        Self { error, passing: false }
    }
}

impl Hub {
    /// The hub and cache that the environment names, with the variables of `huggingface_hub`: `HF_ENDPOINT`,
    /// `HF_HOME`, `HF_HUB_CACHE`, `HF_TOKEN` (or the file `HF_TOKEN_PATH`), `HF_HUB_OFFLINE`.
    pub fn from_env() -> Self {
        Self::of(&|name| std::env::var_os(name))
    }

    fn of(variable: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let text = |name: &str| {
            let value = variable(name)?.into_string().ok()?.trim().to_string();
            (!value.is_empty()).then_some(value)
        };
        let folders = Folders::of(variable);
        let kept = || {
            let path = text("HF_TOKEN_PATH").map_or_else(|| folders.home.join("token"), PathBuf::from);
            let token = fs::read_to_string(path).ok()?.trim().to_string();
            (!token.is_empty()).then_some(token)
        };
        let on = |name: &str| {
            text(name).is_some_and(|value| ["1", "on", "yes", "true"].contains(&&*value.to_lowercase()))
        };
        let endpoint = text("HF_ENDPOINT").unwrap_or_else(|| "https://huggingface.co".into());
        let token = text("HF_TOKEN").or_else(|| text("HUGGING_FACE_HUB_TOKEN")).or_else(kept);
        Self::new(&endpoint, folders.cache).with_token(token).offline(on("HF_HUB_OFFLINE"))
    }

    /// A hub at an address, without a token, and the cache folder that its files go to.
    pub fn new(endpoint: &str, cache: impl Into<PathBuf>) -> Self {
        // the system's own certificates, so that SSL_CERT_FILE and what an administrator installed count
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            // redirects are followed here: they say what the content is called, and must not get the token
            .max_redirects(0)
            .user_agent(concat!("fascicle/", env!("CARGO_PKG_VERSION")))
            .timeout_resolve(Some(Duration::from_secs(10)))
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_recv_response(Some(Duration::from_secs(30)))
            .timeout_per_read(Some(Duration::from_secs(30)));
        Self {
            endpoint: endpoint.trim_end_matches('/').into(),
            cache: cache.into(),
            token: None,
            offline: false,
            retry_wait: Duration::from_secs(1),
            agent: config.build().new_agent(),
        }
    }

    /// With an access token, for private and gated repositories. It goes to the hub alone.
    #[must_use]
    pub fn with_token(self, token: Option<String>) -> Self {
        Self { token, ..self }
    }

    /// Whether to make do with what is in the cache.
    #[must_use]
    pub fn offline(self, offline: bool) -> Self {
        Self { offline, ..self }
    }

    /// How long to wait before a second try; the wait doubles each time.
    #[must_use]
    pub fn retry_wait(self, retry_wait: Duration) -> Self {
        Self { retry_wait, ..self }
    }

    /// Brings a repository's model files into the cache and gives the snapshot's folder, which
    /// [`load`](super::load) takes: configuration, tokenizer, and weights in the preferred format. What is there
    /// already is not fetched again.
    ///
    /// `repository` is a name such as `EleutherAI/pythia-70m`, `revision` a branch, tag or commit (`main` if none).
    ///
    /// # Errors
    /// [`ModelError::Fetch`] naming the address; offline, [`ModelError::NotCached`] and
    /// [`ModelError::UnknownRevision`].
    pub fn fetch(
        &self,
        repository: &str,
        revision: Option<&str>,
        progress: &mut dyn FnMut(HubProgress<'_>),
    ) -> Result<PathBuf, ModelError> {
        let revision = revision.unwrap_or(MAIN);
        let folder = self.cache.join(folder_name(repository)?);
        if self.offline {
            if !folder.is_dir() {
                return Err(ModelError::NotCached {
                    repository: repository.into(),
                    cache: self.cache.clone(),
                });
            }
            return snapshot(&folder, revision);
        }
        let url = format!("{}/api/models/{repository}/revision/{}", self.endpoint, encoded(revision));
        let listing = self.list(&url)?;
        if !index::is_file_name(&listing.sha) {
            return Err(ModelError::Fetch { url, reason: format!("commit `{}` is no commit", listing.sha) });
        }
        let there: Vec<&str> = listing.siblings.iter().map(|file| file.rfilename.as_str()).collect();
        let target = Target { repository, commit: &listing.sha, folder: &folder };
        for file in companions(&there) {
            self.file(&target, file, progress)?;
        }
        let Some((weights, _, is_index)) = NAMES.iter().find(|(name, ..)| there.contains(name)) else {
            return Err(ModelError::NoWeights { folder: url.into(), found: there.join(", ") });
        };
        let path = self.file(&target, weights, progress)?;
        if *is_index {
            let bytes = fs::read(&path).map_err(ModelError::io(&path, "read"))?;
            let map = index::parse(&bytes).map_err(|reason| ModelError::Json { path, reason })?;
            let mut shards: Vec<String> = map.into_iter().map(|(_, file)| file).collect();
            shards.sort();
            shards.dedup();
            for shard in shards {
                self.file(&target, &shard, progress)?;
            }
        }
        if revision != listing.sha {
            let reference = folder.join("refs").join(revision);
            make_folder_of(&reference)?;
            write_atomically(&reference, listing.sha.as_bytes())?;
        }
        snapshot(&folder, revision)
    }

    fn list(&self, url: &str) -> Result<Listing, ModelError> {
        let text = self.retried(|| {
            let mut answer = self.get(url, 0)?;
            let body = answer.response.body_mut().with_config().limit(LIST_LIMIT);
            body.read_to_string().map_err(|error| no_answer(url, &error))
        })?;
        serde_json::from_str(&text).map_err(|error| ModelError::Fetch {
            url: url.into(),
            reason: format!("not the list of a repository's files: {error}"),
        })
    }

    /// A file of a snapshot, fetched if it is not there; gives its path.
    fn file(
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
                return Err(ModelError::Fetch { url, reason });
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

    /// Asks for `url` from byte `from` on, following where it leads.
    fn get(&self, url: &str, from: u64) -> Result<Answer, Failure> {
        let (mut at, mut etag, mut size) = (url.to_string(), None, None);
        for _ in 0..10 {
            let mut request = self.agent.get(&at);
            let ours = at.strip_prefix(&self.endpoint).is_some_and(|rest| rest.starts_with('/'));
            if let (true, Some(token)) = (ours, &self.token) {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            if from > 0 {
                request = request.header("range", format!("bytes={from}-"));
            }
            let response = request.call().map_err(|error| no_answer(&at, &error))?;
            let header = |name: &str| Some(response.headers().get(name)?.to_str().ok()?.to_string());
            etag = etag.or_else(|| header("x-linked-etag"));
            size = size.or_else(|| header("x-linked-size")?.parse().ok());
            match response.status().as_u16() {
                200 | 206 => {
                    let etag = etag.or_else(|| header("etag"));
                    return Ok(Answer { etag, size, response });
                }
                // the rest that was asked for does not exist: start anew
                416 if from > 0 => return self.get(url, 0),
                301 | 302 | 303 | 307 | 308 => {
                    let to = header("location").ok_or_else(|| bad(&at, "it leads nowhere".into()))?;
                    at = if to.starts_with('/') { format!("{}{to}", origin(&at)) } else { to };
                }
                status => {
                    let passing = matches!(status, 408 | 425 | 429 | 500..=599);
                    return Err(Failure { error: bad(&at, self.meaning(status)), passing });
                }
            }
        }
        Err(bad(url, "it leads on and on".into()).into())
    }

    fn meaning(&self, status: u16) -> String {
        let token = if self.token.is_some() { "does the token give access?" } else { "set HF_TOKEN" };
        match status {
            401 | 403 => format!("status {status}: not there, private or gated ({token})"),
            404 => "status 404: no such repository, revision or file".into(),
            status => format!("status {status}"),
        }
    }

    fn retried<T>(&self, mut once: impl FnMut() -> Result<T, Failure>) -> Result<T, ModelError> {
        let mut wait = self.retry_wait;
        for _ in 1..ATTEMPTS {
            match once() {
                Ok(value) => return Ok(value),
                Err(Failure { error, passing: true }) => {
                    tracing::info!(%error, ?wait, "trying again");
                    thread::sleep(wait);
                    wait *= 2;
                }
                Err(Failure { error, .. }) => return Err(error),
            }
        }
        once().map_err(|failure| failure.error)
    }
}

/// Where a repository's files go.
struct Target<'a> {
    repository: &'a str,
    commit: &'a str,
    folder: &'a Path,
}

#[derive(Default)]
struct Download {
    done: u64,
    sum: Sha256,
}

/// What belongs to a model beside its weights.
fn companions<'a>(there: &[&'a str]) -> impl Iterator<Item = &'a str> {
    let wanted = |name: &str| {
        let top = index::is_file_name(name)
            && [".json", ".txt", ".model", ".jinja"].iter().any(|end| name.ends_with(end))
            && !NAMES.iter().any(|(weights, ..)| *weights == name);
        top || name == "1_Pooling/config.json"
    };
    there.iter().copied().filter(|name| wanted(name)).collect::<Vec<_>>().into_iter()
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

fn bad(url: &str, reason: String) -> ModelError {
    // signed addresses carry their secret behind the question mark
    ModelError::Fetch { url: url.split('?').next().unwrap_or_default().into(), reason }
}

fn no_answer(url: &str, error: &ureq::Error) -> Failure {
    use ureq::Error as E;
    let passing = match error {
        // certificates that do not convince come as invalid data
        E::Io(error) => error.kind() != io::ErrorKind::InvalidData,
        E::Timeout(_) | E::ConnectionFailed | E::Protocol(_) => true,
        _ => false,
    };
    Failure { error: bad(url, error.to_string()), passing }
}

/// `https://host` of an address.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    &url[..url[host..].find('/').map_or(url.len(), |at| host + at)]
}

/// Everything but letters, digits and `-._~` as `%` and two digits.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b if b.is_ascii_alphanumeric() || b"-._~".contains(&b) => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn encoded_path(path: &str) -> String {
    path.split('/').map(encoded).collect::<Vec<_>>().join("/")
}

fn make_folder_of(path: &Path) -> Result<(), ModelError> {
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
    fn settings_of_the_environment() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("token"), "kept\n").unwrap();
        let home = folder.path().to_str().unwrap().to_string();
        let hub = |variables: &[(&str, &str)]| {
            Hub::of(&|name| {
                let given = variables.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
                given.or((name == "HF_HOME").then_some(&*home)).map(OsString::from)
            })
        };
        let plain = hub(&[]);
        assert_eq!(plain.endpoint, "https://huggingface.co");
        assert_eq!(plain.cache, folder.path().join("hub"));
        assert_eq!((plain.token.as_deref(), plain.offline), (Some("kept"), false));
        let other =
            hub(&[("HF_TOKEN", "given"), ("HF_HUB_OFFLINE", "True"), ("HF_ENDPOINT", "http://mirror/")]);
        assert_eq!(
            (other.token.as_deref(), other.offline, &*other.endpoint),
            (Some("given"), true, "http://mirror")
        );
    }

    #[test]
    fn names_and_addresses() {
        assert_eq!(content_name(Some("W/\"abc-1\"")).as_deref(), Some("abc-1"));
        assert_eq!(content_name(Some("\"../x\"")), None);
        assert_eq!(content_name(Some("")), None);
        assert_eq!(origin("https://a.example/b/c"), "https://a.example");
        assert_eq!(origin("https://a.example"), "https://a.example");
        assert_eq!(encoded("refs/pr/1"), "refs%2Fpr%2F1");
        assert_eq!(encoded_path("1_Pooling/a b.json"), "1_Pooling/a%20b.json");
        let there = [
            "config.json",
            "model.safetensors",
            "model.safetensors.index.json",
            "../x.json",
            "1_Pooling/config.json",
            "onnx/config.json",
            "merges.txt",
            "README.md",
        ];
        assert_eq!(
            companions(&there).collect::<Vec<_>>(),
            ["config.json", "1_Pooling/config.json", "merges.txt"]
        );
    }
}
