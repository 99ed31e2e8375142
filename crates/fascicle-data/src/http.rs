//! Plain HTTP downloads: time limits, a few tries, resuming where the server can.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body, http::Response};

use crate::digest::{Digest, Hasher};
use crate::error::DataError;
use crate::places::Network;

/// The most that a page of text may hold.
const TEXT_LIMIT: u64 = 16 << 20;

/// Bytes read at once.
const BLOCK: usize = 128 * 1024;

/// What may be expected of an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected {
    /// Its size in bytes, where known.
    pub(crate) size: Option<u64>,
    /// The most bytes that are read.
    pub(crate) limit: u64,
}

/// The network as [`Network`] describes it.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    attempts: u32,
    retry_wait: Duration,
}

/// An error, and whether another try may end better.
struct Failure {
    error: DataError,
    passing: bool,
}

fn lasting(error: DataError) -> Failure {
    Failure { error, passing: false }
}

impl Client {
    pub(crate) fn new(network: &Network) -> Self {
        // the system's own certificates, so that SSL_CERT_FILE and what an administrator installed count
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let mut config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .user_agent(concat!("fascicle/", env!("CARGO_PKG_VERSION")))
            .timeout_resolve(Some(network.connect_timeout))
            .timeout_connect(Some(network.connect_timeout))
            .timeout_recv_response(Some(network.stall_timeout))
            .timeout_per_read(Some(network.stall_timeout));
        if !network.proxy_from_env {
            config = config.proxy(None);
        }
        Self {
            agent: config.build().new_agent(),
            attempts: network.attempts.max(1),
            retry_wait: network.retry_wait,
        }
    }

    /// The text at `url`.
    pub(crate) fn text(&self, url: &str, accept: &str) -> Result<String, DataError> {
        self.retried(|| {
            let mut response = self.get(url, accept, 0)?;
            let text = response.body_mut().with_config().limit(TEXT_LIMIT).lossy_utf8(true).read_to_string();
            text.map_err(|e| no_answer(url, &e))
        })
    }

    /// Writes what is at `url` to the empty file `to`, which lies at `path`, and gives the sum of its bytes.
    /// `tell` gets the bytes so far and in all.
    pub(crate) fn download(
        &self,
        url: &str,
        expected: Expected,
        (to, path): (&mut File, &Path),
        tell: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<Digest, DataError> {
        let mut sum = Hasher::default();
        self.retried(|| self.go_on(url, expected, (&mut *to, path), &mut sum, tell))?;
        Ok(sum.finish())
    }

    /// Fetches what is left after the bytes that `sum` has seen, or everything where the server cannot do
    /// that.
    fn go_on(
        &self,
        url: &str,
        expected: Expected,
        (to, path): (&mut File, &Path),
        sum: &mut Hasher,
        tell: &mut dyn FnMut(u64, Option<u64>),
    ) -> Result<(), Failure> {
        let mut response = self.get(url, "*/*", sum.size())?;
        if !continues_at(&response, sum.size()) {
            *sum = Hasher::default();
            let restart = to.set_len(0).and_then(|()| to.rewind());
            restart.map_err(|e| lasting(DataError::io("write", path)(e)))?;
        }
        let announced = response.body().content_length().map(|rest| rest + sum.size());
        let total = announced.or(expected.size);
        let too_long = || lasting(DataError::TooLong { url: shown(url), limit: expected.limit });
        if announced.is_some_and(|n| n > expected.limit) {
            return Err(too_long());
        }
        let mut body = response.body_mut().as_reader();
        let mut block = vec![0; BLOCK];
        tell(sum.size(), total);
        loop {
            let n = match body.read(&mut block) {
                Ok(n) => n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => 0,
                Err(e) => return Err(no_answer(url, &e.into())),
            };
            if n == 0 {
                break;
            }
            if sum.size() + n as u64 > expected.limit {
                return Err(too_long());
            }
            to.write_all(&block[..n]).map_err(|e| lasting(DataError::io("write", path)(e)))?;
            sum.update(&block[..n]);
            tell(sum.size(), total);
        }
        match total {
            Some(expected) if sum.size() < expected => {
                let error = DataError::CutShort { url: shown(url), got: sum.size(), expected };
                Err(Failure { error, passing: announced.is_some() })
            }
            _ => Ok(()),
        }
    }

    /// Asks for `url`, from byte `from` on; success is status 200 or 206.
    fn get(&self, url: &str, accept: &str, from: u64) -> Result<Response<Body>, Failure> {
        let mut request = self.agent.get(url).header("accept", accept);
        if from > 0 {
            request = request.header("range", format!("bytes={from}-"));
        }
        let response = request.call().map_err(|e| no_answer(url, &e))?;
        match response.status().as_u16() {
            200 | 206 => Ok(response),
            // the rest that was asked for does not exist: start anew
            416 if from > 0 => self.get(url, accept, 0),
            status => Err(Failure {
                error: DataError::Status { url: shown(url), status },
                passing: matches!(status, 408 | 425 | 429 | 500..=599),
            }),
        }
    }

    fn retried<T>(&self, mut once: impl FnMut() -> Result<T, Failure>) -> Result<T, DataError> {
        let mut wait = self.retry_wait;
        let mut left = self.attempts;
        loop {
            left -= 1;
            match once() {
                Ok(value) => return Ok(value),
                Err(Failure { error, passing: true }) if left > 0 => {
                    tracing::info!(%error, ?wait, "trying again");
                    thread::sleep(wait);
                    wait *= 2;
                }
                Err(Failure { error, .. }) => return Err(error),
            }
        }
    }
}

/// Whether the body starts at byte `at`.
fn continues_at(response: &Response<Body>, at: u64) -> bool {
    let range = response.headers().get("content-range").and_then(|v| v.to_str().ok());
    response.status() == 206 && range.is_some_and(|r| r.starts_with(&format!("bytes {at}-")))
}

fn no_answer(url: &str, error: &ureq::Error) -> Failure {
    use ureq::Error as E;
    let passing = match error {
        // certificates that do not convince come as invalid data
        E::Io(e) => e.kind() != io::ErrorKind::InvalidData,
        E::Timeout(_) | E::ConnectionFailed | E::Protocol(_) => true,
        _ => false,
    };
    Failure { error: DataError::NoAnswer { url: shown(url), why: error.to_string() }, passing }
}

/// `url` without user name and password, which have no place in messages.
pub(crate) fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let host_ends = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..host_ends].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}

/// A file's path as it stands in an address: everything but letters, digits, `-._~` and slashes as `%` and
/// two digits.
pub(crate) fn percent_encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_messages_keep_no_password() {
        #[track_caller]
        fn check(url: &str, expected: &str) {
            assert_eq!(shown(url), expected);
        }
        check("https://a.example/x", "https://a.example/x");
        check("https://me:secret@a.example/x@y", "https://a.example/x@y");
        check("https://me:p@ss@a.example", "https://a.example");
        check("https://a.example?x=me@b", "https://a.example?x=me@b");
    }

    #[test]
    fn paths_in_addresses() {
        let path = "c302/data/SI 5 Connectome adjacency matrices.xlsx";
        assert_eq!(percent_encode(path), "c302/data/SI%205%20Connectome%20adjacency%20matrices.xlsx");
        assert_eq!(percent_encode("é#"), "%C3%A9%23");
    }
}
