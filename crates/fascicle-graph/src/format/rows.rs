//! Fields of a text in rows: CSV, TSV, edge lists.

use std::borrow::Cow;

use super::error::{line_of, malformed};
use crate::GraphError;

/// What stands between fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delimiter {
    /// Any number of blanks.
    Space,
    /// This character.
    Character(char),
}

impl Delimiter {
    pub(super) fn of(character: char) -> Self {
        if character == ' ' { Self::Space } else { Self::Character(character) }
    }

    /// Told from the first row that has any: a tab, then a comma, then a semicolon, then white space.
    pub(super) fn guess(text: &str, comments: bool) -> Self {
        let mut rest = text.trim_start_matches(['\n', '\r', ' ']);
        while comments && is_comment(rest) {
            rest = rest.find('\n').map_or("", |end| rest[end..].trim_start());
        }
        // the row without what is in quotes and in comments
        let mut row = String::new();
        let mut quoted = false;
        for c in rest.chars() {
            match c {
                '"' => quoted = !quoted,
                _ if quoted => {}
                '#' if comments && row.ends_with(char::is_whitespace) => break,
                // NetworkX's attributes have commas of their own
                '{' | '\n' => break,
                _ => row.push(c),
            }
        }
        let fields: Vec<&str> = row.split('\t').collect();
        // one tab among blanks is a blank like them
        let tabs =
            fields.len() > 2 || (fields.len() == 2 && !fields.iter().any(|field| field.trim().contains(' ')));
        match [(tabs, '\t'), (row.contains(','), ','), (row.contains(';'), ';')]
            .iter()
            .find(|(there, _)| *there)
        {
            Some(&(_, character)) => Self::Character(character),
            None => Self::Space,
        }
    }

    fn is(self, c: char) -> bool {
        match self {
            Self::Space => c.is_whitespace(),
            Self::Character(character) => c == character,
        }
    }
}

fn is_comment(text: &str) -> bool {
    text.starts_with(['#', '%'])
}

/// A row: the line it begins on, and its fields without the white space around them. What is in quotes stays as it is.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) line: usize,
    pub(super) fields: Vec<Cow<'a, str>>,
}

/// The rows of a text that are not empty.
pub(super) struct Rows<'a> {
    text: &'a str,
    next: usize,
    line: usize,
    delimiter: Delimiter,
    comments: bool,
}

impl<'a> Rows<'a> {
    pub(super) fn new(text: &'a str, delimiter: Delimiter, comments: bool) -> Self {
        Self { text, next: 0, line: 1, delimiter, comments }
    }

    /// The next row, or none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Row<'a>>, GraphError> {
        loop {
            if self.next == self.text.len() {
                return Ok(None);
            }
            let line = self.line;
            let fields = self.row()?;
            if fields.iter().any(|field| !field.is_empty()) || fields.len() > 1 {
                return Ok(Some(Row { line, fields }));
            }
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.next..]
    }

    fn row(&mut self) -> Result<Vec<Cow<'a, str>>, GraphError> {
        let mut fields = Vec::new();
        loop {
            self.pass_blanks();
            let rest = self.rest();
            let after_delimiter = !fields.is_empty() && self.delimiter != Delimiter::Space;
            match rest.chars().next() {
                None | Some('\n') => {
                    if after_delimiter {
                        fields.push(Cow::Borrowed(""));
                    }
                    return Ok(self.end_row(fields));
                }
                Some('#' | '%') if self.comments && (fields.is_empty() || !after_delimiter) => {
                    self.next += rest.find('\n').unwrap_or(rest.len());
                    return Ok(self.end_row(fields));
                }
                Some('"') => {
                    let field = self.quoted()?;
                    fields.push(field);
                }
                Some('{') if self.comments && fields.len() >= 2 => {
                    // NetworkX's attributes, up to the end of the line
                    let end = rest.find('\n').unwrap_or(rest.len());
                    self.next += end;
                    fields.push(Cow::Borrowed(rest[..end].trim_end()));
                }
                Some(_) => {
                    let end = rest.find(|c| c == '\n' || self.delimiter.is(c)).unwrap_or(rest.len());
                    self.next += end;
                    fields.push(Cow::Borrowed(rest[..end].trim_end()));
                }
            }
            self.pass_blanks();
            match self.rest().chars().next() {
                None | Some('\n') => return Ok(self.end_row(fields)),
                Some(c) if self.delimiter.is(c) => self.next += c.len_utf8(),
                // two fields of a list with blanks
                Some(_) if self.delimiter == Delimiter::Space => {}
                Some(c) => {
                    let problem =
                        format!("`{c}` after a quoted field; expected a separator or the end of the line");
                    return Err(malformed(self.line, problem));
                }
            }
        }
    }

    fn end_row(&mut self, fields: Vec<Cow<'a, str>>) -> Vec<Cow<'a, str>> {
        if self.next < self.text.len() {
            self.next += 1;
            self.line += 1;
        }
        fields
    }

    /// Passes over white space that neither separates fields nor ends the row.
    fn pass_blanks(&mut self) {
        let rest = self.rest();
        let kept = rest.trim_start_matches(|c: char| {
            c.is_whitespace() && c != '\n' && (self.delimiter == Delimiter::Space || !self.delimiter.is(c))
        });
        self.next += rest.len() - kept.len();
    }

    fn quoted(&mut self) -> Result<Cow<'a, str>, GraphError> {
        let rest = &self.text[self.next + 1..];
        let mut doubled = false;
        let mut bytes = rest.bytes().enumerate();
        while let Some((place, byte)) = bytes.next() {
            if byte != b'"' {
                continue;
            }
            if rest.as_bytes().get(place + 1) == Some(&b'"') {
                doubled = true;
                bytes.next();
                continue;
            }
            let inner = &rest[..place];
            self.next += place + 2;
            self.line += line_of(inner, inner.len()) - 1;
            return Ok(if doubled { Cow::Owned(inner.replace("\"\"", "\"")) } else { Cow::Borrowed(inner) });
        }
        Err(malformed(self.line, "a quoted field does not end"))
    }
}

/// A field as [`Rows`] reads it back: in quotes where it needs them.
pub(super) fn field(text: &str) -> Cow<'_, str> {
    let special = |c: char| c.is_whitespace() || matches!(c, '"' | ',' | ';' | '#' | '%' | '{');
    if !text.is_empty() && !text.contains(special) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
}
