//! Eigenvalues and eigenvectors of symmetric matrices.

use ndarray::Array2;
use ndarray_linalg::{EigVals, EigValsh, Eigh, UPLO};

use super::ComplexValue;
use super::lanczos::lanczos;
use super::lapack;
use super::operator::{Laplacian, Operator, WeightMatrix, is_undirected};
use crate::{Adjacency, GraphError};

/// An eigenvalue with its eigenvector, of length 1, its greatest component (in magnitude) positive.
#[derive(Clone, Debug, PartialEq)]
pub struct EigenPair {
    /// λ.
    pub value: f64,
    /// One number a node.
    pub vector: Vec<f64>,
}

/// An end of the spectrum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The greatest eigenvalues, falling.
    Leading,
    /// The least eigenvalues, rising.
    Trailing,
}

/// How eigenpairs are computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Eigen {
    /// Matrices up to this size go to LAPACK whole (O(n³) time, O(n²) space); larger ones to Lanczos.
    pub dense_up_to: usize,
    /// When Lanczos stops: residual over the greatest eigenvalue.
    pub tolerance: f64,
    /// Of the starting vector.
    pub seed: u64,
}

impl Default for Eigen {
    fn default() -> Self {
        Self { dense_up_to: 1_000, tolerance: 1e-10, seed: 0 }
    }
}

impl Eigen {
    /// Eigenpairs of a symmetric matrix at one end of its spectrum.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] when `count` is 0 or more than the size, or when Lanczos does not converge, which
    /// happens where eigenvalues crowd.
    pub fn of_symmetric(
        &self,
        matrix: &dyn Operator,
        count: usize,
        end: End,
    ) -> Result<Vec<EigenPair>, GraphError> {
        let size = matrix.size();
        if count == 0 || count > size {
            return Err(GraphError::argument("the number of eigenpairs", count, format!("1 to {size}")));
        }
        if !(self.tolerance > 0.0 && self.tolerance < 1.0) {
            return Err(GraphError::argument("the tolerance", self.tolerance, "a number between 0 and 1"));
        }
        let mut pairs = if size <= self.dense_up_to.max(3) || 2 * count >= size {
            dense(matrix, count, end)?
        } else {
            lanczos(matrix, count, end, self.tolerance, self.seed)?
        };
        pairs.iter_mut().for_each(|pair| orient(&mut pair.vector));
        Ok(pairs)
    }

    /// Eigenpairs of a Laplacian at one end; those of the random-walk one through the normalised one.
    ///
    /// # Errors
    /// Those of [`Eigen::of_symmetric`].
    pub fn of_laplacian(
        &self,
        laplacian: &Laplacian<'_>,
        count: usize,
        end: End,
    ) -> Result<Vec<EigenPair>, GraphError> {
        let (symmetric, factors) = laplacian.symmetric();
        // The lower end of a Laplacian is where Lanczos is slow and rounding large beside the eigenvalue: it is turned round.
        let mut pairs = match end {
            End::Trailing => {
                let bound = symmetric.bound();
                let mut pairs = self.of_symmetric(&Turned(&symmetric, bound), count, End::Leading)?;
                pairs.iter_mut().for_each(|pair| pair.value = (bound - pair.value).max(0.0));
                pairs
            }
            End::Leading => self.of_symmetric(&symmetric, count, end)?,
        };
        if let Some(factors) = factors {
            for pair in &mut pairs {
                pair.vector.iter_mut().zip(factors).for_each(|(value, factor)| *value *= factor);
                let length = super::lanczos::norm(&pair.vector);
                if length > 0.0 {
                    pair.vector.iter_mut().for_each(|value| *value /= length);
                }
                orient(&mut pair.vector);
            }
        }
        Ok(pairs)
    }
}

/// c I − M.
struct Turned<'a>(&'a dyn Operator, f64);

impl Operator for Turned<'_> {
    fn size(&self) -> usize {
        self.0.size()
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        self.0.apply(x, y);
        y.iter_mut().zip(x).for_each(|(y, x)| *y = self.1 * x - *y);
    }
}

/// Eigenpairs of an undirected graph's weighted adjacency matrix, at one end of its spectrum.
///
/// # Errors
/// [`GraphError::BadArgument`] for a directed graph; those of [`Eigen::of_symmetric`].
pub fn eigenpairs(graph: &Adjacency, count: usize, end: End) -> Result<Vec<EigenPair>, GraphError> {
    is_undirected(graph)?;
    Eigen::default().of_symmetric(&WeightMatrix(graph), count, end)
}

/// All eigenvalues of a symmetric matrix, rising. O(n³) time, O(n²) space.
///
/// # Errors
/// [`GraphError::BadArgument`] when LAPACK fails.
pub fn spectrum(matrix: &dyn Operator) -> Result<Vec<f64>, GraphError> {
    if matrix.size() == 0 {
        return Ok(Vec::new());
    }
    Ok(square(matrix)?.eigvalsh(UPLO::Lower).map_err(lapack)?.to_vec())
}

/// All eigenvalues of a matrix that need not be symmetric, in LAPACK's order. O(n³) time, O(n²) space.
///
/// # Errors
/// [`GraphError::BadArgument`] when LAPACK fails.
pub fn eigenvalues(matrix: &dyn Operator) -> Result<Vec<ComplexValue>, GraphError> {
    if matrix.size() == 0 {
        return Ok(Vec::new());
    }
    let values = square(matrix)?.eigvals().map_err(lapack)?;
    Ok(values.iter().map(|value| ComplexValue { re: value.re, im: value.im }).collect())
}

/// The algebraic connectivity, the second least eigenvalue of the combinatorial Laplacian, with its vector (Fiedler
/// 1973). 0 for a graph that is not connected.
///
/// # Errors
/// [`GraphError::BadArgument`] for fewer than two nodes, a directed graph or a negative weight.
pub fn fiedler(graph: &Adjacency) -> Result<EigenPair, GraphError> {
    let laplacian = Laplacian::combinatorial(graph)?;
    if graph.node_count() < 2 {
        return Err(GraphError::argument("the number of nodes", graph.node_count(), "at least 2"));
    }
    let mut pairs = Eigen::default().of_laplacian(&laplacian, 2, End::Trailing)?;
    Ok(pairs.swap_remove(1))
}

/// The matrix as LAPACK takes it.
pub(super) fn square(matrix: &dyn Operator) -> Result<Array2<f64>, GraphError> {
    let size = matrix.size();
    Array2::from_shape_vec((size, size), matrix.dense()).map_err(|error| {
        GraphError::argument("the dense matrix", error, format!("{size} rows of {size} numbers"))
    })
}

fn dense(matrix: &dyn Operator, count: usize, end: End) -> Result<Vec<EigenPair>, GraphError> {
    let size = matrix.size();
    let (values, vectors) = square(matrix)?.eigh(UPLO::Lower).map_err(lapack)?;
    let pair = |at: usize| EigenPair { value: values[at], vector: vectors.column(at).to_vec() };
    Ok(match end {
        End::Leading => (size - count..size).rev().map(pair).collect(),
        End::Trailing => (0..count).map(pair).collect(),
    })
}

/// Eigenvectors have no sign of their own; this one is the same on every machine.
fn orient(vector: &mut [f64]) {
    let most = vector.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    // The first of those that are as good as greatest, so that rounding does not choose.
    let first = vector.iter().find(|value| value.abs() >= most * (1.0 - 1e-6));
    if first.is_some_and(|&value| value < 0.0) {
        vector.iter_mut().for_each(|value| *value = -*value);
    }
}
