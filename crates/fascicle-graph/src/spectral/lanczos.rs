//! Eigenpairs at an end of the spectrum of a large symmetric matrix.

use ndarray::Array2;
use ndarray_linalg::{Eigh, UPLO};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::operator::Operator;
use super::{EigenPair, End, lapack};
use crate::GraphError;

/// How often the basis may be built anew.
const RESTARTS: usize = 500;

/// Thick-restart Lanczos (Wu & Simon 2000) with full reorthogonalisation: a basis of bounded size is built, its Ritz
/// vectors nearest to the wanted end are kept, and the basis grows again from there, until the residuals of all wanted
/// pairs are below `tolerance` times the size of the matrix.
///
/// One starting vector shows one eigenvector of a multiple eigenvalue. What was found is therefore locked and the search
/// repeated orthogonally to it, until that brings nothing nearer to the end.
pub(super) fn lanczos(
    matrix: &dyn Operator,
    count: usize,
    end: End,
    tolerance: f64,
    seed: u64,
) -> Result<Vec<EigenPair>, GraphError> {
    let mut rng = StdRng::seed_from_u64(seed);
    let nearer = |a: f64, b: f64| match end {
        End::Leading => a > b,
        End::Trailing => a < b,
    };
    let mut found: Vec<EigenPair> = Vec::new();
    loop {
        let wanted = if found.is_empty() { count } else { 1 };
        let (pairs, scale) = search(matrix, &found, wanted, end, tolerance, &mut rng)?;
        let worst = found.get(count - 1).map(|pair| pair.value);
        let slack = 10.0 * tolerance * scale;
        let new: Vec<EigenPair> = pairs
            .into_iter()
            .filter(|pair| {
                worst.is_none_or(|worst| nearer(pair.value, worst) && (pair.value - worst).abs() > slack)
            })
            .collect();
        if new.is_empty() {
            break;
        }
        found.extend(new);
        found.sort_by(|a, b| match end {
            End::Leading => b.value.total_cmp(&a.value),
            End::Trailing => a.value.total_cmp(&b.value),
        });
    }
    found.truncate(count);
    Ok(found)
}

/// The wanted pairs orthogonal to those that are locked, and the size of the greatest Ritz value met.
fn search(
    matrix: &dyn Operator,
    locked: &[EigenPair],
    wanted: usize,
    end: End,
    tolerance: f64,
    rng: &mut StdRng,
) -> Result<(Vec<EigenPair>, f64), GraphError> {
    let size = matrix.size();
    let room = size - locked.len();
    let wanted = wanted.min(room);
    if wanted == 0 {
        return Ok((Vec::new(), 0.0));
    }
    let most = (2 * wanted + 40).min(room);
    let keep = (wanted + 10).min(most.saturating_sub(2)).max(wanted.min(most));
    let mut basis: Vec<Vec<f64>> = Vec::with_capacity(most + 1);
    // V^T A V.
    let mut projected = Array2::<f64>::zeros((most, most));
    let mut product = vec![0.0; size];
    let mut next = fresh(locked, &basis, size, rng);
    for restart in 0..=RESTARTS {
        let mut beta = 0.0;
        while basis.len() < most {
            let column = basis.len();
            let Some(vector) = next.take().or_else(|| fresh(locked, &basis, size, rng)) else { break };
            basis.push(vector);
            matrix.apply(&basis[column], &mut product);
            for (row, vector) in basis.iter().enumerate() {
                let entry = dot(vector, &product);
                projected[[row, column]] = entry;
                projected[[column, row]] = entry;
            }
            let length = norm(&product);
            beta = orthogonalise(&mut product, locked, &basis);
            // An invariant subspace: what follows starts anew, uncoupled.
            if beta <= f64::EPSILON * 10.0 * length.max(f64::MIN_POSITIVE) {
                beta = 0.0;
            } else {
                next = Some(product.iter().map(|value| value / beta).collect());
            }
        }
        let filled = basis.len();
        let square = projected.slice(ndarray::s![..filled, ..filled]).to_owned();
        let (values, vectors) = square.eigh(UPLO::Lower).map_err(lapack)?;
        let scale = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let order: Vec<usize> = match end {
            End::Leading => (0..filled).rev().collect(),
            End::Trailing => (0..filled).collect(),
        };
        let residual = |column: usize| beta * vectors[[filled - 1, column]].abs();
        let done = filled == room
            || order
                .iter()
                .take(wanted)
                .all(|&column| residual(column) <= tolerance * scale.max(f64::MIN_POSITIVE));
        let ritz = |column: usize| {
            let mut vector = vec![0.0; size];
            for (part, &factor) in basis.iter().zip(vectors.column(column)) {
                vector.iter_mut().zip(part).for_each(|(sum, value)| *sum += factor * value);
            }
            vector
        };
        if done {
            let pairs = order.iter().take(wanted);
            return Ok((
                pairs.map(|&column| EigenPair { value: values[column], vector: ritz(column) }).collect(),
                scale,
            ));
        }
        if restart == RESTARTS {
            break;
        }
        let kept: Vec<(f64, Vec<f64>)> =
            order.iter().take(keep).map(|&column| (values[column], ritz(column))).collect();
        projected.fill(0.0);
        basis.clear();
        for (at, (value, vector)) in kept.into_iter().enumerate() {
            projected[[at, at]] = value;
            basis.push(vector);
        }
    }
    Err(GraphError::argument(
        "the number of Lanczos restarts",
        RESTARTS,
        format!("a greater tolerance than {tolerance:e}, or fewer than {wanted} eigenpairs, to converge"),
    ))
}

/// A random unit vector orthogonal to all there is; none when that fills the space.
fn fresh(locked: &[EigenPair], basis: &[Vec<f64>], size: usize, rng: &mut StdRng) -> Option<Vec<f64>> {
    for _ in 0..3 {
        let mut vector: Vec<f64> = (0..size).map(|_| rng.random_range(-1.0..1.0)).collect();
        let before = norm(&vector);
        let after = orthogonalise(&mut vector, locked, basis);
        if after > 1e-8 * before {
            vector.iter_mut().for_each(|value| *value /= after);
            return Some(vector);
        }
    }
    None
}

/// Gram–Schmidt, twice, as once is not enough (Giraud et al. 2005). Gives the norm of what is left.
fn orthogonalise(vector: &mut [f64], locked: &[EigenPair], basis: &[Vec<f64>]) -> f64 {
    for _ in 0..2 {
        for other in locked.iter().map(|pair| &pair.vector).chain(basis) {
            let share = dot(other, vector);
            vector.iter_mut().zip(other).for_each(|(value, other)| *value -= share * other);
        }
    }
    norm(vector)
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    // Eight sums side by side, which the compiler can keep in vector registers.
    let mut sums = [0.0; 8];
    let (a_chunks, b_chunks) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in a_chunks.zip(b_chunks) {
        for at in 0..8 {
            sums[at] += a[at] * b[at];
        }
    }
    sums.iter().sum::<f64>() + rest
}

pub(super) fn norm(vector: &[f64]) -> f64 {
    dot(vector, vector).sqrt()
}
