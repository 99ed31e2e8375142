//! How long a spike is remembered: the basis φ, and histories convolved with it.

use super::HmmGlmError;
use super::error::all;

/// The influence of a spike on the 1st, 2nd, … K-th bin after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Basis {
    values: Vec<f64>,
}

impl Default for Basis {
    /// The paper's: e^−k over five bins.
    fn default() -> Self {
        // invariant: five bins and a decay of 1 are in the domain.
        Self::exponential(5, 1.0).expect("five bins")
    }
}

impl Basis {
    /// φ as it is, from the first bin after a spike.
    ///
    /// # Errors
    /// [`HmmGlmError::BadOption`] for none; [`HmmGlmError::BadValue`] for what is not finite.
    pub fn new(values: Vec<f64>) -> Result<Self, HmmGlmError> {
        if values.is_empty() {
            return Err(HmmGlmError::BadOption {
                name: "the basis",
                value: "empty".to_owned(),
                expected: "at least one bin",
            });
        }
        all("basis", &values, "a finite number", f64::is_finite)?;
        Ok(Self { values })
    }

    /// φ_k ∝ e^(−decay·k) for k = 1 … `window`, with sum 1.
    ///
    /// # Errors
    /// [`HmmGlmError::BadOption`] for no bins or a decay that is negative or not finite.
    pub fn exponential(window: usize, decay: f64) -> Result<Self, HmmGlmError> {
        if !(decay.is_finite() && decay >= 0.0) {
            return Err(HmmGlmError::BadOption {
                name: "the decay of the basis",
                value: decay.to_string(),
                expected: "a finite number from 0",
            });
        }
        // from e^0, so that a large decay does not make all of them 0
        let values: Vec<f64> = (0..window).map(|k| (-decay * k as f64).exp()).collect();
        let sum: f64 = values.iter().sum();
        Self::new(values.iter().map(|value| value / sum).collect())
    }

    /// φ, from the first bin after a spike.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// c(t, m) = Σ_k x(t − k, m) φ_k for `counts` [bin][neuron]; what lies before the first bin counts as silence.
    pub(super) fn history(&self, counts: &[f64], neurons: usize) -> Vec<f64> {
        let mut history = vec![0.0; counts.len()];
        for (lag, influence) in self.values.iter().enumerate() {
            let shift = (lag + 1) * neurons;
            for (sum, count) in history.iter_mut().skip(shift).zip(counts) {
                *sum += influence * count;
            }
        }
        history
    }
}
