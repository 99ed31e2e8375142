//! What can go wrong with revisions of repositories, in a Hugging Face cache and on its way there.

use std::path::PathBuf;

use crate::names::suggestion;

/// A revision that is not there, or cannot be fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError {
    /// A revision was asked for, and the folder is not of a Hugging Face cache.
    #[error("{}: revision `{revision}` was asked for, but this is no repository of a Hugging Face cache (models--OWNER--NAME)", folder.display())]
    NoRevisions {
        /// The folder.
        folder: PathBuf,
        /// The revision.
        revision: String,
    },
    /// A cached repository lacks a revision.
    #[error("{}: revision `{revision}` is not here{} (here are: {known})", repository.display(), suggestion(nearest.as_ref()))]
    UnknownRevision {
        /// The repository's folder in the cache.
        repository: PathBuf,
        /// The revision.
        revision: String,
        /// The nearest one that is here.
        nearest: Option<String>,
        /// Those that are.
        known: String,
    },
    /// A repository is not in the Hugging Face cache.
    #[error("{repository}: not in the cache {}", cache.display())]
    NotCached {
        /// The repository.
        repository: String,
        /// The cache.
        cache: PathBuf,
    },
    /// A repository's name, revision or file name that is none.
    #[error("`{given}` is not {expected}")]
    BadName {
        /// What was given.
        given: String,
        /// What was expected.
        expected: &'static str,
    },
    /// Something cannot be fetched.
    #[error("{url}: {reason}")]
    Fetch {
        /// Its address.
        url: String,
        /// What went wrong.
        reason: String,
    },
}
