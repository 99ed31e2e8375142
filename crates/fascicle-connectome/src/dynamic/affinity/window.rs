//! Affinities over sliding windows.

use fascicle_graph::ops::spearman;

use super::{Affinity, slopes};
use crate::ConnectomeError;

/// Spearman's correlation of two traces in sliding windows; 0 where it is negative. A window in which a trace is constant
/// or has a gap gives no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spearman {
    /// Frames of a window, at least 2.
    pub window: usize,
    /// Frames from one window's beginning to the next one's.
    pub stride: usize,
}

impl Default for Spearman {
    /// Windows of 20 frames, one every 5.
    fn default() -> Self {
        Self { window: 20, stride: 5 }
    }
}

/// The cosine of two traces' derivatives in sliding windows; 0 where it is negative. A window in which a trace is constant
/// or has a gap gives no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cosine {
    /// Frames of a window, at least 2.
    pub window: usize,
    /// Frames from one window's beginning to the next one's.
    pub stride: usize,
}

impl Default for Cosine {
    /// Windows of 20 frames, one every 5.
    fn default() -> Self {
        Self { window: 20, stride: 5 }
    }
}

impl Affinity for Spearman {
    fn check(&self) -> Result<(), ConnectomeError> {
        check(self.window, self.stride)
    }

    fn prepare(&self, trace: &[f64]) -> Vec<f64> {
        trace.to_vec()
    }

    fn steps(&self, frames: usize) -> usize {
        steps(frames, self.window, self.stride)
    }

    fn pair(&self, a: &[f64], b: &[f64], out: &mut [f64]) {
        each(a, b, self.window, self.stride, out, spearman);
    }
}

impl Affinity for Cosine {
    fn check(&self) -> Result<(), ConnectomeError> {
        check(self.window, self.stride)
    }

    fn prepare(&self, trace: &[f64]) -> Vec<f64> {
        slopes(trace)
    }

    fn steps(&self, frames: usize) -> usize {
        steps(frames, self.window, self.stride)
    }

    fn pair(&self, a: &[f64], b: &[f64], out: &mut [f64]) {
        each(a, b, self.window, self.stride, out, |a, b| {
            let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
            let norms = (dot(a, a) * dot(b, b)).sqrt();
            (norms > 0.0).then(|| dot(a, b) / norms)
        });
    }
}

fn check(window: usize, stride: usize) -> Result<(), ConnectomeError> {
    if window < 2 {
        return Err(ConnectomeError::argument("the window", window, "at least 2 frames"));
    }
    if stride == 0 {
        return Err(ConnectomeError::argument("the stride of windows", stride, "at least 1 frame"));
    }
    Ok(())
}

fn steps(frames: usize, window: usize, stride: usize) -> usize {
    if frames < window { 0 } else { (frames - window) / stride + 1 }
}

fn each(
    a: &[f64],
    b: &[f64],
    window: usize,
    stride: usize,
    out: &mut [f64],
    measure: impl Fn(&[f64], &[f64]) -> Option<f64>,
) {
    let windows = a.windows(window).zip(b.windows(window)).step_by(stride);
    for ((a, b), out) in windows.zip(out) {
        let whole = a.iter().chain(b).all(|value| !value.is_nan());
        let value = if whole { measure(a, b) } else { None };
        *out = value.map_or(f64::NAN, |value| value.max(0.0));
    }
}
