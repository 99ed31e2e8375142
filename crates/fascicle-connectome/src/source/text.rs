//! Delimited text: the separator is found, also where header and rows use different ones.

use std::path::Path;

use super::bytes::load_text;
use super::table::{Table, Value};
use crate::report::Report;
use crate::{ConnectomeError, Note, Place};

/// A separator and its name; tried in this order, so that blanks inside of names do no harm.
const SEPARATORS: [(u8, &str); 3] = [(b'\t', "tabs"), (b',', "commas"), (b';', "semicolons")];

/// The separator of a line, if it has one.
pub(crate) fn separator(line: &str) -> Option<(u8, &'static str)> {
    SEPARATORS.into_iter().find(|(byte, _)| line.as_bytes().contains(byte))
}

/// A table from a text file.
pub(crate) fn read(
    file: &Path,
    expected: &'static str,
    report: &mut Report,
) -> Result<Table, ConnectomeError> {
    let text = load_text(file, expected, report)?;
    parse(file, &text, report)
}

pub(crate) fn parse(file: &Path, text: &str, report: &mut Report) -> Result<Table, ConnectomeError> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or_default();
    let header = separator(first);
    let rows = lines.next().and_then(separator).or(header);
    let (byte, name) = rows.unwrap_or((b',', "commas"));
    let table_rows = if header == rows {
        records(file, text, byte)?
    } else {
        let found = header.map_or("blanks", |(_, name)| name);
        report.notes.push(Note::MixedSeparators {
            file: file.to_owned(),
            header: found.to_owned(),
            rows: name.to_owned(),
        });
        let rest = &text[text.find(first).unwrap_or(0) + first.len()..];
        let mut all = vec![match header {
            Some((byte, _)) => records(file, first, byte)?.pop().unwrap_or_default(),
            None => first.split_whitespace().map(Value::text).collect(),
        }];
        all.extend(records(file, rest, byte)?);
        all
    };
    Ok(Table { place: Place::file(file), rows: table_rows, ragged_is_wrong: true })
}

fn records(file: &Path, text: &str, separator: u8) -> Result<Vec<Vec<Value>>, ConnectomeError> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes())
        .records()
        .map(|record| match record {
            Ok(record) => Ok(record.iter().map(Value::text).collect()),
            Err(error) => Err(ConnectomeError::Mismatch {
                place: Place::file(file),
                problem: format!("the text is not delimited: {error}"),
            }),
        })
        .collect()
}
