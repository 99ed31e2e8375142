//! Hidden Markov chains of a few states: posteriors, the most probable path, sampling, stationary shares, and which found
//! state is which true one.
//!
//! Everything here takes the logarithms of emission probabilities, `[bin][state]`, and knows nothing of what is emitted.
//! All sums over paths are exact to rounding however small the probabilities are: where scaled sums underflow, as they do
//! with many neurons, they are taken in logarithms.
//!
//! ```
//! use fascicle_connectome::hmm::{Chain, forward_backward, viterbi};
//!
//! # fn main() -> Result<(), fascicle_connectome::hmm::HmmError> {
//! let chain = Chain::sticky(2, 0.9)?;
//! // three bins: the first two speak for state 0, the last for state 1
//! let log_emission = [-1.0, -5.0, -1.0, -5.0, -9.0, -1.0];
//! let posterior = forward_backward(&chain, &log_emission)?;
//! assert!(posterior.states[0] > 0.99 && posterior.states[5] > 0.9);
//! assert_eq!(viterbi(&chain, &log_emission)?.states, [0, 0, 1]);
//! # Ok(())
//! # }
//! ```
//!
//! Rabiner (1989), "A tutorial on hidden Markov models", gives the recursions.

mod align;
mod chain;
mod error;
mod forward_backward;
mod stationary;
#[cfg(test)]
pub(crate) mod tests;
mod viterbi;

pub use align::{Alignment, align};
pub use chain::Chain;
#[cfg(feature = "tensor")]
pub(crate) use chain::distribution;
pub use error::HmmError;
pub use forward_backward::{Posterior, forward_backward};
pub use viterbi::{Path, viterbi};

/// The number of bins of [bin][state] logarithms, all of which must be numbers below ∞.
fn bins(chain: &Chain, log_emission: &[f64]) -> Result<usize, HmmError> {
    let states = chain.states();
    if log_emission.is_empty() || !log_emission.len().is_multiple_of(states) {
        return Err(HmmError::Shape {
            what: "log emission probabilities",
            found: log_emission.len(),
            expected: format!("one for each of {states} states in each of at least one bin"),
        });
    }
    if let Some(at) = log_emission.iter().position(|value| value.is_nan() || *value == f64::INFINITY) {
        return Err(HmmError::BadEmission { bin: at / states, state: at % states, value: log_emission[at] });
    }
    Ok(log_emission.len() / states)
}
