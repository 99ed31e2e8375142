//! What can be wrong with facts, questions and what is asked of them.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::GraphError;

/// Why facts or questions could not be read, or a question of a knowledge graph not be answered.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KnowledgeError {
    /// A row that does not follow its format.
    #[error("{}row {row}: {problem}", in_file(file))]
    Row {
        /// The file; empty for a text that was never one.
        file: PathBuf,
        /// The row, from 1; empty rows count.
        row: usize,
        /// What is wrong with it, and what was expected.
        problem: String,
    },

    /// A file that cannot be read.
    #[error("cannot read {}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },

    /// An argument outside its domain.
    #[error("{name} is {value}; {expected} is needed")]
    Argument {
        /// The argument.
        name: &'static str,
        /// What was given.
        value: String,
        /// What would do.
        expected: String,
    },

    /// What the graph beneath says.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

impl KnowledgeError {
    pub(super) fn argument(name: &'static str, value: impl ToString, expected: impl Into<String>) -> Self {
        Self::Argument { name, value: value.to_string(), expected: expected.into() }
    }

    pub(super) fn row(row: usize, problem: impl Into<String>) -> Self {
        Self::Row { file: PathBuf::new(), row, problem: problem.into() }
    }

    /// The same error, of this file.
    pub(super) fn in_file(self, path: &std::path::Path) -> Self {
        match self {
            Self::Row { row, problem, .. } => Self::Row { file: path.to_owned(), row, problem },
            other => other,
        }
    }
}

fn in_file(file: &std::path::Path) -> String {
    if file.as_os_str().is_empty() { String::new() } else { format!("{}, ", file.display()) }
}

/// A text file's content.
pub(super) fn read(path: &std::path::Path) -> Result<String, KnowledgeError> {
    let unreadable = |source| KnowledgeError::Io { file: path.to_owned(), source };
    std::fs::read_to_string(path).map_err(unreadable)
}

/// The rows of a text with their numbers from 1, without line ends, empty ones left out.
pub(super) fn rows(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().enumerate().map(|(at, row)| (at + 1, row)).filter(|(_, row)| !row.trim().is_empty())
}

/// The three fields of a row that tabs separate, without blanks around them; `names` says what they are.
pub(super) fn three_fields<'a>(
    (number, row): (usize, &'a str),
    names: [&str; 3],
) -> Result<[&'a str; 3], KnowledgeError> {
    let fields: Vec<&str> = row.split('\t').map(str::trim).collect();
    let [one, two, three] = fields[..] else {
        let [a, b, c] = names;
        let found = if fields.len() == 1 { "1 field".to_owned() } else { format!("{} fields", fields.len()) };
        return Err(KnowledgeError::row(
            number,
            format!("{found}, expected {a}, {b} and {c} with tabs between them"),
        ));
    };
    match [one, two, three].iter().position(|field| field.is_empty()) {
        Some(empty) => {
            Err(KnowledgeError::row(number, format!("the {} is empty, expected a name", names[empty])))
        }
        None => Ok([one, two, three]),
    }
}
