//! Pearson's correlation of spike counts, within a bin and across bins.

use super::super::{Counts, NeuroformerError};

/// Correlation of the counts of every two neurons in the same bins: symmetric, as functional connectivity is mostly
/// drawn. A silent neuron correlates with nobody (0). O(bins · n²).
///
/// # Errors
/// Fewer than two bins.
pub fn same_bin_correlation(counts: &Counts) -> Result<Vec<f64>, NeuroformerError> {
    let standard = Standard::of(counts, 0)?;
    Ok(standard.products(0))
}

/// For every ordered pair the correlation of the target's counts with the source's counts 1 to `lags` bins earlier, at
/// the lag where it is greatest. O(lags · bins · n²).
///
/// # Errors
/// No lags, or not at least two bins more than lags.
pub fn lagged_correlation(counts: &Counts, lags: usize) -> Result<Vec<f64>, NeuroformerError> {
    if lags == 0 {
        return Err(NeuroformerError::bad("the number of lags", 0, "at least one"));
    }
    let standard = Standard::of(counts, lags)?;
    let mut best = standard.products(1);
    for lag in 2..=lags {
        for (best, other) in best.iter_mut().zip(standard.products(lag)) {
            *best = best.max(other);
        }
    }
    Ok(best)
}

/// Counts with mean 0 and variance 1 for each neuron (0 for silent ones).
pub(super) struct Standard {
    pub(super) neurons: usize,
    pub(super) bins: usize,
    /// [bin][neuron].
    values: Vec<f64>,
}

impl Standard {
    pub(super) fn of(counts: &Counts, lags: usize) -> Result<Self, NeuroformerError> {
        let (neurons, bins) = (counts.neurons(), counts.bins());
        if bins < lags + 2 {
            let expected = format!("{lags} lags and two more");
            return Err(NeuroformerError::Count {
                what: "the recording's row of bins",
                found: bins,
                expected,
            });
        }
        let mut mean = vec![0.0; neurons];
        let mut square = vec![0.0; neurons];
        for bin in 0..bins {
            for (neuron, count) in counts.bin(bin).iter().enumerate() {
                mean[neuron] += count / bins as f64;
                square[neuron] += count * count / bins as f64;
            }
        }
        let scale: Vec<f64> = mean
            .iter()
            .zip(&square)
            .map(|(mean, square)| square - mean * mean)
            // counts are whole numbers: a variance this small is rounding
            .map(|variance| if variance > 1e-12 { variance.sqrt().recip() } else { 0.0 })
            .collect();
        let standard = |(neuron, count): (usize, &f64)| (count - mean[neuron]) * scale[neuron];
        let values = (0..bins).flat_map(|bin| counts.bin(bin).iter().enumerate().map(standard)).collect();
        Ok(Self { neurons, bins, values })
    }

    pub(super) fn bin(&self, bin: usize) -> &[f64] {
        &self.values[bin * self.neurons..(bin + 1) * self.neurons]
    }

    /// Mean of source(t − lag) · target(t), over all bins so that no lag is favoured by its fewer terms.
    pub(super) fn products(&self, lag: usize) -> Vec<f64> {
        let n = self.neurons;
        let mut sums = vec![0.0; n * n];
        for bin in lag..self.bins {
            let now = self.bin(bin);
            for (source, before) in self.bin(bin - lag).iter().enumerate() {
                for (sum, now) in sums[source * n..(source + 1) * n].iter_mut().zip(now) {
                    *sum += before * now;
                }
            }
        }
        sums.iter().map(|sum| sum / self.bins as f64).collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::super::{Spike, Spikes};
    use super::*;

    /// A recording of bins of 1 s in which neuron n has `rows[n][bin]` spikes.
    pub(in super::super) fn counts(rows: &[&[u32]]) -> Counts {
        let mut spikes = Vec::new();
        for (neuron, row) in rows.iter().enumerate() {
            for (bin, count) in row.iter().enumerate() {
                spikes.extend((0..*count).map(|_| Spike { time: bin as f64 + 0.5, neuron }));
            }
        }
        Spikes::new(rows.len(), rows[0].len() as f64, spikes).unwrap().counts(1.0).unwrap()
    }

    #[test]
    fn equals_numpy() {
        // np.corrcoef([[1,0,2,1,0,3],[0,1,0,2,1,0]])[0,1]
        let counts = counts(&[&[1, 0, 2, 1, 0, 3], &[0, 1, 0, 2, 1, 0]]);
        let matrix = same_bin_correlation(&counts).unwrap();
        assert!((matrix[1] - -0.558_744_236_615_662_6).abs() < 1e-12, "{matrix:?}");
        assert!((matrix[1] - matrix[2]).abs() < 1e-15);
        assert!((matrix[0] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn lags_have_a_direction() {
        let counts = counts(&[&[1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0], &[0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1]]);
        let matrix = lagged_correlation(&counts, 3).unwrap();
        assert!(matrix[1] > 0.9, "{matrix:?}");
        assert!(matrix[2] < 0.5, "{matrix:?}");
        // two bins later, not one
        assert!(lagged_correlation(&counts, 1).unwrap()[1] < 0.5);
    }

    #[test]
    fn a_silent_neuron_correlates_with_nobody() {
        let matrix = same_bin_correlation(&counts(&[&[1, 0, 1], &[0, 0, 0]])).unwrap();
        assert_eq!(matrix[1..], [0.0; 3]);
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        let counts = counts(&[&[1, 0, 1]]);
        insta::assert_snapshot!(lagged_correlation(&counts, 0).unwrap_err(), @"the number of lags is 0; expected at least one");
        insta::assert_snapshot!(lagged_correlation(&counts, 2).unwrap_err(), @"the recording's row of bins has 3 values; expected 2 lags and two more");
    }
}
