//! How far two sets of numbers may lie apart and still count as equal.

use burn::tensor::DType;
use serde::{Deserialize, Serialize};

/// Absolute and relative tolerance: `|got − expected| ≤ abs + rel · |expected|`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tolerance {
    /// Absolute part.
    pub abs: f64,
    /// Part in proportion to the expected magnitude.
    pub rel: f64,
}

impl Tolerance {
    /// Tolerance for sums of some hundreds of products of order one in `dtype`.
    pub fn for_dtype(dtype: DType) -> Self {
        match dtype {
            DType::F64 => Self { abs: 1e-10, rel: 1e-10 },
            DType::F16 => Self { abs: 2e-2, rel: 1e-2 },
            DType::BF16 => Self { abs: 1e-1, rel: 5e-2 },
            _ => Self { abs: 2e-5, rel: 2e-5 },
        }
    }

    /// The element that is furthest outside (or least far inside) this tolerance.
    ///
    /// A NaN on one side only, an infinity that the other side lacks, and a length that differs are infinitely
    /// far outside. For two empty slices the excess is minus infinity.
    pub fn worst(self, got: &[f64], expected: &[f64]) -> Mismatch {
        let mut worst = Mismatch { index: 0, got: f64::NAN, expected: f64::NAN, excess: f64::NEG_INFINITY };
        for (index, (&got, &expected)) in got.iter().zip(expected).enumerate() {
            let excess = self.excess(got, expected);
            if excess > worst.excess {
                worst = Mismatch { index, got, expected, excess };
            }
        }
        if got.len() != expected.len() {
            let index = got.len().min(expected.len());
            let at = |side: &[f64]| side.get(index).copied().unwrap_or(f64::NAN);
            worst = Mismatch { index, got: at(got), expected: at(expected), excess: f64::INFINITY };
        }
        worst
    }

    /// Whether every element lies within this tolerance.
    ///
    /// # Errors
    /// The worst [`Mismatch`] when one does not.
    pub fn check(self, got: &[f64], expected: &[f64]) -> Result<(), Mismatch> {
        let worst = self.worst(got, expected);
        if worst.excess > 0.0 { Err(worst) } else { Ok(()) }
    }

    fn excess(self, got: f64, expected: f64) -> f64 {
        if got == expected || (got.is_nan() && expected.is_nan()) {
            return -self.abs;
        }
        let excess = (got - expected).abs() - (self.abs + self.rel * expected.abs());
        if excess.is_nan() { f64::INFINITY } else { excess }
    }
}

/// One element and how far it lies outside a [`Tolerance`].
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("element {index} is {got}, expected {expected}: {excess:e} beyond the tolerance")]
pub struct Mismatch {
    /// Position in the compared slices.
    pub index: usize,
    /// What was computed.
    pub got: f64,
    /// What it should have been.
    pub expected: f64,
    /// `|got − expected|` less what is tolerated: above zero is a failure.
    pub excess: f64,
}
