//! What can be wrong with a chain or with what it is to explain.

use thiserror::Error;

/// Why a hidden Markov chain cannot be made or used.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum HmmError {
    /// A chain without states.
    #[error("a chain without states; expected at least one")]
    NoStates,

    /// Arrays that do not fit together.
    #[error("{what}: {found} values are there; expected {expected}")]
    Shape {
        /// Which array.
        what: &'static str,
        /// How many values it has.
        found: usize,
        /// How many it should have.
        expected: String,
    },

    /// Something that is no probability.
    #[error("{what}: number {index} is {value}; expected a probability from 0 to 1")]
    BadProbability {
        /// Which distribution.
        what: String,
        /// Where in it, from 0.
        index: usize,
        /// What is there.
        value: f64,
    },

    /// Probabilities that are not those of one thing.
    #[error("{what}: the probabilities sum to {sum}; divide them by it to make it 1")]
    NotNormalised {
        /// Which distribution.
        what: String,
        /// Their sum.
        sum: f64,
    },

    /// A log probability that is none.
    #[error(
        "bin {bin}, state {state}: the log emission probability is {value}; expected a number, or −∞ for what cannot be"
    )]
    BadEmission {
        /// The bin, from 0.
        bin: usize,
        /// The state, from 0.
        state: usize,
        /// What is there.
        value: f64,
    },

    /// Observations that no path of states can have made.
    #[error(
        "no path of states explains bins 0 to {bin}: each has probability 0; \
         allow the transitions or emissions that occur"
    )]
    Impossible {
        /// The first bin that cannot be explained.
        bin: usize,
    },

    /// A chain that ends in one of several places.
    #[error(
        "the chain ends in one of {classes} groups of states that it never leaves, so its stationary distribution \
         depends on where it starts; use a part of the chain with one such group"
    )]
    NotUnique {
        /// How many closed classes there are.
        classes: usize,
    },

    /// A state that the chain does not have.
    #[error("bin {bin}: state {state} is there; states are numbered from 0 to {}", states - 1)]
    StateOutOfRange {
        /// The bin, from 0.
        bin: usize,
        /// The state.
        state: usize,
        /// How many states there are.
        states: usize,
    },

    /// Numbers that are not those of all states.
    #[error("{order:?} is no order of {states} states; it must have each number from 0 to {} once", states - 1)]
    NotAnOrder {
        /// What was given.
        order: Vec<usize>,
        /// How many states there are.
        states: usize,
    },
}
