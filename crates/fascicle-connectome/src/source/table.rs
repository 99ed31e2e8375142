//! Rows of values, as they stand in a text file or on a sheet.

use crate::report::Report;
use crate::{ConnectomeError, Note, Place};

/// What stands in one cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Blank,
    Text(String),
    Number(f64),
}

impl Value {
    /// A value that is text in the file; nothing but blanks is blank.
    pub(crate) fn text(text: &str) -> Self {
        if text.trim().is_empty() { Self::Blank } else { Self::Text(text.to_owned()) }
    }

    pub(crate) fn is_blank(&self) -> bool {
        *self == Self::Blank
    }

    /// As a file shows it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Blank => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
        }
    }

    /// As a number that may be NaN or infinite; `None` where the cell is blank.
    pub(crate) fn any_number(&self, place: impl FnOnce() -> Place) -> Result<Option<f64>, ConnectomeError> {
        match self {
            Self::Blank => Ok(None),
            Self::Number(number) => Ok(Some(*number)),
            Self::Text(text) => text.trim().parse().map(Some).map_err(|_| ConnectomeError::BadValue {
                place: place(),
                value: text.trim().to_owned(),
                expected: "a number".to_owned(),
            }),
        }
    }

    /// As a finite number; `None` where the cell is blank.
    pub(crate) fn number(&self, place: impl Fn() -> Place) -> Result<Option<f64>, ConnectomeError> {
        match self.any_number(&place)? {
            Some(number) if !number.is_finite() => Err(ConnectomeError::BadValue {
                place: place(),
                value: self.shown().trim().to_owned(),
                expected: "a finite number".to_owned(),
            }),
            number => Ok(number),
        }
    }
}

/// A row and its number from 0.
type NumberedRow<'a> = (usize, &'a [Value]);

/// Whether there is nothing in a row.
pub(crate) fn is_blank(row: &[Value]) -> bool {
    row.iter().all(Value::is_blank)
}

/// A table; `rows[i][j]` is row i + 1, column j + 1 of the file.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) place: Place,
    pub(crate) rows: Vec<Vec<Value>>,
    /// Whether rows that are shorter than others were cut off (as in text), not just left blank (as on sheets).
    pub(crate) ragged_is_wrong: bool,
}

impl Table {
    /// The first row with anything in it, which names the columns, and the rows after it with their numbers.
    pub(crate) fn with_header(
        &self,
    ) -> Result<(Vec<String>, impl Iterator<Item = NumberedRow<'_>>), ConnectomeError> {
        let Some(at) = self.rows.iter().position(|row| !is_blank(row)) else {
            return Err(ConnectomeError::Empty {
                place: self.place.clone(),
                expected: "a table with a header",
            });
        };
        let header = self.rows[at].iter().map(|value| value.shown().trim().to_owned()).collect();
        let rows = self.rows.iter().enumerate().skip(at + 1).map(|(row, values)| (row, values.as_slice()));
        Ok((header, rows))
    }

    /// Notes how many of the rows have nothing in them.
    pub(crate) fn note_blank_rows(&self, report: &mut Report) {
        let rows = self.rows.iter().filter(|row| is_blank(row)).count();
        if rows > 0 {
            report.notes.push(Note::BlankRows { place: self.place.clone(), rows });
        }
    }
}

/// The index of the column with one of these names, upper or lower case.
pub(crate) fn column(header: &[String], names: &[&str], place: &Place) -> Result<usize, ConnectomeError> {
    header.iter().position(|have| names.iter().any(|name| have.eq_ignore_ascii_case(name))).ok_or_else(|| {
        ConnectomeError::MissingColumn {
            place: place.clone(),
            wanted: names.iter().map(|&name| name.to_owned()).collect(),
            found: header.iter().filter(|name| !name.is_empty()).cloned().collect(),
        }
    })
}
