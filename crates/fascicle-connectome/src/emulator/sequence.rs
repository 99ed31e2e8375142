//! Sequences of outputs, and what is counted in them.

use crate::network::NetworkError;

/// Sequences of one length of outputs 0, 1, ….
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequences {
    symbols: Vec<u8>,
    length: usize,
    outputs: usize,
}

impl Sequences {
    /// Sequences one after another in `symbols`, each of `length` outputs out of 0..`outputs`.
    ///
    /// # Errors
    /// [`NetworkError::BadArgument`] for a length of 0, and for a symbol that is not below `outputs`;
    /// [`NetworkError::Shape`] when the symbols do not fill whole sequences.
    pub fn new(symbols: Vec<u8>, length: usize, outputs: usize) -> Result<Self, NetworkError> {
        NetworkError::unless(length > 0, "the length of a sequence", length, "at least 1")?;
        if !symbols.len().is_multiple_of(length) {
            let expected = format!("a multiple of the length {length}");
            return Err(NetworkError::Shape {
                what: "the list of outputs",
                found: format!("{} numbers", symbols.len()),
                expected,
            });
        }
        if let Some(bad) = symbols.iter().find(|symbol| usize::from(**symbol) >= outputs) {
            return Err(NetworkError::argument("an output", bad, format!("less than {outputs}")));
        }
        Ok(Self { symbols, length, outputs })
    }

    /// Those of symbols that are known to be good.
    pub(super) fn of_symbols(symbols: Vec<u8>, length: usize, outputs: usize) -> Self {
        Self { symbols, length, outputs }
    }

    /// How many sequences there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.symbols.len().checked_div(self.length).unwrap_or(0)
    }

    /// The length of each.
    #[must_use]
    pub fn length(&self) -> usize {
        self.length
    }

    /// How many outputs there are to choose from.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// The outputs of all of them, one sequence after another.
    #[must_use]
    pub fn symbols(&self) -> &[u8] {
        &self.symbols
    }

    /// One sequence after another.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.symbols.chunks_exact(self.length.max(1))
    }

    /// Each sequence as a point: one-hot outputs one after another. Row-major [count, length · outputs].
    #[must_use]
    pub fn one_hot(&self) -> Vec<f64> {
        let mut points = vec![0.0; self.symbols.len() * self.outputs];
        for (place, symbol) in points.chunks_exact_mut(self.outputs.max(1)).zip(&self.symbols) {
            place[usize::from(*symbol)] = 1.0;
        }
        points
    }

    /// What is counted in all of them together.
    ///
    /// The authors average one matrix a sequence, in which an output that a sequence does not hold is a division by 0;
    /// here the counts of all sequences are added first.
    ///
    /// # Errors
    /// [`NetworkError::BadArgument`] when no output follows another: for sequences of length 1, and for none at all.
    pub fn statistics(&self) -> Result<OutputStatistics, NetworkError> {
        NetworkError::unless(self.length > 1, "the length of a sequence", self.length, "at least 2")?;
        NetworkError::unless(self.count() > 0, "the number of sequences", self.count(), "at least 1")?;
        let mut joint = vec![vec![0.0; self.outputs]; self.outputs];
        for sequence in self.iter() {
            for pair in sequence.windows(2) {
                joint[usize::from(pair[0])][usize::from(pair[1])] += 1.0;
            }
        }
        let steps: f64 = joint.iter().flatten().sum();
        joint.iter_mut().flatten().for_each(|count| *count /= steps);
        let mut statistics = OutputStatistics::of_joint(joint);
        for (output, frequency) in statistics.frequencies.iter_mut().enumerate() {
            let found = self.symbols.iter().filter(|symbol| usize::from(**symbol) == output).count();
            *frequency = found as f64 / self.symbols.len() as f64;
        }
        Ok(statistics)
    }
}

/// How often outputs come and by which they are followed, exactly or as counted.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputStatistics {
    /// `[k][l]`: the probability that output l follows output k; a row of NaN for an output that was never followed.
    pub transitions: Vec<Vec<f64>>,
    /// The share of each output.
    pub frequencies: Vec<f64>,
    /// The probability that an output differs from the one before it: the volatility, a step.
    pub change_rate: f64,
}

impl OutputStatistics {
    /// From the joint probabilities of two outputs in a row.
    pub(super) fn of_joint(joint: Vec<Vec<f64>>) -> Self {
        let frequencies: Vec<f64> = joint.iter().map(|row| row.iter().sum()).collect();
        let stay: f64 = joint.iter().enumerate().map(|(k, row)| row[k]).sum();
        let transitions =
            joint.iter().zip(&frequencies).map(|(row, sum)| row.iter().map(|p| p / sum).collect()).collect();
        Self { transitions, frequencies, change_rate: 1.0 - stay }
    }

    /// The largest difference of two transition probabilities; 1 where one of the two never saw an output that the other
    /// did, for there is no worse.
    #[must_use]
    pub fn transition_error(&self, other: &Self) -> f64 {
        let pairs = self.transitions.iter().flatten().zip(other.transitions.iter().flatten());
        let differences = pairs.map(|(a, b)| match (a.is_nan(), b.is_nan()) {
            (true, true) => 0.0,
            (false, false) => (a - b).abs(),
            _ => 1.0,
        });
        differences.fold(0.0, f64::max)
    }

    /// The largest difference of two frequencies.
    #[must_use]
    pub fn frequency_error(&self, other: &Self) -> f64 {
        self.frequencies.iter().zip(&other.frequencies).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn counted() {
        let found = Sequences::new(vec![0, 0, 1, 2, 2, 2, 0, 1], 4, 3).unwrap().statistics().unwrap();
        // pairs of the first: 00 01 12; of the second: 22 20 01
        assert_eq!(found.transitions, [[1.0 / 3.0, 2.0 / 3.0, 0.0], [0.0, 0.0, 1.0], [0.5, 0.0, 0.5]]);
        assert_eq!(found.frequencies, [3.0 / 8.0, 2.0 / 8.0, 3.0 / 8.0]);
        assert!((found.change_rate - 4.0 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn points() {
        let sequences = Sequences::new(vec![1, 0, 0, 1], 2, 2).unwrap();
        assert_eq!(sequences.one_hot(), [0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
        assert_eq!((sequences.count(), sequences.length(), sequences.outputs()), (2, 2, 2));
    }

    #[test]
    fn an_output_never_seen_is_the_largest_error() {
        let seen = Sequences::new(vec![0, 1, 0, 1, 1, 0], 6, 2).unwrap().statistics().unwrap();
        let unseen = Sequences::new(vec![0, 0, 0], 3, 2).unwrap().statistics().unwrap();
        assert!(unseen.transitions[1][0].is_nan());
        assert_eq!(seen.transition_error(&unseen), 1.0);
        assert_eq!(unseen.transition_error(&unseen), 0.0);
        assert_eq!(seen.frequency_error(&unseen), 0.5);
    }

    #[test]
    fn refused() {
        let error =
            |symbols: &[u8], length| Sequences::new(symbols.to_vec(), length, 2).unwrap_err().to_string();
        assert_snapshot!(error(&[0, 1], 0), @"the length of a sequence is 0; expected at least 1");
        assert_snapshot!(error(&[0, 1, 1], 2), @"the list of outputs has 3 numbers; expected a multiple of the length 2");
        assert_snapshot!(error(&[0, 2], 2), @"an output is 2; expected less than 2");
        let uncounted = |symbols: &[u8], length| {
            Sequences::new(symbols.to_vec(), length, 2).unwrap().statistics().unwrap_err().to_string()
        };
        assert_snapshot!(uncounted(&[0, 1], 1), @"the length of a sequence is 1; expected at least 2");
        assert_snapshot!(uncounted(&[], 2), @"the number of sequences is 0; expected at least 1");
    }
}
