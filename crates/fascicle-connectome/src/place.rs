//! Where in a file something stands.

use std::fmt;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// A file, and as much of sheet, row and column as is known. It derefs to [`Location`], whose fields they are; the box
/// between them keeps errors small.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Place(Box<Location>);

/// The parts of a [`Place`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Location {
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

impl Deref for Place {
    type Target = Location;

    fn deref(&self) -> &Location {
        &self.0
    }
}

impl Place {
    /// A whole file.
    #[must_use]
    pub fn file(file: &Path) -> Self {
        Self(Box::new(Location { file: file.to_owned(), ..Location::default() }))
    }

    /// The same with the file's name in place of its path.
    pub(crate) fn short(&self) -> Self {
        let mut place = self.clone();
        if let Some(name) = self.file.file_name() {
            place.0.file = name.into();
        }
        place
    }

    /// A whole sheet.
    pub(crate) fn sheet(file: &Path, sheet: &str) -> Self {
        let mut place = Self::file(file);
        place.0.sheet = Some(sheet.to_owned());
        place
    }

    /// A row of it, counted from 0.
    pub(crate) fn row(&self, row: usize) -> Self {
        let mut place = self.clone();
        place.0.row = Some(row + 1);
        place
    }

    /// A column of it, by name.
    pub(crate) fn column(&self, column: impl Into<String>) -> Self {
        let mut place = self.clone();
        place.0.column = Some(column.into());
        place
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
