//! What can go wrong with a circuit, a body or its training, and what to do about it.

use fascicle_graph::GraphError;
use thiserror::Error;

/// Why a swimmer could not be built, moved or trained.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SwimmerError {
    /// A setting outside its domain.
    #[error("{name} is {value}; expected {expected}")]
    BadSetting {
        /// The setting.
        name: &'static str,
        /// What was given.
        value: String,
        /// What would do.
        expected: &'static str,
    },

    /// More joints that turn than there are joints.
    #[error("{turn} joints are to turn, but the body has {joints}; let at most {joints} turn")]
    TurnJoints {
        /// Joints with a turn input.
        turn: usize,
        /// Joints of the body.
        joints: usize,
    },

    /// A policy for another body.
    #[error(
        "the policy moves {policy} joints, the body has {body}; build the policy for {body} joints, or a body of {policy}"
    )]
    Joints {
        /// Joints that the policy moves.
        policy: usize,
        /// Joints of the body.
        body: usize,
    },

    /// An array of another length than its shape asks for.
    #[error("{what}: {found} values are there; expected {rows} × {columns} ({axes})")]
    Shape {
        /// The array.
        what: &'static str,
        /// Values found.
        found: usize,
        /// Rows needed.
        rows: usize,
        /// Columns needed.
        columns: usize,
        /// What rows and columns are.
        axes: &'static str,
    },

    /// A number that is none.
    #[error("{what} is {value}; expected a finite number")]
    NotFinite {
        /// The number: which angle or torque, of which episode.
        what: String,
        /// What it is.
        value: f64,
    },

    /// A batch without episodes.
    #[error("the batch has no episodes; expected at least one")]
    NoEpisodes,

    /// An episode that the batch does not have.
    #[error("there is no episode {episode}; the batch has {episodes}, counted from 0")]
    NoEpisode {
        /// The episode asked for.
        episode: usize,
        /// How many there are.
        episodes: usize,
    },

    /// Control signals given where no input takes them, or missing where one does.
    #[error("the circuit has {inputs}; {advice}")]
    Controls {
        /// Which inputs it has.
        inputs: &'static str,
        /// What to do.
        advice: &'static str,
    },

    /// Parameters of another policy.
    #[error("{found} parameters are given; this policy has {needed}")]
    ParameterCount {
        /// How many came.
        found: usize,
        /// How many are needed.
        needed: usize,
    },

    /// A parameter that is no number.
    #[error("parameter {index} (`{name}`) is {value}; expected a finite number")]
    BadParameter {
        /// Its index.
        index: usize,
        /// Its name.
        name: String,
        /// Its value.
        value: f64,
    },

    /// A graph that is not part of this circuit.
    #[error(
        "the graph has a {layer} edge {from} -> {to}, which the circuit has not; only edges of `to_graph` can be kept"
    )]
    ForeignEdge {
        /// The edge's layer.
        layer: String,
        /// Its source.
        from: String,
        /// Its target.
        to: String,
    },

    /// A fitness that cannot be ranked.
    #[error(
        "generation {generation}: the fitness of candidate {candidate} is {fitness}; expected a finite number"
    )]
    Fitness {
        /// The generation, from 0.
        generation: usize,
        /// The candidate, from 0.
        candidate: usize,
        /// Its fitness.
        fitness: f64,
    },

    /// The graph refuses something.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

impl SwimmerError {
    pub(super) fn setting(name: &'static str, value: impl ToString, expected: &'static str) -> Self {
        Self::BadSetting { name, value: value.to_string(), expected }
    }
}

/// An error unless `value` is a finite number above 0.
pub(super) fn positive(name: &'static str, value: f64) -> Result<(), SwimmerError> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(SwimmerError::setting(name, value, "a positive number"))
}
