//! What moves a swimmer: anything that turns joint angles and the time into torques.

use super::error::SwimmerError;

/// A controller with parameters to train. It has no state: the step number is all it knows of the past.
pub trait Policy: Send + Sync {
    /// Joints that it moves.
    fn joints(&self) -> usize;

    /// Its parameters.
    fn parameters(&self) -> &[f64];

    /// Exchanges its parameters.
    ///
    /// # Errors
    /// [`SwimmerError::ParameterCount`], [`SwimmerError::BadParameter`]; nothing is changed then.
    fn set_parameters(&mut self, parameters: &[f64]) -> Result<(), SwimmerError>;

    /// Writes the torques of step number `step`; `angles` and `torques` have one entry a joint. Angles are in units of the
    /// joint limit; the body clips torques to [−1, 1].
    fn act(&self, step: u64, angles: &[f64], torques: &mut [f64]);
}

pub(super) fn check_parameters(
    parameters: &[f64],
    needed: usize,
    name: impl Fn(usize) -> String,
) -> Result<(), SwimmerError> {
    if parameters.len() != needed {
        return Err(SwimmerError::ParameterCount { found: parameters.len(), needed });
    }
    match parameters.iter().position(|value| !value.is_finite()) {
        None => Ok(()),
        Some(index) => Err(SwimmerError::BadParameter { index, name: name(index), value: parameters[index] }),
    }
}
