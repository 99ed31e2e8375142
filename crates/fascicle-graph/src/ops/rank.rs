//! Rank correlation.

/// Spearman's ρ: the correlation of ranks, ties at their mean rank. None for fewer than two pairs, and where
/// either side is constant. O(n log n).
pub(super) fn spearman(pairs: &[(f64, f64)]) -> Option<f64> {
    let ranks = [ranks(pairs.iter().map(|pair| pair.0)), ranks(pairs.iter().map(|pair| pair.1))];
    let mean = (pairs.len() as f64 + 1.0) / 2.0;
    let covariance =
        |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| (a - mean) * (b - mean)).sum() };
    let spread = covariance(&ranks[0], &ranks[0]) * covariance(&ranks[1], &ranks[1]);
    (spread > 0.0).then(|| covariance(&ranks[0], &ranks[1]) / spread.sqrt())
}

/// Ranks from 1; equal values share the mean of their ranks.
fn ranks(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let values: Vec<f64> = values.collect();
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut done = 0;
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = done as f64 + (tied.len() as f64 + 1.0) / 2.0;
        for &at in tied {
            ranks[at] = rank;
        }
        done += tied.len();
    }
    ranks
}
