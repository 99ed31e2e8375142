//! What can go wrong, and what to do about it.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a graph could not be built, read, written or measured.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GraphError {
    /// A name that no node has.
    #[error("no node is called `{name}`{}", did_you_mean(nearest))]
    UnknownNode {
        /// The name asked for.
        name: String,
        /// Names that may have been meant.
        nearest: Vec<String>,
    },

    /// A name that no layer has.
    #[error("no layer is called `{name}`; this graph has {}", layers(known))]
    UnknownLayer {
        /// The name asked for.
        name: String,
        /// The layers that there are.
        known: Vec<String>,
    },

    /// An attribute that no node has.
    #[error("no node has an attribute `{name}`; the nodes have {}", listed(known))]
    UnknownAttribute {
        /// The name asked for.
        name: String,
        /// The attributes that there are.
        known: Vec<String>,
    },

    /// Two nodes of one name.
    #[error("two nodes are called `{name}`; names must be unique")]
    DuplicateNode {
        /// The name.
        name: String,
    },

    /// The same layer is once directed and once not.
    #[error("layer `{name}` is {}, not {}", direction(*directed), direction(!*directed))]
    LayerDirection {
        /// The layer.
        name: String,
        /// What it is already.
        directed: bool,
    },

    /// A number that is no weight.
    #[error("the edge {from} -> {to} has weight {weight}; expected {expected}")]
    BadWeight {
        /// Source (pre-synaptic) node.
        from: String,
        /// Target (post-synaptic) node.
        to: String,
        /// The number.
        weight: f64,
        /// What would do.
        expected: &'static str,
    },

    /// More nodes, edges or layers than the indices can number.
    #[error("{count} {what} are too many; at most {limit} fit")]
    TooMany {
        /// Nodes, edges or layers.
        what: &'static str,
        /// How many there would be.
        count: usize,
        /// How many may be.
        limit: usize,
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

    /// An iteration that did not settle.
    #[error(
        "{measure} still changes by {change:e} after {iterations} iterations, where {tolerance:e} is wanted; {advice}"
    )]
    NotConverged {
        /// What was computed.
        measure: &'static str,
        /// How many rounds were allowed.
        iterations: usize,
        /// What the last round changed (sum of absolute differences).
        change: f64,
        /// What it may change.
        tolerance: f64,
        /// What to do about it.
        advice: &'static str,
    },

    /// A system of equations whose solution was not reached.
    #[error(
        "{what} did not converge in {iterations} iterations; a relative residual of {residual:.1e} is left"
    )]
    Unsolved {
        /// What was computed.
        what: &'static str,
        /// How often it was improved.
        iterations: usize,
        /// What is left of the error.
        residual: f64,
    },

    /// Demands that no graph meets, or none that was found.
    #[error("{what} cannot be made: {why}")]
    Unsatisfiable {
        /// What was asked for.
        what: &'static str,
        /// What stands in the way, and what to change.
        why: String,
    },

    /// Events, or detections of them, that contradict themselves.
    #[error(transparent)]
    Event(#[from] crate::events::EventError),

    /// A file that does not follow its format.
    #[error("{}: {problem}", place(file, *line))]
    Format {
        /// The file.
        file: PathBuf,
        /// Its line or row, from 1, where that is known.
        line: Option<usize>,
        /// What is wrong with it, what was expected.
        problem: String,
    },

    /// A file that cannot be read or written.
    #[error("cannot {action} {}", file.display())]
    Io {
        /// `read` or `write`.
        action: &'static str,
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl GraphError {
    /// An argument outside its domain.
    pub(crate) fn argument(name: &'static str, value: impl ToString, expected: impl Into<String>) -> Self {
        Self::BadArgument { name, value: value.to_string(), expected: expected.into() }
    }
}

fn place(file: &std::path::Path, line: Option<usize>) -> String {
    // a text that was never a file has no name
    match (line, file.as_os_str().is_empty()) {
        (Some(line), false) => format!("{}, line {line}", file.display()),
        (Some(line), true) => format!("line {line}"),
        (None, false) => file.display().to_string(),
        (None, true) => "the graph".to_owned(),
    }
}

fn direction(directed: bool) -> &'static str {
    if directed { "directed" } else { "undirected" }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The names of layers; a graph that knows no layers has one without a name.
fn layers(names: &[String]) -> String {
    match names {
        [only] if only.is_empty() => "one layer, which has no name".to_owned(),
        names if names.iter().any(String::is_empty) => {
            let named: Vec<String> = names.iter().filter(|name| !name.is_empty()).cloned().collect();
            format!("{} and one without a name", listed(&named))
        }
        names => listed(names),
    }
}

fn did_you_mean(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; did you mean {}?", listed(nearest)) }
}
