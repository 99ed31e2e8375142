//! Spike counts of one trial, checked once.

use super::{Basis, HmmGlmError};

/// Up to here an `f64` holds every whole number.
const MOST: f64 = 9_007_199_254_740_992.0;

/// Spike counts of N neurons in T bins.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    counts: Vec<f64>,
    neurons: usize,
    /// −Σ log x! of each bin, which no parameter changes.
    constants: Vec<f64>,
}

impl Trial {
    /// A trial with these counts, `[bin][neuron]`.
    ///
    /// # Errors
    /// [`HmmGlmError::Ragged`] unless there are T × N of them with T, N ≥ 1; [`HmmGlmError::BadCount`] for negative,
    /// broken or too large numbers and NaN.
    pub fn new(counts: Vec<f64>, neurons: usize) -> Result<Self, HmmGlmError> {
        if neurons == 0 || counts.is_empty() || !counts.len().is_multiple_of(neurons) {
            return Err(HmmGlmError::Ragged { found: counts.len(), neurons });
        }
        let good = |value: f64| (0.0..=MOST).contains(&value) && value.fract() == 0.0;
        if let Some(at) = counts.iter().position(|value| !good(*value)) {
            let (bin, neuron) = (at / neurons, at % neurons);
            return Err(HmmGlmError::BadCount { bin, neuron, value: counts[at] });
        }
        let constant = |bin: &[f64]| -bin.iter().map(|count| log_factorial(*count)).sum::<f64>();
        let constants = counts.chunks_exact(neurons).map(constant).collect();
        Ok(Self { counts, neurons, constants })
    }

    /// The counts, `[bin][neuron]`.
    #[must_use]
    pub fn counts(&self) -> &[f64] {
        &self.counts
    }

    /// N.
    #[must_use]
    pub fn neurons(&self) -> usize {
        self.neurons
    }

    /// T.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.constants.len()
    }

    /// The same number of neurons everywhere, and at least one trial.
    pub(super) fn check(trials: &[Self], expected: Option<usize>) -> Result<usize, HmmGlmError> {
        let Some(first) = trials.first() else { return Err(HmmGlmError::NoTrials) };
        let expected = expected.unwrap_or(first.neurons);
        match trials.iter().position(|trial| trial.neurons != expected) {
            Some(trial) => Err(HmmGlmError::Neurons { trial, found: trials[trial].neurons, expected }),
            None => Ok(expected),
        }
    }
}

/// A trial with its history.
pub(super) struct Prepared<'a> {
    pub(super) trial: &'a Trial,
    /// c(t, m), [bin][neuron]
    pub(super) history: Vec<f64>,
}

impl<'a> Prepared<'a> {
    pub(super) fn new(trial: &'a Trial, basis: &Basis) -> Self {
        Self { trial, history: basis.history(&trial.counts, trial.neurons) }
    }

    /// So many bins from `first` on, or those there are.
    pub(super) fn rows(&self, first: usize, bins: usize) -> Rows<'_> {
        let last = self.trial.bins().min(first + bins);
        let values = first * self.trial.neurons..last * self.trial.neurons;
        Rows {
            counts: &self.trial.counts[values.clone()],
            history: &self.history[values],
            constants: &self.trial.constants[first..last],
        }
    }

    pub(super) fn all(trials: &'a [Trial], basis: &Basis) -> Vec<Self> {
        trials.iter().map(|trial| Self::new(trial, basis)).collect()
    }
}

/// Some bins of a trial.
pub(super) struct Rows<'a> {
    /// [bin][neuron]
    pub(super) counts: &'a [f64],
    /// [bin][neuron]
    pub(super) history: &'a [f64],
    /// −Σ log x! of each.
    pub(super) constants: &'a [f64],
}

/// log n!, to rounding.
fn log_factorial(n: f64) -> f64 {
    if n < 20.0 {
        return (2..=n as u32).map(f64::from).product::<f64>().ln();
    }
    let x = n + 1.0;
    // Stirling; the first term left out is 1 / (1680 x^7), below 1e-12 from x = 20 on
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3))
        + 1.0 / (1260.0 * x.powi(5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factorials() {
        // math.lgamma(n + 1) of Python
        for (n, expected) in [
            (0.0, 0.0),
            (1.0, 0.0),
            (5.0, 4.787_491_742_782_047),
            (19.0, 39.339_884_187_199_495),
            (20.0, 42.335_616_460_753_485),
            (1000.0, 5_912.128_178_488_163),
        ] {
            let got = log_factorial(n);
            assert!((got - expected).abs() <= 1e-12 * expected.max(1.0), "{n}: {got}");
        }
    }
}
