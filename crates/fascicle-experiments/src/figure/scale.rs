//! From values to places on the page, and the round numbers along an axis.

/// A linear axis: values from `low` to `high` onto pixels from `from` to `to`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) from: f64,
    pub(super) to: f64,
}

impl Axis {
    /// The pixel of `value`; values beyond an end are held at that end.
    pub(super) fn at(&self, value: f64) -> f64 {
        self.from + (self.to - self.from) * self.fraction(value)
    }

    /// Where `value` lies between the ends, 0 to 1.
    pub(super) fn fraction(&self, value: f64) -> f64 {
        // Halves, because the difference of two large values of opposite sign overflows.
        let span = self.high / 2.0 - self.low / 2.0;
        let fraction = (value / 2.0 - self.low / 2.0) / span;
        if fraction.is_finite() { fraction.clamp(0.0, 1.0) } else { 0.5 }
    }
}

/// Smallest and largest finite value.
pub(super) fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().filter(|value| value.is_finite()).fold(None, |found, value| match found {
        None => Some((value, value)),
        Some((low, high)) => Some((low.min(value), high.max(value))),
    })
}

/// The same ends, or apart where they coincide: an axis needs a length.
pub(super) fn apart((low, high): (f64, f64)) -> (f64, f64) {
    if high > low {
        return (low, high);
    }
    let room = if low == 0.0 { 1.0 } else { (low.abs() * 0.5).max(f64::MIN_POSITIVE) };
    ((low - room).max(-f64::MAX), (low + room).min(f64::MAX))
}

/// Round numbers (1, 2 or 5 times a power of ten apart) from `low` to `high`, about `wanted` of them; the ends
/// themselves when no round step fits the range.
pub(super) fn ticks(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let step = step(low, high, wanted);
    if !(step.is_finite() && step > 0.0) || low + step <= low || high - step >= high {
        return vec![low, high];
    }
    let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
    let count = last - first;
    if !(0.0..=50.0).contains(&count) {
        return vec![low, high];
    }
    (0..=count as usize)
        .map(|i| (first + i as f64) * step)
        .map(|tick| if tick == 0.0 { 0.0 } else { tick })
        .collect()
}

/// `low` and `high` moved outwards to the next tick.
pub(super) fn to_ticks(low: f64, high: f64, wanted: usize) -> (f64, f64) {
    let step = step(low, high, wanted);
    let (down, up) = ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step);
    if down.is_finite() && up.is_finite() && up > down { (down.min(low), up.max(high)) } else { (low, high) }
}

fn step(low: f64, high: f64, wanted: usize) -> f64 {
    let rough = (high / 2.0 - low / 2.0) / (wanted.max(1) as f64) * 2.0;
    let power = 10f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| *step >= rough * 0.999).unwrap_or(rough)
}

/// Labels of ticks, all with the same decimals.
pub(super) fn tick_labels(ticks: &[f64]) -> Vec<String> {
    let largest = ticks.iter().fold(0.0f64, |largest, tick| largest.max(tick.abs()));
    let gap = ticks.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
    let decimals = if gap.is_finite() && gap > 0.0 { (-(gap * 1.001).log10().floor()).max(0.0) } else { 3.0 };
    let plain = largest < 1e6 && decimals <= 5.0 && ticks.len() > 2;
    let label = |tick: &f64| {
        if !plain || gap.is_infinite() {
            return crate::number::short(*tick, 3);
        }
        let text = format!("{:.*}", decimals as usize, tick.abs());
        if *tick < 0.0 { format!("−{text}") } else { text }
    };
    ticks.iter().map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(low: f64, high: f64, wanted: usize, expected: &[&str]) {
        assert_eq!(tick_labels(&ticks(low, high, wanted)), expected, "{low} to {high}");
    }

    #[test]
    fn round_ticks() {
        check(0.0, 1.0, 5, &["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        check(-1.0, 1.0, 4, &["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        check(0.03, 0.97, 4, &["0.5"]);
        check(0.0, 11.0, 6, &["0", "2", "4", "6", "8", "10"]);
        check(1e-9, 5e-9, 4, &["1e−9", "2e−9", "3e−9", "4e−9", "5e−9"]);
        check(0.0, 3e8, 3, &["0", "1e8", "2e8", "3e8"]);
        check(-f64::MAX, f64::MAX, 2, &["−1.8e308", "1.8e308"]);
        check(5e-324, 1e-323, 4, &["4.94e−324", "9.88e−324"]);
    }

    #[test]
    fn places_are_finite_whatever_the_ends() {
        let extremes =
            [0.0, -0.0, 1.0, -1.0, f64::MAX, -f64::MAX, f64::MIN_POSITIVE, 5e-324, f64::NAN, f64::INFINITY];
        for low in extremes {
            for high in extremes {
                for value in extremes {
                    let place = Axis { low, high, from: 10.0, to: 300.0 }.at(value);
                    assert!((10.0..=300.0).contains(&place), "{value} on {low}..{high} at {place}");
                }
                if low.is_finite() && high.is_finite() && low <= high {
                    let (low, high) = apart((low, high));
                    assert!(low < high);
                    assert!(ticks(low, high, 5).iter().all(|tick| tick.is_finite()), "{low}..{high}");
                    let (low, high) = to_ticks(low, high, 5);
                    assert!(low < high && low.is_finite() && high.is_finite());
                }
            }
        }
    }
}
