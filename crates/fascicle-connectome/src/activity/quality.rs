//! Traces that are better left out: long gaps, and stretches that somebody filled with a straight line.

/// Frames of a window in which a line is looked for, and how far the next window is.
const WINDOW: usize = 50;
const STRIDE: usize = 25;

/// Two slopes are equal if they agree after rounding to three decimals.
const DECIMALS: f64 = 1e3;

/// What speaks against a trace.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quality {
    /// The longest run of NaN, as a part of the recording.
    pub longest_gap: f64,
    /// The part of windows of 50 frames (one every 25) along which the trace is a straight line, its slopes from frame to
    /// frame rounded to three decimals; a constant is a line.
    pub straight: f64,
}

/// How bad a trace may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The longest run of NaN, as a part of the recording.
    pub longest_gap: f64,
    /// The part of windows that may be straight.
    pub straight: f64,
}

impl Default for Limits {
    /// The usual ones: no gap longer than 5 % of the recording, and at most 0.1 % of windows straight.
    fn default() -> Self {
        Self { longest_gap: 0.05, straight: 0.001 }
    }
}

impl Limits {
    /// Whether a trace is good enough.
    #[must_use]
    pub fn allow(&self, quality: &Quality) -> bool {
        quality.longest_gap <= self.longest_gap && quality.straight <= self.straight
    }
}

impl Quality {
    /// Whether the trace is good enough by the usual limits.
    #[must_use]
    pub fn is_good(&self) -> bool {
        Limits::default().allow(self)
    }
}

/// Looks for gaps and straight lines. O(T).
#[must_use]
pub fn quality(trace: &[f64]) -> Quality {
    if trace.is_empty() {
        return Quality { longest_gap: 1.0, straight: 0.0 };
    }
    let longest = trace.split(|value| !value.is_nan()).map(<[f64]>::len).max().unwrap_or(0);
    let windows: Vec<bool> = trace.windows(WINDOW).step_by(STRIDE).map(is_line).collect();
    let straight = windows.iter().filter(|line| **line).count();
    Quality {
        longest_gap: longest as f64 / trace.len() as f64,
        straight: if windows.is_empty() { 0.0 } else { straight as f64 / windows.len() as f64 },
    }
}

fn is_line(window: &[f64]) -> bool {
    let slope = |i: usize| ((window[i + 1] - window[i]) * DECIMALS).round();
    // NaN equals nothing, so a gap is no line.
    (1..window.len() - 1).all(|i| slope(i) == slope(0))
}

#[cfg(test)]
mod tests {
    use super::quality;

    #[test]
    fn gaps_and_lines() {
        let wave: Vec<f64> = (0..200).map(|i| f64::from(i % 7)).collect();
        let good = quality(&wave);
        assert_eq!((good.longest_gap, good.straight, good.is_good()), (0.0, 0.0, true));
        let mut gap = wave.clone();
        gap[20..31].fill(f64::NAN);
        assert_eq!((quality(&gap).longest_gap, quality(&gap).is_good()), (11.0 / 200.0, false));
        let mut line = wave;
        for (i, value) in line[50..100].iter_mut().enumerate() {
            *value = 0.25 * i as f64;
        }
        // windows begin at 0, 25, … 150: seven, of which the one at 50 is straight
        assert_eq!((quality(&line).straight, quality(&line).is_good()), (1.0 / 7.0, false));
        assert_eq!((quality(&[1.0; 10]).straight, quality(&[]).is_good()), (0.0, false));
    }
}
