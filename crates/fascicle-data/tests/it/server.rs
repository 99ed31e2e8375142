//! A small web server on this machine, as reliable or unreliable as a test wants it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What the server says to one request.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    status: u16,
    kind: &'static str,
    body: Vec<u8>,
    cut_after: Option<usize>,
    hangs: bool,
    ranges: bool,
}

impl Answer {
    pub(crate) fn ok(body: impl Into<Vec<u8>>) -> Self {
        let (body, kind) = (body.into(), "application/octet-stream");
        Self { status: 200, kind, body, cut_after: None, hangs: false, ranges: false }
    }

    pub(crate) fn html(body: impl Into<Vec<u8>>) -> Self {
        Self { kind: "text/html", ..Self::ok(body) }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self { status, ..Self::ok("") }
    }

    /// Announces everything and hangs up after `bytes`.
    pub(crate) fn cut_after(self, bytes: usize) -> Self {
        Self { cut_after: Some(bytes), ..self }
    }

    /// Announces everything and falls silent after `bytes`, for longer than a test's patience.
    pub(crate) fn hang_after(self, bytes: usize) -> Self {
        Self { hangs: true, ..self.cut_after(bytes) }
    }

    /// Can continue where an earlier answer broke off.
    pub(crate) fn with_ranges(self) -> Self {
        Self { ranges: true, ..self }
    }
}

/// Answers by path, and what has been asked so far.
#[derive(Default)]
struct State {
    /// The answers to come; the last one stays.
    answers: BTreeMap<String, Vec<Answer>>,
    /// Path and `Range` header of each request.
    asked: Vec<(String, Option<String>)>,
}

/// Serves until dropped.
pub(crate) struct Server {
    address: String,
    state: Arc<Mutex<State>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let (state, stop) = (Arc::new(Mutex::new(State::default())), Arc::new(AtomicBool::new(false)));
        let (state_there, stop_there) = (Arc::clone(&state), Arc::clone(&stop));
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if stop_there.load(Ordering::SeqCst) {
                    break;
                }
                // a client that hangs up early is what some tests are about
                let _ = stream.and_then(|stream| serve(&stream, &state_there));
            }
        });
        Self { address, state, stop, thread: Some(thread) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The answers that `path` gets, one request each; the last one stays.
    pub(crate) fn answer(&self, path: &str, answers: impl IntoIterator<Item = Answer>) {
        let answers: Vec<Answer> = answers.into_iter().collect();
        self.state.lock().expect("no panic").answers.insert(path.to_owned(), answers);
    }

    /// The paths asked for so far, with the range where there was one.
    pub(crate) fn asked(&self) -> Vec<String> {
        let state = self.state.lock().expect("no panic");
        let line = |(path, range): &(String, Option<String>)| match range {
            Some(range) => format!("{path} {range}"),
            None => path.clone(),
        };
        state.asked.iter().map(line).collect()
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
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.set_write_timeout(Some(Duration::from_secs(5)))?;
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut range = None;
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("range")
        {
            range = Some(value.trim().to_owned());
        }
    }
    let answer = {
        let mut state = state.lock().expect("no panic");
        state.asked.push((path.clone(), range.clone()));
        match state.answers.get_mut(&path) {
            Some(answers) if answers.len() > 1 => answers.remove(0),
            Some(answers) if answers.len() == 1 => answers[0].clone(),
            _ => Answer::status(404),
        }
    };
    write(stream, &answer, range.as_deref())
}

fn write(mut stream: &TcpStream, answer: &Answer, range: Option<&str>) -> std::io::Result<()> {
    let whole = answer.body.len();
    let from = range
        .filter(|_| answer.ranges)
        .and_then(|r| r.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    let (status, start) = match from {
        Some(from) if from < whole => (206, from),
        Some(_) => (416, whole),
        None => (answer.status, 0),
    };
    let body = &answer.body[start..];
    write!(stream, "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Type: {}\r\n", answer.kind)?;
    write!(stream, "Content-Length: {}\r\n", body.len())?;
    if status == 206 {
        write!(stream, "Content-Range: bytes {start}-{}/{whole}\r\n", whole - 1)?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(&body[..answer.cut_after.unwrap_or(body.len()).min(body.len())])?;
    if answer.hangs {
        thread::sleep(Duration::from_millis(500));
    }
    Ok(())
}
