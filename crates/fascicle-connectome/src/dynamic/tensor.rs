//! Dense non-negative tensors, with a mask of what was observed.

use crate::ConnectomeError;

/// A dense tensor of non-negative numbers; some of them may not have been observed.
///
/// Values are row-major: the last index runs fastest. [`Ntf`](super::Ntf) is fastest when the last mode is the longest, and with
/// a mask when few different patterns of what is observed occur along the first mode (a neuron that a worm lacks is absent
/// at all times, which is one pattern).
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    shape: Vec<usize>,
    /// 0 where nothing was observed.
    values: Vec<f64>,
    observed: Option<Observed>,
    norm: f64,
}

/// What was observed, by fibres along the first mode: many have the same pattern.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Observed {
    /// The pattern of each fibre, by the flat index over all modes but the first.
    pub(super) pattern: Vec<usize>,
    /// The observed indices of the first mode, rising, of each pattern.
    pub(super) patterns: Vec<Vec<usize>>,
}

impl Tensor {
    /// A tensor of which everything was observed. O(size).
    ///
    /// # Errors
    /// [`ConnectomeError::BadArgument`] for fewer than two modes, a mode of size 0, a number of values that is not the product
    /// of the sizes, and a value that is negative or not finite.
    pub fn new(shape: &[usize], values: Vec<f64>) -> Result<Self, ConnectomeError> {
        check_shape(shape, values.len())?;
        if let Some(at) = values.iter().position(|value| !(value.is_finite() && *value >= 0.0)) {
            let value = format!("{} at {:?}", values[at], place(shape, at));
            return Err(ConnectomeError::argument(
                "a value of the tensor",
                value,
                "a finite number of at least 0",
            ));
        }
        Ok(Self { norm: norm(&values), shape: shape.to_vec(), values, observed: None })
    }

    /// A tensor in which NaN stands for what was not observed. O(size).
    ///
    /// # Errors
    /// As [`Tensor::new`], but for NaN; [`ConnectomeError::BadArgument`] for an index of some mode of which nothing at all was
    /// observed: nothing can be said of it, so it is to be left out.
    pub fn with_gaps(shape: &[usize], mut values: Vec<f64>) -> Result<Self, ConnectomeError> {
        check_shape(shape, values.len())?;
        if values.iter().all(|value| !value.is_nan()) {
            return Self::new(shape, values);
        }
        let wrong = |value: &f64| *value < 0.0 || value.is_infinite();
        if let Some(at) = values.iter().position(wrong) {
            let value = format!("{} at {:?}", values[at], place(shape, at));
            let expected = "a finite number of at least 0 (NaN for what was not observed)";
            return Err(ConnectomeError::argument("a value of the tensor", value, expected));
        }
        let observed: Vec<bool> = values.iter().map(|value| !value.is_nan()).collect();
        check_slices(shape, &observed)?;
        for value in values.iter_mut().filter(|value| value.is_nan()) {
            *value = 0.0;
        }
        let observed = Some(Observed::new(shape[0], &observed));
        Ok(Self { norm: norm(&values), shape: shape.to_vec(), values, observed })
    }

    /// The size of each mode.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The values, row-major; 0 where nothing was observed.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Whether the value at a flat (row-major) index was observed. O(log n) for n the size of the first mode.
    #[must_use]
    pub fn is_observed(&self, flat: usize) -> bool {
        self.observed.as_ref().is_none_or(|observed| observed.at(flat))
    }

    /// How many values were observed.
    #[must_use]
    pub fn observed_count(&self) -> usize {
        self.observed.as_ref().map_or(self.values.len(), |observed| {
            observed.pattern.iter().map(|&pattern| observed.patterns[pattern].len()).sum()
        })
    }

    /// The square root of the sum of squares of what was observed.
    #[must_use]
    pub fn norm(&self) -> f64 {
        self.norm
    }

    pub(super) fn observed(&self) -> Option<&Observed> {
        self.observed.as_ref()
    }

    /// The size of the last mode, which is contiguous.
    pub(super) fn width(&self) -> usize {
        self.shape[self.shape.len() - 1]
    }
}

impl Observed {
    fn new(first: usize, observed: &[bool]) -> Self {
        let fibres = observed.len() / first;
        let mut known = std::collections::HashMap::new();
        let mut patterns = Vec::new();
        let pattern = (0..fibres)
            .map(|fibre| {
                let along: Vec<usize> = (0..first).filter(|i| observed[i * fibres + fibre]).collect();
                *known.entry(along).or_insert_with_key(|along| {
                    patterns.push(along.clone());
                    patterns.len() - 1
                })
            })
            .collect();
        Self { pattern, patterns }
    }

    fn at(&self, flat: usize) -> bool {
        let (index, fibre) = (flat / self.pattern.len(), flat % self.pattern.len());
        self.patterns[self.pattern[fibre]].binary_search(&index).is_ok()
    }
}

fn norm(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>().sqrt()
}

fn check_shape(shape: &[usize], count: usize) -> Result<(), ConnectomeError> {
    if shape.len() < 2 {
        return Err(ConnectomeError::argument("the number of modes", shape.len(), "at least 2"));
    }
    if shape.contains(&0) {
        return Err(ConnectomeError::argument(
            "the tensor's shape",
            format!("{shape:?}"),
            "at least 1 along every mode",
        ));
    }
    let size = shape.iter().try_fold(1_usize, |size, mode| size.checked_mul(*mode));
    if size != Some(count) {
        let expected = format!("the product of the shape {shape:?}");
        return Err(ConnectomeError::argument("the number of values", count, expected));
    }
    Ok(())
}

/// Whether something was observed of every index of every mode.
fn check_slices(shape: &[usize], observed: &[bool]) -> Result<(), ConnectomeError> {
    let mut seen: Vec<Vec<bool>> = shape.iter().map(|&size| vec![false; size]).collect();
    for at in (0..observed.len()).filter(|&at| observed[at]) {
        for (seen, index) in seen.iter_mut().zip(place(shape, at)) {
            seen[index] = true;
        }
    }
    for (mode, seen) in seen.iter().enumerate() {
        if let Some(index) = seen.iter().position(|seen| !seen) {
            let value = format!("wholly unobserved (index {index} of mode {mode}; leave it out)");
            return Err(ConnectomeError::argument(
                "a slice of the tensor",
                value,
                "at least one observed value",
            ));
        }
    }
    Ok(())
}

/// The indices of a flat index.
fn place(shape: &[usize], mut flat: usize) -> Vec<usize> {
    let mut place = vec![0; shape.len()];
    for (index, &size) in place.iter_mut().zip(shape).rev() {
        *index = flat % size;
        flat /= size;
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(result: Result<Tensor, ConnectomeError>) -> String {
        result.map(|tensor| tensor.shape).map_err(|error| error.to_string()).unwrap_err()
    }

    #[test]
    fn bad_input_is_named() {
        insta::assert_snapshot!(refused(Tensor::new(&[4], vec![0.0; 4])), @"the number of modes is 1; expected at least 2");
        insta::assert_snapshot!(
            refused(Tensor::new(&[2, 0, 3], vec![])),
            @"the tensor's shape is [2, 0, 3]; expected at least 1 along every mode"
        );
        insta::assert_snapshot!(
            refused(Tensor::new(&[2, 3], vec![0.0; 5])),
            @"the number of values is 5; expected the product of the shape [2, 3]"
        );
        insta::assert_snapshot!(
            refused(Tensor::new(&[2, 2], vec![0.0, 1.0, -0.5, 1.0])),
            @"a value of the tensor is -0.5 at [1, 0]; expected a finite number of at least 0"
        );
        insta::assert_snapshot!(
            refused(Tensor::new(&[1, 2], vec![0.0, f64::NAN])),
            @"a value of the tensor is NaN at [0, 1]; expected a finite number of at least 0"
        );
        insta::assert_snapshot!(
            refused(Tensor::with_gaps(&[2, 2], vec![f64::NAN, f64::INFINITY, 1.0, 1.0])),
            @"a value of the tensor is inf at [0, 1]; expected a finite number of at least 0 (NaN for what was not observed)"
        );
        insta::assert_snapshot!(
            refused(Tensor::with_gaps(&[2, 2], vec![1.0, f64::NAN, 1.0, f64::NAN])),
            @"a slice of the tensor is wholly unobserved (index 1 of mode 1; leave it out); expected at least one observed value"
        );
    }

    #[test]
    fn gaps_are_patterns_of_the_first_mode() {
        let nan = f64::NAN;
        // fibres along the first mode: all, the second, all, the first, all, all
        let values = vec![1.0, nan, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 1.0, nan, 1.0, 1.0];
        let tensor = Tensor::with_gaps(&[2, 3, 2], values).unwrap();
        let observed = tensor.observed().unwrap();
        assert_eq!(observed.pattern, [0, 1, 0, 2, 0, 0]);
        assert_eq!(observed.patterns, [vec![0, 1], vec![1], vec![0]]);
        assert_eq!(tensor.observed_count(), 10);
        assert_eq!((tensor.values()[1], tensor.values()[9]), (0.0, 0.0));
        let gaps: Vec<usize> = (0..12).filter(|&flat| !tensor.is_observed(flat)).collect();
        assert_eq!(gaps, [1, 9]);
        assert!((tensor.norm() - 13.0_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn without_gaps_there_is_no_mask() {
        let tensor = Tensor::with_gaps(&[2, 2], vec![1.0; 4]).unwrap();
        assert!(tensor.observed().is_none() && tensor.is_observed(3));
        assert_eq!(tensor.observed_count(), 4);
    }
}
