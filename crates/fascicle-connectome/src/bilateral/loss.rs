//! The two losses.

use burn::tensor::Tensor;

/// How a distance from the target counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PositionError {
    /// |e|.
    Absolute,
    /// (10 e)²/10.
    Squared,
}

/// A weighted sum of the mean distance from the target, the mean squared activation (effort), and the mean squared change of
/// hidden units from step to step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Objective {
    /// How distance counts, along each axis and at every step.
    pub error: PositionError,
    /// Weight of the distance.
    pub position: f64,
    /// Weight of the effort.
    pub effort: f64,
    /// Weight of the change of hidden units.
    pub change: f64,
}

impl Objective {
    /// For quick and straight movement: 5 |e|, no price on effort, .02 on change. The left column's.
    pub const LEFT: Self = Self { error: PositionError::Absolute, position: 5.0, effort: 0.0, change: 0.02 };
    /// For a limb that stays: 5 (10 e)²/10, effort at 2. The right column's.
    pub const RIGHT: Self = Self { error: PositionError::Squared, position: 5.0, effort: 2.0, change: 0.0 };

    /// The loss of a course, all of its tensors [steps · batch, …]: distances from the target, activations, changes of
    /// hidden units.
    pub(super) fn of(&self, course: &Record) -> Tensor<1> {
        let apart = course.apart.clone();
        let error = match self.error {
            PositionError::Absolute => apart.abs().mean(),
            PositionError::Squared => apart.mul_scalar(10.0).square().mean().div_scalar(10.0),
        };
        let mut loss = error.mul_scalar(self.position);
        // what weighs nothing is not computed
        if self.effort != 0.0 {
            loss = loss + course.activations.clone().square().mean().mul_scalar(self.effort);
        }
        if self.change != 0.0 {
            loss = loss + course.changes.clone().square().mean().mul_scalar(self.change);
        }
        loss
    }
}

/// A course as tensors.
pub(super) struct Record {
    pub(super) apart: Tensor<2>,
    pub(super) activations: Tensor<2>,
    pub(super) changes: Tensor<2>,
}
