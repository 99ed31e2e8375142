//! Adam (Kingma & Ba 2015, algorithm 1), for plain vectors.

const MEAN_DECAY: f64 = 0.9;
const SQUARE_DECAY: f64 = 0.999;
const TINY: f64 = 1e-8;

/// Running means of slopes and of their squares.
#[derive(Clone, Debug)]
pub(crate) struct Adam {
    rate: f64,
    /// β₁ and β₂.
    decays: [f64; 2],
    steps: i32,
    mean: Vec<f64>,
    square: Vec<f64>,
}

impl Adam {
    pub(crate) fn new(rate: f64, parameters: usize) -> Self {
        Self::with_decays(rate, [MEAN_DECAY, SQUARE_DECAY], parameters)
    }

    /// The same with other β₁ and β₂.
    pub(crate) fn with_decays(rate: f64, decays: [f64; 2], parameters: usize) -> Self {
        Self { rate, decays, steps: 0, mean: vec![0.0; parameters], square: vec![0.0; parameters] }
    }

    /// One step uphill.
    pub(crate) fn climb(&mut self, parameters: &mut [f64], slopes: &[f64]) {
        self.step(self.rate, parameters, slopes);
    }

    /// One step downhill.
    pub(crate) fn descend(&mut self, parameters: &mut [f64], slopes: &[f64]) {
        self.step(-self.rate, parameters, slopes);
    }

    /// One step downhill at another rate.
    #[cfg(feature = "tensor")]
    pub(crate) fn descend_at(&mut self, rate: f64, parameters: &mut [f64], slopes: &[f64]) {
        self.step(-rate, parameters, slopes);
    }

    fn step(&mut self, rate: f64, parameters: &mut [f64], slopes: &[f64]) {
        let [mean_decay, square_decay] = self.decays;
        self.steps = self.steps.saturating_add(1);
        let mean_weight = 1.0 - mean_decay.powi(self.steps);
        let square_weight = 1.0 - square_decay.powi(self.steps);
        let moments = self.mean.iter_mut().zip(&mut self.square);
        for ((parameter, slope), (mean, square)) in parameters.iter_mut().zip(slopes).zip(moments) {
            *mean = mean_decay * *mean + (1.0 - mean_decay) * slope;
            *square = square_decay * *square + (1.0 - square_decay) * slope * slope;
            *parameter += rate * (*mean / mean_weight) / ((*square / square_weight).sqrt() + TINY);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_steps() {
        // torch.optim.Adam(lr=0.1, maximize=True) on −(x − 3)² from 0: x after steps 1, 2 and 10
        let mut adam = Adam::new(0.1, 1);
        let mut x = [0.0];
        let mut path = Vec::new();
        for _ in 0..10 {
            let slope = [-2.0 * (x[0] - 3.0)];
            adam.climb(&mut x, &slope);
            path.push(x[0]);
        }
        for (step, expected) in
            [(1, 0.099_999_999_833_333_33), (2, 0.199_897_292_585_211), (10, 0.985_811_590_383_040_4)]
        {
            assert!((path[step - 1] - expected).abs() < 1e-12, "step {step}: {}", path[step - 1]);
        }
    }

    /// torch 2.15: `p = tensor([1., -2.], dtype=float64, requires_grad=True); o = Adam([p], lr=.1)`, a step for each gradient.
    #[test]
    fn as_torch_has_it() {
        let mut adam = Adam::new(0.1, 2);
        let mut parameters = [1.0, -2.0];
        for (gradient, expected) in [
            ([0.5, -1.0], [0.900000002, -1.900000001]),
            ([-0.25, 3.0], [0.8733662987078463, -1.9494189841087441]),
            ([0.0, 0.1], [0.8527783689874682, -1.9896211009249025]),
        ] {
            adam.descend(&mut parameters, &gradient);
            for (parameter, expected) in parameters.iter().zip(expected) {
                assert!((parameter - expected).abs() < 1e-12, "{parameter} is not {expected}");
            }
        }
    }
}
