//! What can go wrong, and what to do about it.

use std::io;
use std::path::PathBuf;

use fascicle_graph::GraphError;
use thiserror::Error;

use crate::{ConnectomeFormat, Place};

/// Why a connectome could not be read or compared.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConnectomeError {
    /// A file that cannot be read.
    #[error("cannot read {}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },

    /// A file that cannot be written.
    #[error("cannot write {}", file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },

    /// A file with nothing in it.
    #[error("{place} is empty; {expected} was expected")]
    Empty {
        /// The file or sheet.
        place: Place,
        /// What should be in it.
        expected: &'static str,
    },

    /// Text that is not UTF-8.
    #[error("{}: the text is not UTF-8 (byte {offset}); save the file as CSV in UTF-8", file.display())]
    NotUtf8 {
        /// The file.
        file: PathBuf,
        /// The first byte that is wrong.
        offset: usize,
    },

    /// A workbook that is damaged, or none at all.
    #[error("{}: cannot be read as a workbook: {problem}; download it again, or save it as .xlsx", file.display())]
    Workbook {
        /// The file.
        file: PathBuf,
        /// What the reader of workbooks says.
        problem: String,
    },

    /// A sheet that the workbook does not have.
    #[error("{} has no sheet {}; it has {}", file.display(), quoted(std::slice::from_ref(wanted)), quoted(found))]
    NoSheet {
        /// The workbook.
        file: PathBuf,
        /// The sheet that is needed.
        wanted: String,
        /// Those there are.
        found: Vec<String>,
    },

    /// A column that a table does not have.
    #[error("{place}: no column is called {}; the header has {}", quoted_or(wanted), quoted(found))]
    MissingColumn {
        /// The table.
        place: Place,
        /// The column, by any of its names.
        wanted: Vec<String>,
        /// Those there are.
        found: Vec<String>,
    },

    /// A row with fewer values than the header.
    #[error("{place}: the row has {found} values, the header {expected}; the file may be cut off")]
    Ragged {
        /// The row.
        place: Place,
        /// How many values it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },

    /// A value of the wrong kind.
    #[error("{place}: found `{value}`, expected {expected}")]
    BadValue {
        /// The cell of the table.
        place: Place,
        /// What it holds.
        value: String,
        /// What it should hold.
        expected: String,
    },

    /// A cell that must not be blank.
    #[error("{place} is blank; expected {expected}")]
    Blank {
        /// The cell of the table.
        place: Place,
        /// What it should hold.
        expected: String,
    },

    /// A formula whose result the file does not carry.
    #[error(
        "{place}: the formula `={formula}` has no stored result; open the workbook, recalculate and save it"
    )]
    FormulaWithoutResult {
        /// The cell of the table.
        place: Place,
        /// The formula.
        formula: String,
    },

    /// A label twice, where policies forbid it.
    #[error(
        "{place}: the label `{label}` is there already (row or column {first}); \
             choose another duplicate policy than `error` to merge them"
    )]
    DuplicateLabel {
        /// The second of them.
        place: Place,
        /// The label.
        label: String,
        /// Row or column of the first, from 1.
        first: usize,
    },

    /// An edge twice, where policies forbid it.
    #[error(
        "{place}: the {relation} edge {from} -> {to} is there already (row {first}); \
             choose another duplicate policy than `error` to merge them"
    )]
    DuplicateEdge {
        /// The second of them.
        place: Place,
        /// Source.
        from: String,
        /// Target.
        to: String,
        /// The layer.
        relation: &'static str,
        /// The row of the first, from 1.
        first: usize,
    },

    /// An undirected edge of two weights, where policies forbid it.
    #[error("{}: the {relation} edge {from} - {to} has weight {forward} one way and {backward} the other; \
             choose another gap junction policy than `require` to make them equal", file.display())]
    Asymmetric {
        /// The file.
        file: PathBuf,
        /// The layer.
        relation: &'static str,
        /// One end.
        from: String,
        /// The other end.
        to: String,
        /// Weight from the one to the other.
        forward: f64,
        /// Weight back.
        backward: f64,
    },

    /// A cell that nobody knows, where policies forbid it.
    #[error(
        "{place}: no cell is called `{name}`{}; choose another unknown cell policy than `error` to go on",
        meant(nearest)
    )]
    UnknownCell {
        /// Where it is named.
        place: Place,
        /// The name.
        name: String,
        /// Names that may have been meant.
        nearest: Vec<String>,
    },

    /// A choice that does not exist.
    #[error("`{value}` is no {what}; there are {}", quoted(known))]
    UnknownChoice {
        /// What was chosen.
        what: &'static str,
        /// The name given.
        value: String,
        /// The names there are.
        known: Vec<&'static str>,
    },

    /// A file in which no format was recognised.
    #[error("{}: no connectome format is recognised ({found}); name one of {}", file.display(), formats())]
    UnknownFormat {
        /// The file.
        file: PathBuf,
        /// What was seen in it.
        found: String,
    },

    /// Two files or arguments that do not fit together.
    #[error("{place}: {problem}")]
    Mismatch {
        /// The file.
        place: Place,
        /// What does not fit.
        problem: String,
    },

    /// A recording that cannot be used.
    #[error("recording `{worm}`: {problem}")]
    Recording {
        /// Whose.
        worm: String,
        /// Why not, and what is needed.
        problem: String,
    },

    /// A set of cells that has none.
    #[error("no cell is in the set `{set}`; {}", cells_there(known, nearest))]
    EmptySet {
        /// The set.
        set: String,
        /// The kinds of cells that the graph has.
        known: Vec<String>,
        /// Cells that may have been meant.
        nearest: Vec<String>,
    },

    /// A layer of a network without a single connection.
    #[error(
        "the layer `{layer}` has no connections; choose other cells, a lower threshold or more layers of the graph"
    )]
    EmptyMask {
        /// The layer.
        layer: String,
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

    /// A swimmer that cannot be built, moved or trained.
    #[error(transparent)]
    Swimmer(#[from] crate::swimmer::SwimmerError),

    /// The graph refuses something.
    #[error(transparent)]
    Graph(#[from] GraphError),

    /// A hidden Markov chain cannot be made or used.
    #[error(transparent)]
    Hmm(#[from] crate::hmm::HmmError),

    /// A model of spike counts cannot be made or fitted.
    #[error(transparent)]
    HmmGlm(#[from] crate::hmm_glm::HmmGlmError),
}

impl ConnectomeError {
    /// An argument outside its domain.
    pub(crate) fn argument(name: &'static str, value: impl ToString, expected: impl Into<String>) -> Self {
        Self::BadArgument { name, value: value.to_string(), expected: expected.into() }
    }
}

fn quoted(names: &[impl AsRef<str>]) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

fn quoted_or(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
}

fn cells_there(kinds: &[String], nearest: &[String]) -> String {
    let called = if nearest.is_empty() {
        String::new()
    } else {
        format!(", and cells are called {}", quoted(nearest))
    };
    format!("the kinds of cells are {}{called}", quoted(kinds))
}

fn meant(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!(" (did you mean {}?)", quoted_or(nearest)) }
}

fn formats() -> String {
    quoted(&ConnectomeFormat::ALL.iter().map(|format| format.name()).collect::<Vec<_>>())
}
