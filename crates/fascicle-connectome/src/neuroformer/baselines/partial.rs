//! Partial correlation: what is left between two neurons when everything else recorded is held fixed.

use super::super::{Counts, NeuroformerError};
use super::cholesky::Cholesky;
use super::correlation::Standard;

/// For every ordered pair the partial correlation of the target's count with the source's count 1 to `lags` bins
/// earlier, given all other counts of the present bin and of those `lags` bins, at the lag where it is greatest; with 0
/// lags that of the same bin, symmetric.
///
/// From the precision matrix P of the counts of `lags` + 1 bins side by side: −P_ij / √(P_ii P_jj). `ridge` is added to
/// the diagonal of their correlation matrix, which keeps it invertible when neurons are silent or bins are few and
/// shrinks estimates towards 0. O(lags · bins · n² + (lags · n)³).
///
/// # Errors
/// Too few bins; a ridge that is negative or too small to invert the matrix.
pub fn lagged_partial_correlation(
    counts: &Counts,
    lags: usize,
    ridge: f64,
) -> Result<Vec<f64>, NeuroformerError> {
    if !(ridge >= 0.0 && ridge.is_finite()) {
        return Err(NeuroformerError::bad("the ridge", ridge, "zero or more"));
    }
    let standard = Standard::of(counts, lags)?;
    let (n, size) = (standard.neurons, (lags + 1) * standard.neurons);
    // counts are as good as stationary, so that one matrix for each lag fills all blocks
    let by_lag: Vec<Vec<f64>> = (0..=lags).map(|lag| standard.products(lag)).collect();
    let mut matrix = vec![0.0; size * size];
    for (row, col) in (0..size).flat_map(|row| (0..=row).map(move |col| (row, col))) {
        // block 0 is the present, block l the bin l earlier; the row's block is the earlier one
        let lag = row / n - col / n;
        matrix[row * size + col] = by_lag[lag][row % n * n + col % n];
    }
    for at in 0..size {
        matrix[at * size + at] += ridge;
    }
    let precision = Cholesky::new(matrix, size, "the correlation matrix of counts")?.inverse();
    let scale = |at: usize| precision[at * size + at].sqrt();
    let partial =
        |earlier: usize, now: usize| -precision[earlier * size + now] / (scale(earlier) * scale(now));
    let best = |source: usize, target: usize| {
        let lagged = (1..=lags).map(|lag| partial(lag * n + source, target));
        lagged.reduce(f64::max).unwrap_or_else(|| partial(source, target))
    };
    Ok((0..n * n).map(|pair| best(pair / n, pair % n)).collect())
}

#[cfg(test)]
mod tests {
    use super::super::correlation::tests::counts;
    use super::*;

    #[test]
    fn equals_numpy() {
        // x = [[1,0,2,1,0,3,1,0],[0,1,0,2,1,0,0,1],[1,1,2,3,0,3,1,1]]; p = np.linalg.inv(np.corrcoef(x) +
        // .1*np.eye(3)); d = np.sqrt(np.diag(p)) (-p / np.outer(d, d))[[0, 0, 1], [1, 2, 2]]
        let counts =
            counts(&[&[1, 0, 2, 1, 0, 3, 1, 0], &[0, 1, 0, 2, 1, 0, 0, 1], &[1, 1, 2, 3, 0, 3, 1, 1]]);
        let matrix = lagged_partial_correlation(&counts, 0, 0.1).unwrap();
        for (at, expected) in [(1, PARTIAL[0]), (2, PARTIAL[1]), (5, PARTIAL[2])] {
            assert!((matrix[at] - expected).abs() < 1e-9, "{at}: {} {expected}", matrix[at]);
        }
    }
    const PARTIAL: [f64; 3] = [-0.748_197_119_323_608_9, 0.830_708_073_591_893_9, 0.651_687_718_221_125_1];

    /// b follows a, and c follows b: a and c correlate two bins apart, but not when b is known.
    #[test]
    fn a_chain_has_no_shortcut() {
        let mut state = 1u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            u32::from((state >> 33).is_multiple_of(4))
        };
        let a: Vec<u32> = (0..4000).map(|_| next()).collect();
        let follow = |row: &[u32], next: &mut dyn FnMut() -> u32| -> Vec<u32> {
            let answers = row.iter().map(|count| if next() == 0 { *count } else { 0 });
            std::iter::once(0).chain(answers).take(row.len()).collect()
        };
        let b = follow(&a, &mut next);
        let c = follow(&b, &mut next);
        let counts = counts(&[&a, &b, &c]);
        let plain = super::super::lagged_correlation(&counts, 3).unwrap();
        let partial = lagged_partial_correlation(&counts, 3, 0.01).unwrap();
        assert!(plain[2] > 0.4, "{plain:?}");
        assert!(partial[2] < 0.08, "{partial:?}");
        assert!(partial[1] > 0.5 && partial[5] > 0.5, "{partial:?}");
    }

    #[test]
    fn silent_neurons_need_a_ridge() {
        let counts = counts(&[&[1, 0, 1, 0, 0], &[0, 0, 0, 0, 0]]);
        assert_eq!(lagged_partial_correlation(&counts, 1, 0.1).unwrap()[1], 0.0);
        insta::assert_snapshot!(lagged_partial_correlation(&counts, 1, 0.0).unwrap_err(), @"the correlation matrix of counts is not positive definite (pivot 1 of 4): raise the ridge");
        insta::assert_snapshot!(lagged_partial_correlation(&counts, 1, -1.0).unwrap_err(), @"the ridge is -1; expected zero or more");
    }
}
