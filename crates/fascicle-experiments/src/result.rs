//! The result of one experiment, as it is stored: one JSON file, readable by people and by the gate.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::experiment::Size;
use crate::figure::Figure;
use crate::measurement::{Measurement, Verdict};

/// How an experiment ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Every figure lies inside its band.
    Reproduced,
    /// At least one figure lies outside its band.
    NotReproduced,
    /// Data or a model that it needs is not on this machine.
    Unavailable,
    /// It broke.
    Failed,
}

impl Status {
    /// The status that these measurements amount to.
    pub(crate) fn of(measurements: &[Measurement]) -> Self {
        if measurements.iter().all(|measurement| measurement.verdict == Verdict::Pass) {
            Self::Reproduced
        } else {
            Self::NotReproduced
        }
    }

    /// The status in words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Reproduced => "reproduced",
            Self::NotReproduced => "not reproduced",
            Self::Unavailable => "unavailable",
            Self::Failed => "failed",
        }
    }
}

/// Everything that one run of one experiment left behind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExperimentResult {
    /// Name of the experiment.
    pub experiment: String,
    /// The paper, as cited.
    pub paper: String,
    /// How much work was done.
    pub size: Size,
    /// The device, as on the command line.
    pub device: String,
    /// Versions of what computed this.
    pub versions: BTreeMap<String, String>,
    /// Seeds used.
    pub seeds: Vec<u64>,
    /// Wall-clock duration.
    pub seconds: f64,
    /// How it ended.
    pub status: Status,
    /// Why it is unavailable or failed.
    pub reason: Option<String>,
    /// The figures.
    pub measurements: Vec<Measurement>,
    /// Remarks and limits.
    pub notes: Vec<String>,
    /// The figures to look at, as data.
    pub figures: Vec<Figure>,
}

impl ExperimentResult {
    /// The result as pretty-printed JSON with a final newline.
    pub fn to_json(&self) -> String {
        // Serialising plain structs of numbers and strings into memory has no way to fail.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// How many measurements lie inside and outside their bands.
    pub fn passed_and_failed(&self) -> (usize, usize) {
        let passed = self.measurements.iter().filter(|m| m.verdict == Verdict::Pass).count();
        (passed, self.measurements.len() - passed)
    }
}
