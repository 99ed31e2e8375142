//! One time step for all: interpolation where it is finer than the recording's, averages where it is coarser.

/// How many interpolated values are averaged into one frame when time is made coarser.
const BLOCK: usize = 6;

/// Where the frames of a recording go.
pub(super) struct Grid<'a> {
    time: &'a [f64],
    /// Where the recording is interpolated, in seconds.
    points: Vec<f64>,
    /// How many points make one frame.
    block: usize,
}

impl<'a> Grid<'a> {
    /// Frames every `step` seconds within a recording. Its times rise.
    pub(super) fn new(time: &'a [f64], step: f64) -> Self {
        let block = if step < median_step(time) { 1 } else { BLOCK };
        let fine = step / block as f64;
        let (first, last) = (time[0], time[time.len() - 1]);
        // From the count, not by adding up, so that rounding does not grow along the recording.
        let points = (0..).map(|k| first + f64::from(k) * fine).take_while(|point| *point < last).collect();
        Self { time, points, block }
    }

    /// How many frames there are; what does not fill a last one is dropped.
    pub(super) fn frames(&self) -> usize {
        self.points.len() / self.block
    }

    /// The values at the new frames.
    pub(super) fn resample(&self, values: &[f64]) -> Vec<f64> {
        let mut at = 0;
        let fine: Vec<f64> = self
            .points
            .iter()
            .map(|&point| {
                while self.time[at + 1] < point {
                    at += 1;
                }
                let part = (point - self.time[at]) / (self.time[at + 1] - self.time[at]);
                if part == 0.0 { values[at] } else { values[at] + part * (values[at + 1] - values[at]) }
            })
            .collect();
        fine.chunks_exact(self.block).map(|block| block.iter().sum::<f64>() / self.block as f64).collect()
    }
}

fn median_step(time: &[f64]) -> f64 {
    let mut steps: Vec<f64> = time.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_by(f64::total_cmp);
    let middle = steps.len() / 2;
    if steps.len() % 2 == 1 { steps[middle] } else { f64::midpoint(steps[middle - 1], steps[middle]) }
}

#[cfg(test)]
mod tests {
    use super::Grid;

    #[track_caller]
    fn check(time: &[f64], values: &[f64], step: f64, expected: &[f64]) {
        let grid = Grid::new(time, step);
        let got = grid.resample(values);
        assert_eq!((got.len(), grid.frames()), (expected.len(), expected.len()), "{got:?}");
        for (got, expected) in got.iter().zip(expected) {
            assert!((got - expected).abs() < 1e-9, "{got} is not {expected}");
        }
    }

    #[test]
    fn finer_and_coarser() {
        let time = [0.0, 1.0, 2.0, 3.0];
        check(&time, &[0.0, 2.0, 4.0, 2.0], 0.5, &[0.0, 1.0, 2.0, 3.0, 4.0, 3.0]);
        // six points 1/6 s apart make each frame: their mean on a ramp of slope 1 is 2.5/6 s into it
        check(&time, &time, 1.0, &[2.5 / 6.0, 1.0 + 2.5 / 6.0, 2.0 + 2.5 / 6.0]);
        // 2.5 s do not fill a second frame of 2 s
        check(&[0.0, 1.0, 2.0, 2.5], &[3.0; 4], 2.0, &[3.0]);
    }

    #[test]
    fn time_may_be_uneven_and_begin_anywhere() {
        check(&[10.0, 11.0, 13.0], &[0.0, 1.0, 3.0], 0.5, &[0.0, 0.5, 1.0, 1.5, 2.0, 2.5]);
    }
}
