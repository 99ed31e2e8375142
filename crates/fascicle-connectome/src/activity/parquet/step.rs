//! The time step that evenly spaced stamps were made with, whatever precision they were rounded to.

use half::f16;

/// The most decimals that a step is tried with.
const DECIMALS: i32 = 9;

/// How a number format rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rounding {
    Half,
    Single,
    Double,
}

impl Rounding {
    /// The coarsest format that holds all of these.
    fn of(values: &[f64]) -> Self {
        if values.iter().all(|&value| f16::from_f64(value).to_f64() == value) {
            Self::Half
        } else if values.iter().all(|&value| f64::from(value as f32) == value) {
            Self::Single
        } else {
            Self::Double
        }
    }

    /// How far a stamp may lie from the number it stands for. Half precision is only stored in, and rounds once; the
    /// others are also computed in.
    fn tolerance(self, value: f64) -> f64 {
        let (bits, least, units) = match self {
            Self::Half => (10, -14.0, 0.501),
            Self::Single => (23, -126.0, 2.0),
            Self::Double => (52, -1022.0, 4.0),
        };
        let exponent = value.abs().log2().floor().max(least);
        units * (exponent - f64::from(bits)).exp2()
    }
}

/// The step of stamps that are evenly spaced but for their rounding: the number with the fewest decimals that explains
/// every stamp, or else the slope of the line through them, or that from the first to the last. O(T).
///
/// The error is the first frame that does not fit; 0 for fewer than two stamps.
pub(super) fn step(stamps: &[f64]) -> Result<f64, usize> {
    if stamps.len() < 2 {
        return Err(0);
    }
    if let Some(at) = stamps.iter().position(|stamp| !stamp.is_finite()) {
        return Err(at);
    }
    let start = stamps[0];
    let (mut products, mut squares) = (0.0, 0.0);
    for (frame, stamp) in stamps.iter().enumerate() {
        let frame = frame as f64;
        products += frame * (stamp - start);
        squares += frame * frame;
    }
    let slope = products / squares;
    let rounding = Rounding::of(stamps);
    let misfit = |step: f64| {
        stamps.iter().enumerate().position(|(frame, &stamp)| {
            let expected = start + frame as f64 * step;
            (stamp - expected).abs() > rounding.tolerance(expected.max(stamp)) + rounding.tolerance(start)
        })
    };
    let rounded = (1..=DECIMALS).map(|decimals| {
        let unit = 10_f64.powi(decimals);
        (slope * unit).round() / unit
    });
    // the sums behind the slope round; where stamps are exact, so is the chord
    let chord = (stamps[stamps.len() - 1] - start) / (stamps.len() - 1) as f64;
    let fits = rounded.chain([slope, chord]).filter(|&step| step > 0.0).find(|&step| misfit(step).is_none());
    fits.ok_or_else(|| misfit(slope).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamps(start: f64, step: f64, frames: usize) -> Vec<f64> {
        (0..frames).map(|frame| start + frame as f64 * step).collect()
    }

    #[test]
    fn steps_come_back_from_any_precision() {
        for (start, expected, frames) in [
            (0.0, 0.333, 3304),
            (0.0, 0.333, 9000),
            (0.0, 0.333, 2),
            (0.0, 0.5, 700),
            (12.5, 0.333, 1200),
            (0.0, 1.0, 5),
            (0.0, 0.0625, 900),
        ] {
            let exact = stamps(start, expected, frames);
            let half: Vec<f64> = exact.iter().map(|&t| f16::from_f64(t).to_f64()).collect();
            let single: Vec<f64> = exact.iter().map(|&t| f64::from(t as f32)).collect();
            for (what, values) in [("half", half), ("single", single), ("double", exact)] {
                let got = step(&values);
                assert_eq!(got, Ok(expected), "{frames} stamps from {start} in {what} precision");
            }
        }
    }

    #[test]
    fn steps_without_few_decimals() {
        let third = stamps(0.0, 1.0 / 3.0, 1000);
        assert!(step(&third).is_ok_and(|step| (step - 1.0 / 3.0).abs() < 1e-12), "{:?}", step(&third));
        let single: Vec<f64> = third.iter().map(|&t| f64::from(t as f32)).collect();
        assert!(step(&single).is_ok_and(|step| (step - 1.0 / 3.0).abs() < 1e-7), "{:?}", step(&single));
    }

    #[test]
    fn stamps_that_are_not_even() {
        let mut bent = stamps(0.0, 0.333, 100);
        bent[70] += 0.01;
        assert!(step(&bent).is_err());
        for (values, at) in
            [(&[][..], 0), (&[1.0], 0), (&[0.0, f64::NAN, 2.0], 1), (&[3.0, 2.0, 1.0], 1), (&[1.0, 1.0], 1)]
        {
            assert_eq!(step(values), Err(at), "{values:?}");
        }
    }
}
