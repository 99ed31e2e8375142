//! What can go wrong, and what to do about it.

use std::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a data set could not be found or fetched.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// No entry of the catalogue has this name.
    #[error(
        "no data set is called `{name}`{}; `fascicle fetch list` shows every name",
        did_you_mean(nearest)
    )]
    Unknown {
        /// The name asked for.
        name: String,
        /// Names that may have been meant.
        nearest: Vec<String>,
    },

    /// A file's bytes are not those of the catalogue.
    #[error(
        "{file} is not the file that was expected: sha256 {got}, {got_size} bytes, expected {expected}, \
         {expected_size} bytes; {remedy}"
    )]
    WrongHash {
        /// The file or its address.
        file: String,
        /// The SHA-256 sum it should have.
        expected: String,
        /// The size in bytes it should have.
        expected_size: u64,
        /// The SHA-256 sum it has.
        got: String,
        /// The size in bytes it has.
        got_size: u64,
        /// What to do.
        remedy: &'static str,
    },

    /// It is nowhere on this machine and no source gave it.
    #[error(transparent)]
    Unobtainable(Box<Unobtainable>),

    /// There is no folder to keep downloads in.
    #[error("there is no cache folder, because the home folder is unknown; set FASCICLE_CACHE to a folder")]
    NoCache,

    /// A file or folder on this machine could not be used.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was being done: a verb, such as "read".
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },

    /// The network is switched off.
    #[error("not tried, because FASCICLE_OFFLINE is set")]
    Offline,

    /// A server could not be reached or broke off without a usable answer.
    #[error("no usable answer from {url}: {why}")]
    NoAnswer {
        /// The address, without user name and password.
        url: String,
        /// What happened.
        why: String,
    },

    /// A server answered with an HTTP status other than success.
    #[error("{url} answered with HTTP status {status}")]
    Status {
        /// The address, without user name and password.
        url: String,
        /// The status.
        status: u16,
    },

    /// Fewer bytes came than were announced.
    #[error("{url} broke off after {got} of {expected} bytes")]
    CutShort {
        /// The address, without user name and password.
        url: String,
        /// Bytes that came.
        got: u64,
        /// Bytes that should have come.
        expected: u64,
    },

    /// More bytes came than the file has, or than any such answer should have.
    #[error("{url} sends more than the {limit} bytes that were expected")]
    TooLong {
        /// The address, without user name and password.
        url: String,
        /// The most that was expected.
        limit: u64,
    },

    /// The package index has no wheel of the version wanted.
    #[error("the index {index} has no wheel of {package} {version}; it lists {}", or_none(offered))]
    NoRelease {
        /// The index.
        index: String,
        /// The package.
        package: String,
        /// The version wanted.
        version: String,
        /// The files that the index lists.
        offered: Vec<String>,
    },

    /// The answer of a package index makes no sense.
    #[error("cannot understand the package index at {url}: {why}")]
    BadIndex {
        /// The address, without user name and password.
        url: String,
        /// What is wrong.
        why: String,
    },

    /// A wheel cannot be unpacked.
    #[error("cannot unpack {archive}: {why}")]
    BadArchive {
        /// The file name.
        archive: String,
        /// What is wrong.
        why: String,
    },

    /// Running pip did not give the wheel.
    #[error("{command}: {why}")]
    Pip {
        /// The command line.
        command: String,
        /// What it said.
        why: String,
    },
}

/// Everything that was tried for a data set in vain, and how to get it by hand.
#[derive(Debug)]
#[non_exhaustive]
pub struct Unobtainable {
    /// The data set.
    pub name: String,
    /// The folders of this machine that were looked at.
    pub looked: Vec<Looked>,
    /// The sources that were tried, in order.
    pub tried: Vec<Attempt>,
    /// Commands that get it by hand.
    pub by_hand: Vec<String>,
    /// The folder that the files belong in.
    pub folder: PathBuf,
}

/// A place on this machine and why the data set is not there.
#[derive(Debug)]
#[non_exhaustive]
pub struct Looked {
    /// The place, in words.
    pub place: String,
    /// What was found instead.
    pub why: String,
}

/// A source and why it did not serve.
#[derive(Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The source, in words.
    pub source: String,
    /// The reason.
    pub error: DataError,
}

impl fmt::Display for Unobtainable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot get `{}`", self.name)?;
        write!(f, "\nlooked in")?;
        for Looked { place, why } in &self.looked {
            write!(f, "\n  {place}: {why}")?;
        }
        if self.tried.is_empty() {
            write!(f, "\nno public download of it is known")?;
        } else {
            write!(f, "\ntried")?;
        }
        for Attempt { source, error } in &self.tried {
            write!(f, "\n  {source}: {error}")?;
        }
        if !self.by_hand.is_empty() {
            write!(f, "\nby hand")?;
        }
        for command in &self.by_hand {
            write!(f, "\n  {command}")?;
        }
        write!(f, "\nthe files belong in {}", self.folder.display())
    }
}

impl std::error::Error for Unobtainable {}

impl DataError {
    /// For `map_err`: what was being done to which path.
    pub(crate) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { doing, path, source }
    }
}

fn did_you_mean(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        _ => format!(", perhaps you mean `{}`", nearest.join("`, `")),
    }
}

fn or_none(items: &[String]) -> String {
    if items.is_empty() { "nothing".to_owned() } else { items.join(", ") }
}
