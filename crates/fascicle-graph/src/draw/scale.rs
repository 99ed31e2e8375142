//! From values to places, linearly or by logarithm, and the round numbers along an axis.

use super::text;

/// Values from `low` to `high` onto places from `from` to `to`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) log: bool,
}

impl Axis {
    /// The place of `value`; values beyond an end are held at that end.
    pub(super) fn at(&self, value: f64) -> f64 {
        self.from + (self.to - self.from) * self.fraction(value)
    }

    /// Where `value` lies between the ends, 0 to 1.
    pub(super) fn fraction(&self, value: f64) -> f64 {
        let fraction = if self.log {
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            // Halves, because the difference of two large values of opposite sign overflows.
            (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0)
        };
        if fraction.is_nan() { 0.0 } else { fraction.clamp(0.0, 1.0) }
    }

    /// Round values along the axis, about `wanted` of them where it is linear, the powers of ten where it is
    /// logarithmic, with their labels.
    pub(super) fn ticks(&self, wanted: usize) -> Vec<(f64, String)> {
        let values = if self.log { self.powers() } else { self.steps(wanted) };
        values.into_iter().map(|value| (value, text::number(value))).collect()
    }

    fn steps(&self, wanted: usize) -> Vec<f64> {
        let step = step(self.low, self.high, wanted);
        let first = (self.low / step - 1e-9).ceil();
        let count = ((self.high / step + 1e-9).floor() - first).clamp(0.0, 50.0);
        (0..=count as usize).map(|index| (first + index as f64) * step).collect()
    }

    /// Powers of ten, and twice and five times them where there are fewer than three.
    fn powers(&self) -> Vec<f64> {
        let (first, last) = (self.low.log10().floor() as i32, self.high.log10().ceil() as i32);
        let inside = |value: &f64| *value >= self.low * 0.999_999 && *value <= self.high * 1.000_001;
        let every = |factors: &[f64]| -> Vec<f64> {
            (first..=last)
                .flat_map(|power| factors.iter().map(move |factor| factor * 10f64.powi(power)))
                .filter(inside)
                .collect()
        };
        let tens = every(&[1.0]);
        if tens.len() >= 3 { tens } else { every(&[1.0, 2.0, 5.0]) }
    }
}

/// The distance between round numbers of which about `wanted` lie between the ends: 1, 2 or 5 times a power
/// of ten.
fn step(low: f64, high: f64, wanted: usize) -> f64 {
    let rough = ((high / 2.0 - low / 2.0) / wanted.max(1) as f64 * 2.0).max(f64::MIN_POSITIVE);
    let power = 10f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|step| *step >= rough * 0.999).unwrap_or(rough)
}

/// The ends moved outwards to round numbers, and apart where they coincide.
pub(super) fn rounded(low: f64, high: f64, wanted: usize) -> (f64, f64) {
    let (low, high) = if high > low { (low, high) } else { (low - 1.0, high + 1.0) };
    let step = step(low, high, wanted);
    let (down, up) = ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step);
    if down.is_finite() && up.is_finite() && down < up { (down, up) } else { (low, high) }
}

/// The ends moved outwards to powers of ten, and apart where they coincide. Both must be positive.
pub(super) fn decades(low: f64, high: f64) -> (f64, f64) {
    let down = 10f64.powi((low.log10() + 1e-9).floor() as i32);
    let up = 10f64.powi((high.log10() - 1e-9).ceil() as i32);
    (down, if up > down { up } else { down * 10.0 })
}

/// Smallest and largest finite value.
pub(super) fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().filter(|value| value.is_finite()).fold(None, |found, value| match found {
        None => Some((value, value)),
        Some((low, high)) => Some((low.min(value), high.max(value))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(low: f64, high: f64, log: bool, expected: &[&str]) {
        let ticks = Axis { low, high, from: 0.0, to: 1.0, log }.ticks(5);
        assert_eq!(
            ticks.iter().map(|(_, label)| label.as_str()).collect::<Vec<_>>(),
            expected,
            "{low} to {high}"
        );
    }

    #[test]
    fn ticks() {
        check(0.0, 1.0, false, &["0", "0.2", "0.4", "0.6", "0.8", "1"]);
        check(-1.0, 1.0, false, &["−1", "−0.5", "0", "0.5", "1"]);
        check(0.9, 1.32, false, &["0.9", "1", "1.1", "1.2", "1.3"]);
        check(1.0, 1000.0, true, &["1", "10", "100", "1000"]);
        check(1.0, 8.0, true, &["1", "2", "5"]);
        check(3.0, 40.0, true, &["5", "10", "20"]);
    }

    #[test]
    fn round_ends() {
        assert_eq!(rounded(0.1, 3.3, 5), (0.0, 4.0));
        assert_eq!(rounded(2.0, 2.0, 5), (1.0, 3.0));
        assert_eq!(decades(2.0, 30.0), (1.0, 100.0));
        assert_eq!(decades(10.0, 10.0), (10.0, 100.0));
    }

    #[test]
    fn places_are_finite_whatever_the_ends() {
        let extremes = [0.0, -0.0, 1.0, -1.0, f64::MAX, -f64::MAX, 5e-324, f64::NAN, f64::INFINITY];
        for low in extremes {
            for high in extremes {
                for (value, log) in extremes.into_iter().flat_map(|value| [(value, false), (value, true)]) {
                    let place = Axis { low, high, from: 10.0, to: 300.0, log }.at(value);
                    assert!((10.0..=300.0).contains(&place), "{value} on {low}..{high} at {place}");
                }
            }
        }
    }
}
