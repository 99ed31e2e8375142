//! The leading eigenvalue of a directed graph, whose matrix is not symmetric.

use ndarray::Array2;
use ndarray_linalg::Eig;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::eigen::square;
use super::lanczos::{dot, norm};
use super::lapack;
use super::operator::{Operator, WeightMatrix};
use crate::{Adjacency, GraphError};

const DENSE_UP_TO: usize = 300;
const BASIS: usize = 60;
const RESTARTS: usize = 300;
const TOLERANCE: f64 = 1e-10;

/// A complex number; of a conjugate pair the one with `im` ≥ 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ComplexValue {
    /// The real part.
    pub re: f64,
    /// The imaginary part.
    pub im: f64,
}

impl ComplexValue {
    /// Its magnitude.
    #[must_use]
    pub fn abs(self) -> f64 {
        self.re.hypot(self.im)
    }
}

/// The eigenvalue of the weighted adjacency matrix that is greatest in magnitude, of several the one with the greatest real
/// part. Without negative weights it is real and not negative (Perron & Frobenius), and 0 exactly when there is no cycle.
///
/// Up to 300 nodes by LAPACK, O(n³); beyond that by Arnoldi's method, restarted (Saad 1980), O(m) a step.
///
/// # Errors
/// [`GraphError::BadArgument`] for a graph without nodes, and when the iteration does not converge, which happens where
/// several eigenvalues are of nearly the same magnitude.
pub fn leading_eigenvalue(graph: &Adjacency) -> Result<ComplexValue, GraphError> {
    let matrix = WeightMatrix(graph);
    match graph.node_count() {
        0 => Err(GraphError::argument("the number of nodes", 0, "at least 1")),
        size if size <= DENSE_UP_TO => Ok(leading(&square(&matrix)?)?.0),
        // Nilpotent matrices are what no Krylov method does well, and what this sees at once.
        _ if acyclic(graph) => Ok(ComplexValue { re: 0.0, im: 0.0 }),
        _ => arnoldi(&matrix),
    }
}

/// The leading eigenvalue of a small matrix and its eigenvector's real and imaginary parts.
fn leading(square: &Array2<f64>) -> Result<(ComplexValue, Vec<(f64, f64)>), GraphError> {
    let (values, vectors) = square.eig().map_err(lapack)?;
    let scale = values.iter().map(|value| value.norm()).fold(0.0, f64::max);
    let best = (0..values.len())
        .filter(|&at| values[at].norm() >= scale * (1.0 - 1e-9))
        .max_by(|&a, &b| {
            // Real parts of a conjugate pair agree to rounding: the imaginary part decides.
            let key =
                |at: usize| ((values[at].re / scale.max(f64::MIN_POSITIVE) * 1e9).round(), values[at].im);
            key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal)
        })
        .unwrap_or(0);
    let vector = vectors.column(best).iter().map(|value| (value.re, value.im)).collect();
    Ok((ComplexValue { re: values[best].re, im: values[best].im }, vector))
}

fn arnoldi(matrix: &dyn Operator) -> Result<ComplexValue, GraphError> {
    let size = matrix.size();
    let most = BASIS.min(size);
    let mut rng = StdRng::seed_from_u64(0);
    // Positive, so that it is not orthogonal to a Perron vector.
    let mut start: Vec<f64> = (0..size).map(|_| rng.random_range(0.5..1.5)).collect();
    for _ in 0..RESTARTS {
        let length = norm(&start);
        start.iter_mut().for_each(|value| *value /= length);
        let mut basis = vec![start];
        let mut projected = Array2::<f64>::zeros((most, most));
        let mut product = vec![0.0; size];
        let mut beta = 0.0;
        for column in 0..most {
            matrix.apply(&basis[column], &mut product);
            let before = norm(&product);
            for _ in 0..2 {
                for (row, vector) in basis.iter().enumerate() {
                    let share = dot(vector, &product);
                    projected[[row, column]] += share;
                    product.iter_mut().zip(vector).for_each(|(value, other)| *value -= share * other);
                }
            }
            beta = norm(&product);
            if beta <= 1e-14 * before || beta == 0.0 {
                beta = 0.0;
                break;
            }
            if column + 1 < most {
                projected[[column + 1, column]] = beta;
                basis.push(product.iter().map(|value| value / beta).collect());
            }
        }
        let filled = basis.len();
        let square = projected.slice(ndarray::s![..filled, ..filled]).to_owned();
        let (value, vector) = leading(&square)?;
        let last = vector[filled - 1];
        if beta * last.0.hypot(last.1) <= TOLERANCE * value.abs() {
            return Ok(value);
        }
        // Of a complex vector the real and the imaginary part span the same space with the conjugate.
        start = vec![0.0; size];
        for (part, (re, im)) in basis.iter().zip(vector) {
            start.iter_mut().zip(part).for_each(|(sum, value)| *sum += (re + im) * value);
        }
    }
    Err(GraphError::argument(
        "the number of Arnoldi restarts",
        RESTARTS,
        "a leading eigenvalue apart from the others",
    ))
}

/// Whether there is no cycle (Kahn 1962).
fn acyclic(graph: &Adjacency) -> bool {
    let nodes = graph.node_count();
    let mut waiting: Vec<usize> = (0..nodes).map(|node| graph.in_degree(node)).collect();
    let mut ready: Vec<usize> = (0..nodes).filter(|&node| waiting[node] == 0).collect();
    let mut done = 0;
    while let Some(node) = ready.pop() {
        done += 1;
        for &to in graph.out(node) {
            waiting[to as usize] -= 1;
            if waiting[to as usize] == 0 {
                ready.push(to as usize);
            }
        }
    }
    done == nodes
}
