//! What connectivity is read from spikes without a transformer: correlation, partial correlation, a Poisson model with
//! coupling filters. Plain numbers, no tensors.
//!
//! Every estimator takes spike [`Counts`](super::Counts) and gives a matrix of scores `[source][target]` in one row:
//! how strongly the source's past goes with the target's present.

mod basis;
mod cholesky;
mod correlation;
mod glm;
mod partial;

pub use basis::CouplingBasis;
pub use correlation::{lagged_correlation, same_bin_correlation};
pub use glm::{GlmConfig, PoissonGlm};
pub use partial::lagged_partial_correlation;
