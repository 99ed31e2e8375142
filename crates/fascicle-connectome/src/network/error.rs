//! What can go wrong when a network is made, trained or looked into.

use fascicle_graph::GraphError;
use thiserror::Error;

use crate::hmm::HmmError;

/// Why a network, or what it is trained on, cannot be had.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// An argument outside its domain.
    #[error("{name} is {value}; expected {expected}")]
    BadArgument {
        /// The argument.
        name: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        expected: String,
    },

    /// A linear chain of hidden states so long that staying would have a negative probability.
    #[error(
        "a linear chain of {states} states moves to each neighbour with probability .05^(1/{}) = {step:.4}, which leaves \
         {stay:.4} for staying in a middle state; take 2 to 5 states, or give the matrices to `Hmm::new`",
        states - 1
    )]
    NegativeStay {
        /// States asked for.
        states: usize,
        /// The probability of a move to one neighbour.
        step: f64,
        /// What would be left for staying.
        stay: f64,
    },

    /// Numbers that do not fill their shape, or shapes that do not fit together.
    #[error("{what} has {found}; expected {expected}")]
    Shape {
        /// What has the wrong shape.
        what: &'static str,
        /// Its shape.
        found: String,
        /// What was expected.
        expected: String,
    },

    /// A number that is none any more.
    #[error("{what} is no longer finite after {step} steps; lower the learning rate, or take another seed")]
    NotFinite {
        /// What it was.
        what: &'static str,
        /// When it was noticed.
        step: usize,
    },

    /// Numbers that did not come back from a device.
    #[error("cannot read {what} from the device: {problem}")]
    Read {
        /// What was read.
        what: &'static str,
        /// What the device says.
        problem: String,
    },

    /// A chain of hidden states, or what it emits, is none.
    #[error(transparent)]
    Hmm(#[from] HmmError),

    /// The spectrum of a matrix could not be computed.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

impl NetworkError {
    /// An argument outside its domain.
    pub(crate) fn argument(name: &'static str, value: impl ToString, expected: impl Into<String>) -> Self {
        Self::BadArgument { name, value: value.to_string(), expected: expected.into() }
    }

    /// Fails unless `good`.
    pub(crate) fn unless(
        good: bool,
        name: &'static str,
        value: impl ToString,
        expected: &str,
    ) -> Result<(), Self> {
        if good { Ok(()) } else { Err(Self::argument(name, value, expected)) }
    }

    /// Fails unless `found` numbers are there.
    pub(crate) fn count(what: &'static str, found: usize, expected: usize) -> Result<(), Self> {
        if found == expected {
            return Ok(());
        }
        Err(Self::Shape { what, found: format!("{found} numbers"), expected: expected.to_string() })
    }
}
