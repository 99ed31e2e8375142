//! Matrices with labelled rows and columns, as adjacency is published.

use std::collections::HashMap;

use super::table::{Table, Value, is_blank};
use super::workbook::letters;
use crate::policy::{DuplicatePolicy, Policies};
use crate::report::Report;
use crate::{ConnectomeError, Note, Place, cells};

/// Where the labels of a matrix stand, counted from 0; above the labels of columns, rows may be blank.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub(crate) label_row: usize,
    pub(crate) label_column: usize,
}

/// Labels in the first row and the first column.
pub(crate) const PLAIN: Layout = Layout { label_row: 0, label_column: 0 };

/// A label and the index of its row or column.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    pub(crate) name: String,
    pub(crate) at: usize,
}

/// A labelled matrix: its labels and its values, which are few.
#[derive(Clone, Debug)]
pub(crate) struct Matrix {
    pub(crate) place: Place,
    pub(crate) rows: Vec<Label>,
    pub(crate) columns: Vec<Label>,
    /// (index into `rows`, index into `columns`, value); 0 only where it was measured ([`Gaps::Unmeasured`]).
    pub(crate) values: Vec<(usize, usize, f64)>,
}

/// What a cell without a number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gaps {
    /// A blank cell is 0, NaN is wrong.
    Zero,
    /// Blank and NaN were not measured.
    Unmeasured,
}

impl Matrix {
    /// The matrix of a table. What stands outside its labels is ignored, and noted.
    pub(crate) fn read(
        table: &Table,
        layout: Layout,
        gaps: Gaps,
        policies: &Policies,
        report: &mut Report,
    ) -> Result<Self, ConnectomeError> {
        let place = table.place.clone();
        let empty = || ConnectomeError::Empty { place: place.clone(), expected: "a labelled matrix" };
        let label_row = (layout.label_row..table.rows.len()).find(|&row| !is_blank(&table.rows[row]));
        let layout = Layout { label_row: label_row.ok_or_else(empty)?, ..layout };
        let header = &table.rows[layout.label_row];
        let columns = labels(header.iter().enumerate().skip(layout.label_column + 1));
        let rows = labels(
            table
                .rows
                .iter()
                .enumerate()
                .skip(layout.label_row + 1)
                .filter_map(|(row, values)| values.get(layout.label_column).map(|value| (row, value))),
        );
        if columns.is_empty() || rows.is_empty() {
            return Err(empty());
        }
        let mut matrix = Self { place, rows, columns, values: Vec::new() };
        matrix.check_duplicates(policies, report)?;
        matrix.fill(table, layout, gaps, report)?;
        Ok(matrix)
    }

    fn fill(
        &mut self,
        table: &Table,
        layout: Layout,
        gaps: Gaps,
        report: &mut Report,
    ) -> Result<(), ConnectomeError> {
        let width = self.columns.last().map_or(0, |label| label.at + 1);
        let (mut blank, mut unmeasured) = (0, 0);
        for (i, label) in self.rows.iter().enumerate() {
            let row = &table.rows[label.at];
            if table.ragged_is_wrong && row.len() < width {
                return Err(ConnectomeError::Ragged {
                    place: self.place.row(label.at),
                    found: row.len(),
                    expected: width,
                });
            }
            for (j, column) in self.columns.iter().enumerate() {
                let value = row.get(column.at).unwrap_or(&Value::Blank);
                let place = || self.place.row(label.at).column(column.name.as_str());
                let number = match gaps {
                    Gaps::Zero => value.number(place)?,
                    Gaps::Unmeasured => value.any_number(place)?.filter(|number| !number.is_nan()),
                };
                match number {
                    Some(number) if number != 0.0 || gaps == Gaps::Unmeasured => {
                        self.values.push((i, j, number));
                    }
                    Some(_) => {}
                    None if gaps == Gaps::Zero => blank += 1,
                    None => unmeasured += 1,
                }
            }
        }
        let place = self.place.clone();
        if blank > 0 {
            report.notes.push(Note::BlankCells { place: place.clone(), cells: blank });
        }
        if unmeasured > 0 {
            report.notes.push(Note::Unmeasured { place, cells: unmeasured });
        }
        self.note_outside(table, layout, report);
        Ok(())
    }

    /// Values that no label speaks of: totals, repeated labels, remarks.
    fn note_outside(&self, table: &Table, layout: Layout, report: &mut Report) {
        let labelled_rows: Vec<bool> = marks(table.rows.len(), &self.rows);
        let width = table.rows.iter().map(Vec::len).max().unwrap_or(0);
        let labelled_columns = marks(width, &self.columns);
        let mut first: Option<(Place, String)> = None;
        let mut cells = 0;
        for (i, row) in table.rows.iter().enumerate().skip(layout.label_row + 1) {
            for (j, value) in row.iter().enumerate().skip(layout.label_column + 1) {
                let labelled = labelled_rows[i] && labelled_columns[j];
                if !value.is_blank() && !labelled {
                    cells += 1;
                    first.get_or_insert_with(|| (self.place.row(i).column(letters(j)), value.shown()));
                }
            }
        }
        if let Some((place, first)) = first {
            report.notes.push(Note::OutsideMatrix { place, cells, first });
        }
    }

    fn check_duplicates(&self, policies: &Policies, report: &mut Report) -> Result<(), ConnectomeError> {
        self.check_axis(true, policies, report)?;
        self.check_axis(false, policies, report)
    }

    /// Notes, or refuses, what labels of the rows, or else of the columns, appear again.
    pub(crate) fn check_axis(
        &self,
        of_rows: bool,
        policies: &Policies,
        report: &mut Report,
    ) -> Result<(), ConnectomeError> {
        let (labels, others) =
            if of_rows { (&self.rows, &self.columns) } else { (&self.columns, &self.rows) };
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for label in labels {
            let name = label.name.trim();
            let place = if of_rows { self.place.row(label.at) } else { self.place.column(letters(label.at)) };
            let Some(&first) = seen.get(name) else {
                seen.insert(name, label.at + 1);
                continue;
            };
            let (label, hint) = (name.to_owned(), hint(name, labels, others));
            if policies.duplicates == DuplicatePolicy::Error {
                return Err(ConnectomeError::DuplicateLabel { place, label, first });
            }
            report.notes.push(Note::DuplicateLabel { place, label, first, hint });
        }
        Ok(())
    }
}

/// A cell that only the other axis names, where the repeated label's partner is missing: a likely slip of the pen.
fn hint(label: &str, labels: &[Label], others: &[Label]) -> Option<String> {
    let mirror = cells::find(label).and_then(|cell| cells::mirror(&cell.name))?;
    let is_mirror =
        |label: &&Label| cells::find(label.name.trim()).is_some_and(|cell| cell.name == mirror.name);
    let there = others.iter().find(is_mirror)?;
    labels
        .iter()
        .all(|label| !is_mirror(&label))
        .then(|| format!("one of the two may be {}, which stands on the other axis only", there.name.trim()))
}

fn labels<'a>(values: impl Iterator<Item = (usize, &'a Value)>) -> Vec<Label> {
    values
        .filter(|(_, value)| !value.is_blank())
        .map(|(at, value)| Label { name: value.shown(), at })
        .collect()
}

fn marks(length: usize, labels: &[Label]) -> Vec<bool> {
    let mut marks = vec![false; length];
    for label in labels {
        marks[label.at] = true;
    }
    marks
}
