//! Gram matrices of what was observed: with a mask, each row of a factor has its own.
//!
//! Row i of mode m is fitted to the observed values with that index alone. The matrix of its normal equations sums v vᵀ over
//! them, v being the product of the other factors' rows. Fibres along the first mode that were observed at the same
//! indices share a part of that sum, which is what keeps it cheap: O((F + Q n) R²) for F fibres, Q different patterns
//! and a first mode of size n.

use super::Factor;
use super::walk::walk;
use crate::dynamic::tensor::Observed;

/// For each row of mode `mode` its R × R matrix, one after the other.
pub(super) fn row_grams(shape: &[usize], observed: &Observed, factors: &[Factor], mode: usize) -> Vec<f64> {
    let rank = factors[0].rank();
    let area = rank * rank;
    let mut grams = vec![0.0; shape[mode] * area];
    let mut outer = vec![0.0; area];
    if mode == 0 {
        let mut sums = vec![0.0; observed.patterns.len() * area];
        walk(&shape[1..], &factors[1..], None, |fibre, _, product| {
            square(product, &mut outer);
            let sum = &mut sums[observed.pattern[fibre] * area..][..area];
            sum.iter_mut().zip(&outer).for_each(|(sum, outer)| *sum += outer);
        });
        for (pattern, sum) in observed.patterns.iter().zip(sums.chunks_exact(area)) {
            for &row in pattern {
                let gram = &mut grams[row * area..][..area];
                gram.iter_mut().zip(sum).for_each(|(gram, sum)| *gram += sum);
            }
        }
        return grams;
    }
    let along: Vec<f64> =
        observed.patterns.iter().flat_map(|pattern| partial_gram(&factors[0], pattern)).collect();
    walk(&shape[1..], &factors[1..], Some(mode - 1), |fibre, index, product| {
        square(product, &mut outer);
        let along = &along[observed.pattern[fibre] * area..][..area];
        let gram = &mut grams[index[mode - 1] * area..][..area];
        for ((gram, outer), along) in gram.iter_mut().zip(&outer).zip(along) {
            *gram += outer * along;
        }
    });
    grams
}

/// v vᵀ.
fn square(v: &[f64], out: &mut [f64]) {
    for (row, a) in out.chunks_exact_mut(v.len()).zip(v) {
        row.iter_mut().zip(v).for_each(|(out, b)| *out = a * b);
    }
}

/// The Gram matrix of some rows of a factor.
fn partial_gram(factor: &Factor, rows: &[usize]) -> Vec<f64> {
    let rank = factor.rank();
    let mut gram = vec![0.0; rank * rank];
    for a in 0..rank {
        for b in 0..=a {
            let (x, y) = (factor.component(a), factor.component(b));
            let sum: f64 = rows.iter().map(|&row| x[row] * y[row]).sum();
            gram[a * rank + b] = sum;
            gram[b * rank + a] = sum;
        }
    }
    gram
}
