//! Sheets of a workbook, through calamine.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader as _, Sheets, open_workbook_auto_from_rs};

use super::bytes::load;
use super::table::{Table, Value};
use crate::report::Report;
use crate::{ConnectomeError, Note, Place};

/// An opened workbook.
pub(crate) struct Workbook {
    file: PathBuf,
    sheets: Sheets<Cursor<Vec<u8>>>,
}

impl Workbook {
    pub(crate) fn open(file: &Path, report: &mut Report) -> Result<Self, ConnectomeError> {
        let bytes = load(file, "a workbook", report)?;
        let sheets = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| broken(file, &error))?;
        Ok(Self { file: file.to_owned(), sheets })
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.sheets.sheet_names()
    }

    /// The sheet of this name.
    pub(crate) fn sheet(&mut self, name: &str, report: &mut Report) -> Result<Table, ConnectomeError> {
        let names = self.names();
        if !names.iter().any(|have| have == name) {
            return Err(ConnectomeError::NoSheet {
                file: self.file.clone(),
                wanted: name.to_owned(),
                found: names,
            });
        }
        let place = Place::sheet(&self.file, name);
        let range = self.sheets.worksheet_range(name).map_err(|error| broken(&self.file, &error))?;
        if range.is_empty() {
            return Err(ConnectomeError::Empty { place, expected: "a table" });
        }
        let (top, left) = range.start().map_or((0, 0), |(row, column)| (row as usize, column as usize));
        let mut rows = vec![Vec::new(); top];
        for (i, row) in range.rows().enumerate() {
            let mut values = vec![Value::Blank; left];
            for (j, data) in row.iter().enumerate() {
                values.push(value(data, || place.row(top + i).column(letters(left + j)))?);
            }
            rows.push(values);
        }
        let table = Table { place, rows, ragged_is_wrong: false };
        self.note_formulas(name, &table, report)?;
        Ok(table)
    }

    /// The only sheet, or the first of several.
    pub(crate) fn first(&mut self, report: &mut Report) -> Result<Table, ConnectomeError> {
        let Some(name) = self.names().into_iter().next() else {
            return Err(ConnectomeError::Empty { place: Place::file(&self.file), expected: "a sheet" });
        };
        self.sheet(&name, report)
    }

    /// A formula is as good as its stored result; without one, the sheet is not.
    fn note_formulas(
        &mut self,
        name: &str,
        table: &Table,
        report: &mut Report,
    ) -> Result<(), ConnectomeError> {
        let formulas = self.sheets.worksheet_formula(name).map_err(|error| broken(&self.file, &error))?;
        let Some((top, left)) = formulas.start() else { return Ok(()) };
        for (i, j, formula) in formulas.used_cells() {
            let (row, column) = (top as usize + i, left as usize + j);
            let place = table.place.row(row).column(letters(column));
            match table.rows.get(row).and_then(|values| values.get(column)) {
                None | Some(Value::Blank) => {
                    return Err(ConnectomeError::FormulaWithoutResult { place, formula: formula.clone() });
                }
                Some(value) => {
                    report.notes.push(Note::Formula {
                        place,
                        formula: formula.clone(),
                        value: value.shown(),
                    });
                }
            }
        }
        Ok(())
    }
}

fn broken(file: &Path, error: &calamine::Error) -> ConnectomeError {
    ConnectomeError::Workbook { file: file.to_owned(), problem: error.to_string() }
}

fn value(data: &Data, place: impl FnOnce() -> Place) -> Result<Value, ConnectomeError> {
    Ok(match data {
        Data::Empty => Value::Blank,
        Data::Int(number) => Value::Number(*number as f64),
        Data::Float(number) => Value::Number(*number),
        Data::Bool(truth) => Value::Number(f64::from(*truth)),
        Data::Error(error) => {
            return Err(ConnectomeError::BadValue {
                place: place(),
                value: error.to_string(),
                expected: "a value, not an error of the spreadsheet".to_owned(),
            });
        }
        // a spreadsheet's days since 1900 are no number of synapses
        Data::DateTime(days) => Value::text(&format!("the date or time {}", days.as_f64())),
        other => Value::text(&other.to_string()),
    })
}

/// A column's letters, as spreadsheets show them: A, B, … Z, AA, …
pub(crate) fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(b'A' + (rest % 26) as u8);
        rest /= 26;
    }
    letters.iter().rev().map(|&letter| char::from(letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn columns_have_letters() {
        for (column, expected) in
            [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]
        {
            assert_eq!(letters(column), expected);
        }
    }
}
