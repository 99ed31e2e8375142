//! Data sets and models by name: found, fetched and checked.
//!
//! A name of the [`catalogue`] (`minilm`, `mnist`, `connectome-cook2019`, …) stands for a folder of files
//! whose sizes and SHA-256 sums are known. A [`Store`] looks for that folder
//!
//! 1. under `FASCICLE_DATA`, a folder that the user keeps and this crate only reads,
//! 2. under the cache folder (`FASCICLE_CACHE`, else `fascicle/data` in the user's cache folder), which has
//!    the same layout, so that either can stand in for the other,
//! 3. and then on the network, from where it goes into the cache.
//!
//! What is returned has been checked, whichever of the three it came from. A file under `FASCICLE_DATA` that
//! is not what the catalogue says is an error, because only its owner can say why; a broken file in the cache
//! is fetched again. Files appear under their final names only when they are whole and checked, and two
//! processes that want the same thing at the same time wait for each other. A file whose size and time of
//! change are those of the last check is not read again.
//!
//! ```no_run
//! let store = fascicle_data::Store::from_env();
//! let fetched = store.fetch("minilm", &mut |progress| {
//!     if let Some(total) = progress.total {
//!         eprintln!("{}: {} of {total} bytes", progress.item, progress.done);
//!     }
//! })?;
//! println!("{}", fetched.path("model.safetensors").display());
//! # Ok::<(), fascicle_data::DataError>(())
//! ```
//!
//! Places by hand, in place of the environment's:
//!
//! ```
//! use fascicle_data::{Network, Places, Store, catalogue};
//!
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! let network = Network { offline: true, ..Network::default() };
//! let store = Store::new(Places { data: None, cache: Some(folder.into()), network });
//! assert!(store.find("mnist")?.is_none());
//! let connectomes = catalogue().iter().filter(|dataset| dataset.name.starts_with("connectome-"));
//! for dataset in connectomes {
//!     println!("{}: {}", dataset.name, dataset.about);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # On its own
//!
//! ```toml
//! [dependencies]
//! fascicle-data = { git = "https://github.com/fascicle-rs/fascicle" }
//! ```
//!
//! It has no features and knows nothing of burn.
//!
//! Nothing here prints; what a person may want to know beside the result goes to `tracing`.

mod catalogue;
mod check;
mod digest;
mod error;
mod http;
mod index;
mod install;
mod memo;
mod pip;
mod pip_config;
mod places;
mod progress;
mod source;
mod store;
mod wheel;

use std::path::PathBuf;

pub use catalogue::{Alternative, Dataset, FileEntry, Source, catalogue, names};
pub use digest::Digest;
pub use error::{Attempt, DataError, Looked, Unobtainable};
pub use places::{Network, Places};
pub use progress::{Progress, Stage};
pub use store::{Fetched, Origin, Store};

/// The folder of `name` under `FASCICLE_DATA` or in the cache, checked; `None` when it would have to be
/// fetched.
///
/// # Errors
/// As [`Store::find`].
pub fn find(name: &str) -> Result<Option<PathBuf>, DataError> {
    Store::from_env().find(name)
}

/// The folder of `name`: found as by [`find`], else fetched into the cache.
///
/// # Errors
/// As [`Store::fetch`].
pub fn fetch(name: &str, progress: &mut dyn FnMut(Progress<'_>)) -> Result<Fetched, DataError> {
    Store::from_env().fetch(name, progress)
}

/// The cache folder: `FASCICLE_CACHE`, else `fascicle/data` in the user's cache folder.
///
/// # Errors
/// [`DataError::NoCache`] when neither is known.
pub fn cache_dir() -> Result<PathBuf, DataError> {
    Places::from_env().cache.ok_or(DataError::NoCache)
}
