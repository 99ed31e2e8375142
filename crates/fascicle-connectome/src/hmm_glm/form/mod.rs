//! The parameters behind the weights, and how slopes by weights become slopes by parameters.
//!
//! Weights are [state][pre][post] here, as in [`emission`](super::emission).

mod free;
mod one_hot;

use rand::rngs::StdRng;

use self::free::Free;
use self::one_hot::Signed;
use super::{Options, Prior, SelfHistory};

/// Parameters, the weights they stand for, and what the prior says of them.
pub(super) trait Form: Send + Sync {
    /// The parameters that steps change.
    fn parameters(&mut self) -> &mut [f64];

    /// New random numbers for the next step, where weights are random.
    fn redraw(&mut self, _rng: &mut StdRng) {}

    /// The weights of the present parameters and random numbers.
    fn drawn(&self) -> Vec<f64>;

    /// The weights without randomness, for posteriors.
    fn expected(&self) -> Vec<f64>;

    /// The weights of the fitted model.
    fn chosen(&self) -> Vec<f64> {
        self.expected()
    }

    /// Slopes by the parameters of (what has slopes `by_weight` at [`Form::drawn`]) + [`Form::log_prior`].
    fn slopes(&self, by_weight: &[f64]) -> Vec<f64>;

    /// Log density of the weights under the prior.
    fn log_prior(&self) -> f64;

    /// The part of the log prior by which fits can be compared.
    fn comparable_prior(&self) -> f64 {
        self.log_prior()
    }

    /// Puts right what a step left out of bounds.
    fn settle(&mut self) {}

    /// Signs of connections and their probabilities, where the form has them.
    fn signs(&self) -> Option<Signs> {
        None
    }
}

/// What the one-hot variant found beside weights. Of a neuron's connection to itself it says something with
/// [`SelfHistory::AsOthers`] alone; else that has the sign 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Signs {
    /// −1, 0 or 1 for each connection, `[state][post][pre]`.
    pub adjacency: Vec<i8>,
    /// Probabilities shared by states, `[post][pre][inhibitory, absent, excitatory]`.
    pub probabilities: Vec<[f64; 3]>,
}

/// The form that a prior asks for, at a random start.
pub(super) fn start(options: &Options, neurons: usize, rng: &mut StdRng) -> Box<dyn Form> {
    let self_history = options.self_history == SelfHistory::AsOthers;
    let size = Size { states: options.states, neurons, self_history };
    match &options.prior {
        Prior::Flat => Box::new(Free::start(size, options.start_sd, None, rng)),
        Prior::Gaussian(prior) => Box::new(Free::start(size, options.start_sd, Some(prior), rng)),
        Prior::OneHot(prior) => Box::new(Signed::start(size, options.start_sd, prior, rng)),
    }
}

/// S, N, and whether a neuron's weights on itself are among the form's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) states: usize,
    pub(super) neurons: usize,
    pub(super) self_history: bool,
}

impl Size {
    /// Connections of one state.
    pub(super) fn connections(self) -> usize {
        self.neurons * self.neurons
    }

    /// Clears what belongs to a neuron's connection to itself, where that is not the form's.
    pub(super) fn mask(self, by_weight: &mut [f64]) {
        if self.self_history {
            return;
        }
        for state in by_weight.chunks_exact_mut(self.connections()) {
            state.iter_mut().step_by(self.neurons + 1).for_each(|value| *value = 0.0);
        }
    }
}
