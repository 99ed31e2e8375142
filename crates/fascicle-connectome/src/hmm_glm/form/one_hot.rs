//! Weights as a sign of three times a strength.
//!
//! The density below takes the logarithm of p. The code of the paper passes p itself where the logarithm belongs, so that its
//! prior is a different one; the paper's formula is followed here, as in the authors' later code.

use rand::rngs::StdRng;

use super::{Form, Signs, Size};
use crate::hmm_glm::link::{sigmoid, softplus};
use crate::hmm_glm::prior::{Adjacency, OneHot};
use crate::hmm_glm::{draw, emission};
use crate::random::normal;

/// Inhibitory, absent, excitatory.
const KINDS: usize = 3;
const EACH: [usize; KINDS] = [0, 1, 2];
/// The density grows without bound towards the corners: a logarithm of a probability below this is drawn back.
const LEAST: f64 = -20.0;

pub(super) struct Signed {
    size: Size,
    temperature: f64,
    draw_temperature: f64,
    /// Logits of A [state][pre][post][kind], strengths before softplus [state][pre][post], and, where p is learned, its
    /// logits [pre][post][kind].
    parameters: Vec<f64>,
    /// log p where it is fixed, [pre][post][kind].
    fixed: Option<Vec<f64>>,
    /// Gumbel noise, [state][pre][post][kind].
    noise: Vec<f64>,
}

impl Signed {
    pub(super) fn start(size: Size, sd: f64, prior: &OneHot, rng: &mut StdRng) -> Self {
        let (weights, connections) = (size.states * size.connections(), size.connections());
        let fixed = match &prior.adjacency {
            Adjacency::Learned => None,
            Adjacency::Fixed(given) => {
                let mut logs = vec![0.0; given.len() * KINDS];
                for kind in EACH {
                    let plane: Vec<f64> = given.iter().map(|row| row[kind].ln().max(LEAST)).collect();
                    for (at, value) in emission::pre_first(&plane, size.neurons).into_iter().enumerate() {
                        logs[at * KINDS + kind] = value;
                    }
                }
                Some(logs)
            }
        };
        let mut parameters: Vec<f64> = (0..weights * KINDS).map(|_| sd * normal(rng)).collect();
        parameters.resize(weights * (KINDS + 1), 0.0);
        match &fixed {
            None => parameters.resize(parameters.len() + connections * KINDS, 0.0),
            // A start that already knows the prior, as the Gaussian one does.
            Some(fixed) => {
                for (at, logit) in parameters[..weights * KINDS].iter_mut().enumerate() {
                    *logit += fixed[at % fixed.len()];
                }
            }
        }
        Self {
            size,
            temperature: prior.temperature,
            draw_temperature: prior.draw_temperature,
            parameters,
            fixed,
            noise: vec![0.0; weights * KINDS],
        }
    }

    fn weights(&self) -> usize {
        self.size.states * self.size.connections()
    }

    fn logits(&self) -> &[f64] {
        &self.parameters[..self.weights() * KINDS]
    }

    fn strengths(&self) -> &[f64] {
        &self.parameters[self.weights() * KINDS..][..self.weights()]
    }

    /// log p, [pre][post][kind].
    fn log_probabilities(&self) -> Vec<f64> {
        self.fixed.clone().unwrap_or_else(|| {
            let learned = &self.parameters[self.weights() * (KINDS + 1)..];
            each(learned).flat_map(log_softmax).collect()
        })
    }

    /// A as drawn, [state][pre][post].
    fn draws(&self) -> impl Iterator<Item = [f64; KINDS]> {
        each(self.logits()).zip(each(&self.noise)).map(|(logits, noise)| {
            let scaled = EACH.map(|kind| (logits[kind] + noise[kind]) / self.draw_temperature);
            log_softmax(scaled).map(f64::exp)
        })
    }

    fn assemble(&self, signs: impl Iterator<Item = f64>) -> Vec<f64> {
        let mut weights: Vec<f64> =
            signs.zip(self.strengths()).map(|(sign, strength)| sign * softplus(*strength)).collect();
        self.size.mask(&mut weights);
        weights
    }

    /// −1, 0 or 1, the most probable, [state][pre][post]. Absent wins ties.
    fn hard(&self) -> Vec<f64> {
        let mut signs: Vec<f64> = each(self.logits())
            .map(|[inhibitory, absent, excitatory]| {
                if excitatory > absent && excitatory >= inhibitory {
                    1.0
                } else if inhibitory > absent {
                    -1.0
                } else {
                    0.0
                }
            })
            .collect();
        self.size.mask(&mut signs);
        signs
    }
}

impl Form for Signed {
    fn parameters(&mut self) -> &mut [f64] {
        &mut self.parameters
    }

    fn redraw(&mut self, rng: &mut StdRng) {
        self.noise.fill_with(|| draw::gumbel(rng));
    }

    fn drawn(&self) -> Vec<f64> {
        self.assemble(self.draws().map(|[inhibitory, _, excitatory]| excitatory - inhibitory))
    }

    fn expected(&self) -> Vec<f64> {
        self.assemble(each(self.logits()).map(|logits| {
            let [inhibitory, _, excitatory] = log_softmax(logits).map(f64::exp);
            excitatory - inhibitory
        }))
    }

    fn chosen(&self) -> Vec<f64> {
        self.assemble(self.hard().into_iter())
    }

    fn slopes(&self, by_weight: &[f64]) -> Vec<f64> {
        let mut by_weight = by_weight.to_vec();
        self.size.mask(&mut by_weight);
        let (weights, count) = (self.weights(), KINDS as f64);
        let mut slopes = vec![0.0; self.parameters.len()];
        let (of_logits, rest) = slopes.split_at_mut(weights * KINDS);
        let (of_strengths, of_prior) = rest.split_at_mut(weights);
        let log_p = self.log_probabilities();
        for (at, (drawn, logits)) in self.draws().zip(each(self.logits())).enumerate() {
            // likelihood: through softplus, and through the softmax of the draw
            let (sign, strength) = (drawn[2] - drawn[0], self.strengths()[at]);
            of_strengths[at] = by_weight[at] * sign * sigmoid(strength);
            let by_sign = by_weight[at] * softplus(strength);
            let inward = [-by_sign, 0.0, by_sign];
            let mean = by_sign * sign;
            // prior: by log A, then through the softmax of the logits
            let log_a = log_softmax(logits);
            let log_p = &log_p[at * KINDS % log_p.len()..][..KINDS];
            let q = log_softmax(EACH.map(|kind| log_p[kind] - self.temperature * log_a[kind]));
            for kind in EACH {
                let likelihood = drawn[kind] * (inward[kind] - mean) / self.draw_temperature;
                let by_log = count * self.temperature * q[kind].exp() - (self.temperature + 1.0);
                of_logits[at * KINDS + kind] = likelihood + by_log + count * log_a[kind].exp();
                if !of_prior.is_empty() {
                    of_prior[(at * KINDS + kind) % of_prior.len()] += 1.0 - count * q[kind].exp();
                }
            }
        }
        slopes
    }

    fn log_prior(&self) -> f64 {
        let count = KINDS as f64;
        // log Γ(3) + 2 log τ
        let constant = std::f64::consts::LN_2 + 2.0 * self.temperature.ln();
        let log_p = self.log_probabilities();
        let density = |(at, logits): (usize, [f64; KINDS])| {
            let log_a = log_softmax(logits);
            let log_p = &log_p[at * KINDS % log_p.len()..][..KINDS];
            let scaled = EACH.map(|kind| log_p[kind] - self.temperature * log_a[kind]);
            let sum = |f: &dyn Fn(usize) -> f64| EACH.into_iter().map(f).sum::<f64>();
            constant - count * log_sum(scaled)
                + sum(&|kind| log_p[kind] - (self.temperature + 1.0) * log_a[kind])
        };
        each(self.logits()).enumerate().map(density).sum()
    }

    /// Nothing: a density without bound says how near the corners steps came, not how well they chose.
    fn comparable_prior(&self) -> f64 {
        0.0
    }

    /// Halves the logits of a connection when one of its probabilities has all but vanished, as the paper's code does.
    fn settle(&mut self) {
        let weights = self.weights();
        let (logits, rest) = self.parameters.split_at_mut(weights * KINDS);
        for group in logits.chunks_exact_mut(KINDS).chain(rest[weights..].chunks_exact_mut(KINDS)) {
            if log_softmax([group[0], group[1], group[2]]).iter().any(|log| *log < LEAST) {
                group.iter_mut().for_each(|logit| *logit /= 2.0);
            }
        }
    }

    fn signs(&self) -> Option<Signs> {
        let neurons = self.size.neurons;
        let adjacency =
            emission::pre_first(&self.hard(), neurons).into_iter().map(|sign| sign as i8).collect();
        let log_p = self.log_probabilities();
        let mut probabilities = vec![[0.0; KINDS]; self.size.connections()];
        for (at, logs) in each(&log_p).enumerate() {
            probabilities[at % neurons * neurons + at / neurons] = log_softmax(logs).map(f64::exp);
        }
        Some(Signs { adjacency, probabilities })
    }
}

fn each(values: &[f64]) -> impl ExactSizeIterator<Item = [f64; KINDS]> {
    values.chunks_exact(KINDS).map(|group| [group[0], group[1], group[2]])
}

fn log_softmax(values: [f64; KINDS]) -> [f64; KINDS] {
    let sum = log_sum(values);
    values.map(|value| value - sum)
}

fn log_sum(values: [f64; KINDS]) -> f64 {
    let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    top + values.iter().map(|value| (value - top).exp()).sum::<f64>().ln()
}
