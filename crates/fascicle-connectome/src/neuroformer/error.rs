//! What can go wrong with spikes, their tokens and the network that reads them.

use std::io;
use std::path::PathBuf;

use burn::tensor::TensorReadError;
use fascicle_graph::GraphError;
use thiserror::Error;

/// Why spikes could not be tokenised, simulated, learned from or compared.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NeuroformerError {
    /// A spike of a neuron that nobody announced.
    #[error(
        "spike {spike} at {time} s is of neuron {neuron}: neurons are numbered 0 to {}; \
         leave it out, or build the vocabulary for more neurons",
        neurons - 1
    )]
    UnknownNeuron {
        /// Which spike, in order of time.
        spike: usize,
        /// When, seconds.
        time: f64,
        /// Its neuron.
        neuron: usize,
        /// How many neurons there are.
        neurons: usize,
    },

    /// A spike outside its recording.
    #[error(
        "spike {spike} of neuron {neuron} is at {time} s: times lie from 0 to below the duration, {duration} s"
    )]
    BadTime {
        /// Which spike, as given.
        spike: usize,
        /// Its neuron.
        neuron: usize,
        /// When, seconds.
        time: f64,
        /// Length of the recording, seconds.
        duration: f64,
    },

    /// An argument outside its domain.
    #[error("{name} is {value}; expected {expected}")]
    BadArgument {
        /// The argument.
        name: &'static str,
        /// What was given.
        value: String,
        /// What would do.
        expected: String,
    },

    /// Numbers whose count does not fit.
    #[error("{what} has {found} values; expected {expected}")]
    Count {
        /// What is of the wrong length.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length it needs, in words.
        expected: String,
    },

    /// A sequence that the model has no positions for.
    #[error(
        "a {what} of {found} tokens does not fit the model's block of {block}: cut windows for the model's blocks"
    )]
    TooLong {
        /// Which sequence.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The most there is room for.
        block: usize,
    },

    /// A model that is asked for something that it was not built with, or lacks its input.
    #[error("the model has {has} {part}, and the batch brings {brings}: {advice}")]
    Part {
        /// What the model has: "a" or "no".
        has: &'static str,
        /// The part.
        part: &'static str,
        /// What the batch has.
        brings: &'static str,
        /// What to do.
        advice: &'static str,
    },

    /// A loss that is no number any more.
    #[error("the loss is {loss} at step {step}: lower the learning rate, now {learning_rate}")]
    Diverged {
        /// The step, from 0.
        step: usize,
        /// The loss.
        loss: f64,
        /// The learning rate.
        learning_rate: f64,
    },

    /// A matrix that is not positive definite.
    #[error("{what} is not positive definite (pivot {pivot} of {size}): raise the ridge")]
    NotPositive {
        /// The matrix.
        what: &'static str,
        /// Where its factorisation failed, from 0.
        pivot: usize,
        /// Its size.
        size: usize,
    },

    /// A tensor that a file of parameters lacks, or has in another shape.
    #[error("{}: tensor `{name}` is {found}; expected {expected}", file.display())]
    Tensor {
        /// The file.
        file: PathBuf,
        /// The tensor.
        name: String,
        /// What is there.
        found: String,
        /// What should be.
        expected: String,
    },

    /// A file that is not a saved model.
    #[error("{} is no saved model: {problem}", file.display())]
    NotAModel {
        /// The file.
        file: PathBuf,
        /// What does not fit.
        problem: String,
    },

    /// A file that cannot be read or written.
    #[error("cannot {doing} {}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// "read" or "write".
        doing: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },

    /// A tensor that could not be read back.
    #[error("{what} could not be read from the device")]
    Read {
        /// What was read.
        what: &'static str,
        /// What the device says.
        #[source]
        source: TensorReadError,
    },

    /// The graph refuses something.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

impl NeuroformerError {
    pub(super) fn bad(name: &'static str, value: impl ToString, expected: impl Into<String>) -> Self {
        Self::BadArgument { name, value: value.to_string(), expected: expected.into() }
    }

    pub(super) fn read(what: &'static str) -> impl FnOnce(TensorReadError) -> Self {
        move |source| Self::Read { what, source }
    }
}
