//! Rotary positions: queries and keys turned by angles that depend on where they stand.
//!
//! Su et al. 2021 (arXiv:2104.09864) in the rotate-half layout: channel `i` is paired with channel `i + dims/2`. The tables are
//! made on the host; they are as long as the sequence, so that costs next to nothing.
//!
//! Frequencies and angles are f32, rounded where `transformers` rounds them, and their cosines and sines are exact: far
//! out in a long sequence exact angles would be others than those that models are trained and compared with.

use std::f32::consts::TAU;

use burn::tensor::{DType, Device, Tensor, TensorData};

use super::places::Places;
use crate::config::{PatchConfig, Rotary, RotaryScaling};

/// Cosines and sines of the angles of each position, [batch or 1, position, 1, dims].
#[derive(Clone, Debug)]
pub(crate) struct Rotation {
    cos: Tensor<4>,
    sin: Tensor<4>,
}

impl Rotation {
    /// For the positions of a sequence.
    pub(super) fn of_positions(rotary: &Rotary, places: &Places, target: (&Device, DType)) -> Self {
        let frequencies = frequencies(rotary);
        let positions = places.starts().iter().flat_map(|start| *start..start + places.count());
        let angles = positions
            .flat_map(|position| frequencies.iter().map(move |frequency| position as f32 * frequency))
            .collect();
        Self::from_angles(angles, [places.starts().len(), places.count()], target)
    }

    /// For `[prefix…, patches row by row…]`: patches are turned by row and column, the tokens before them not at all.
    ///
    /// DINOv3: centres of patches in [−1, 1], a quarter of a head's channels for rows, the next quarter for columns.
    pub(super) fn of_patches(
        theta: f64,
        d_head: usize,
        patches: &PatchConfig,
        [rows, cols]: [usize; 2],
        target: (&Device, DType),
    ) -> Self {
        let quarter = d_head / 4;
        let frequency = |i: usize| 1.0 / power(theta, 4.0 * i as f64 / d_head as f64);
        let centre = |i: usize, count: usize| 2.0 * ((i as f32 + 0.5) / count as f32) - 1.0;
        let mut angles = vec![0.0; patches.prefix() * 2 * quarter];
        for (row, col) in (0..rows).flat_map(|row| (0..cols).map(move |col| (row, col))) {
            for at in [centre(row, rows), centre(col, cols)] {
                angles.extend((0..quarter).map(|i| TAU * at * frequency(i)));
            }
        }
        Self::from_angles(angles, [1, patches.prefix() + rows * cols], target)
    }

    /// Each position's angles serve both halves of the channels.
    fn from_angles(
        angles: Vec<f32>,
        [rows, positions]: [usize; 2],
        (device, dtype): (&Device, DType),
    ) -> Self {
        let half = angles.len() / (rows * positions).max(1);
        let table = |function: fn(f64) -> f64| {
            let values: Vec<f64> = angles
                .chunks(half.max(1))
                .flat_map(|row| row.iter().chain(row).map(|angle| function(f64::from(*angle))))
                .collect();
            Tensor::from_data(TensorData::new(values, [rows, positions, 1, 2 * half]), (device, dtype))
        };
        Self { cos: table(f64::cos), sin: table(f64::sin) }
    }

    /// Turns [batch, position, head, d_head]; channels beyond the tables' stay.
    pub(super) fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        let d_head = x.dims()[3];
        let dims = self.cos.dims()[3];
        let (turning, staying) = if dims < d_head {
            (x.clone().narrow(3, 0, dims), Some(x.narrow(3, dims, d_head - dims)))
        } else {
            (x, None)
        };
        let half = dims / 2;
        let (first, second) = (turning.clone().narrow(3, 0, half), turning.clone().narrow(3, half, half));
        let partner = Tensor::cat(vec![second.neg(), first], 3);
        let turned = turning * self.cos.clone() + partner * self.sin.clone();
        match staying {
            Some(staying) => Tensor::cat(vec![turned, staying], 3),
            None => turned,
        }
    }
}

/// A power of single numbers, rounded once.
fn power(base: f64, exponent: f64) -> f32 {
    let [base, exponent] = [base, exponent].map(|number| f64::from(number as f32));
    base.powf(exponent) as f32
}

/// Angle per position of each pair of channels.
fn frequencies(rotary: &Rotary) -> Vec<f32> {
    let frequency = |i: usize| 1.0 / power(rotary.theta, 2.0 * i as f64 / rotary.dims as f64);
    let scaled = |frequency: f32| match rotary.scaling {
        RotaryScaling::None => frequency,
        RotaryScaling::Linear { factor } => frequency / factor as f32,
        RotaryScaling::Llama3 { factor, low, high, original } => {
            let [factor, low, high, original] = [factor, low, high, original].map(|number| number as f32);
            let wavelength = TAU / frequency;
            if wavelength < original / high {
                frequency
            } else if wavelength > original / low {
                frequency / factor
            } else {
                let share = (original / wavelength - low) / (high - low);
                (1.0 - share) * frequency / factor + share * frequency
            }
        }
    };
    (0..rotary.dims / 2).map(|i| scaled(frequency(i))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(scaling: RotaryScaling, expected: &[f64]) {
        let got = frequencies(&Rotary { dims: 8, theta: 10_000.0, scaling });
        for (got, expected) in got.iter().zip(expected) {
            // a few roundings to f32
            assert!((f64::from(*got) - expected).abs() < 3e-7 * expected, "{got} {expected}");
        }
    }

    #[test]
    fn wavelengths() {
        check(RotaryScaling::None, &[1.0, 0.1, 0.01, 0.001]);
        check(RotaryScaling::Linear { factor: 4.0 }, &[0.25, 0.025, 0.0025, 0.00025]);
        // wavelengths 6.3, 63, 628, 6283 with bounds 32 and 128: kept, between, divided, divided
        let scaling = RotaryScaling::Llama3 { factor: 8.0, low: 1.0, high: 4.0, original: 128.0 };
        let share = (128.0 / (std::f64::consts::TAU / 0.1) - 1.0) / 3.0;
        let between = (1.0 - share) * 0.1 / 8.0 + share * 0.1;
        check(scaling, &[1.0, between, 0.01 / 8.0, 0.001 / 8.0]);
    }
}
