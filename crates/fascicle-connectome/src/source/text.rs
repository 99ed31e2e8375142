//! Delimited text: the separator is found, also where header and rows use different ones.

use std::path::Path;

use super::bytes::load_text;
use super::table::{Table, Value};
use crate::report::Report;
use crate::{ConnectomeError, Note, Place};

/// A separator and its name; tried in this order, so that blanks inside of names do no harm.
const SEPARATORS: [(u8, &str); 3] = [(b'\t', "tabs"), (b',', "commas"), (b';', "semicolons")];

/// The separator of a line, if it has one outside of quotes.
pub(crate) fn separator(line: &str) -> Option<(u8, &'static str)> {
    let bare = outside_quotes(line);
    SEPARATORS.into_iter().find(|(byte, _)| bare.contains(byte))
}

/// The line without its quoted values. A quote opens where a value begins, and is one of the text anywhere else.
fn outside_quotes(line: &str) -> Vec<u8> {
    let mut bare = Vec::with_capacity(line.len());
    let mut bytes = line.bytes().peekable();
    let (mut quoted, mut begins) = (false, true);
    while let Some(byte) = bytes.next() {
        match byte {
            // two quotes are one of the text
            b'"' if quoted && bytes.next_if_eq(&b'"').is_some() => {}
            b'"' if quoted => quoted = false,
            b'"' if begins => quoted = true,
            _ if quoted => {}
            _ => bare.push(byte),
        }
        begins = SEPARATORS.iter().any(|(separator, _)| *separator == byte);
    }
    bare
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
    // a row of as many values as the header is separated as the header is, whatever else stands in it
    let alike = |&(byte, _): &(u8, _)| {
        let mut records = reader(text, byte).into_records().map_while(Result::ok);
        records.next().map(|record| record.len()) == records.next().map(|record| record.len())
    };
    let rows = header.filter(alike).or_else(|| lines.next().and_then(separator)).or(header);
    let (byte, name) = rows.unwrap_or((b',', "commas"));
    let mut all = Vec::new();
    if header == rows {
        records(file, text, byte, 0, &mut all)?;
    } else {
        let found = header.map_or("blanks", |(_, name)| name);
        report.notes.push(Note::MixedSeparators {
            file: file.to_owned(),
            header: found.to_owned(),
            rows: name.to_owned(),
        });
        let (before, rest) = text.split_at(text.find(first).unwrap_or(0));
        let top = newlines(before);
        match header {
            Some((byte, _)) => records(file, first, byte, top, &mut all)?,
            None => {
                all.resize(top, Vec::new());
                all.push(first.split_whitespace().map(Value::text).collect());
            }
        }
        records(file, &rest[first.len()..], byte, top, &mut all)?;
    }
    Ok(Table { place: Place::file(file), rows: all, ragged_is_wrong: true })
}

/// Adds the records of a text to `rows`; its first line is row `top`. Empty lines become rows without values, so that a
/// row's number is that of its line.
fn records(
    file: &Path,
    text: &str,
    separator: u8,
    top: usize,
    rows: &mut Vec<Vec<Value>>,
) -> Result<(), ConnectomeError> {
    each_record(file, text, separator, |row, record| {
        rows.resize((top + row).max(rows.len()), Vec::new());
        rows.push(record.iter().map(Value::text).collect());
        Ok(())
    })
}

/// Every record of a text, with the number of its line, from 0.
pub(crate) fn each_record(
    file: &Path,
    text: &str,
    separator: u8,
    mut take: impl FnMut(usize, &csv::StringRecord) -> Result<(), ConnectomeError>,
) -> Result<(), ConnectomeError> {
    let mut reader = reader(text, separator);
    let mut record = csv::StringRecord::new();
    let (mut counted, mut row) = (0, 0);
    loop {
        // where the last record ended; the reader passes over what is left of its line, and over empty lines
        let end = usize::try_from(reader.position().byte()).unwrap_or(text.len()).min(text.len());
        let more = reader.read_record(&mut record).map_err(|error| ConnectomeError::Mismatch {
            place: Place::file(file),
            problem: format!("the text is not delimited: {error}"),
        })?;
        if !more {
            return Ok(());
        }
        let start = text.len() - text[end..].trim_start_matches(['\r', '\n']).len();
        row += newlines(&text[counted..start]);
        counted = start;
        take(row, &record)?;
    }
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes())
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_stand_outside_of_quotes() {
        for (line, expected) in [
            ("a,b", Some(b',')),
            ("a\tb,c", Some(b'\t')),
            ("\"a\tb\",c", Some(b',')),
            ("\"a\"\"\tb\",c", Some(b',')),
            ("5\" long\tb,c", Some(b'\t')),
            ("a;\"b\tc, d", Some(b';')),
            ("\"a,b\"", None),
            ("\"\",\"\"\t", Some(b'\t')),
            ("", None),
        ] {
            assert_eq!(separator(line).map(|(byte, _)| byte), expected, "{line:?}");
        }
    }
}
