//! What can be wrong with counts, options and parameters.

use fascicle_graph::GraphError;
use thiserror::Error;

use crate::hmm::HmmError;

/// Why a model cannot be made, fitted or used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HmmGlmError {
    /// Nothing to fit.
    #[error("no trials; expected at least one")]
    NoTrials,

    /// Counts that are no table.
    #[error(
        "{found} spike counts do not make rows of {neurons} neurons; give at least one bin, one count for each neuron"
    )]
    Ragged {
        /// How many counts there are.
        found: usize,
        /// How many neurons there should be.
        neurons: usize,
    },

    /// Something that is no count.
    #[error("bin {bin}, neuron {neuron}: the count is {value}; expected a whole number from 0 to 2^53")]
    BadCount {
        /// The bin, from 0.
        bin: usize,
        /// The neuron, from 0.
        neuron: usize,
        /// What is there.
        value: f64,
    },

    /// A trial of other neurons.
    #[error(
        "trial {trial} has {found} neurons, the others or the model {expected}; leave out what is not in all"
    )]
    Neurons {
        /// The trial, from 0.
        trial: usize,
        /// How many it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },

    /// Parameters that do not fit together.
    #[error("{what}: {found} values are there; expected {expected}")]
    Shape {
        /// Which.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there should be, as a product.
        expected: String,
    },

    /// A parameter that is no number of its kind.
    #[error("{what}, value {index}: {value} is there; expected {expected}")]
    BadValue {
        /// Which array.
        what: &'static str,
        /// Where in it, from 0.
        index: usize,
        /// What is there.
        value: f64,
        /// What should be there.
        expected: &'static str,
    },

    /// An option outside its domain.
    #[error("{name} is {value}; expected {expected}")]
    BadOption {
        /// The option.
        name: &'static str,
        /// What was given.
        value: String,
        /// What would do.
        expected: &'static str,
    },

    /// A neuron named twice.
    #[error("the neuron `{name}` is named twice; name each column of the counts once")]
    DuplicateName {
        /// The name.
        name: String,
    },

    /// A simulation that runs away.
    #[error(
        "bin {bin}, neuron {neuron}: the expected count has grown to {rate}; make excitation weaker, or use the sigmoid link"
    )]
    Explodes {
        /// The bin, from 0.
        bin: usize,
        /// The neuron, from 0.
        neuron: usize,
        /// The expected count.
        rate: f64,
    },

    /// The chain of states refuses something.
    #[error(transparent)]
    Hmm(#[from] HmmError),

    /// The connectome refuses something.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

/// Fails on the first value that will not do.
pub(super) fn all(
    what: &'static str,
    values: &[f64],
    expected: &'static str,
    good: impl Fn(f64) -> bool,
) -> Result<(), HmmGlmError> {
    match values.iter().position(|value| !good(*value)) {
        Some(index) => Err(HmmGlmError::BadValue { what, index, value: values[index], expected }),
        None => Ok(()),
    }
}

/// Fails unless there are as many values as the factors say.
pub(super) fn shape(what: &'static str, found: usize, factors: &[usize]) -> Result<(), HmmGlmError> {
    if found == factors.iter().product::<usize>() {
        return Ok(());
    }
    let factors: Vec<String> = factors.iter().map(ToString::to_string).collect();
    Err(HmmGlmError::Shape { what, found, expected: factors.join(" × ") })
}
