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
    /// Whether the size of the common change is multiplied by how equal the two changes are. Without it the affinity is
    /// √s, the geometric mean of concurrent changes.
    pub equality: bool,
}

impl Default for CoChange {
    /// The 0.99 quantile, no threshold, with equality.
    fn default() -> Self {
        Self { quantile: 0.99, threshold: 0.0, equality: true }
    }
}

impl Affinity for CoChange {
    fn check(&self) -> Result<(), ConnectomeError> {
        if !(self.quantile > 0.0 && self.quantile <= 1.0) {
            return Err(ConnectomeError::argument(
                "the quantile of derivatives",
                self.quantile,
                "a number above 0, at most 1",
            ));
        }
        if !(0.0..1.0).contains(&self.threshold) {
            return Err(ConnectomeError::argument(
                "the affinity threshold",
                self.threshold,
                "a number of at least 0, below 1",
            ));
        }
        Ok(())
    }

    fn prepare(&self, trace: &[f64]) -> Vec<f64> {
        scaled_slopes(trace, self.quantile)
    }

    fn steps(&self, frames: usize) -> usize {
        frames
    }

    /// 0 where the two do not change the same way, NaN in a gap.
    fn pair(&self, a: &[f64], b: &[f64], out: &mut [f64]) {
        for ((a, b), out) in a.iter().zip(b).zip(out) {
            let common = a * b;
            *out = if common.is_nan() {
                f64::NAN
            } else if common > 0.0 {
                let size = common.sqrt();
                let value = if self.equality { size * common / (a * a).max(b * b) } else { size };
                if value < self.threshold { 0.0 } else { value }
            } else {
                0.0
            };
        }
    }
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
