//! One scale for all neurons.

/// The least variance that causal normalisation divides by.
const LEAST_VARIANCE: f64 = 1e-8;

/// How a trace is scaled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Normalisation {
    /// Mean 0, population standard deviation 1 over the recording; a constant trace becomes 0. NaN stays and does not
    /// count.
    #[default]
    ZScore,
    /// With the mean and standard deviation of what was seen up to each frame. NaN is interpolated linearly first.
    Causal,
    /// As it is.
    None,
}

impl Normalisation {
    /// The name in the published table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ZScore => "standard",
            Self::Causal => "causal",
            Self::None => "none",
        }
    }

    /// Scales a trace in place.
    pub fn apply(self, values: &mut [f64]) {
        match self {
            Self::ZScore => z_score(values),
            Self::Causal => {
                fill(values);
                causal(values);
            }
            Self::None => {}
        }
    }
}

fn z_score(values: &mut [f64]) {
    let seen: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    let count = seen.len() as f64;
    let mean = seen.iter().sum::<f64>() / count;
    let deviation = (seen.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt();
    let scale = if deviation > 0.0 { deviation } else { 1.0 };
    for value in values {
        *value = (*value - mean) / scale;
    }
}

fn causal(values: &mut [f64]) {
    let (mut sum, mut squares) = (0.0, 0.0);
    for (before, value) in values.iter_mut().enumerate() {
        let count = before as f64 + 1.0;
        sum += *value;
        squares += *value * *value;
        let mean = sum / count;
        let variance = (squares / count - mean * mean).max(LEAST_VARIANCE);
        *value = (*value - mean) / variance.sqrt();
    }
}

/// NaN between two values becomes what lies on the line between them; before the first and after the last value, that
/// value. A trace without values stays.
fn fill(values: &mut [f64]) {
    let known: Vec<usize> = (0..values.len()).filter(|&i| !values[i].is_nan()).collect();
    let (Some(&first), Some(&last)) = (known.first(), known.last()) else { return };
    let (head, tail) = (values[first], values[last]);
    values[..first].fill(head);
    values[last + 1..].fill(tail);
    for pair in known.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let (start, end) = (values[from], values[to]);
        for (k, value) in values[from + 1..to].iter_mut().enumerate() {
            *value = start + (end - start) * (k + 1) as f64 / (to - from) as f64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Normalisation;

    #[track_caller]
    fn check(normalisation: Normalisation, values: &[f64], expected: &[f64]) {
        let mut got = values.to_vec();
        normalisation.apply(&mut got);
        for (got, expected) in got.iter().zip(expected) {
            let same = (got - expected).abs() < 1e-9 || (got.is_nan() && expected.is_nan());
            assert!(same, "{normalisation:?}: {got} is not {expected}");
        }
    }

    #[test]
    fn scales() {
        let nan = f64::NAN;
        check(Normalisation::ZScore, &[1.0, 3.0], &[-1.0, 1.0]);
        check(Normalisation::ZScore, &[5.0; 3], &[0.0; 3]);
        check(Normalisation::ZScore, &[1.0, nan, 3.0], &[-1.0, nan, 1.0]);
        check(Normalisation::ZScore, &[nan; 2], &[nan; 2]);
        check(Normalisation::Causal, &[1.0, 3.0], &[0.0, 1.0]);
        // 1, 2, 3: the third with mean 2 and variance 2/3
        check(Normalisation::Causal, &[1.0, nan, 3.0], &[0.0, 1.0, 1.0 / (2.0_f64 / 3.0).sqrt()]);
        check(Normalisation::Causal, &[nan, 2.0, nan], &[0.0; 3]);
        check(Normalisation::None, &[7.0], &[7.0]);
    }
}
