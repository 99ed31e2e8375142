//! Affinities frame by frame, from derivatives.

use super::{Affinity, slopes};
use crate::ConnectomeError;
use crate::dynamic::stretch::quantile;

/// Concurrent change: near 1 where both neurons rise or both fall, equally fast for what each of them can do.
///
/// **This is a reconstruction.** Of the affinity of Dyballa et al. 2024 (arXiv 2402.14102) it is known that it is built from concurrent changes, not
/// negative, symmetric, and blind to anticorrelation; its formula could not be checked against the paper or its code. Here, with
/// each derivative scaled by its 0.99 quantile (of absolute values) and clipped to [−1, 1],
///
/// s = max(ẋᵢ ẋⱼ, 0), a = √s · s / max(ẋᵢ², ẋⱼ²), and 0 where a < θ:
///
/// the size of the common change times how equal the two changes are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoChange {
    /// The quantile of absolute derivatives that becomes 1.
    pub quantile: f64,
    /// θ: what is below counts as 0.
    pub threshold: f64,
}

impl Default for CoChange {
    /// The 0.99 quantile and no threshold.
    fn default() -> Self {
        Self { quantile: 0.99, threshold: 0.0 }
    }
}

/// The geometric mean of concurrent changes, √s with s as in [`CoChange`]: what the reconstruction is without its second part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RootProduct {
    /// The quantile of absolute derivatives that becomes 1.
    pub quantile: f64,
    /// What is below counts as 0.
    pub threshold: f64,
}

impl Default for RootProduct {
    /// The 0.99 quantile and no threshold.
    fn default() -> Self {
        Self { quantile: 0.99, threshold: 0.0 }
    }
}

impl Affinity for CoChange {
    fn check(&self) -> Result<(), ConnectomeError> {
        check(self.quantile, self.threshold)
    }

    fn prepare(&self, trace: &[f64]) -> Vec<f64> {
        scaled_slopes(trace, self.quantile)
    }

    fn steps(&self, frames: usize) -> usize {
        frames
    }

    fn pair(&self, a: &[f64], b: &[f64], out: &mut [f64]) {
        each(a, b, self.threshold, out, |a, b| {
            let common = a * b;
            common.sqrt() * common / (a * a).max(b * b)
        });
    }
}

impl Affinity for RootProduct {
    fn check(&self) -> Result<(), ConnectomeError> {
        check(self.quantile, self.threshold)
    }

    fn prepare(&self, trace: &[f64]) -> Vec<f64> {
        scaled_slopes(trace, self.quantile)
    }

    fn steps(&self, frames: usize) -> usize {
        frames
    }

    fn pair(&self, a: &[f64], b: &[f64], out: &mut [f64]) {
        each(a, b, self.threshold, out, |a, b| (a * b).sqrt());
    }
}

fn check(quantile: f64, threshold: f64) -> Result<(), ConnectomeError> {
    if !(quantile > 0.0 && quantile <= 1.0) {
        return Err(ConnectomeError::argument(
            "the quantile of derivatives",
            quantile,
            "a number above 0, at most 1",
        ));
    }
    if !(0.0..1.0).contains(&threshold) {
        return Err(ConnectomeError::argument(
            "the affinity threshold",
            threshold,
            "a number of at least 0, below 1",
        ));
    }
    Ok(())
}

/// Derivatives in units of a quantile of their absolute values, clipped to [−1, 1].
fn scaled_slopes(trace: &[f64], q: f64) -> Vec<f64> {
    let mut slopes = slopes(trace);
    let sizes = || slopes.iter().map(|slope| slope.abs());
    let mut unit = quantile(sizes(), q);
    if unit == 0.0 {
        // a neuron that changes more rarely than the quantile sees
        unit = quantile(sizes(), 1.0);
    }
    if unit > 0.0 {
        for slope in &mut slopes {
            *slope = (*slope / unit).clamp(-1.0, 1.0);
        }
    }
    slopes
}

/// `measure` where both change the same way, 0 where not, NaN in a gap.
fn each(a: &[f64], b: &[f64], threshold: f64, out: &mut [f64], measure: impl Fn(f64, f64) -> f64) {
    for ((a, b), out) in a.iter().zip(b).zip(out) {
        let common = a * b;
        *out = if common.is_nan() {
            f64::NAN
        } else if common > 0.0 {
            let value = measure(*a, *b);
            if value < threshold { 0.0 } else { value }
        } else {
            0.0
        };
    }
}
