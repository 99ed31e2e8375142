//! Weights of neurons on themselves that no prior rules.
//!
//! How a neuron recovers from a spike is not wiring, so that what is believed of connections need not hold for it.

use super::SelfHistory;

/// A weight on itself for each neuron, `[neuron]` or `[state][neuron]`; none where they are as all others, or 0.
pub(super) struct Own {
    neurons: usize,
    weights: Vec<f64>,
}

impl Own {
    /// All 0.
    pub(super) fn start(history: SelfHistory, states: usize, neurons: usize) -> Self {
        let count = match history {
            SelfHistory::AsOthers | SelfHistory::Zero => 0,
            SelfHistory::Shared => neurons,
            SelfHistory::Free => states * neurons,
        };
        Self { neurons, weights: vec![0.0; count] }
    }

    pub(super) fn weights(&mut self) -> &mut [f64] {
        &mut self.weights
    }

    /// These weights [state][pre][post], with the own ones on the diagonal of every state.
    pub(super) fn with(&self, mut weights: Vec<f64>) -> Vec<f64> {
        let states = weights.chunks_exact_mut(self.neurons * self.neurons);
        let diagonals = states.flat_map(|state| state.iter_mut().step_by(self.neurons + 1));
        for (weight, own) in diagonals.zip(self.weights.iter().cycle()) {
            *weight = *own;
        }
        weights
    }

    /// Slopes by the own weights of what has slopes `by_weight` [state][pre][post].
    pub(super) fn slopes(&self, by_weight: &[f64]) -> Vec<f64> {
        let mut slopes = vec![0.0; self.weights.len()];
        if slopes.is_empty() {
            return slopes;
        }
        let states = by_weight.chunks_exact(self.neurons * self.neurons);
        let diagonals = states.flat_map(|state| state.iter().step_by(self.neurons + 1));
        for (at, slope) in diagonals.enumerate() {
            slopes[at % self.weights.len()] += slope;
        }
        slopes
    }
}
