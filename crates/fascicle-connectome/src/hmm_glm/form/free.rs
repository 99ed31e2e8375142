//! Weights that are parameters themselves, with or without a Gaussian prior.

use rand::rngs::StdRng;

use super::{Form, Size};
use crate::hmm_glm::emission;
use crate::hmm_glm::prior::{Gaussian, Mean};
use crate::random::normal;

pub(super) struct Free {
    size: Size,
    weights: Vec<f64>,
    prior: Option<Normal>,
}

struct Normal {
    sd: f64,
    /// W_0, [pre][post]; the mean over states where there is none.
    mean: Option<Vec<f64>>,
}

impl Free {
    /// Weights around the prior's mean, or 0, at which states differ by chance: at equal weights they would stay equal.
    pub(super) fn start(size: Size, sd: f64, prior: Option<&Gaussian>, rng: &mut StdRng) -> Self {
        let prior = prior.map(|prior| Normal {
            sd: prior.sd,
            mean: match &prior.mean {
                Mean::OfStates => None,
                Mean::Fixed(mean) => Some(emission::pre_first(mean, size.neurons)),
            },
        });
        let centre = prior.as_ref().and_then(|prior| prior.mean.as_ref());
        let mut weights: Vec<f64> = (0..size.states * size.connections())
            .map(|at| centre.map_or(0.0, |mean| mean[at % mean.len()]) + sd * normal(rng))
            .collect();
        size.mask(&mut weights);
        Self { size, weights, prior }
    }

    /// Weights less the mean of the prior.
    fn deviations(&self, prior: &Normal) -> Vec<f64> {
        let own;
        let mean = match &prior.mean {
            Some(mean) => mean,
            None => {
                own = self.mean_over_states();
                &own
            }
        };
        self.weights.iter().enumerate().map(|(at, weight)| weight - mean[at % mean.len()]).collect()
    }

    fn mean_over_states(&self) -> Vec<f64> {
        let mut mean = vec![0.0; self.size.connections()];
        for state in self.weights.chunks_exact(mean.len()) {
            for (mean, weight) in mean.iter_mut().zip(state) {
                *mean += weight / self.size.states as f64;
            }
        }
        mean
    }
}

impl Form for Free {
    fn parameters(&mut self) -> &mut [f64] {
        &mut self.weights
    }

    fn drawn(&self) -> Vec<f64> {
        self.weights.clone()
    }

    fn expected(&self) -> Vec<f64> {
        self.weights.clone()
    }

    fn slopes(&self, by_weight: &[f64]) -> Vec<f64> {
        let mut slopes = by_weight.to_vec();
        if let Some(prior) = &self.prior {
            // A mean over states is where the density is greatest, so that its own change has no slope.
            for (slope, deviation) in slopes.iter_mut().zip(self.deviations(prior)) {
                *slope -= deviation / (prior.sd * prior.sd);
            }
        }
        self.size.mask(&mut slopes);
        slopes
    }

    fn log_prior(&self) -> f64 {
        let Some(prior) = &self.prior else { return 0.0 };
        let constant = prior.sd.ln() + 0.5 * std::f64::consts::TAU.ln();
        self.deviations(prior).iter().map(|deviation| -0.5 * (deviation / prior.sd).powi(2) - constant).sum()
    }
}
