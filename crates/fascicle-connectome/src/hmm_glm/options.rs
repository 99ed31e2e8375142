//! How a model is fitted.

use super::prior::positive;
use super::{Basis, HmmGlmError, Link, Prior};

choice! {
    /// Between which posteriors weights are improved.
    #[derive(Default)]
    pub enum Schedule as "schedule" {
        /// Posteriors of all trials, then a round of steps on all of them: expectation–maximisation.
        #[default]
        Pooled = "pooled",
        /// Posterior of one trial, a round of steps on it, then the next trial: what the paper's code does. Transitions are
        /// then those of the last trial, and the prior counts anew for every trial, so that it weighs more the more there are.
        PerTrial = "per-trial",
    }
}

choice! {
    /// What a neuron's own history does to it: its weights on itself, and what rules them.
    #[derive(Default)]
    pub enum SelfHistory as "treatment of a neuron's own history" {
        /// The prior, as all other weights; `none` in the later code of the paper.
        #[default]
        AsOthers = "as-others",
        /// Nothing: these weights are 0.
        Zero = "zero",
        /// One weight for all states, without a prior, from 0; `shared_free` there.
        Shared = "shared",
        /// A weight for each state, without a prior, from 0; `free` there.
        Free = "free",
    }
}

/// Everything that a fit depends on besides counts. [`Options::new`] has the paper's values.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// S.
    pub states: usize,
    /// From drives to expected counts.
    pub link: Link,
    /// How long a spike is remembered.
    pub basis: Basis,
    /// What is believed of the weights.
    pub prior: Prior,
    /// In which order posteriors and steps come.
    pub schedule: Schedule,
    /// What a neuron's own history does to it.
    pub self_history: SelfHistory,
    /// Rounds of expectation–maximisation at most; with [`Schedule::PerTrial`] passes over all trials.
    pub iterations: usize,
    /// Gradient steps in each.
    pub steps: usize,
    /// Step size of Adam.
    pub rate: f64,
    /// A fit has converged when log-likelihood and prior together change by less than this share of themselves from one
    /// round to the next; 0 runs all rounds.
    pub tolerance: f64,
    /// Probability of staying in a state, at the start.
    pub stay: f64,
    /// Transition probabilities below this are raised to it before they are made to sum to 1. The paper's code takes
    /// softmax(max(log p, −8)), which is this with e^−8.
    pub floor: f64,
    /// Standard deviation of random weights (one-hot: logits) at the start, by which states come to differ. The paper's
    /// code starts at equal weights, where all states stay the same but for rounding.
    pub start_sd: f64,
    /// How many random starts; the best is kept.
    pub starts: usize,
    /// Of all random numbers.
    pub seed: u64,
}

impl Options {
    /// The paper's values for a model of so many states, and 30 rounds from one start.
    #[must_use]
    pub fn new(states: usize) -> Self {
        Self {
            states,
            link: Link::default(),
            basis: Basis::default(),
            prior: Prior::default(),
            schedule: Schedule::default(),
            self_history: SelfHistory::default(),
            iterations: 30,
            steps: 50,
            rate: 0.01,
            tolerance: 1e-6,
            stay: 0.98,
            floor: (-8.0f64).exp(),
            start_sd: 1.0 / 3.0,
            starts: 1,
            seed: 0,
        }
    }

    /// Another prior.
    #[must_use]
    pub fn prior(mut self, prior: Prior) -> Self {
        self.prior = prior;
        self
    }

    /// Another seed.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    pub(super) fn check(&self, neurons: usize) -> Result<(), HmmGlmError> {
        let bad = |name, value: String, expected| Err(HmmGlmError::BadOption { name, value, expected });
        for (name, count) in [("the number of states", self.states), ("the number of starts", self.starts)] {
            if count == 0 {
                return bad(name, count.to_string(), "at least 1");
            }
        }
        positive("the step size", self.rate)?;
        for (name, value) in
            [("the tolerance", self.tolerance), ("the standard deviation of the start", self.start_sd)]
        {
            if !(value.is_finite() && value >= 0.0) {
                return bad(name, value.to_string(), "a finite number from 0");
            }
        }
        for (name, value) in [("the probability of staying", self.stay), ("the floor", self.floor)] {
            if !(0.0..=1.0).contains(&value) {
                return bad(name, value.to_string(), "a number from 0 to 1");
            }
        }
        self.prior.check(neurons)
    }
}
