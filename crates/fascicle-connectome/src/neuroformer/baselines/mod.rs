//! What is read from spikes without a transformer: connectivity by correlation, partial correlation and a Poisson model with
//! coupling filters, behaviour by a [linear decoder](LinearDecoder). Plain numbers, no tensors.
//!
//! Every estimator of connectivity takes spike [`Counts`](super::Counts) and gives a matrix of scores `[source][target]` in one row:
//! how strongly the source's past goes with the target's present.

mod basis;
mod cholesky;
mod correlation;
mod decoder;
mod glm;
mod partial;

pub use basis::CouplingBasis;
pub use correlation::{lagged_correlation, same_bin_correlation};
pub use decoder::LinearDecoder;
pub use glm::{GlmConfig, PoissonGlm};
pub use partial::lagged_partial_correlation;
