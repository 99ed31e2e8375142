//! Where in a file something stands.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// A file, and as much of sheet, row and column as is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// The sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The row (of a text file: the record), from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
    /// The column's name, or its number from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

impl Place {
    /// A whole file.
    #[must_use]
    pub fn file(file: &Path) -> Self {
        Self { file: file.to_owned(), ..Self::default() }
    }

    /// A whole sheet.
    pub(crate) fn sheet(file: &Path, sheet: &str) -> Self {
        Self { file: file.to_owned(), sheet: Some(sheet.to_owned()), ..Self::default() }
    }

    /// A row of it, counted from 0.
    pub(crate) fn row(&self, row: usize) -> Self {
        Self { row: Some(row + 1), ..self.clone() }
    }

    /// A column of it, by name.
    pub(crate) fn column(&self, column: impl Into<String>) -> Self {
        Self { column: Some(column.into()), ..self.clone() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(sheet) = &self.sheet {
            write!(f, ", sheet `{sheet}`")?;
        }
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column `{column}`")?;
        }
        Ok(())
    }
}
