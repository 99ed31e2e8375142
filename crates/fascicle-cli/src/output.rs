//! What goes to stdout and into files.

use std::io::{self, Write};
use std::path::Path;

use fascicle_graph::format::Format;
use fascicle_models::NamedTensor;
use serde_json::Value;

use crate::error::CliError;

/// Prints text to stdout; a final newline is added when it has none.
pub(crate) fn print(text: &str) -> Result<(), CliError> {
    let mut stdout = io::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    write!(stdout, "{text}{end}").and_then(|()| stdout.flush()).map_err(CliError::Stdout)
}

/// What a graph's file has no place for, as a line; nothing where it holds the whole graph.
pub(crate) fn left_out(format: Format, what: &[&str]) -> String {
    if what.is_empty() {
        return String::new();
    }
    wrapped(&format!("not in it, as {format} has no place for them: {}", what.join(", "))) + "\n"
}

/// Prints a piece of text at once, as it is.
pub(crate) fn stream(piece: &str) -> Result<(), CliError> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(piece.as_bytes()).and_then(|()| stdout.flush()).map_err(CliError::Stdout)
}

/// Prints a JSON value to stdout.
pub(crate) fn print_json(value: &Value) -> Result<(), CliError> {
    print(&format!("{value:#}"))
}

/// Columns within which tables for people stay.
pub(crate) const WIDTH: usize = 100;

/// How lines are wrapped: between words alone, for a path or an address in two pieces could not be copied.
pub(crate) fn wrapping<'a>(width: usize) -> textwrap::Options<'a> {
    textwrap::Options::new(width).break_words(false).word_splitter(textwrap::WordSplitter::NoHyphenation)
}

/// Columns of text, each as wide as its widest cell, two spaces apart; the last one is ragged.
pub(crate) fn columns(rows: &[Vec<String>]) -> String {
    columns_within(usize::MAX, rows)
}

/// [`columns`] with the last one wrapped to what `width` leaves it.
pub(crate) fn columns_within(width: usize, rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |row: &Vec<String>, i: usize| row.get(i).map_or(0, |cell| cell.chars().count());
    let widths: Vec<usize> =
        (0..count).map(|i| rows.iter().map(|row| cell(row, i)).max().unwrap_or(0)).collect();
    let before: usize = widths.iter().rev().skip(1).map(|width| width + 2).sum();
    let mut text = String::new();
    for row in rows {
        let (last, others) = match row.split_last() {
            Some((last, others)) if row.len() == count => (last.as_str(), others),
            _ => ("", row.as_slice()),
        };
        let start: String =
            others.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}  ")).collect();
        let options = wrapping(width.saturating_sub(before).max(1));
        for (i, part) in textwrap::wrap(last, options).iter().enumerate() {
            let line = if i == 0 { format!("{start}{part}") } else { format!("{:before$}{part}", "") };
            text += line.trim_end();
            text.push('\n');
        }
    }
    text
}

/// [`columns`] in as many blocks below each other as [`WIDTH`] asks for, each with the first column before it.
pub(crate) fn blocks(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |row: &Vec<String>, i: usize| row.get(i).cloned().unwrap_or_default();
    let width = |i: usize| rows.iter().map(|row| cell(row, i).chars().count()).max().unwrap_or(0);
    let mut blocks: Vec<Vec<usize>> = vec![vec![0]];
    let mut used = width(0);
    for i in 1..count {
        let more = 2 + width(i);
        if used + more > WIDTH && used > width(0) {
            blocks.push(vec![0]);
            used = width(0);
        }
        used += more;
        // invariant: there is a block from the start
        blocks.last_mut().expect("a block").push(i);
    }
    let block = |columns_of: &Vec<usize>| {
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| columns_of.iter().map(|i| cell(row, *i)).collect()).collect();
        columns(&rows)
    };
    blocks.iter().map(block).collect::<Vec<_>>().join("\n")
}

/// A text of lines with the long ones wrapped to [`WIDTH`], what follows set in.
pub(crate) fn wrapped(text: &str) -> String {
    let wrap = |line: &str| {
        let indent = line.len() - line.trim_start().len() + 2;
        let indent = " ".repeat(indent);
        textwrap::fill(line, wrapping(WIDTH).subsequent_indent(&indent))
    };
    text.lines().map(wrap).collect::<Vec<_>>().join("\n")
}

/// What a JSON value says, in words.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join("; "),
        Value::Object(entries) => entries
            .iter()
            .map(|(name, value)| format!("{name} {}", plain(value)))
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    }
}

/// A number as a table shows it: whole ones as they are, others with four digits.
pub(crate) fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value}") } else { format!("{value:.4}") }
}

/// Characters of a text that a table or a message shows.
const TEXT: usize = 48;

/// The beginning of a text, on one line.
pub(crate) fn shortened(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match line.char_indices().nth(TEXT) {
        Some(_) => line.chars().take(TEXT - 1).chain(['…']).collect(),
        None => line,
    }
}

/// For each item, what fits it best with a number from 0 to 1 (or −1).
pub(crate) fn ranked(items: &[String], best: &[Vec<(&str, f64)>]) -> String {
    let number = |value: &f64| format!("{value:7.4}");
    let line = |(name, value): &(&str, f64)| vec![format!("  {}", number(value)), shortened(name)];
    let block = |(item, best): (&String, &Vec<(&str, f64)>)| {
        let lines: Vec<Vec<String>> = best.iter().map(line).collect();
        format!("{}\n{}", shortened(item), columns(&lines))
    };
    items.iter().zip(best).map(block).collect::<Vec<_>>().join("\n")
}

/// Bytes as a person reads them.
pub(crate) fn bytes(count: u64) -> String {
    match count {
        n if n < 1_000 => format!("{n} B"),
        n if n < 1_000_000 => format!("{:.1} kB", n as f64 / 1e3),
        n if n < 1_000_000_000 => format!("{:.1} MB", n as f64 / 1e6),
        n => format!("{:.1} GB", n as f64 / 1e9),
    }
}

/// A count with its thousands set apart: `22 713 216`.
pub(crate) fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or("")).collect();
    groups.join(" ")
}

/// Makes sure before hours of computing that a result can be written to `path`.
pub(crate) fn check_path(path: &Path) -> Result<(), CliError> {
    let bad = |why: String| Err(CliError::BadOutput { path: path.into(), why });
    if path.is_dir() {
        return bad("this is a folder: give the name of a file".into());
    }
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) if !folder.is_dir() => bad(format!("there is no folder {}", folder.display())),
        _ => Ok(()),
    }
}

/// Endings that say what is in a file.
const ENDINGS: [&str; 13] =
    ["csv", "h5", "html", "json", "npy", "npz", "pdf", "png", "pt", "pth", "safetensors", "svg", "txt"];

/// [`check_path`], and that the name does not promise another kind of file than what `ending` says.
pub(crate) fn check_path_of(ending: &str, path: &Path) -> Result<(), CliError> {
    check_path(path)?;
    let found = path.extension().map(|found| found.to_string_lossy().to_lowercase()).unwrap_or_default();
    if found != ending && ENDINGS.contains(&found.as_str()) {
        let why = format!("what is written is {ending}: give a name that ends in .{ending}");
        return Err(CliError::BadOutput { path: path.into(), why });
    }
    Ok(())
}

/// [`check_path`], and that a graph can be written there: the extension names a format.
pub(crate) fn check_graph_path(path: &Path) -> Result<(), CliError> {
    check_path(path)?;
    Format::from_path(path)?;
    Ok(())
}

/// Writes a text whole or not at all.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), CliError> {
    fascicle_core::write_atomically(path, text)
        .map_err(|source| CliError::Write { path: path.into(), source })
}

/// Names and shapes of tensors, as JSON.
pub(crate) fn shapes<'a>(tensors: impl Iterator<Item = (&'a str, &'a NamedTensor)>) -> Value {
    tensors
        .map(|(name, tensor)| (name.to_string(), Value::from(tensor.shape().to_vec())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        assert_eq!([0, 999, 1_000, 22_713_216].map(thousands), ["0", "999", "1 000", "22 713 216"]);
        assert_eq!([12, 90_868_376].map(bytes), ["12 B", "90.9 MB"]);
    }

    #[test]
    fn wide_tables_become_several() {
        let row = |name: &str, cell: &str| {
            std::iter::once(name.to_string()).chain(std::iter::repeat_n(cell.to_string(), 4)).collect()
        };
        let wide = "x".repeat(30);
        let rows: Vec<Vec<String>> = vec![row("node", &wide), row("AVAL", "1")];
        let text = blocks(&rows);
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with("AVAL")).count(), 2, "{text}");
        assert_eq!(text.matches(&wide).count(), 4, "{text}");
        let narrow = [vec!["a".to_string(), "b".into()], vec!["c".into()]];
        assert_eq!(blocks(&narrow), columns(&narrow));
        assert_eq!(blocks(&[]), "");
    }

    #[test]
    fn long_lines_are_wrapped() {
        let text = format!("short\n  a{}", " word".repeat(30));
        let wrapped = wrapped(&text);
        let lines: Vec<&str> = wrapped.lines().collect();
        assert_eq!((lines.len(), lines[0]), (3, "short"), "{wrapped}");
        assert!(lines[1].starts_with("  a word") && lines[1].len() <= WIDTH, "{wrapped}");
        assert!(lines[2].starts_with("    word"), "{wrapped}");
    }

    #[test]
    fn values_in_words() {
        let value =
            serde_json::json!({ "files": [{ "file": "a.csv", "sha256": "ff" }, "b"], "n": 2, "no": null });
        assert_eq!(plain(&value), "files file a.csv, sha256 ff; b, n 2, no null");
        assert_eq!([3.0, -0.25, 39_011_155.166_666_65].map(number), ["3", "-0.2500", "39011155.1667"]);
    }

    #[test]
    fn columns_line_up() {
        let rows = [vec!["a".to_string(), "long".into()], vec!["äöü".into(), "b".into()]];
        assert_eq!(columns(&rows), "a    long\näöü  b\n");
        let rows = [
            vec!["a".to_string(), "one two three".into()],
            vec!["bcd".into()],
            vec!["e".into(), String::new()],
        ];
        assert_eq!(columns_within(12, &rows), "a    one two\n     three\nbcd\ne\n");
    }
}
