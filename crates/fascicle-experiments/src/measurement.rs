//! Measured figures and the verdict on each: mean, spread, band, pass or fail.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::context::names;
use crate::experiment::{Band, Findings, Info, Measured, Size};
use crate::{ExperimentError, number};

/// Whether a figure lies inside its band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Inside: this figure reproduces.
    Pass,
    /// Outside: it does not.
    Fail,
}

/// One figure as it is stored and shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// Name, unique within the experiment.
    pub name: String,
    /// The claim's text.
    pub claim: String,
    /// Mean of the values.
    pub mean: f64,
    /// Sample standard deviation of the values (n − 1 in the denominator); 0 for one value.
    pub spread: f64,
    /// How many values.
    pub n: usize,
    /// Lower end of the expected band.
    pub low: Option<f64>,
    /// Upper end of the expected band.
    pub high: Option<f64>,
    /// The paper's own figure.
    pub paper_value: Option<String>,
    /// Whether the mean lies inside the band.
    pub verdict: Verdict,
}

impl Measurement {
    /// The expected band.
    pub fn band(&self) -> Band {
        Band { low: self.low, high: self.high }
    }

    /// `0.9871 ± 0.004`, or the mean alone when there is one value.
    pub fn measured(&self) -> String {
        number::measured(self.mean, self.spread, self.n, self.band())
    }
}

/// Judges everything measured against the bands of `info` at `size`.
///
/// # Errors
/// The figures and the declared claims do not match one to one or one to many, a figure has no values, or a value
/// is not finite: a verdict on such figures would be a guess.
pub(crate) fn judge(
    info: &Info,
    size: Size,
    findings: &Findings,
) -> Result<Vec<Measurement>, ExperimentError> {
    let mut seen = BTreeSet::new();
    for measured in &findings.measured {
        if !seen.insert(&measured.name) {
            return Err(ExperimentError::DuplicateMeasurement { measurement: measured.name.clone() });
        }
    }
    let answered = |id: &str| findings.measured.iter().any(|measured| measured.claim == id);
    if let Some(claim) = info.claims.iter().find(|claim| !answered(claim.id)) {
        return Err(ExperimentError::Unmeasured { claim: claim.id.to_string() });
    }
    findings.measured.iter().map(|measured| judge_one(info, size, measured)).collect()
}

fn judge_one(info: &Info, size: Size, measured: &Measured) -> Result<Measurement, ExperimentError> {
    let Some(claim) = info.claims.iter().find(|claim| claim.id == measured.claim) else {
        return Err(ExperimentError::UnknownClaim {
            measurement: measured.name.clone(),
            claim: measured.claim.clone(),
            declared: names(info.claims.iter().map(|claim| claim.id)),
        });
    };
    let n = measured.values.len();
    if n == 0 {
        return Err(ExperimentError::NoValues { measurement: measured.name.clone() });
    }
    let not_finite =
        |index, value| ExperimentError::NotFinite { measurement: measured.name.clone(), index, n, value };
    if let Some((index, &value)) = measured.values.iter().enumerate().find(|(_, value)| !value.is_finite()) {
        return Err(not_finite(index, value));
    }
    let (mean, spread) = mean_and_spread(&measured.values);
    if !(mean.is_finite() && spread.is_finite()) {
        // Only values near the largest f64 come here.
        return Err(not_finite(0, mean + spread));
    }
    let band = claim.band_at(size);
    Ok(Measurement {
        name: measured.name.clone(),
        claim: claim.text.to_string(),
        mean,
        spread,
        n,
        low: band.low,
        high: band.high,
        paper_value: claim.paper_value.map(str::to_string),
        verdict: if band.contains(mean) { Verdict::Pass } else { Verdict::Fail },
    })
}

/// The mean, as [`mean_and_spread`] has it.
pub(crate) fn mean(values: &[f64]) -> f64 {
    mean_and_spread(values).0
}

/// Mean and population standard deviation: the spread of all there is, not of a sample.
pub(crate) fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (mean, (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt())
}

/// Mean and sample standard deviation. Two passes, because one pass loses digits when the mean is large; equal
/// values have exactly themselves as their mean, so that a band of one point can be met.
pub(crate) fn mean_and_spread(values: &[f64]) -> (f64, f64) {
    let first = values.first().copied().unwrap_or(f64::NAN);
    if values.iter().all(|value| *value == first) {
        return (first, 0.0);
    }
    let n = values.len() as f64;
    let mean = first + values.iter().map(|value| value - first).sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (n - 1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_and_spreads() {
        for (values, mean, spread) in [
            (&[0.1, 0.1, 0.1][..], 0.1, 0.0),
            (&[3.0], 3.0, 0.0),
            (&[1.0, 2.0, 3.0, 4.0], 2.5, (5.0f64 / 3.0).sqrt()),
            (&[1e9 + 1.0, 1e9 + 2.0, 1e9 + 3.0], 1e9 + 2.0, 1.0),
        ] {
            let got = mean_and_spread(values);
            assert!((got.0 - mean).abs() <= 1e-12 * mean.abs(), "mean of {values:?}: {got:?}");
            assert!((got.1 - spread).abs() <= 1e-9, "spread of {values:?}: {got:?}");
        }
    }
}
