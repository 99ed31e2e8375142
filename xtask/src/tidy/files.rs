//! Rules for files of any kind: what must be there, what is too large, what only one machine knows.

use super::{Finding, Tree};

/// What every checkout has.
const REQUIRED: &[&str] = &[
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "Cargo.lock",
    ".ci/run",
];

/// Above this, a file does not belong into the repository.
const LARGEST: u64 = 1 << 20;

/// Beginnings of paths that exist on one machine only.
const MACHINE: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Use", "rs/"),
    concat!("/wo", "rk/"),
    concat!("C:\\Use", "rs\\"),
];

/// Users of examples, who have no machine.
const NOBODY: &[&str] = &["me", "my", "you", "user"];

/// Checks every file.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let missing = REQUIRED.iter().filter(|path| !tree.has(path));
    let mut findings: Vec<Finding> =
        missing.map(|path| Finding::error(*path, 0, "is missing", "add it")).collect();
    for path in &tree.paths {
        let size = tree.size(path);
        if size > LARGEST {
            #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
            let what = format!("{:.1} MiB", size as f64 / LARGEST as f64);
            let remedy = "keep what is large outside of the repository: a fixture is small, data is fetched";
            findings.push(Finding::error(path, 0, what, remedy));
        } else if path != "Cargo.lock"
            && let Some(text) = tree.text(path)
        {
            findings.extend(machine_paths(path, &text));
        }
    }
    if tree.text("CHANGELOG.md").is_some_and(|text| !text.contains("## ")) {
        findings.push(Finding::error(
            "CHANGELOG.md",
            0,
            "has no version heading",
            "begin with `## Unreleased`",
        ));
    }
    findings
}

fn machine_paths(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (i, line) in text.lines().enumerate() {
        if MACHINE.iter().any(|beginning| names(line, beginning)) {
            let remedy = "use a path relative to the repository, or an environment variable";
            findings.push(Finding::error(path, i + 1, "names a path of one machine", remedy));
        }
    }
    findings
}

/// Whether a path with this beginning stands in the line, rather than the middle of another path or word.
fn names(line: &str, beginning: &str) -> bool {
    line.match_indices(beginning).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let goes_on = |c: char| c.is_alphanumeric() || "_.-/~$}*\\".contains(c);
        let after = &line[at + beginning.len()..];
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let next = after.split(|c| !is_word(c)).next().unwrap_or_default();
        !before.is_some_and(goes_on) && !next.is_empty() && !NOBODY.contains(&next)
    })
}

#[cfg(test)]
mod tests {
    use super::super::lines;
    use super::*;

    #[test]
    fn paths_of_one_machine() {
        let path = format!("{}ann/x", MACHINE[0]);
        let check =
            |line: &str, expected: usize| assert_eq!(machine_paths("a.md", line).len(), expected, "{line}");
        check(&format!("see \"{path}\""), 1);
        check(&path, 1);
        check(&format!("{}me/x and {}you", MACHINE[0], MACHINE[2]), 0);
        check(&format!("$ROOT{path} and src{path} and https://example.org{path}"), 0);
        check("frame/work/x and ~/home", 0);
    }

    #[test]
    fn what_must_be_there() {
        let mut files: Vec<(&str, &str)> = REQUIRED.iter().map(|path| (*path, "## Unreleased")).collect();
        let (_folder, tree) = Tree::of(&files);
        assert!(check(&tree).is_empty());
        files.retain(|(path, _)| *path != "CHANGELOG.md");
        let large = "x".repeat(1_600_000);
        files.push(("big.bin", &large));
        let (_folder, tree) = Tree::of(&files);
        assert_eq!(
            lines(&check(&tree)),
            [
                "CHANGELOG.md: is missing; add it",
                "big.bin: 1.5 MiB; keep what is large outside of the repository: a fixture is small, data is fetched"
            ]
        );
    }
}
