//! A hub on this machine, which says what it is told to.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use fascicle_models::Hub;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::support::fixtures;

/// What the hub says at a path.
#[derive(Clone, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    /// Hangs up after so many bytes, once.
    pub(super) cut_after: Option<usize>,
    /// Says so to those without this token.
    pub(super) token: Option<&'static str>,
}

#[derive(Default)]
struct State {
    answers: BTreeMap<String, Answer>,
    /// Path, range and token of each request.
    asked: Vec<String>,
}

/// Serves until dropped.
pub(super) struct Server {
    pub(super) address: String,
    state: Arc<Mutex<State>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn start() -> Self {
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

    pub(super) fn answer(&self, path: &str, answer: Answer) {
        self.state.lock().unwrap().answers.insert(path.into(), answer);
    }

    /// What is said at a path now.
    pub(super) fn answered(&self, path: &str) -> Answer {
        self.state.lock().unwrap().answers[path].clone()
    }

    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }

    pub(super) fn hub(&self, cache: &TempDir) -> Hub {
        Hub::new(&format!("http://{}/", self.address), cache.path()).retry_wait(Duration::from_millis(1))
    }

    /// Serves a fixture as a repository: weights from another place, as the hub does, the rest directly.
    pub(super) fn repository(&self, name: &str, fixture: &str, revision: &str, commit: &str) {
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
