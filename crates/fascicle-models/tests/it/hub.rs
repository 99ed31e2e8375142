//! Downloads from a hub on this machine into a cache of their own.
#![cfg(all(feature = "hub", unix))]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use fascicle_models::{Hub, load};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::support::fixtures;

/// What the hub says at a path.
#[derive(Clone, Default)]
struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    /// Hangs up after so many bytes, once.
    cut_after: Option<usize>,
    /// Says so to those without this token.
    token: Option<&'static str>,
}

#[derive(Default)]
struct State {
    answers: BTreeMap<String, Answer>,
    /// Path, range and token of each request.
    asked: Vec<String>,
}

/// Serves until dropped.
struct Server {
    address: String,
    state: Arc<Mutex<State>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (state, stop) = (Arc::new(Mutex::new(State::default())), Arc::new(AtomicBool::new(false)));
        let (state_there, stop_there) = (Arc::clone(&state), Arc::clone(&stop));
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if stop_there.load(Ordering::SeqCst) {
                    break;
                }
                // a client that hangs up early is no failure of the server
                let _ = stream.and_then(|stream| serve(&stream, &state_there));
            }
        });
        Self { address, state, stop, thread: Some(thread) }
    }

    fn answer(&self, path: &str, answer: Answer) {
        self.state.lock().unwrap().answers.insert(path.into(), answer);
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }

    fn hub(&self, cache: &TempDir) -> Hub {
        Hub::new(&format!("http://{}/", self.address), cache.path()).retry_wait(Duration::from_millis(1))
    }

    /// Serves a fixture as a repository: weights from another place, as the hub does, the rest directly.
    fn repository(&self, name: &str, fixture: &str, revision: &str, commit: &str) {
        let mut names = Vec::new();
        for entry in fs::read_dir(fixtures(fixture)).unwrap().flatten() {
            let (file, body) = (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap());
            if file == "golden.safetensors" {
                continue;
            }
            let path = format!("/{name}/resolve/{commit}/{file}");
            if file.ends_with(".safetensors") {
                let sum: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
                let headers = vec![
                    ("Location", format!("http://{}/cdn/{file}?signature=secret", self.address)),
                    ("X-Linked-Etag", format!("\"{sum}\"")),
                    ("X-Linked-Size", body.len().to_string()),
                    ("ETag", "\"of-the-redirect\"".into()),
                ];
                self.answer(&path, Answer { status: 302, headers, ..Answer::default() });
                self.answer(
                    &format!("/cdn/{file}?signature=secret"),
                    Answer { status: 200, body, ..Answer::default() },
                );
            } else {
                let headers = vec![("ETag", format!("W/\"{commit}-{}\"", file.replace('.', "-")))];
                self.answer(&path, Answer { status: 200, headers, body, ..Answer::default() });
            }
            names.push(serde_json::json!({ "rfilename": file }));
        }
        names.push(serde_json::json!({ "rfilename": "README.md" }));
        let listing = serde_json::json!({ "sha": commit, "siblings": names });
        let body = listing.to_string().into_bytes();
        self.answer(
            &format!("/api/models/{name}/revision/{revision}"),
            Answer { status: 200, body, ..Answer::default() },
        );
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // wakes the thread, which waits for a connection
        let _ = TcpStream::connect(&self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(stream: &TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let (mut range, mut token) = (None, None);
    for line in lines.map_while(Result::ok).take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap_or_default();
        match name.to_lowercase().as_str() {
            "range" => range = Some(value.trim().to_owned()),
            "authorization" => token = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    let answer = {
        let mut state = state.lock().unwrap();
        let parts = [Some(path.clone()), range.clone(), token.clone()];
        state.asked.push(parts.into_iter().flatten().collect::<Vec<_>>().join(" "));
        let found = state.answers.get_mut(&path).map(|answer| {
            let now = answer.clone();
            answer.cut_after = None;
            now
        });
        found.unwrap_or(Answer { status: 404, ..Answer::default() })
    };
    let mut stream = stream;
    if answer.token.is_some_and(|needed| token != Some(format!("Bearer {needed}"))) {
        return stream.write_all(b"HTTP/1.1 401 X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    }
    let from = range.and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    let from: usize = from.filter(|_| answer.status == 200).unwrap_or(0);
    let (status, whole) = (if from > 0 { 206 } else { answer.status }, answer.body.len());
    let body = &answer.body[from..];
    write!(stream, "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n", body.len())?;
    if status == 206 {
        write!(stream, "Content-Range: bytes {from}-{}/{whole}\r\n", whole - 1)?;
    }
    for (name, value) in &answer.headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(&body[..answer.cut_after.unwrap_or(body.len()).min(body.len())])
}

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn fetch(hub: &Hub, name: &str, revision: Option<&str>) -> Result<std::path::PathBuf, String> {
    hub.fetch(name, revision, &mut |_| {}).map_err(|error| error.to_string())
}

fn file_names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_repository_is_fetched_once_and_loads() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    server.repository("org/tiny", "hf/gpt2-shards", "main", COMMIT);
    let hub = server.hub(&cache);
    let mut seen = BTreeMap::new();
    let folder = hub
        .fetch("org/tiny", None, &mut |p| {
            seen.insert(p.file.to_string(), (p.done, p.total));
        })
        .unwrap();
    let repository = cache.path().join("models--org--tiny");
    assert_eq!(folder, repository.join("snapshots").join(COMMIT));
    assert_eq!(fs::read_to_string(repository.join("refs/main")).unwrap(), COMMIT);
    let mut expected = file_names(&fixtures("hf/gpt2-shards"));
    expected.retain(|name| name != "golden.safetensors");
    assert_eq!(file_names(&folder), expected);
    assert_eq!(seen.keys().cloned().collect::<Vec<_>>(), expected);
    assert!(seen.values().all(|(done, total)| Some(*done) == *total), "{seen:?}");
    for name in &expected {
        let to = fs::read_link(folder.join(name)).unwrap();
        assert!(to.starts_with("../../blobs"), "{}", to.display());
        assert!(
            fs::read(folder.join(name)).unwrap() == fs::read(fixtures("hf/gpt2-shards").join(name)).unwrap()
        );
    }
    assert_eq!(file_names(&repository.join("blobs")).len(), expected.len(), "nothing is left over");
    let device = fascicle_core::device("cpu").unwrap();
    assert_eq!(load(&repository, &device).unwrap().report.files.len(), 3);

    server.asked();
    fetch(&hub, "org/tiny", None).unwrap();
    assert_eq!(server.asked(), ["/api/models/org/tiny/revision/main"], "what is there is not fetched again");
    let offline = server.hub(&cache).offline(true);
    assert_eq!(fetch(&offline, "org/tiny", None).unwrap(), folder);
    assert!(server.asked().is_empty());
}

#[test]
fn revisions_share_their_bytes() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    let other = COMMIT.replace('0', "f");
    server.repository("org/tiny", "hf/gpt2", "main", COMMIT);
    server.repository("org/tiny", "hf/gpt2", "pr%2F1", &other);
    let hub = server.hub(&cache);
    fetch(&hub, "org/tiny", None).unwrap();
    server.asked();
    let folder = fetch(&hub, "org/tiny", Some("pr/1")).unwrap();
    assert!(folder.ends_with(&other));
    let asked = server.asked();
    assert_eq!(asked.iter().filter(|path| path.contains("/cdn/model.safetensors")).count(), 1);
    let blobs = file_names(&cache.path().join("models--org--tiny/blobs"));
    assert_eq!(blobs.iter().filter(|name| name.len() == 64).count(), 1, "the same weights are kept once");
    assert_eq!(fs::read_to_string(cache.path().join("models--org--tiny/refs/pr/1")).unwrap(), other);
}

#[test]
fn a_token_goes_to_the_hub_alone() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    server.repository("org/gated", "hf/gpt2", "main", COMMIT);
    let path = format!("/org/gated/resolve/{COMMIT}/config.json");
    let mut gated = server.state.lock().unwrap().answers[&path].clone();
    gated.token = Some("secret");
    server.answer(&path, gated);
    // the bytes come from another server
    let elsewhere = Server::start();
    let cdn = "/cdn/model.safetensors?signature=secret";
    let weights = server.state.lock().unwrap().answers[cdn].clone();
    elsewhere.answer(cdn, weights);
    let path = format!("/org/gated/resolve/{COMMIT}/model.safetensors");
    let mut moved = server.state.lock().unwrap().answers[&path].clone();
    moved.headers[0].1 = format!("http://{}{cdn}", elsewhere.address);
    server.answer(&path, moved);

    let refused = fetch(&server.hub(&cache), "org/gated", None).unwrap_err();
    insta::assert_snapshot!(refused.replace(&server.address, "HUB"), @"http://HUB/org/gated/resolve/0123456789abcdef0123456789abcdef01234567/config.json: status 401: not there, private or gated (set HF_TOKEN)");
    let refused = fetch(&server.hub(&cache).with_token(Some("wrong".into())), "org/gated", None).unwrap_err();
    assert!(refused.ends_with("(does the token give access?)"), "{refused}");
    fetch(&server.hub(&cache).with_token(Some("secret".into())), "org/gated", None).unwrap();
    assert!(server.asked().iter().any(|line| line.ends_with("Bearer secret")));
    assert_eq!(elsewhere.asked(), [cdn], "the address that the hub names does not get the token");
}

#[test]
fn what_breaks_off_is_gone_on_with_and_what_is_damaged_is_refused() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    server.repository("org/tiny", "hf/gpt2", "main", COMMIT);
    let cdn = "/cdn/model.safetensors?signature=secret";
    let good = server.state.lock().unwrap().answers[cdn].clone();
    let mut damaged = good.clone();
    damaged.body[100] ^= 1;
    server.answer(cdn, damaged);
    let hub = server.hub(&cache);
    let refused = fetch(&hub, "org/tiny", None).unwrap_err();
    assert!(
        refused.contains("model.safetensors: its SHA-256 is ")
            && refused.ends_with("it was damaged on the way"),
        "{refused}"
    );
    let blobs = file_names(&cache.path().join("models--org--tiny/blobs"));
    assert!(blobs.iter().all(|name| !name.ends_with(".incomplete")), "{blobs:?}");

    server.answer(cdn, Answer { cut_after: Some(1000), ..good });
    server.asked();
    fetch(&hub, "org/tiny", None).unwrap();
    let asked = server.asked();
    assert!(asked.contains(&format!("{cdn} bytes=1000-")), "{asked:?}");
}

#[test]
fn what_cannot_be_fetched() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    let hub = server.hub(&cache);
    let shown = |result: Result<std::path::PathBuf, String>| {
        result.unwrap_err().replace(&server.address, "HUB").replace(&*cache.path().to_string_lossy(), "CACHE")
    };
    insta::assert_snapshot!(shown(fetch(&hub, "org/none", None)), @"http://HUB/api/models/org/none/revision/main: status 404: no such repository, revision or file");
    insta::assert_snapshot!(shown(fetch(&hub, "../none", None)), @"`../none` is not a repository's name, such as EleutherAI/pythia-70m");
    insta::assert_snapshot!(shown(fetch(&server.hub(&cache).offline(true), "org/none", None)), @"org/none: not in the cache CACHE");
    let listing = |body: &str| Answer { status: 200, body: body.into(), ..Answer::default() };
    server.answer("/api/models/org/odd/revision/main", listing("<html>"));
    insta::assert_snapshot!(shown(fetch(&hub, "org/odd", None)), @"http://HUB/api/models/org/odd/revision/main: not the list of a repository's files: expected value at line 1 column 1");
    server.answer("/api/models/org/odd/revision/main", listing(r#"{"sha": "../..", "siblings": []}"#));
    insta::assert_snapshot!(shown(fetch(&hub, "org/odd", None)), @"http://HUB/api/models/org/odd/revision/main: commit `../..` is no commit");
    server.answer(
        "/api/models/org/odd/revision/main",
        listing(r#"{"sha": "abc", "siblings": [{"rfilename": "model.gguf"}]}"#),
    );
    insta::assert_snapshot!(shown(fetch(&hub, "org/odd", None)), @"http://HUB/api/models/org/odd/revision/main: no model.safetensors or pytorch_model.bin here, nor an index of shards (found: model.gguf)");
}
