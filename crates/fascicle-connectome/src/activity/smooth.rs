//! Smoothing that never looks ahead, so that no frame knows the future.

use crate::ConnectomeError;

/// How far a Gaussian is followed, in standard deviations; its weight there is 3e-4 of its greatest.
const REACH: f64 = 4.0;

/// A causal filter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Smoothing {
    /// The mean of a frame and the ⌊w/2⌋ before it, fewer at the beginning; an even width w is taken one wider.
    Moving {
        /// The width w of the two-sided window whose past half this is, in frames.
        width: usize,
    },
    /// Weights exp(−k²/2σ²) on the frame k frames ago, renormalised.
    Gaussian {
        /// σ in frames.
        sigma: f64,
    },
    /// y₀ = x₀, yₜ = α xₜ + (1 − α) yₜ₋₁.
    Exponential {
        /// α, above 0 and at most 1.
        alpha: f64,
    },
    /// As it is.
    None,
}

impl Default for Smoothing {
    fn default() -> Self {
        Self::Moving { width: 15 }
    }
}

impl Smoothing {
    /// The name in the published table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Moving { .. } => "moving",
            Self::Gaussian { .. } => "gaussian",
            Self::Exponential { .. } => "exponential",
            Self::None => "none",
        }
    }

    pub(crate) fn check(self) -> Result<(), ConnectomeError> {
        let (name, value, expected, good) = match self {
            Self::Moving { width } => ("the smoothing width", width.to_string(), "at least 1", width > 0),
            Self::Gaussian { sigma } => {
                let good = sigma.is_finite() && sigma > 0.0;
                ("the smoothing sigma", sigma.to_string(), "a positive number of frames", good)
            }
            Self::Exponential { alpha } => (
                "the smoothing alpha",
                alpha.to_string(),
                "a number above 0, at most 1",
                alpha > 0.0 && alpha <= 1.0,
            ),
            Self::None => return Ok(()),
        };
        if good {
            return Ok(());
        }
        Err(ConnectomeError::argument(name, value, expected))
    }

    /// The smoothed values, as many as there were.
    #[must_use]
    pub fn apply(self, values: &[f64]) -> Vec<f64> {
        match self {
            Self::Moving { width } => weighted(values, &vec![1.0; (width | 1) / 2 + 1]),
            Self::Gaussian { sigma } => {
                let reach = (REACH * sigma).ceil() as usize;
                let weights: Vec<f64> =
                    (0..=reach).map(|k| (-(k as f64).powi(2) / (2.0 * sigma * sigma)).exp()).collect();
                weighted(values, &weights)
            }
            Self::Exponential { alpha } => {
                let mut state = None;
                let step = |&value: &f64| {
                    let next = state.map_or(value, |before: f64| alpha * value + (1.0 - alpha) * before);
                    state = Some(next);
                    next
                };
                values.iter().map(step).collect()
            }
            Self::None => values.to_vec(),
        }
    }
}

/// The weighted mean of each value and those before it; `weights[k]` is that of k frames ago.
fn weighted(values: &[f64], weights: &[f64]) -> Vec<f64> {
    (0..values.len())
        .map(|at| {
            let past = values[..=at].iter().rev().zip(weights);
            let (sum, total) =
                past.fold((0.0, 0.0), |(sum, total), (value, weight)| (sum + value * weight, total + weight));
            sum / total
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Smoothing;

    #[track_caller]
    fn check(smoothing: Smoothing, values: &[f64], expected: &[f64]) {
        let got = smoothing.apply(values);
        assert_eq!(got.len(), expected.len());
        for (got, expected) in got.iter().zip(expected) {
            assert!((got - expected).abs() < 1e-12, "{smoothing:?}: {got} is not {expected}");
        }
    }

    #[test]
    fn causal_means() {
        let ramp = [1.0, 2.0, 3.0, 4.0];
        check(Smoothing::Moving { width: 3 }, &ramp, &[1.0, 1.5, 2.5, 3.5]);
        check(Smoothing::Moving { width: 2 }, &ramp, &[1.0, 1.5, 2.5, 3.5]);
        check(Smoothing::Moving { width: 1 }, &ramp, &ramp);
        check(Smoothing::Exponential { alpha: 0.5 }, &ramp, &[1.0, 1.5, 2.25, 3.125]);
        check(Smoothing::None, &ramp, &ramp);
        let weight = (-0.5_f64).exp();
        check(Smoothing::Gaussian { sigma: 1.0 }, &[0.0, 1.0], &[0.0, 1.0 / (1.0 + weight)]);
    }

    #[test]
    fn the_default_window_has_eight_frames() {
        let mut impulse = vec![0.0; 20];
        impulse[0] = 1.0;
        let response = Smoothing::default().apply(&impulse);
        assert_eq!(response.iter().filter(|&&value| value > 0.0).count(), 8);
    }

    #[test]
    fn a_constant_stays_and_the_future_does_not_matter() {
        for smoothing in [
            Smoothing::default(),
            Smoothing::Gaussian { sigma: 5.0 },
            Smoothing::Exponential { alpha: 0.3 },
            Smoothing::None,
        ] {
            check(smoothing, &[2.5; 40], &[2.5; 40]);
            let mut values: Vec<f64> = (0..40).map(|i| f64::from(i * i % 7)).collect();
            let before = smoothing.apply(&values);
            values[30] = 1e6;
            assert_eq!(smoothing.apply(&values)[..30], before[..30], "{smoothing:?}");
        }
    }
}
