//! What a file does not say of itself.

use super::Format;

/// How to read a file. The default takes everything from the file and its extension.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadOptions {
    /// The format, where the extension does not tell it.
    pub format: Option<Format>,
    /// What separates the fields of an edge list or a CSV file; otherwise told from the first line.
    pub delimiter: Option<char>,
    /// Whether edges have a direction, in formats that do not say (edge lists, CSV, Parquet). They have, by default.
    pub directed: Option<bool>,
    /// Whether the first line of an edge list names its columns; otherwise told from the names in it.
    pub header: Option<bool>,
    /// The layer of edges that name none, in formats that do not say (edge lists, CSV, Parquet).
    pub layer: String,
}

impl ReadOptions {
    /// As the file and its extension say.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// This format, whatever the extension.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// This character between the fields of an edge list or a CSV file; a space stands for any white space.
    #[must_use]
    pub fn delimiter(mut self, delimiter: char) -> Self {
        self.delimiter = Some(delimiter);
        self
    }

    /// Whether edges have a direction, in formats that do not say.
    #[must_use]
    pub fn directed(mut self, directed: bool) -> Self {
        self.directed = Some(directed);
        self
    }

    /// Whether the first line of an edge list names its columns.
    #[must_use]
    pub fn header(mut self, header: bool) -> Self {
        self.header = Some(header);
        self
    }

    /// The layer of edges that name none, in formats that do not say (edge lists, CSV, Parquet).
    #[must_use]
    pub fn layer(mut self, layer: impl Into<String>) -> Self {
        self.layer = layer.into();
        self
    }

    pub(super) fn is_directed(&self) -> bool {
        self.directed.unwrap_or(true)
    }
}
