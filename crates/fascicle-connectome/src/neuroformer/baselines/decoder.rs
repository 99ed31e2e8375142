//! A linear decoder of behaviour from counts.

use super::super::NeuroformerError;
use super::cholesky::Cholesky;

/// Ridge regression: a weight for each input, drawn towards 0, and a base value that is free.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearDecoder {
    weights: Vec<f64>,
    base: f64,
}

impl LinearDecoder {
    /// Minimises Σ (target − base − w · input)² + `ridge` · |w|² over examples; `inputs` is `[example][input]` in one row.
    /// O(examples · inputs² + inputs³).
    ///
    /// # Errors
    /// No examples, inputs that are not as many for each of them, numbers that are not finite, a ridge that is not positive.
    pub fn fit(inputs: &[f64], targets: &[f64], ridge: f64) -> Result<Self, NeuroformerError> {
        let examples = targets.len();
        if examples == 0 || inputs.is_empty() || !inputs.len().is_multiple_of(examples) {
            let expected = format!("as many for each of {examples} examples, at least one");
            return Err(NeuroformerError::Count {
                what: "the decoder's input",
                found: inputs.len(),
                expected,
            });
        }
        if !(ridge > 0.0 && ridge.is_finite()) {
            return Err(NeuroformerError::bad("the ridge", ridge, "a positive number"));
        }
        if let Some(value) = inputs.iter().chain(targets).find(|value| !value.is_finite()) {
            return Err(NeuroformerError::bad("a number to decode", value, "a finite one"));
        }
        let size = inputs.len() / examples;
        let rows = || inputs.chunks_exact(size);
        let target = targets.iter().sum::<f64>() / examples as f64;
        let mut means = vec![0.0; size];
        for row in rows() {
            means.iter_mut().zip(row).for_each(|(mean, value)| *mean += value / examples as f64);
        }
        let mut matrix = vec![0.0; size * size];
        let mut weights = vec![0.0; size];
        for at in 0..size {
            matrix[at * size + at] = ridge;
        }
        for (row, value) in rows().zip(targets) {
            let apart: Vec<f64> = row.iter().zip(&means).map(|(value, mean)| value - mean).collect();
            for (i, a) in apart.iter().enumerate() {
                weights[i] += a * (value - target);
                for (sum, b) in matrix[i * size..].iter_mut().zip(&apart[..=i]) {
                    *sum += a * b;
                }
            }
        }
        Cholesky::new(matrix, size, "the covariance of the inputs")?.solve(&mut weights);
        let base = target - weights.iter().zip(&means).map(|(weight, mean)| weight * mean).sum::<f64>();
        Ok(Self { weights, base })
    }

    /// The weights, one an input.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// What it reads from one example. Inputs beyond those that it has weights for do not count.
    pub fn decode(&self, input: &[f64]) -> f64 {
        self.base + self.weights.iter().zip(input).map(|(weight, value)| weight * value).sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_input_by_hand() {
        // means 2 and 5; Σ (x − 2)(y − 5) = 4, Σ (x − 2)² = 2, so that w = 4 / (2 + ridge)
        let decoder = LinearDecoder::fit(&[1.0, 2.0, 3.0], &[3.0, 5.0, 7.0], 2.0).unwrap();
        assert!((decoder.weights()[0] - 1.0).abs() < 1e-12);
        assert!((decoder.decode(&[4.0]) - 7.0).abs() < 1e-12);
    }

    #[test]
    fn a_linear_rule_is_found() {
        let inputs: Vec<f64> = (0..60).map(|at| f64::from(at * at % 7)).collect();
        let rule = |row: &[f64]| 2.0 + 3.0 * row[0] - row[1] + 0.5 * row[2];
        let targets: Vec<f64> = inputs.chunks_exact(3).map(rule).collect();
        let decoder = LinearDecoder::fit(&inputs, &targets, 1e-9).unwrap();
        for row in inputs.chunks_exact(3) {
            assert!((decoder.decode(row) - rule(row)).abs() < 1e-6, "{row:?}");
        }
        // the more ridge, the less is said
        let size = |ridge| {
            let decoder = LinearDecoder::fit(&inputs, &targets, ridge).unwrap();
            decoder.weights().iter().map(|weight| weight * weight).sum::<f64>()
        };
        assert!(size(1e-9) > size(10.0) && size(10.0) > size(1000.0));
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        let refusal = |inputs: &[f64], targets: &[f64], ridge| {
            LinearDecoder::fit(inputs, targets, ridge).unwrap_err().to_string()
        };
        insta::assert_snapshot!(refusal(&[], &[], 1.0), @"the decoder's input has 0 values; expected as many for each of 0 examples, at least one");
        insta::assert_snapshot!(refusal(&[1.0, 2.0, 3.0], &[1.0, 2.0], 1.0), @"the decoder's input has 3 values; expected as many for each of 2 examples, at least one");
        insta::assert_snapshot!(refusal(&[1.0], &[f64::NAN], 1.0), @"a number to decode is NaN; expected a finite one");
        insta::assert_snapshot!(refusal(&[1.0], &[1.0], 0.0), @"the ridge is 0; expected a positive number");
    }
}
