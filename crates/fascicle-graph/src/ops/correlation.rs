//! Correlation, of numbers and of ranks.

/// Pearson's r. `None` for fewer than two pairs, or where one side is constant. O(n).
///
/// # Panics
/// Where the two have different lengths.
#[must_use]
pub fn pearson(a: &[f64], b: &[f64]) -> Option<f64> {
    assert_eq!(a.len(), b.len(), "pairs");
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (a_mean, b_mean) = (mean(a), mean(b));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b).map(|(x, y)| (x - a_mean, y - b_mean)) {
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    (aa > 0.0 && bb > 0.0).then(|| ab / (aa * bb).sqrt())
}

/// Spearman's ρ: the correlation of ranks, ties getting the mean of theirs. `None` for fewer than two pairs, or where one
/// side is constant. O(n log n).
///
/// # Panics
/// Where the two have different lengths.
#[must_use]
pub fn spearman(a: &[f64], b: &[f64]) -> Option<f64> {
    assert_eq!(a.len(), b.len(), "pairs");
    pearson(&ranks(a), &ranks(b))
}

/// Ranks from 1; equal numbers share the mean of their ranks.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&i, &j| values[i].total_cmp(&values[j]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let mut end = start + 1;
        while end < order.len() && values[order[end]] == values[order[start]] {
            end += 1;
        }
        let rank = (start + 1 + end) as f64 / 2.0;
        for &i in &order[start..end] {
            ranks[i] = rank;
        }
        start = end;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::{pearson, spearman};

    #[test]
    fn numbers() {
        // numpy.corrcoef of numpy 2.4
        for (a, b, expected) in [
            (&[1.0, 2.0, 4.0, 8.0][..], &[3.0, -1.0, 0.5, 7.0][..], Some(0.719_736_679_169_318_4)),
            (&[1.0, 2.0], &[5.0, -5.0], Some(-1.0)),
            (&[2.0, 2.0], &[1.0, 3.0], None),
            (&[1.0], &[1.0], None),
            (&[], &[], None),
        ] {
            match (pearson(a, b), expected) {
                (Some(r), Some(expected)) => assert!((r - expected).abs() < 1e-12, "{a:?} {b:?}: {r}"),
                (r, expected) => assert_eq!(r, expected, "{a:?} {b:?}"),
            }
        }
    }

    #[test]
    fn known_values() {
        // scipy.stats.spearmanr of scipy 1.17
        for (a, b, expected) in [
            (&[1.0, 2.0, 3.0, 4.0, 5.0][..], &[5.0, 6.0, 7.0, 8.0, 7.0][..], Some(0.820_782_681_668_123_3)),
            (&[1.0, 1.0, 2.0, 3.0], &[2.0, 1.0, 1.0, 5.0], Some(0.5)),
            (&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0], Some(-1.0)),
            (&[1.0, 1.0, 1.0], &[3.0, 2.0, 1.0], None),
            (&[1.0], &[1.0], None),
            (&[], &[], None),
        ] {
            match (spearman(a, b), expected) {
                (Some(rho), Some(expected)) => assert!((rho - expected).abs() < 1e-12, "{a:?} {b:?}: {rho}"),
                (rho, expected) => assert_eq!(rho, expected, "{a:?} {b:?}"),
            }
        }
    }
}
