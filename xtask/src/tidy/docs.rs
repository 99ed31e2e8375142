//! Rules for documents: links that lead somewhere, pages that are listed, tables that are complete.

use crate::workspace::Workspace;

use super::{Finding, Tree, manifests};

/// Where each outside dependency has its line of reason.
const DEPENDENCIES: &str = "docs/dependencies.md";
/// Where each experiment has its row.
const REPRODUCTION: &str = "docs/reproduction.md";
/// The book's table of contents.
const SUMMARY: &str = "docs/SUMMARY.md";

/// One row of a Markdown table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
    header: Vec<String>,
}

impl Row {
    /// Whether the last column of its table has that title.
    pub(super) fn header_ends_with(&self, title: &str) -> bool {
        self.header.last().is_some_and(|last| last.eq_ignore_ascii_case(title))
    }
}

/// Checks every Markdown file.
pub(super) fn check(workspace: &Workspace, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in tree.with_extension("md") {
        let text = tree.text(path).unwrap_or_default();
        findings.extend(dead_links(tree, path, &text));
    }
    findings.extend(pages(tree));
    findings.extend(reasons(workspace, tree));
    findings.extend(experiments(tree));
    findings
}

/// Relative links whose file is not in the repository.
fn dead_links(tree: &Tree, path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, target) in links(text) {
        let target = target.split(['#', '?']).next().unwrap_or_default();
        if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
            continue;
        }
        let found = resolve(path, target);
        // A link may lead to a folder, and to what the book or rustdoc generate beside no file of ours.
        let there = found.as_deref().is_some_and(|f| tree.has(f) || tree.root.join(f).is_dir());
        if !there {
            let remedy = "mend the link, or add the file";
            findings.push(Finding::error(path, line, format!("dead link to `{target}`"), remedy));
        }
    }
    findings
}

/// A link's target seen from the root; `None` when it leaves the repository.
fn resolve(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => from.split('/').collect(),
    };
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Targets of inline links and images, outside of code.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (i, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            continue;
        }
        let mut rest = line;
        while let Some(at) = rest.find("](") {
            let in_code = line[..line.len() - rest.len() + at].matches('`').count() % 2 == 1;
            rest = &rest[at + 2..];
            let Some(end) = rest.find(')') else { break };
            // A title may follow: [text](target "title")
            let target = rest[..end].split_whitespace().next().unwrap_or_default().trim_matches(['<', '>']);
            if !in_code {
                found.push((i + 1, target));
            }
            rest = &rest[end..];
        }
    }
    found
}

/// Pages of the book that its table of contents leaves out.
fn pages(tree: &Tree) -> Vec<Finding> {
    let Some(summary) = tree.text(SUMMARY) else {
        return vec![Finding::error(SUMMARY, 0, "is missing", "mdBook needs it: list every page of docs/")];
    };
    let listed: Vec<String> =
        links(&summary).into_iter().filter_map(|(_, target)| resolve(SUMMARY, target)).collect();
    let pages = tree.with_extension("md").filter(|path| path.starts_with("docs/") && *path != SUMMARY);
    pages
        .filter(|path| !listed.iter().any(|l| l == path))
        .map(|path| Finding::error(path, 0, "is not in the book", "list it in docs/SUMMARY.md"))
        .collect()
}

/// Every outside dependency has its reason, and no reason has outlived its dependency.
fn reasons(workspace: &Workspace, tree: &Tree) -> Vec<Finding> {
    let Some(text) = tree.text(DEPENDENCIES) else {
        return vec![Finding::error(DEPENDENCIES, 0, "is missing", "one line of reason for each dependency")];
    };
    let rows: Vec<Row> =
        tables(&text).into_iter().filter(|r| r.header.first().is_some_and(|h| h == "crate")).collect();
    let name = |row: &Row| row.cells.first().map(|c| c.trim_matches('`').to_owned()).unwrap_or_default();
    let declared = manifests::declared(tree);
    let mut findings = Vec::new();
    let members =
        workspace.packages.iter().flat_map(|p| &p.dependencies).filter(|d| !d.local).map(|d| d.name.clone());
    let mut needed: Vec<String> = declared.iter().map(|(_, name)| name.clone()).chain(members).collect();
    needed.sort();
    needed.dedup();
    for dependency in &needed {
        match rows.iter().find(|row| name(row) == *dependency) {
            None => {
                let what = format!("no line for `{dependency}`");
                findings.push(Finding::error(
                    DEPENDENCIES,
                    0,
                    what,
                    "say in one line why the project needs it",
                ));
            }
            Some(row) if row.cells.last().is_none_or(String::is_empty) => {
                let what = format!("no reason for `{dependency}`");
                findings.push(Finding::error(
                    DEPENDENCIES,
                    row.line,
                    what,
                    "say in one line why the project needs it",
                ));
            }
            Some(_) => {}
        }
    }
    for row in rows.iter().filter(|row| !needed.contains(&name(row))) {
        let what = format!("`{}` is no dependency", name(row));
        findings.push(Finding::error(DEPENDENCIES, row.line, what, "remove the line"));
    }
    findings
}

/// Every experiment that the gate holds has its row in the reproduction table.
fn experiments(tree: &Tree) -> Vec<Finding> {
    let bands = tree.paths.iter().filter_map(|p| p.strip_prefix("tests/bands/")?.strip_suffix(".json"));
    let rows = tree.text(REPRODUCTION).map(|text| tables(&text)).unwrap_or_default();
    let named = |name: &str| rows.iter().any(|row| row.cells.iter().any(|c| c.trim_matches('`') == name));
    bands
        .filter(|name| !named(name))
        .map(|name| {
            let what = format!("no row for the experiment `{name}`");
            Finding::error(REPRODUCTION, 0, what, "add its row to the reproduction table")
        })
        .collect()
}

/// The rows of every table, without headers and rules.
pub(super) fn tables(text: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut header: Vec<String> = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let line = line.trim();
        let Some(inner) = line.strip_prefix('|').map(|l| l.strip_suffix('|').unwrap_or(l)) else {
            header.clear();
            continue;
        };
        let cells: Vec<String> = inner.split('|').map(|c| c.trim().to_owned()).collect();
        if header.is_empty() {
            header = cells;
        } else if !cells.iter().all(|c| c.chars().all(|c| "-: ".contains(c)) && !c.is_empty()) {
            rows.push(Row { line: i + 1, cells, header: header.clone() });
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::lines;
    use super::*;
    use crate::workspace::{Dependency, Package};

    #[test]
    fn links_lead_somewhere() {
        let text = "[a](b.md) [c](../README.md#top \"title\") [d](#here) [e](https://x.org/y)\n\
                    `[f](gone.md)` ![g](missing.svg)\n```\n[h](gone.md)\n```\n[i](../../out.md) [j](sub/)";
        let (_folder, tree) =
            Tree::of(&[("docs/a.md", text), ("docs/b.md", ""), ("README.md", ""), ("docs/sub/x", "")]);
        assert_eq!(
            lines(&dead_links(&tree, "docs/a.md", text)),
            [
                "docs/a.md:2: dead link to `missing.svg`; mend the link, or add the file",
                "docs/a.md:6: dead link to `../../out.md`; mend the link, or add the file",
            ]
        );
    }

    #[test]
    fn pages_are_listed() {
        let (_folder, tree) =
            Tree::of(&[(SUMMARY, "- [A](a.md)"), ("docs/a.md", ""), ("docs/guide/b.md", "")]);
        assert_eq!(lines(&pages(&tree)), ["docs/guide/b.md: is not in the book; list it in docs/SUMMARY.md"]);
    }

    #[test]
    fn dependencies_have_reasons() {
        let manifest =
            "[workspace.dependencies]\nburn = \"1\"\nserde = \"1\"\nown = { path = \"crates/own\" }\n";
        let table = "| crate | for |\n|---|---|\n| `burn` | tensors |\n| `old` | gone |\n| `half` | |\n";
        let half = Dependency { name: "half".into(), ..Dependency::default() };
        let workspace = Workspace {
            packages: vec![Package { dependencies: vec![half], ..Package::default() }],
            ..Workspace::default()
        };
        let (_folder, tree) = Tree::of(&[("Cargo.toml", manifest), (DEPENDENCIES, table)]);
        assert_eq!(
            lines(&reasons(&workspace, &tree)),
            [
                "docs/dependencies.md:5: no reason for `half`; say in one line why the project needs it",
                "docs/dependencies.md: no line for `serde`; say in one line why the project needs it",
                "docs/dependencies.md:4: `old` is no dependency; remove the line",
            ]
        );
    }

    #[test]
    fn experiments_have_rows() {
        let table = "| name | paper |\n|---|---|\n| `induction` | Olsson 2022 |\n";
        let files =
            [(REPRODUCTION, table), ("tests/bands/induction.json", ""), ("tests/bands/minilm.json", "")];
        let (_folder, tree) = Tree::of(&files);
        assert_eq!(
            lines(&experiments(&tree)),
            [
                "docs/reproduction.md: no row for the experiment `minilm`; add its row to the reproduction table"
            ]
        );
    }
}
