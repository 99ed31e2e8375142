//! The model: biases, weights and a chain of states.

use rand::SeedableRng;
use rand::rngs::StdRng;
use rayon::prelude::*;

use super::error::{all, shape};
use super::trial::Prepared;
use super::{Basis, HmmGlmError, Link, Trial, draw, emission};
use crate::hmm::{Chain, Path, Posterior, forward_backward, viterbi};

/// Expected counts above this are taken for a simulation that has run away.
const RUNAWAY: f64 = 1e5;

/// Spike counts of N neurons that drive each other by weights which depend on a hidden state of S.
///
/// x(t, n) ~ Poisson(f(b_n + Σ_m W_z(t)[n, m] c(t, m))), where c is the history of counts convolved with the basis and z a
/// Markov chain (paper, eq. 1–2).
#[derive(Clone, Debug, PartialEq)]
pub struct HmmGlm {
    pub(super) link: Link,
    pub(super) basis: Basis,
    pub(super) chain: Chain,
    pub(super) bias: Vec<f64>,
    /// [state][post][pre]
    pub(super) weights: Vec<f64>,
}

/// States and counts of a simulation.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    /// The state of each bin.
    pub states: Vec<usize>,
    /// The counts.
    pub trial: Trial,
}

impl HmmGlm {
    /// A model with these parameters: `bias` `[neuron]`, shared by all states, and `weights` `[state][post][pre]`.
    ///
    /// # Errors
    /// [`HmmGlmError::Shape`] and [`HmmGlmError::BadValue`] for parameters that do not fit or are not finite.
    pub fn new(
        link: Link,
        basis: Basis,
        chain: Chain,
        bias: Vec<f64>,
        weights: Vec<f64>,
    ) -> Result<Self, HmmGlmError> {
        if bias.is_empty() {
            return Err(HmmGlmError::Shape { what: "biases", found: 0, expected: "at least one".to_owned() });
        }
        shape("weights", weights.len(), &[chain.states(), bias.len(), bias.len()])?;
        all("biases", &bias, "a finite number", f64::is_finite)?;
        all("weights", &weights, "a finite number", f64::is_finite)?;
        Ok(Self { link, basis, chain, bias, weights })
    }

    /// S.
    #[must_use]
    pub fn states(&self) -> usize {
        self.chain.states()
    }

    /// N.
    #[must_use]
    pub fn neurons(&self) -> usize {
        self.bias.len()
    }

    /// The link.
    #[must_use]
    pub fn link(&self) -> Link {
        self.link
    }

    /// The basis.
    #[must_use]
    pub fn basis(&self) -> &Basis {
        &self.basis
    }

    /// Initial and transition probabilities of the states.
    #[must_use]
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Biases, `[neuron]`.
    #[must_use]
    pub fn bias(&self) -> &[f64] {
        &self.bias
    }

    /// Weights, `[state][post][pre]`.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Weights of one state, `[post][pre]`.
    ///
    /// # Panics
    /// When there is no such state.
    #[must_use]
    pub fn weights_of(&self, state: usize) -> &[f64] {
        let size = self.neurons() * self.neurons();
        &self.weights[state * size..][..size]
    }

    /// log p(counts of a bin | its state, the past), `[bin][state]`. O(T S N²), less where neurons are silent.
    ///
    /// # Errors
    /// [`HmmGlmError::Neurons`].
    pub fn log_emission(&self, trial: &Trial) -> Result<Vec<f64>, HmmGlmError> {
        Trial::check(std::slice::from_ref(trial), Some(self.neurons()))?;
        Ok(emission::log_emission(
            self.link,
            &self.bias,
            &emission::pre_first(&self.weights, self.neurons()),
            &Prepared::new(trial, &self.basis),
        ))
    }

    /// Posterior of states and transitions, and the log-likelihood of the trial. O(T S (N² + S)).
    ///
    /// # Errors
    /// [`HmmGlmError::Neurons`]; [`HmmGlmError::Hmm`] when the chain forbids what happened.
    pub fn posterior(&self, trial: &Trial) -> Result<Posterior, HmmGlmError> {
        Ok(forward_backward(&self.chain, &self.log_emission(trial)?)?)
    }

    /// The most probable path of states as a whole; [`Posterior::most_probable`] takes each bin by itself.
    ///
    /// # Errors
    /// As [`HmmGlm::posterior`].
    pub fn viterbi(&self, trial: &Trial) -> Result<Path, HmmGlmError> {
        Ok(viterbi(&self.chain, &self.log_emission(trial)?)?)
    }

    /// log p(counts) of each trial, over all paths of states: the measure for trials that the fit has not seen.
    ///
    /// # Errors
    /// As [`HmmGlm::posterior`]; [`HmmGlmError::NoTrials`].
    pub fn log_likelihoods(&self, trials: &[Trial]) -> Result<Vec<f64>, HmmGlmError> {
        Trial::check(trials, Some(self.neurons()))?;
        trials.par_iter().map(|trial| Ok(self.posterior(trial)?.log_likelihood)).collect()
    }

    /// The model whose state `s` is this one's state `order[s]`; see
    /// [`Alignment::found_of`](crate::hmm::Alignment::found_of).
    ///
    /// # Errors
    /// [`HmmGlmError::Hmm`] when `order` is no permutation.
    pub fn reordered(&self, order: &[usize]) -> Result<Self, HmmGlmError> {
        let chain = self.chain.reordered(order)?;
        let weights = order.iter().flat_map(|&state| self.weights_of(state)).copied().collect();
        Ok(Self { chain, weights, ..self.clone() })
    }

    /// So many bins of counts, from silence.
    ///
    /// # Errors
    /// [`HmmGlmError::Ragged`] for no bins; [`HmmGlmError::Explodes`] when an expected count passes 100,000, as excitation
    /// under the softplus link can make it.
    pub fn simulate(&self, bins: usize, seed: u64) -> Result<Simulation, HmmGlmError> {
        let mut rng = StdRng::seed_from_u64(seed);
        let neurons = self.neurons();
        let states = self.chain.sample_with(bins, &mut rng);
        let mut counts: Vec<f64> = Vec::with_capacity(bins * neurons);
        let mut history = vec![0.0; neurons];
        for (bin, &state) in states.iter().enumerate() {
            history.fill(0.0);
            for (lag, influence) in self.basis.values().iter().enumerate().take(bin) {
                let before = &counts[(bin - lag - 1) * neurons..][..neurons];
                for (sum, count) in history.iter_mut().zip(before) {
                    *sum += influence * count;
                }
            }
            for (neuron, row) in self.weights_of(state).chunks_exact(neurons).enumerate() {
                let drive: f64 = row.iter().zip(&history).map(|(weight, past)| weight * past).sum();
                let rate = self.link.rate(self.bias[neuron] + drive);
                if rate > RUNAWAY {
                    return Err(HmmGlmError::Explodes { bin, neuron, rate });
                }
                counts.push(draw::poisson(rate, &mut rng));
            }
        }
        Ok(Simulation { states, trial: Trial::new(counts, neurons)? })
    }
}
