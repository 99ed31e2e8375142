//! Adam (Kingma & Ba 2015, algorithm 1), for plain vectors.

const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

#[derive(Clone, Debug)]
pub(super) struct Adam {
    learning_rate: f64,
    mean: Vec<f64>,
    square: Vec<f64>,
    steps: i32,
}

impl Adam {
    pub(super) fn new(parameters: usize, learning_rate: f64) -> Self {
        Self { learning_rate, mean: vec![0.0; parameters], square: vec![0.0; parameters], steps: 0 }
    }

    /// One step down the gradient.
    pub(super) fn step(&mut self, parameters: &mut [f64], gradient: &[f64]) {
        self.steps = self.steps.saturating_add(1);
        let correct1 = 1.0 - BETA1.powi(self.steps);
        let correct2 = 1.0 - BETA2.powi(self.steps);
        let moments = self.mean.iter_mut().zip(&mut self.square);
        for ((parameter, g), (mean, square)) in parameters.iter_mut().zip(gradient).zip(moments) {
            *mean = BETA1 * *mean + (1.0 - BETA1) * g;
            *square = BETA2 * *square + (1.0 - BETA2) * g * g;
            *parameter -= self.learning_rate * (*mean / correct1) / ((*square / correct2).sqrt() + EPSILON);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// torch 2.15: `p = tensor([1., -2.], dtype=float64, requires_grad=True); o = Adam([p], lr=.1)`, a step for each gradient.
    #[test]
    fn as_torch_has_it() {
        let mut adam = Adam::new(2, 0.1);
        let mut parameters = [1.0, -2.0];
        for (gradient, expected) in [
            ([0.5, -1.0], [0.900000002, -1.900000001]),
            ([-0.25, 3.0], [0.8733662987078463, -1.9494189841087441]),
            ([0.0, 0.1], [0.8527783689874682, -1.9896211009249025]),
        ] {
            adam.step(&mut parameters, &gradient);
            for (parameter, expected) in parameters.iter().zip(expected) {
                assert!((parameter - expected).abs() < 1e-12, "{parameter} is not {expected}");
            }
        }
    }
}
