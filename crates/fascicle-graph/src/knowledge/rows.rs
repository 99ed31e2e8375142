//! Files of three columns with tabs between them.

use std::path::Path;

use crate::GraphError;
use crate::format::malformed;

/// A text file's content.
pub(super) fn read(path: &Path) -> Result<String, GraphError> {
    let unreadable = |source| GraphError::Io { action: "read", file: path.to_owned(), source };
    std::fs::read_to_string(path).map_err(unreadable)
}

/// The rows of a text with their numbers from 1, without line ends, empty ones left out.
pub(super) fn rows(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().enumerate().map(|(at, row)| (at + 1, row)).filter(|(_, row)| !row.trim().is_empty())
}

/// The three fields of a row that tabs separate, without blanks around them; `names` says what they are.
pub(super) fn three_fields<'a>(
    (number, row): (usize, &'a str),
    names: [&str; 3],
) -> Result<[&'a str; 3], GraphError> {
    let fields: Vec<&str> = row.split('\t').map(str::trim).collect();
    let [one, two, three] = fields[..] else {
        let [a, b, c] = names;
        let found = if fields.len() == 1 { "1 field".to_owned() } else { format!("{} fields", fields.len()) };
        return Err(malformed(number, format!("{found}, expected {a}, {b} and {c} with tabs between them")));
    };
    match [one, two, three].iter().position(|field| field.is_empty()) {
        Some(empty) => Err(malformed(number, format!("the {} is empty, expected a name", names[empty]))),
        None => Ok([one, two, three]),
    }
}
