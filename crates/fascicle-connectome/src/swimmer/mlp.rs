//! The baseline without any prior: a multilayer perceptron.

use std::f64::consts::TAU;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::error::{SwimmerError, positive};
use super::policy::{Policy, check_parameters};

/// A perceptron of two hidden layers (tanh), from the joint angles and the phase of an oscillation (sine and cosine) to the
/// torques, which are not squashed: the body clips them.
///
/// The phase gives it what the oscillator gives the circuit; without it a perceptron, which has no memory, would have to
/// make its rhythm out of the body alone.
#[derive(Clone, Debug)]
pub struct Mlp {
    joints: usize,
    period: f64,
    sizes: [usize; 4],
    /// Layer after layer: weights [input][output], then biases.
    parameters: Vec<f64>,
}

impl Mlp {
    /// Weights from U(−a, a) with a² = 6/(inputs + outputs) (Glorot & Bengio 2010), biases 0. `hidden` is 64 for the paper's
    /// baseline; `period` is in steps.
    ///
    /// # Errors
    /// [`SwimmerError::BadSetting`] for no joints, no hidden units, and a period that is not positive.
    pub fn new(joints: usize, hidden: usize, period: f64, seed: u64) -> Result<Self, SwimmerError> {
        positive("the period of the phase input", period)?;
        for (name, size) in [("the number of joints", joints), ("the number of hidden units", hidden)] {
            if size == 0 {
                return Err(SwimmerError::setting(name, size, "at least 1"));
            }
        }
        let sizes = [joints + 2, hidden, hidden, joints];
        let mut rng = StdRng::seed_from_u64(seed);
        let mut parameters = Vec::new();
        for pair in sizes.windows(2) {
            let a = (6.0 / (pair[0] + pair[1]) as f64).sqrt();
            parameters.extend((0..pair[0] * pair[1]).map(|_| rng.random_range(-a..a)));
            parameters.extend(std::iter::repeat_n(0.0, pair[1]));
        }
        Ok(Self { joints, period, sizes, parameters })
    }
}

impl Policy for Mlp {
    fn joints(&self) -> usize {
        self.joints
    }

    fn parameters(&self) -> &[f64] {
        &self.parameters
    }

    fn set_parameters(&mut self, parameters: &[f64]) -> Result<(), SwimmerError> {
        check_parameters(parameters, self.parameters.len(), |index| format!("number {index}"))?;
        self.parameters.copy_from_slice(parameters);
        Ok(())
    }

    fn act(&self, step: u64, angles: &[f64], torques: &mut [f64]) {
        let (sin, cos) = (TAU * step as f64 / self.period).sin_cos();
        let mut values: Vec<f64> = angles.iter().copied().chain([sin, cos]).collect();
        let mut rest = self.parameters.as_slice();
        for (layer, &outputs) in self.sizes[1..].iter().enumerate() {
            let (weights, after) = rest.split_at(self.sizes[layer] * outputs);
            let (biases, after) = after.split_at(outputs);
            rest = after;
            let mut sums = biases.to_vec();
            for (value, row) in values.iter().zip(weights.chunks_exact(outputs)) {
                for (sum, weight) in sums.iter_mut().zip(row) {
                    *sum += value * weight;
                }
            }
            if layer + 2 < self.sizes.len() {
                sums.iter_mut().for_each(|sum| *sum = sum.tanh());
            }
            values = sums;
        }
        for (torque, value) in torques.iter_mut().zip(values) {
            *torque = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_sums_written_out() {
        let mut mlp = Mlp::new(1, 1, 8.0, 0).unwrap();
        // three inputs to one hidden unit, one to the next, one to the torque; each with its bias
        mlp.set_parameters(&[0.5, -1.0, 2.0, 0.1, 1.5, -0.2, 3.0, 0.25]).unwrap();
        for (step, angle) in [(0, 0.3), (1, -0.7), (5, 1.0)] {
            let phase = TAU * step as f64 / 8.0;
            let first = (0.5 * angle - phase.sin() + 2.0 * phase.cos() + 0.1_f64).tanh();
            let expected = 3.0 * (1.5 * first - 0.2).tanh() + 0.25;
            let mut torque = [0.0];
            mlp.act(step, &[angle], &mut torque);
            assert!((torque[0] - expected).abs() < 1e-14, "{} is not {expected}", torque[0]);
        }
    }

    #[test]
    fn has_the_parameters_of_the_paper() {
        let mlp = Mlp::new(5, 64, 60.0, 3).unwrap();
        assert_eq!(mlp.parameters().len(), 7 * 64 + 64 + 64 * 64 + 64 + 64 * 5 + 5);
        let bound = (6.0_f64 / 128.0).sqrt();
        let middle = &mlp.parameters()[7 * 64 + 64..][..64 * 64];
        let spread = middle.iter().map(|w| w * w).sum::<f64>() / middle.len() as f64;
        assert!(middle.iter().all(|weight| weight.abs() < bound));
        assert!((spread - bound * bound / 3.0).abs() < 0.05 * bound * bound, "variance {spread}");
    }
}
