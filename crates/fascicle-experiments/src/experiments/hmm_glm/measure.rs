//! One fit, held against the network that made the data.

use std::error::Error;

use fascicle_connectome::hmm::align;
use fascicle_connectome::hmm_glm::{HmmGlm, Options, Prior, Signs, Trial, fit};
use fascicle_connectome::neuroformer::{NeuroformerError, Ranking};
use fascicle_graph::ops::pearson;

use super::planted::Planted;
use crate::{Doing, ExperimentError};

/// The models that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variant {
    Flat,
    Gaussian,
    OneHot,
}

impl Variant {
    pub(super) const ALL: [Self; 3] = [Self::Flat, Self::Gaussian, Self::OneHot];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Flat => "no prior",
            Self::Gaussian => "Gaussian",
            Self::OneHot => "one-hot",
        }
    }

    fn prior(self) -> Prior {
        match self {
            Self::Flat => Prior::Flat,
            Self::Gaussian => Prior::gaussian(),
            Self::OneHot => Prior::one_hot(),
        }
    }
}

/// What a model says of trials that it has not seen, with its states named as the truth names them.
pub(super) struct Measured {
    /// Nats a trial.
    pub(super) log_likelihood: f64,
    /// Share of bins whose most probable state is the true one.
    pub(super) accuracy: f64,
    /// Correlation of all weights of all states with the true ones.
    pub(super) correlation: f64,
    /// How well pairs that are connected in some state are told from those that are in none: area under the curve. By the learned
    /// probability of a connection where there is one, else by the mean size of the weights of all states.
    pub(super) connected: f64,
    /// The most probable state of each bin, all trials one after the other.
    pub(super) states: Vec<usize>,
    pub(super) model: HmmGlm,
}

/// Fits a variant to the training trials, from so many starts in so many rounds, and measures it on the others.
pub(super) fn fitted(
    planted: &Planted,
    variant: Variant,
    [starts, iterations]: [usize; 2],
    seed: u64,
) -> Result<Measured, ExperimentError> {
    let options =
        Options { starts, iterations, seed, ..Options::new(planted.truth.states()).prior(variant.prior()) };
    let fit = fit(&planted.train, &options).doing(format!("fitting the model with {}", variant.name()))?;
    measure(planted, fit.model, fit.signs.as_ref()).doing("measuring a fit")
}

/// The true model, measured in the same way.
pub(super) fn truth(planted: &Planted) -> Result<Measured, ExperimentError> {
    measure(planted, planted.truth.clone(), None).doing("measuring the planted model")
}

fn measure(
    planted: &Planted,
    model: HmmGlm,
    signs: Option<&Signs>,
) -> Result<Measured, Box<dyn Error + Send + Sync>> {
    let (mut log_likelihood, mut found) = (0.0, Vec::new());
    for simulation in &planted.test {
        let posterior = model.posterior(&simulation.trial)?;
        log_likelihood += posterior.log_likelihood / planted.test.len() as f64;
        found.extend(posterior.most_probable());
    }
    let alignment = align(&planted.states(), &found, model.states())?;
    let model = model.reordered(&alignment.found_of())?;
    Ok(Measured {
        log_likelihood,
        accuracy: alignment.accuracy,
        correlation: pearson(model.weights(), planted.truth.weights()).unwrap_or(0.0),
        connected: connected(&planted.truth, &model, signs)?,
        states: alignment.apply(&found),
        model,
    })
}

/// How well pairs that are connected in some state of `truth` are told from all others.
fn connected(truth: &HmmGlm, model: &HmmGlm, signs: Option<&Signs>) -> Result<f64, NeuroformerError> {
    let scores: Vec<f64> = match signs {
        Some(signs) => signs.probabilities.iter().map(|[_, absent, _]| 1.0 - absent).collect(),
        None => sizes(model),
    };
    Ok(Ranking::new(scores.into_iter().zip(sizes(truth)).map(|(score, size)| (score, size > 0.0)))?.auroc())
}

/// Mean size of the weights of all states, `[post][pre]`.
fn sizes(model: &HmmGlm) -> Vec<f64> {
    let mut sizes = vec![0.0; model.neurons() * model.neurons()];
    for state in 0..model.states() {
        for (size, weight) in sizes.iter_mut().zip(model.weights_of(state)) {
            *size += weight.abs() / model.states() as f64;
        }
    }
    sizes
}

/// Spikes a bin and neuron of the training trials.
pub(super) fn mean_count(trials: &[Trial]) -> f64 {
    let counts = || trials.iter().flat_map(Trial::counts);
    counts().sum::<f64>() / counts().count().max(1) as f64
}
