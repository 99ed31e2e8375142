//! Rules for Rust sources.

use crate::workspace::{Package, Workspace};

use super::scan::{Line, scan};
use super::{Finding, Tree};

/// Lines of code outside of tests above which a file is worth splitting, and above which it must be.
const LONG: usize = 300;
const TOO_LONG: usize = 500;

/// A word that no source may hold.
struct Word {
    word: &'static str,
    remedy: &'static str,
}

/// Nowhere, tests included.
const NOWHERE: &[Word] = &[
    Word { word: "dbg!", remedy: "remove it, or use tracing" },
    Word { word: "todo!", remedy: "write it, or return an error that says what is not supported" },
    Word { word: "unimplemented!", remedy: "write it, or return an error that says what is not supported" },
];

/// Not in what libraries do outside of their tests.
const NOT_IN_LIBRARIES: &[Word] = &[
    Word { word: "println!", remedy: "libraries do not print: use tracing" },
    Word { word: "print!", remedy: "libraries do not print: use tracing" },
    Word { word: "eprintln!", remedy: "libraries do not print: use tracing" },
    Word { word: "eprint!", remedy: "libraries do not print: use tracing" },
    Word { word: "process::exit", remedy: "return an error; only the command ends the process" },
    Word { word: ".unwrap()", remedy: "return a typed error, or `expect` with an `// invariant:` comment" },
];

/// In libraries only beside a comment that says why it cannot happen.
const WITH_INVARIANT: &[Word] = &[
    Word {
        word: ".expect(",
        remedy: "return a typed error, or say why it cannot fail in an `// invariant:` comment",
    },
    Word {
        word: "panic!",
        remedy: "return a typed error, or say why it cannot happen in an `// invariant:` comment",
    },
];

/// Checks every Rust file.
pub(super) fn check(workspace: &Workspace, tree: &Tree) -> Vec<Finding> {
    let libraries: Vec<String> =
        workspace.packages.iter().filter(|p| p.is_library()).map(|p| source_folder(workspace, p)).collect();
    let mut findings = Vec::new();
    let mut files: Vec<(&str, Vec<Line>)> = Vec::new();
    for path in tree.with_extension("rs") {
        match tree.text(path) {
            Some(text) => files.push((path, scan(&text))),
            None => findings.push(Finding::error(path, 0, "is not UTF-8 text", "save it as UTF-8")),
        }
    }
    let for_tests: Vec<String> = files.iter().flat_map(|(path, lines)| test_modules(path, lines)).collect();
    for (path, lines) in &files {
        let test = is_test_file(path) || for_tests.iter().any(|t| path.starts_with(t));
        let library = libraries.iter().any(|folder| path.starts_with(folder));
        findings.extend(one(path, lines, library && !test, !test));
    }
    findings
}

/// Where the modules lie that a file declares for tests alone (`#[cfg(test)] mod name;`).
fn test_modules(path: &str, lines: &[Line]) -> Vec<String> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let beside = match file {
        "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
        _ => path.trim_end_matches(".rs").to_owned(),
    };
    let name = |line: &Line| {
        let code = line.code.rsplit(']').next()?.trim().strip_suffix(';')?;
        code.rsplit_once("mod ").map(|(_, name)| name.to_owned())
    };
    let names = lines.iter().filter(|line| line.test).filter_map(name);
    names.flat_map(|name| [format!("{beside}/{name}.rs"), format!("{beside}/{name}/")]).collect()
}

fn source_folder(workspace: &Workspace, package: &Package) -> String {
    let folder = package.folder.strip_prefix(&workspace.root).unwrap_or(&package.folder);
    format!("{}/src/", folder.to_string_lossy().replace('\\', "/"))
}

/// Files that only tests, examples and benchmarks compile.
fn is_test_file(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    name == "tests.rs" || folders.split('/').any(|f| matches!(f, "tests" | "examples" | "benches"))
}

/// `library`: the rules for libraries hold; `sized`: the limit on its length holds.
fn one(path: &str, lines: &[Line], library: bool, sized: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let number = i + 1;
        for word in NOWHERE.iter().filter(|w| holds(&line.code, w.word)) {
            findings.push(Finding::error(path, number, format!("`{}`", word.word), word.remedy));
        }
        if line.comment.contains(concat!("FIX", "ME")) {
            findings.push(Finding::error(
                path,
                number,
                "an open end in a comment",
                "mend it, or open an issue",
            ));
        }
        if line.code.replace(' ', "").contains("#[ignore]") {
            let what = "a test ignored without a reason";
            findings.push(Finding::error(path, number, what, "write #[ignore = \"why\"], or let it run"));
        }
        if !library || line.test {
            continue;
        }
        for word in NOT_IN_LIBRARIES.iter().filter(|w| holds(&line.code, w.word)) {
            findings.push(Finding::error(path, number, format!("`{}` in a library", word.word), word.remedy));
        }
        for word in WITH_INVARIANT.iter().filter(|w| holds(&line.code, w.word)) {
            if !has_invariant(lines, i) {
                findings.push(Finding::error(
                    path,
                    number,
                    format!("`{}` in a library", word.word),
                    word.remedy,
                ));
            }
        }
    }
    findings.extend(size(path, lines).filter(|_| sized));
    findings
}

fn size(path: &str, lines: &[Line]) -> Option<Finding> {
    let count = lines.iter().filter(|l| !(l.test || l.code.is_empty() && l.comment.is_empty())).count();
    let what = format!("{count} lines outside of tests");
    let remedy = "split it: one idea a file";
    match count {
        _ if count <= LONG => None,
        _ if count <= TOO_LONG => Some(Finding::warning(path, 0, what, remedy)),
        _ => Some(Finding::error(path, 0, what, remedy)),
    }
}

/// Whether code holds the word, not as the end of a longer one (`eprintln!` holds no `println!`).
fn holds(code: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word)
        .any(|(at, _)| !word.starts_with(is_name) || !code[..at].chars().next_back().is_some_and(is_name))
}

/// Whether an `// invariant:` comment stands on the line or belongs to its statement: in the comments directly above,
/// or above the lines that the statement began on.
fn has_invariant(lines: &[Line], at: usize) -> bool {
    let says = |line: &Line| line.comment.contains("invariant:");
    if says(&lines[at]) {
        return true;
    }
    for line in lines[..at].iter().rev() {
        if says(line) {
            return true;
        }
        let code = line.code.trim_end();
        let is_comment = code.is_empty() && !line.comment.is_empty();
        let ends_statement = code.ends_with([';', '{', '}']) || code.is_empty();
        if !is_comment && ends_statement {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::lines;
    use super::*;

    fn check_library(text: &str, expected: &[&str]) {
        let found = lines(&one("a.rs", &scan(text), true, true));
        let short: Vec<&str> = found.iter().map(|l| l.split(';').next().unwrap()).collect();
        assert_eq!(short, expected);
    }

    #[test]
    fn words_that_stand_nowhere() {
        check_library("fn a() { todo!() }", &["a.rs:1: `todo!`"]);
        check_library("#[cfg(test)]\nmod t {\n fn a() { dbg!(1); }\n}", &["a.rs:3: `dbg!`"]);
        check_library("// todo! is a macro\nlet x = \"dbg!\";", &[]);
        check_library(concat!("x(); // FIX", "ME later"), &["a.rs:1: an open end in a comment"]);
        check_library(
            "#[ignore]\nfn a() {}\n#[ignore = \"slow\"]\nfn b() {}",
            &["a.rs:1: a test ignored without a reason"],
        );
    }

    #[test]
    fn libraries_neither_print_nor_leave() {
        check_library(
            "println!();\neprint!();",
            &["a.rs:1: `println!` in a library", "a.rs:2: `eprint!` in a library"],
        );
        check_library("std::process::exit(1);", &["a.rs:1: `process::exit` in a library"]);
        check_library("x.unwrap();\nx.unwrap_or(1);", &["a.rs:1: `.unwrap()` in a library"]);
        check_library("/// x.unwrap()\n#[cfg(test)]\nmod t {\n fn a() { x.unwrap(); println!(); }\n}", &[]);
        assert!(one("a.rs", &scan("println!(); x.unwrap();"), false, true).is_empty());
    }

    #[test]
    fn expect_needs_its_invariant() {
        check_library("x.expect(\"y\");", &["a.rs:1: `.expect(` in a library"]);
        check_library("x.expect(\"y\"); // invariant: checked above", &[]);
        check_library("// invariant: of shape\n// [a, b]\nx\n    .expect(\"y\");", &[]);
        check_library("// invariant: one\nf();\nx.expect(\"y\");", &["a.rs:3: `.expect(` in a library"]);
        check_library("if a {\n    panic!(\"b\");\n}", &["a.rs:2: `panic!` in a library"]);
    }

    #[test]
    fn long_files_are_told_and_tests_do_not_count() {
        let size = |text: String| one("a.rs", &scan(&text), false, true).first().map(|f| f.warning);
        assert_eq!(size("x();\n".repeat(300)), None);
        assert_eq!(size("x();\n".repeat(301)), Some(true));
        assert_eq!(size("x();\n".repeat(501)), Some(false));
        assert_eq!(size(format!("#[cfg(test)]\nmod t {{\n{}}}\n", "x();\n".repeat(900))), None);
        assert!(one("a.rs", &scan(&"x();\n".repeat(900)), false, false).is_empty());
    }

    #[test]
    fn modules_of_tests() {
        let check =
            |path: &str, text: &str, expected: &[&str]| assert_eq!(test_modules(path, &scan(text)), expected);
        check("c/src/lib.rs", "mod a;\n#[cfg(test)]\nmod testing;", &["c/src/testing.rs", "c/src/testing/"]);
        check("c/src/a.rs", "#[cfg(test)] pub(crate) mod b;", &["c/src/a/b.rs", "c/src/a/b/"]);
        check("c/src/a.rs", "mod b;\n#[cfg(test)]\nmod tests {\n use super::*;\n}", &[]);
    }

    #[test]
    fn files_of_tests() {
        assert!(is_test_file("crates/a/src/tests.rs") && is_test_file("tests/it/main.rs"));
        assert!(!is_test_file("crates/a/src/testing.rs"));
    }
}
