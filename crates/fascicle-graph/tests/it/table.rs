//! The table of measures in the documentation: it names every measure, and tests that there are.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the crates.
fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The columns of each row of the tables: measures, tests by hand, tests of published figures.
fn rows(page: &str) -> Vec<[&str; 3]> {
    page.lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let columns: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            columns.try_into().unwrap_or_else(|_| panic!("not three columns: {line}"))
        })
        .collect()
}

/// The functions that Rust files in and below a folder have, which is to say the tests among them as well.
fn functions(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            functions(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let names = text.lines().filter_map(|line| line.trim_start().strip_prefix("fn "));
            found.extend(names.filter_map(|rest| rest.split_once('(')).map(|(name, _)| name.to_owned()));
        }
    }
}

/// The functions that a module hands on.
fn exported(module: &str) -> Vec<String> {
    let text = fs::read_to_string(crates().join("fascicle-graph/src").join(module).join("mod.rs")).unwrap();
    let mut names = Vec::new();
    for statement in text.split("pub use ").skip(1).filter_map(|rest| rest.split_once(';')) {
        let last = statement.0.rsplit_once("::").map_or(statement.0, |(_, last)| last);
        let words = last.split([',', '{', '}', ' ', '\n']).filter(|word| !word.is_empty());
        names.extend(words.filter(|word| word.starts_with(char::is_lowercase)).map(str::to_owned));
    }
    names
}

#[test]
fn the_table_of_measures_is_whole() {
    let page = fs::read_to_string(crates().join("../docs/measures.md")).unwrap();
    let rows = rows(&page);
    let mut tests = BTreeSet::new();
    for folder in ["fascicle-graph", "fascicle-connectome"] {
        for part in ["src", "tests"] {
            functions(&crates().join(folder).join(part), &mut tests);
        }
    }
    for row in &rows {
        for column in &row[1..] {
            // What has none says why, in words.
            assert!(!column.is_empty(), "nothing in a column of {row:?}");
            for test in quoted(column) {
                assert!(tests.contains(test), "no test is called `{test}`, in {row:?}");
            }
        }
        assert!(quoted(row[1]).count() > 0, "nothing by hand in {row:?}");
    }
    let measures: BTreeSet<&str> = rows.iter().flat_map(|row| quoted(row[0])).collect();
    for module in ["measure", "community", "matching", "path", "spectral"] {
        let names = exported(module);
        assert!(!names.is_empty(), "{module}");
        for name in names {
            assert!(measures.contains(name.as_str()), "`{module}::{name}` is not in the table");
        }
    }
}
