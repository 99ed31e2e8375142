//! Lists of edges: a row for each, with the columns found by name.

use super::table::{Table, Value, column};
use crate::report::Report;
use crate::{ConnectomeError, Note, Place};

/// What the columns of an edge list are called (any of the names, upper or lower case).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Columns {
    pub(crate) from: &'static [&'static str],
    pub(crate) to: &'static [&'static str],
    pub(crate) weight: &'static [&'static str],
    /// The column that says what kind of edge it is, in lists that hold several.
    pub(crate) kind: Option<&'static [&'static str]>,
    /// A further number of each row.
    pub(crate) count: Option<&'static [&'static str]>,
}

/// One row.
#[derive(Clone, Debug)]
pub(crate) struct EdgeRow {
    pub(crate) from: String,
    pub(crate) to: String,
    /// Empty in lists of one kind.
    pub(crate) kind: String,
    pub(crate) weight: f64,
    pub(crate) count: Option<f64>,
    pub(crate) row: usize,
}

/// The rows of a list. A blank weight is 0; a blank name or kind is wrong.
pub(crate) fn read(
    table: &Table,
    columns: &Columns,
    report: &mut Report,
) -> Result<Vec<EdgeRow>, ConnectomeError> {
    let place = &table.place;
    let (header, rows) = table.with_header()?;
    let find = |names: &[&str]| column(&header, names, place);
    let (from, to, weight) = (find(columns.from)?, find(columns.to)?, find(columns.weight)?);
    let kind = columns.kind.map(find).transpose()?;
    let count = columns.count.map(find).transpose()?;
    let needed =
        [Some(from), Some(to), Some(weight), kind, count].into_iter().flatten().max().unwrap_or(0) + 1;
    let named = |index: usize| header[index].as_str();
    let mut all = Vec::new();
    let mut blank = 0;
    for (row, values) in rows.filter(|(_, values)| values.iter().any(|value| !value.is_blank())) {
        if table.ragged_is_wrong && values.len() < needed {
            return Err(ConnectomeError::Ragged {
                place: place.row(row),
                found: values.len(),
                expected: needed,
            });
        }
        let at = |index: usize| values.get(index).unwrap_or(&Value::Blank);
        let number = |index: usize| at(index).number(|| place.row(row).column(named(index)));
        let text = |index: usize, expected: &str| match at(index) {
            Value::Blank => Err(ConnectomeError::Blank {
                place: place.row(row).column(named(index)),
                expected: expected.to_owned(),
            }),
            value => Ok(value.shown()),
        };
        let given = number(weight)?;
        blank += usize::from(given.is_none());
        all.push(EdgeRow {
            from: text(from, "the name of a cell")?,
            to: text(to, "the name of a cell")?,
            kind: kind.map_or(Ok(String::new()), |kind| text(kind, "the kind of edge"))?.trim().to_owned(),
            weight: given.unwrap_or(0.0),
            count: count.map_or(Ok(None), number)?,
            row,
        });
    }
    table.note_blank_rows(report);
    if blank > 0 {
        report.notes.push(Note::BlankCells { place: place.column(named(weight)), cells: blank });
    }
    if all.is_empty() {
        return Err(ConnectomeError::Empty { place: place.clone(), expected: "rows below the header" });
    }
    Ok(all)
}

/// What a row's kind means; `known` are the kinds with their meanings, in lower case.
pub(crate) fn meaning<T: Copy>(
    row: &EdgeRow,
    known: &[(&str, T)],
    place: &Place,
    column: &str,
) -> Result<T, ConnectomeError> {
    known.iter().find(|(name, _)| row.kind.eq_ignore_ascii_case(name)).map(|&(_, what)| what).ok_or_else(
        || ConnectomeError::BadValue {
            place: place.row(row.row).column(column),
            value: row.kind.clone(),
            expected: known.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(" or "),
        },
    )
}
