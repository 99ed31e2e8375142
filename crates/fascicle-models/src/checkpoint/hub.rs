//! Downloads from a Hugging Face hub into the cache that all its tools share.
//!
//! A file's bytes are kept once under `blobs`, named by what the server calls their content; a snapshot links to
//! them. What `huggingface_hub` has fetched is found here, and the other way round.

mod address;
mod download;
mod repository;
mod request;

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

use super::cache::Folders;

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
}
