//! What can go wrong while experiments run.

use std::error::Error;
use std::path::{Path, PathBuf};

/// An error of an experiment, or of the run as a whole.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExperimentError {
    /// A step of an experiment failed; made with [`Doing::doing`].
    #[error("while {doing}: {source}")]
    Step {
        /// What was being done, as in "patching the heads of layer 0".
        doing: String,
        /// Why it failed.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A data set is there but cannot be used (a wrong hash, an unreadable file).
    #[error("data set `{name}`: {source}")]
    Data {
        /// Name of the data set.
        name: String,
        /// Why it cannot be used.
        source: Box<dyn Error + Send + Sync>,
    },
    /// An experiment asked for data that it did not declare among its needs.
    #[error(
        "data set `{name}` was asked for but is not among the declared needs ({declared}); declare it in `Info::needs`"
    )]
    UndeclaredData {
        /// Name asked for.
        name: String,
        /// Names declared.
        declared: String,
    },
    /// A measurement answers a claim that the experiment does not make.
    #[error(
        "measurement `{measurement}` answers the claim `{claim}`, which is not among the declared ones ({declared})"
    )]
    UnknownClaim {
        /// Name of the measurement.
        measurement: String,
        /// Claim it names.
        claim: String,
        /// Claims declared.
        declared: String,
    },
    /// A declared claim got no measurement.
    #[error("the claim `{claim}` was not measured; every declared claim needs at least one measurement")]
    Unmeasured {
        /// The claim.
        claim: String,
    },
    /// Two measurements of one experiment share a name.
    #[error("two measurements are named `{measurement}`; names tell results apart, so each must differ")]
    DuplicateMeasurement {
        /// The name.
        measurement: String,
    },
    /// A measurement has no values.
    #[error("measurement `{measurement}` has no values; at least one is expected")]
    NoValues {
        /// Name of the measurement.
        measurement: String,
    },
    /// A measured value is not a finite number, so no verdict can be given.
    #[error("measurement `{measurement}`: value {index} of {n} is {value}; finite numbers are expected")]
    NotFinite {
        /// Name of the measurement.
        measurement: String,
        /// Which value (from 0).
        index: usize,
        /// How many there are.
        n: usize,
        /// The value.
        value: f64,
    },
    /// The experiment panicked.
    #[error("the experiment panicked: {message}")]
    Panicked {
        /// The panic's message.
        message: String,
    },
    /// No experiment has this name.
    #[error("no experiment is named `{name}`{}; there are: {known}", did_you_mean(.nearest.as_deref()))]
    UnknownExperiment {
        /// The name asked for.
        name: String,
        /// The most similar known name, when one is similar.
        nearest: Option<String>,
        /// All names.
        known: String,
    },
    /// A file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl ExperimentError {
    /// The error for a file that could not be written.
    pub(crate) fn write(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Write { path: path.to_path_buf(), source }
    }

    /// Whether the request was wrong (exit code 2) rather than its execution (exit code 1).
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::UnknownExperiment { .. })
    }
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}

/// Says what was being done when something failed.
///
/// ```
/// use fascicle_experiments::{Doing, ExperimentError};
///
/// fn parse(text: &str) -> Result<u32, ExperimentError> {
///     text.parse::<u32>().doing(format!("reading the number of heads from `{text}`"))
/// }
/// assert!(parse("four").unwrap_err().to_string().starts_with("while reading the number of heads from `four`"));
/// ```
pub trait Doing<T> {
    /// Turns any error into [`ExperimentError::Step`].
    ///
    /// # Errors
    /// The error in `self`, with `what` in front of it.
    fn doing(self, what: impl Into<String>) -> Result<T, ExperimentError>;
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> Doing<T> for Result<T, E> {
    fn doing(self, what: impl Into<String>) -> Result<T, ExperimentError> {
        self.map_err(|source| ExperimentError::Step { doing: what.into(), source: source.into() })
    }
}
