//! Expectation–maximisation: posteriors of states, then steps of the weights uphill, in turn.

use std::ops::ControlFlow;

use rand::SeedableRng;
use rand::rngs::StdRng;
use rayon::prelude::*;

use super::form::{self, Form, Signs};
use super::own::Own;
use super::trial::Prepared;
use super::{HmmGlm, HmmGlmError, Options, Schedule, Trial, emission};
use crate::adam::Adam;
use crate::hmm::{Chain, Posterior, forward_backward};

/// With fewer expected bins than this a state was never visited, and fewer expected transitions say nothing of a row.
const UNVISITED: f64 = 1e-3;

/// One round of one start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Iteration {
    /// Which start, from 0.
    pub start: usize,
    /// Which round of it, from 0.
    pub number: usize,
    /// Log-likelihood of all trials before the round's steps. With [`Schedule::PerTrial`] that of each trial when its turn
    /// comes.
    pub log_likelihood: f64,
    /// Log density of the weights under the prior, then.
    pub log_prior: f64,
}

/// Why a fit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Nothing changed any more, by [`Options::tolerance`].
    Converged,
    /// All rounds were run.
    Iterations,
    /// The caller wanted no more.
    Caller,
}

/// A fitted model and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The model of the best start.
    pub model: HmmGlm,
    /// Its log-likelihood of the trials it was fitted to.
    pub log_likelihood: f64,
    /// Signs and their probabilities, of a one-hot fit.
    pub signs: Option<Signs>,
    /// Every round of the best start.
    pub iterations: Vec<Iteration>,
    /// Why the best start ended.
    pub stopped: Stopped,
    /// Neurons that never fire: their bias falls for as long as steps go on, and weights from them are the prior's alone.
    pub silent: Vec<usize>,
    /// Neurons that fire more often than the link can say ([`Link::ceiling`](super::Link::ceiling)): their bias rises for
    /// as long as steps go on; the softplus link would do.
    pub saturated: Vec<usize>,
    /// States with hardly any probability in any bin (below 0.001 bins in all): their weights are the prior's and their
    /// row of transitions is as it was.
    pub unvisited: Vec<usize>,
}

/// Fits a model to trials. See [`fit_watched`].
///
/// # Errors
/// As [`fit_watched`].
pub fn fit(trials: &[Trial], options: &Options) -> Result<Fit, HmmGlmError> {
    fit_watched(trials, options, &mut |_| ControlFlow::Continue(()))
}

/// Fits a model to trials, tells `watch` of every round, and ends where it says so.
///
/// Each round takes the posterior of states of every trial (in parallel), sets transitions to their expected shares,
/// and climbs the expected log-likelihood plus log prior by [`Options::steps`] steps of Adam, whose memory lasts over
/// rounds. Biases start at the drive of each neuron's mean count; initial probabilities stay uniform. The same seed gives
/// the same model, whatever the number of threads. Time per step O(T S N²) at first and O(T N²) once states are told apart.
///
/// Of several starts the one with the highest log-likelihood plus log prior is kept; for one-hot fits the likelihood alone
/// decides. When the caller ends the fit, starts that have not begun are left out.
///
/// # Errors
/// [`HmmGlmError::NoTrials`], [`HmmGlmError::Neurons`]; [`HmmGlmError::BadOption`], [`HmmGlmError::BadValue`] and
/// [`HmmGlmError::Shape`] for options outside their domain; [`HmmGlmError::Hmm`] when transitions that `stay` and `floor`
/// make impossible are needed.
pub fn fit_watched(
    trials: &[Trial],
    options: &Options,
    watch: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
) -> Result<Fit, HmmGlmError> {
    let neurons = Trial::check(trials, None)?;
    options.check(neurons)?;
    let prepared = Prepared::all(trials, &options.basis);
    let means = mean_counts(trials, neurons);
    let mut seeds = StdRng::seed_from_u64(options.seed);
    let mut best: Option<(f64, Fit)> = None;
    for start in 0..options.starts {
        let rng = StdRng::from_rng(&mut seeds);
        let mut climb = Climb::start(options, &prepared, &means, rng)?;
        let (iterations, stopped) = climb.run(start, watch)?;
        let score = climb.form.comparable_prior();
        let fit = climb.finish(&means, iterations, stopped)?;
        let score = score + fit.log_likelihood;
        if best.as_ref().is_none_or(|(before, _)| score > *before) {
            best = Some((score, fit));
        }
        if stopped == Stopped::Caller {
            break;
        }
    }
    // invariant: there is at least one start, and each gives a fit.
    Ok(best.expect("a start").1)
}

/// One start on its way.
struct Climb<'a> {
    options: &'a Options,
    trials: &'a [Prepared<'a>],
    chain: Chain,
    bias: Vec<f64>,
    own: Own,
    form: Box<dyn Form>,
    adam: Adam,
    rng: StdRng,
}

impl<'a> Climb<'a> {
    fn start(
        options: &'a Options,
        trials: &'a [Prepared<'a>],
        means: &[f64],
        mut rng: StdRng,
    ) -> Result<Self, HmmGlmError> {
        let mut form = form::start(options, means.len(), &mut rng);
        let mut own = Own::start(options.self_history, options.states, means.len());
        let parameters = means.len() + own.weights().len() + form.parameters().len();
        let adam = Adam::new(options.rate, parameters);
        let bias = means.iter().map(|mean| options.link.drive(*mean)).collect();
        Ok(Self {
            options,
            trials,
            chain: Chain::sticky(options.states, options.stay)?,
            bias,
            own,
            form,
            adam,
            rng,
        })
    }

    fn run(
        &mut self,
        start: usize,
        watch: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
    ) -> Result<(Vec<Iteration>, Stopped), HmmGlmError> {
        let mut iterations: Vec<Iteration> = Vec::new();
        let mut before: Option<f64> = None;
        for number in 0..self.options.iterations {
            let (log_prior, comparable) = (self.form.log_prior(), self.form.comparable_prior());
            let log_likelihood = match self.options.schedule {
                Schedule::Pooled => self.round(self.trials)?,
                Schedule::PerTrial => {
                    let mut sum = 0.0;
                    for trial in self.trials.chunks(1) {
                        sum += self.round(trial)?;
                    }
                    sum
                }
            };
            let iteration = Iteration { start, number, log_likelihood, log_prior };
            iterations.push(iteration);
            if watch(&iteration).is_break() {
                return Ok((iterations, Stopped::Caller));
            }
            let now = log_likelihood + comparable;
            let settled = |before: f64| (now - before).abs() < self.options.tolerance * now.abs();
            if before.is_some_and(settled) {
                return Ok((iterations, Stopped::Converged));
            }
            before = Some(now);
        }
        Ok((iterations, Stopped::Iterations))
    }

    /// Posteriors of these trials, then transitions and weights that suit them; the log-likelihood before that.
    fn round(&mut self, trials: &[Prepared<'_>]) -> Result<f64, HmmGlmError> {
        let expected = self.own.with(self.form.expected());
        let posteriors = posteriors(self.options, &self.chain, &self.bias, &expected, trials)?;
        let log_likelihood = posteriors.iter().map(|posterior| posterior.log_likelihood).sum();
        self.chain = transitions(&self.chain, &posteriors, self.options.floor)?;
        let states: Vec<Vec<f64>> = posteriors.into_iter().map(|posterior| posterior.states).collect();
        let mut parameters = self.bias.clone();
        parameters.extend_from_slice(self.own.weights());
        parameters.extend_from_slice(self.form.parameters());
        for _ in 0..self.options.steps {
            self.form.redraw(&mut self.rng);
            let weights = self.own.with(self.form.drawn());
            let slopes = emission::slopes(self.options.link, &self.bias, &weights, trials, &states);
            let mut all = slopes.bias;
            all.extend(self.own.slopes(&slopes.weights));
            all.extend(self.form.slopes(&slopes.weights));
            self.adam.climb(&mut parameters, &all);
            let (bias, rest) = parameters.split_at_mut(self.bias.len());
            self.bias.copy_from_slice(bias);
            let (own, rest) = rest.split_at_mut(self.own.weights().len());
            self.own.weights().copy_from_slice(own);
            self.form.parameters().copy_from_slice(rest);
            self.form.settle();
            rest.copy_from_slice(self.form.parameters());
        }
        Ok(log_likelihood)
    }

    fn finish(self, means: &[f64], iterations: Vec<Iteration>, stopped: Stopped) -> Result<Fit, HmmGlmError> {
        let chosen = self.own.with(self.form.chosen());
        let posteriors = posteriors(self.options, &self.chain, &self.bias, &chosen, self.trials)?;
        let states = self.options.states;
        let mut visits = vec![0.0; states];
        for bin in posteriors.iter().flat_map(|posterior| posterior.states.chunks_exact(states)) {
            for (visits, probability) in visits.iter_mut().zip(bin) {
                *visits += probability;
            }
        }
        let weights = emission::pre_first(&chosen, means.len());
        let which = |wanted: &dyn Fn(f64) -> bool, values: &[f64]| -> Vec<usize> {
            values.iter().enumerate().filter(|(_, value)| wanted(**value)).map(|(at, _)| at).collect()
        };
        let ceiling = self.options.link.ceiling();
        Ok(Fit {
            model: HmmGlm::new(
                self.options.link,
                self.options.basis.clone(),
                self.chain,
                self.bias,
                weights,
            )?,
            log_likelihood: posteriors.iter().map(|posterior| posterior.log_likelihood).sum(),
            signs: self.form.signs(),
            iterations,
            stopped,
            silent: which(&|mean| mean == 0.0, means),
            saturated: which(&|mean| mean > ceiling, means),
            unvisited: which(&|visits| visits < UNVISITED, &visits),
        })
    }
}

fn posteriors(
    options: &Options,
    chain: &Chain,
    bias: &[f64],
    weights: &[f64],
    trials: &[Prepared<'_>],
) -> Result<Vec<Posterior>, HmmGlmError> {
    let one = |trial: &Prepared<'_>| {
        Ok(forward_backward(chain, &emission::log_emission(options.link, bias, weights, trial))?)
    };
    trials.par_iter().map(one).collect()
}

/// Expected shares of transitions, none below the floor. A row that was never left stays as it is: 0 / 0 says nothing.
fn transitions(chain: &Chain, posteriors: &[Posterior], floor: f64) -> Result<Chain, HmmGlmError> {
    let states = chain.states();
    let mut transition = chain.transition().to_vec();
    for (from, row) in transition.chunks_exact_mut(states).enumerate() {
        let mut counts = vec![0.0; states];
        for posterior in posteriors {
            for (count, expected) in counts.iter_mut().zip(&posterior.transitions[from * states..]) {
                *count += expected;
            }
        }
        let sum: f64 = counts.iter().sum();
        if sum < UNVISITED {
            continue;
        }
        for (probability, count) in row.iter_mut().zip(&counts) {
            *probability = (count / sum).max(floor);
        }
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|probability| *probability /= sum);
    }
    Ok(Chain::new(chain.initial().to_vec(), transition)?)
}

/// Mean count of each neuron in a bin.
fn mean_counts(trials: &[Trial], neurons: usize) -> Vec<f64> {
    let bins: usize = trials.iter().map(Trial::bins).sum();
    let mut means = vec![0.0; neurons];
    for row in trials.iter().flat_map(|trial| trial.counts().chunks_exact(neurons)) {
        for (mean, count) in means.iter_mut().zip(row) {
            *mean += count / bins as f64;
        }
    }
    means
}
