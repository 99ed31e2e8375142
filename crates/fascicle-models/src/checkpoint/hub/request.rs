//! Requests: sent again where that may help, followed where they lead, with the token for the hub alone.

use std::io;
use std::thread;

use ureq::Body;
use ureq::http::Response;

use super::Hub;
use super::address::origin;
use crate::error::{CacheError, ModelError};

/// How often a download is begun, or gone on with.
const ATTEMPTS: u32 = 4;

/// An answer that has a body.
pub(super) struct Answer {
    pub(super) response: Response<Body>,
    /// What the hub calls the content, and its size, as said before it sent us on.
    pub(super) etag: Option<String>,
    pub(super) size: Option<u64>,
}

/// An error, and whether another try may end better.
pub(super) struct Failure {
    pub(super) error: ModelError,
    pub(super) passing: bool,
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        Self { error, passing: false }
    }
}

impl Hub {
    /// Asks for `url` from byte `from` on, following where it leads.
    pub(super) fn get(&self, url: &str, from: u64) -> Result<Answer, Failure> {
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

    pub(super) fn retried<T>(&self, mut once: impl FnMut() -> Result<T, Failure>) -> Result<T, ModelError> {
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

pub(super) fn bad(url: &str, reason: String) -> ModelError {
    // signed addresses carry their secret behind the question mark
    CacheError::Fetch { url: url.split('?').next().unwrap_or_default().into(), reason }.into()
}

pub(super) fn no_answer(url: &str, error: &ureq::Error) -> Failure {
    use ureq::Error as E;
    let passing = match error {
        // certificates that do not convince come as invalid data
        E::Io(error) => error.kind() != io::ErrorKind::InvalidData,
        E::Timeout(_) | E::ConnectionFailed | E::Protocol(_) => true,
        _ => false,
    };
    Failure { error: bad(url, error.to_string()), passing }
}
