//! Affinities: how much two neurons change together, at every time and in every worm.

mod build;
mod instant;
mod window;

pub use build::{AffinityOptions, AffinityTensor, Constant, Lengths, affinity_tensor};
pub use instant::CoChange;
pub use window::{Cosine, Spearman};

use super::stretch::by_stretch;
use crate::ConnectomeError;
use crate::activity::derivative;

/// How much two neurons change together. Implement it for a measure of your own: [`affinity_tensor`] takes any.
///
/// Traces come smoothed; NaN is a gap in them, and a value that cannot be had because of a gap is NaN.
pub trait Affinity: Sync {
    /// Whether the settings are in their domain.
    ///
    /// # Errors
    /// [`ConnectomeError::BadArgument`] where they are not.
    fn check(&self) -> Result<(), ConnectomeError> {
        Ok(())
    }

    /// What [`Affinity::pair`] is to get of a trace, worked out once: its derivative, say. As long as the trace.
    fn prepare(&self, trace: &[f64]) -> Vec<f64>;

    /// How many values a recording of so many frames gives.
    fn steps(&self, frames: usize) -> usize;

    /// The affinity of two prepared traces at each step: from 0 up, or NaN.
    fn pair(&self, a: &[f64], b: &[f64], out: &mut [f64]);
}

/// The derivative of each stretch between gaps by the frame: central differences, one-sided at the ends. A frame between two
/// gaps has none.
fn slopes(trace: &[f64]) -> Vec<f64> {
    by_stretch(trace, |run| match run.len() {
        1 => vec![f64::NAN],
        frames => derivative(&(0..frames).map(|frame| frame as f64).collect::<Vec<_>>(), run),
    })
}
