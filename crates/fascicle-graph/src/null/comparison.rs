//! A measured number beside what null graphs give.

/// An observed value against those of null graphs. Nothing is ever divided by zero: what is then undefined is
/// none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// The value of the graph itself.
    pub observed: f64,
    /// How many null graphs had a value.
    pub nulls: usize,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation (of a sample: over n − 1); none with one null graph.
    pub sd: Option<f64>,
    /// How many standard deviations the observed value lies above the mean; none where they do not vary.
    pub z: Option<f64>,
    /// How often a null graph would have at least the observed value: (1 + those that do) / (1 + null
    /// graphs), which is never 0 (Phipson & Smyth 2010).
    pub p_greater: f64,
    /// The same for at most the observed value.
    pub p_less: f64,
}

impl Comparison {
    /// Of an observed value with the values of null graphs; none without any.
    #[must_use]
    pub fn new(observed: f64, nulls: &[f64]) -> Option<Self> {
        if nulls.is_empty() {
            return None;
        }
        let count = nulls.len() as f64;
        let mean = nulls.iter().sum::<f64>() / count;
        let squares: f64 = nulls.iter().map(|value| (value - mean).powi(2)).sum();
        let sd = (nulls.len() > 1).then(|| (squares / (count - 1.0)).sqrt());
        // A spread that rounding alone explains is none.
        let varies = |sd: &f64| *sd > 1e-12 * mean.abs();
        let z = sd.filter(varies).map(|sd| (observed - mean) / sd);
        let tail = |hit: &dyn Fn(f64) -> bool| {
            (1 + nulls.iter().filter(|&&value| hit(value)).count()) as f64 / (1.0 + count)
        };
        Some(Self {
            observed,
            nulls: nulls.len(),
            mean,
            sd,
            z,
            p_greater: tail(&|value| value >= observed),
            p_less: tail(&|value| value <= observed),
        })
    }

    /// The observed value over the mean of the null graphs; none where that is 0.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        (self.mean != 0.0).then(|| self.observed / self.mean)
    }

    /// The standard deviation in units of the mean; none where either is not there.
    #[must_use]
    pub fn relative_sd(&self) -> Option<f64> {
        self.sd.filter(|_| self.mean != 0.0).map(|sd| sd / self.mean.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::Comparison;

    /// Mean, standard deviation, z, both p.
    type Row = (f64, Option<f64>, Option<f64>, f64, f64);

    #[track_caller]
    fn check(observed: f64, nulls: &[f64], expected: Option<Row>) {
        let found = Comparison::new(observed, nulls);
        let found = found.map(|c| (c.mean, c.sd, c.z, c.p_greater, c.p_less));
        assert_eq!(found, expected);
    }

    #[test]
    fn what_can_be_said() {
        check(1.0, &[], None);
        check(3.0, &[1.0], Some((1.0, None, None, 0.5, 1.0)));
        check(3.0, &[2.0, 2.0, 2.0], Some((2.0, Some(0.0), None, 0.25, 1.0)));
        check(4.0, &[1.0, 2.0, 3.0], Some((2.0, Some(1.0), Some(2.0), 0.25, 1.0)));
        check(2.0, &[1.0, 2.0, 3.0], Some((2.0, Some(1.0), Some(0.0), 0.75, 0.75)));
        // 0.1 + 0.1 + 0.1 is not 0.3: the mean is off by a rounding, and that is no spread.
        check(0.1, &[0.1; 3], Comparison::new(0.1, &[0.1; 3]).map(|c| (c.mean, c.sd, None, 1.0, c.p_less)));
    }

    #[test]
    fn no_division_by_zero() {
        let none = Comparison::new(0.5, &[0.0, 0.0]).unwrap();
        assert_eq!((none.ratio(), none.relative_sd(), none.z), (None, None, None));
    }
}
