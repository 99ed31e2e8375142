//! Spectra: eigenvalues and eigenvectors of a graph's matrices, and what they say of its shape.
//!
//! Small matrices go to LAPACK (through ndarray-linalg) whole; large ones stay sparse and go to a restarted Lanczos or
//! Arnoldi iteration, whose small projected problems are LAPACK's again. The module is there with the features
//! `openblas-system` (the default) or `openblas-static`, or with `lapack` and a LAPACK of your own choice.
//!
//! ```
//! use fascicle_graph::Adjacency;
//! use fascicle_graph::spectral::fiedler;
//!
//! # fn main() -> Result<(), fascicle_graph::GraphError> {
//! // A path of three nodes: the Laplacian's eigenvalues are 0, 1 and 3.
//! let path = Adjacency::from_edges(3, false, [(0, 1, 1.0), (1, 2, 1.0)])?;
//! assert!((fiedler(&path)?.value - 1.0).abs() < 1e-12);
//! # Ok(())
//! # }
//! ```

mod arnoldi;
mod eigen;
mod embedding;
mod lanczos;
mod operator;

pub use arnoldi::{ComplexValue, leading_eigenvalue};
pub use eigen::{Eigen, EigenPair, End, eigenpairs, eigenvalues, fiedler, spectrum};
pub use embedding::{spectral_bisection, spectral_embedding, spectral_partition};
pub use operator::{Laplacian, Operator, WeightMatrix};

use ndarray_linalg::error::LinalgError;

use crate::GraphError;

/// LAPACK does not fail on finite symmetric matrices; where it does, it says how.
fn lapack(error: LinalgError) -> GraphError {
    GraphError::argument("the matrix", error, "one whose eigenvalues LAPACK can compute")
}

#[cfg(test)]
mod tests;
