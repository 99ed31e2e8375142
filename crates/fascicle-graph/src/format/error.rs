//! How the readers and writers say what is wrong.

use std::io;
use std::path::{Path, PathBuf};

use crate::GraphError;

/// What a text does wrong; the file's name is added by whoever knows it ([`GraphError::in_file`]).
pub(crate) fn malformed(line: impl Into<Option<usize>>, problem: impl Into<String>) -> GraphError {
    GraphError::Format { file: PathBuf::new(), line: line.into(), problem: problem.into() }
}

/// "1 field", "2 fields".
pub(super) fn counted(count: usize, what: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { what } else { many })
}

/// The line, from 1, that a byte of the text is on.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    let before = &text.as_bytes()[..offset.min(text.len())];
    before.iter().filter(|&&byte| byte == b'\n').count() + 1
}

impl GraphError {
    /// The same error, of this file.
    pub(crate) fn in_file(self, path: &Path) -> Self {
        match self {
            Self::Format { file, line, problem } if file.as_os_str().is_empty() => {
                Self::Format { file: path.to_owned(), line, problem }
            }
            Self::Io { action, file, source } if file.as_os_str().is_empty() => {
                Self::Io { action, file: path.to_owned(), source }
            }
            Self::Format { .. } | Self::Io { .. } => self,
            other => Self::Format { file: path.to_owned(), line: None, problem: other.to_string() },
        }
    }

    /// The same error, on this line of a text.
    pub(super) fn on_line(self, line: impl Into<Option<usize>>) -> Self {
        match self {
            Self::Format { .. } | Self::Io { .. } => self,
            other => malformed(line, other.to_string()),
        }
    }
}

/// Why a graph could not be written: so that `?` serves both causes.
pub(super) enum WriteError {
    Graph(GraphError),
    Io(io::Error),
}

impl From<GraphError> for WriteError {
    fn from(error: GraphError) -> Self {
        Self::Graph(error)
    }
}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<serde_json::Error> for WriteError {
    fn from(error: serde_json::Error) -> Self {
        Self::Io(error.into())
    }
}

impl From<WriteError> for GraphError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Graph(error) => error,
            WriteError::Io(source) => Self::Io { action: "write", file: PathBuf::new(), source },
        }
    }
}
