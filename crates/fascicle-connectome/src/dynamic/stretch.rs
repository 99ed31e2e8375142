//! Traces with gaps: what is done to the stretches between them.

/// Applies `work` to each stretch without NaN by itself; a gap stays one. `work` returns as many values as it gets.
pub(super) fn by_stretch(values: &[f64], work: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
    let mut out = Vec::with_capacity(values.len());
    for run in values.chunk_by(|a, b| a.is_nan() == b.is_nan()) {
        if run[0].is_nan() {
            out.extend_from_slice(run);
        } else {
            out.extend(work(run));
        }
    }
    out
}

/// Fills gaps of at most `longest` frames with the line between what is beside them. Gaps at either end stay.
pub(super) fn bridge(values: &mut [f64], longest: usize) {
    let known: Vec<usize> = (0..values.len()).filter(|&at| !values[at].is_nan()).collect();
    for pair in known.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        if to - from - 1 > longest {
            continue;
        }
        let (start, end) = (values[from], values[to]);
        for (k, value) in values[from + 1..to].iter_mut().enumerate() {
            *value = start + (end - start) * (k + 1) as f64 / (to - from) as f64;
        }
    }
}

/// The q-quantile of what is not NaN, with linear interpolation as numpy's; NaN of nothing.
pub(super) fn quantile(values: impl Iterator<Item = f64>, q: f64) -> f64 {
    let mut sorted: Vec<f64> = values.filter(|value| !value.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = q.clamp(0.0, 1.0) * last as f64;
    let (low, share) = (place as usize, place.fract());
    let high = sorted[(low + 1).min(last)];
    sorted[low] + share * (high - sorted[low])
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f64 = f64::NAN;

    #[track_caller]
    fn check(got: &[f64], expected: &[f64]) {
        assert_eq!(got.len(), expected.len());
        for (got, expected) in got.iter().zip(expected) {
            let same = (got - expected).abs() < 1e-12 || (got.is_nan() && expected.is_nan());
            assert!(same, "{got} is not {expected}");
        }
    }

    #[test]
    fn gaps_stay_apart() {
        let double = |run: &[f64]| run.iter().map(|value| value * 2.0).collect();
        check(&by_stretch(&[NAN, 1.0, 2.0, NAN, NAN, 3.0], double), &[NAN, 2.0, 4.0, NAN, NAN, 6.0]);
        check(&by_stretch(&[], double), &[]);
        let ends = |run: &[f64]| vec![run[0]; run.len()];
        check(&by_stretch(&[1.0, 2.0, NAN, 5.0, 6.0], ends), &[1.0, 1.0, NAN, 5.0, 5.0]);
    }

    #[test]
    fn short_gaps_are_bridged() {
        let mut values = [NAN, 1.0, NAN, 2.0, NAN, NAN, 5.0, NAN];
        bridge(&mut values, 1);
        check(&values, &[NAN, 1.0, 1.5, 2.0, NAN, NAN, 5.0, NAN]);
        bridge(&mut values, 2);
        check(&values, &[NAN, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, NAN]);
        let mut none = [NAN; 3];
        bridge(&mut none, 9);
        check(&none, &[NAN; 3]);
    }

    /// numpy 2.4: `numpy.nanquantile`.
    #[test]
    fn quantiles() {
        for (values, q, expected) in [
            (&[3.0, 1.0, 2.0, NAN][..], 0.5, 2.0),
            (&[3.0, 1.0, 2.0, 4.0], 0.99, 3.97),
            (&[5.0], 0.3, 5.0),
            (&[1.0, 2.0], 1.0, 2.0),
            (&[NAN], 0.5, NAN),
        ] {
            check(&[quantile(values.iter().copied(), q)], &[expected]);
        }
    }
}
