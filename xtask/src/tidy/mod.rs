//! `tidy`: what compilers do not check. Each rule is a function from what it looks at to findings.

mod docs;
mod features;
mod files;
mod invariants;
mod manifests;
mod scan;
mod sources;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::flags::Parsed;
use crate::process::{Failure, Outcome};
use crate::workspace::Workspace;

/// Something that is not as it should be: where, what, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Relative to the workspace root.
    path: String,
    /// From 1; `None` when it concerns the whole file.
    line: Option<usize>,
    what: String,
    remedy: String,
    /// Worth a thought, fails nothing.
    warning: bool,
}

impl Finding {
    fn error(
        path: impl Into<String>,
        line: usize,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let line = (line > 0).then_some(line);
        Self { path: path.into(), line, what: what.into(), remedy: remedy.into(), warning: false }
    }

    fn warning(
        path: impl Into<String>,
        line: usize,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { warning: true, ..Self::error(path, line, what, remedy) }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}{}; {}", if self.warning { "warning: " } else { "" }, self.what, self.remedy)
    }
}

/// The files of the repository: what git tracks or would track.
#[derive(Debug)]
pub(crate) struct Tree {
    root: PathBuf,
    /// Relative, with forward slashes, sorted.
    paths: Vec<String>,
}

impl Tree {
    fn load(root: &Path) -> Result<Self, Failure> {
        let mut paths = match listed_by_git(root) {
            Some(paths) => paths,
            None => walked(root).map_err(|e| Failure::run(format!("{}: {e}", root.display())))?,
        };
        paths.retain(|path| root.join(path).is_file());
        paths.sort();
        paths.dedup();
        Ok(Self { root: root.to_path_buf(), paths })
    }

    fn has(&self, path: &str) -> bool {
        self.paths.binary_search_by(|p| p.as_str().cmp(path)).is_ok()
    }

    /// The text of a file; `None` for what is not text.
    fn text(&self, path: &str) -> Option<String> {
        let bytes = std::fs::read(self.root.join(path)).ok()?;
        if bytes.contains(&0) { None } else { String::from_utf8(bytes).ok() }
    }

    fn size(&self, path: &str) -> u64 {
        std::fs::metadata(self.root.join(path)).map_or(0, |m| m.len())
    }

    fn with_extension<'a>(&'a self, extension: &'a str) -> impl Iterator<Item = &'a str> {
        self.paths
            .iter()
            .map(String::as_str)
            .filter(move |p| Path::new(p).extension().is_some_and(|e| e == extension))
    }

    /// A tree of small files in a folder that lives as long as the first value.
    #[cfg(test)]
    fn of(files: &[(&str, &str)]) -> (tempfile::TempDir, Self) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let tree = Self::load(folder.path()).unwrap();
        (folder, tree)
    }
}

/// Runs the command line.
pub(crate) fn run(parsed: &Parsed) -> Outcome {
    let workspace = Workspace::load()?;
    if parsed.has("table") {
        print!("{}", invariants::table());
        return Ok(());
    }
    let tree = Tree::load(&workspace.root)?;
    let mut findings = Vec::new();
    findings.extend(invariants::check(&workspace, &tree));
    findings.extend(manifests::check(&workspace, &tree));
    findings.extend(features::check(&workspace)?);
    findings.extend(sources::check(&workspace, &tree));
    findings.extend(files::check(&tree));
    findings.extend(docs::check(&workspace, &tree));
    report(&mut findings)
}

fn report(findings: &mut [Finding]) -> Outcome {
    findings.sort_by(|a, b| (a.warning, &a.path, a.line).cmp(&(b.warning, &b.path, b.line)));
    for finding in findings.iter() {
        println!("{finding}");
    }
    let warnings = findings.iter().filter(|f| f.warning).count();
    let errors = findings.len() - warnings;
    println!("tidy: {errors} errors, {warnings} warnings");
    if errors == 0 { Ok(()) } else { Err(Failure::run(format!("tidy found {errors} errors"))) }
}

fn listed_by_git(root: &Path) -> Option<Vec<String>> {
    let arguments = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
    let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.split('\0').filter(|p| !p.is_empty()).map(str::to_owned).collect())
}

/// Every file below a folder that is no git checkout, such as an unpacked archive.
fn walked(root: &Path) -> std::io::Result<Vec<String>> {
    let mut paths = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default();
            if path.is_dir() {
                if name != "target" && name != ".git" {
                    folders.push(path);
                }
            } else if let Ok(relative) = path.strip_prefix(root) {
                paths.push(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    Ok(paths)
}

/// Findings as the lines that would be printed.
#[cfg(test)]
fn lines(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_without_git_is_walked() {
        let (_folder, tree) = Tree::of(&[("a/b.rs", ""), ("target/x.rs", ""), ("c.md", "text")]);
        assert_eq!(tree.paths, ["a/b.rs", "c.md"]);
        assert!(tree.has("c.md") && !tree.has("target/x.rs"));
        assert_eq!(tree.text("c.md").as_deref(), Some("text"));
        assert_eq!(tree.with_extension("rs").collect::<Vec<_>>(), ["a/b.rs"]);
    }

    #[test]
    fn errors_fail_and_warnings_do_not() {
        let warning = Finding::warning("a.rs", 3, "long", "split");
        assert_eq!(warning.to_string(), "a.rs:3: warning: long; split");
        assert!(report(&mut [warning]).is_ok());
        let error = Finding::error("a.rs", 0, "wrong", "mend");
        assert_eq!(error.to_string(), "a.rs: wrong; mend");
        assert!(report(&mut [error]).is_err());
    }
}
