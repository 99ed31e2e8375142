//! Manifests: names, lints, one test binary a crate, every dependency used.

use crate::workspace::{Package, Workspace};

use super::{Finding, Tree};

/// Checks every manifest.
pub(super) fn check(workspace: &Workspace, tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        workspace.packages.iter().flat_map(|package| one(workspace, package, tree)).collect();
    findings.extend(unused(workspace, tree));
    findings
}

fn one(workspace: &Workspace, package: &Package, tree: &Tree) -> Vec<Finding> {
    let folder = package.folder.strip_prefix(&workspace.root).unwrap_or(&package.folder);
    let folder = folder.to_string_lossy().replace('\\', "/");
    let path = format!("{folder}/Cargo.toml");
    let mut findings = Vec::new();
    let last = folder.rsplit('/').next().unwrap_or_default();
    // The two top-level folders carry the project's name only in their manifest.
    let expected = match folder.as_str() {
        "tests" | "benches" => format!("fascicle-{last}"),
        _ => last.to_owned(),
    };
    if package.name != expected {
        let what = format!("package `{}` lies in the folder `{folder}`", package.name);
        findings.push(Finding::error(
            &path,
            0,
            what,
            format!("folder and package have the same name: `{expected}`"),
        ));
    }
    if package.publish {
        findings.push(Finding::error(&path, 0, "may be published", "write `publish.workspace = true`"));
    }
    let binaries = package.targets_of("test").count();
    if binaries > 1 {
        let what = format!("{binaries} integration-test binaries, and each links burn");
        findings.push(Finding::error(&path, 0, what, "one binary: tests/it/main.rs with modules beside it"));
    }
    if !section(&tree.text(&path).unwrap_or_default(), "lints")
        .any(|(_, line)| line.replace(' ', "") == "workspace=true")
    {
        let what = "does not take the lints of the workspace";
        findings.push(Finding::error(&path, 0, what, "add `[lints]` with `workspace = true`"));
    }
    findings
}

/// Outside dependencies that the workspace manifest declares, with their lines.
pub(super) fn declared(tree: &Tree) -> Vec<(usize, String)> {
    let text = tree.text("Cargo.toml").unwrap_or_default();
    let entries = section(&text, "workspace.dependencies");
    let named = entries.filter(|(_, line)| !line.contains("path =") && !line.contains("path="));
    named
        .filter_map(|(number, line)| line.split_once('=').map(|(name, _)| (number, name.trim().to_owned())))
        .collect()
}

fn unused(workspace: &Workspace, tree: &Tree) -> Vec<Finding> {
    let used = |name: &str| workspace.packages.iter().any(|p| p.dependencies.iter().any(|d| d.name == name));
    declared(tree)
        .into_iter()
        .filter(|(_, name)| !used(name))
        .map(|(line, name)| {
            Finding::error("Cargo.toml", line, format!("no crate uses `{name}`"), "remove the line")
        })
        .collect()
}

/// The entries of one section of a manifest, with their line numbers; comments and blank lines are left out.
fn section<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    let mut inside = false;
    text.lines().enumerate().filter_map(move |(i, line)| {
        let line = line.trim();
        if line.starts_with('[') && line.ends_with(']') {
            inside = line.trim_matches(['[', ']']) == name;
            return None;
        }
        (inside && !line.is_empty() && !line.starts_with('#')).then_some((i + 1, line))
    })
}

#[cfg(test)]
mod tests {
    use super::super::lines;
    use super::*;
    use crate::workspace::{Dependency, Target};

    fn package(name: &str, folder: &str) -> Package {
        Package { name: name.into(), folder: format!("/w/{folder}").into(), ..Package::default() }
    }

    #[test]
    fn well_kept_manifests_are_silent() {
        let lints = "[package]\n\n[lints]\nworkspace = true\n";
        let (_folder, tree) = Tree::of(&[("crates/a/Cargo.toml", lints), ("tests/Cargo.toml", lints)]);
        let packages = vec![package("a", "crates/a"), package("fascicle-tests", "tests")];
        let workspace = Workspace { root: "/w".into(), packages, ..Workspace::default() };
        assert_eq!(lines(&check(&workspace, &tree)), [""; 0]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let root = "[workspace.dependencies]\na = { path = \"crates/a\" }\n# why\nserde = \"1\"\nburn = \"0.22\"\n[profile.dev]\nx = 1\n";
        let (_folder, tree) = Tree::of(&[("Cargo.toml", root), ("crates/a/Cargo.toml", "[lints]\n")]);
        let mut b = package("b", "crates/a");
        b.publish = true;
        b.targets = ["it", "more"].map(|name| Target { name: name.into(), kind: "test".into() }).into();
        b.dependencies.push(Dependency { name: "burn".into(), ..Dependency::default() });
        let workspace = Workspace { root: "/w".into(), packages: vec![b], ..Workspace::default() };
        assert_eq!(
            lines(&check(&workspace, &tree)),
            [
                "crates/a/Cargo.toml: package `b` lies in the folder `crates/a`; folder and package have the same name: `a`",
                "crates/a/Cargo.toml: may be published; write `publish.workspace = true`",
                "crates/a/Cargo.toml: 2 integration-test binaries, and each links burn; one binary: tests/it/main.rs with modules beside it",
                "crates/a/Cargo.toml: does not take the lints of the workspace; add `[lints]` with `workspace = true`",
                "Cargo.toml:4: no crate uses `serde`; remove the line",
            ]
        );
    }
}
