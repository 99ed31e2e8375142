//! Which crate never depends on which: the one table, checked against the manifests and against docs/architecture.md.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;

use crate::workspace::{Package, Workspace};

use super::docs::{self, Row};
use super::{Finding, Tree};

/// Something that a crate stays free of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ban {
    /// Every other crate of the workspace.
    Siblings,
    /// One crate, by whatever path.
    Crate(&'static str),
    /// burn and its family, by whatever path that is not behind an optional dependency.
    BurnByDefault,
}

/// What each crate never depends on. The order is that of the architecture page.
const NEVER: &[(&str, &[Ban])] = &[
    ("fascicle-core", &[Ban::Siblings]),
    ("fascicle-graph", &[Ban::BurnByDefault]),
    ("fascicle-models", &[Ban::Crate("fascicle-causal"), Ban::Crate("fascicle-sparse")]),
    ("fascicle-causal", &[Ban::Crate("fascicle-sparse"), Ban::Crate("fascicle-connectome")]),
    ("fascicle-sparse", &[Ban::Crate("fascicle-models"), Ban::Crate("fascicle-causal")]),
    (
        "fascicle-connectome",
        &[
            Ban::Crate("fascicle-models"),
            Ban::Crate("fascicle-causal"),
            Ban::Crate("fascicle-sparse"),
            Ban::BurnByDefault,
        ],
    ),
    ("fascicle-data", &[Ban::Siblings, Ban::BurnByDefault]),
    ("fascicle-experiments", &[Ban::Crate("fascicle-cli")]),
    ("fascicle-cli", &[]),
    ("fascicle", &[Ban::Crate("fascicle-experiments"), Ban::Crate("fascicle-cli")]),
    ("xtask", &[Ban::Siblings, Ban::BurnByDefault]),
];

/// The packages that are tests and benchmarks rather than parts of the house.
const OUTSIDE: &[&str] = &["fascicle-tests", "fascicle-benches"];

/// The crates that implement a burn backend; only fascicle-core may name one.
const BACKENDS: &[&str] = &[
    "burn-candle",
    "burn-cpu",
    "burn-cubecl",
    "burn-cuda",
    "burn-flex",
    "burn-ndarray",
    "burn-rocm",
    "burn-tch",
    "burn-wgpu",
    "cubecl",
];

/// Where the table says what may be named.
const ARCHITECTURE: &str = "docs/architecture.md";

/// Checks the manifests, then the page.
pub(super) fn check(workspace: &Workspace, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &workspace.packages {
        match NEVER.iter().find(|(name, _)| *name == package.name) {
            Some((_, bans)) => {
                findings.extend(bans.iter().filter_map(|ban| broken(workspace, package, *ban)));
            }
            None if OUTSIDE.contains(&package.name.as_str()) => {}
            None => findings.push(Finding::error(
                manifest(workspace, package),
                0,
                format!("`{}` is not in the table of forbidden edges", package.name),
                "add it to NEVER in xtask/src/tidy/invariants.rs and to docs/architecture.md",
            )),
        }
        findings.extend(backends(workspace, package));
    }
    findings.extend(page(workspace, tree));
    findings
}

/// The rows of the architecture page.
pub(super) fn table() -> String {
    let mut text = String::from("| crate | never depends on |\n|---|---|\n");
    for (name, bans) in NEVER {
        let _ = writeln!(text, "| `{name}` | {} |", cell(bans));
    }
    text
}

fn cell(bans: &[Ban]) -> String {
    if bans.is_empty() {
        return "–".to_owned();
    }
    let one = |ban: &Ban| match ban {
        Ban::Siblings => "any sibling".to_owned(),
        Ban::Crate(name) => format!("`{name}`"),
        Ban::BurnByDefault => "`burn` (unless by a feature)".to_owned(),
    };
    bans.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// A finding when the package reaches what is banned; it names the whole path.
fn broken(workspace: &Workspace, package: &Package, ban: Ban) -> Option<Finding> {
    let by_default = ban == Ban::BurnByDefault;
    let reached = reachable(workspace, package, !by_default);
    let offends = |name: &str| match ban {
        Ban::Siblings => workspace.package(name).is_some(),
        Ban::Crate(banned) => name == banned,
        Ban::BurnByDefault => name == "burn" || name.starts_with("burn-"),
    };
    let (_, path) = reached.iter().find(|(name, _)| offends(name))?;
    Some(Finding::error(
        manifest(workspace, package),
        0,
        format!("forbidden edge: {}", path.join(" → ")),
        format!(
            "`{}` never depends on {}; move the code, or turn the dependency round",
            package.name,
            cell(&[ban])
        ),
    ))
}

/// Every dependency by name, with the shortest path to it; test dependencies do not count.
fn reachable(workspace: &Workspace, package: &Package, optional: bool) -> BTreeMap<String, Vec<String>> {
    let mut paths: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut queue = VecDeque::from([(package, vec![package.name.clone()])]);
    while let Some((from, path)) = queue.pop_front() {
        for dependency in from.dependencies.iter().filter(|d| !d.dev && (optional || !d.optional)) {
            if dependency.name == package.name || paths.contains_key(&dependency.name) {
                continue;
            }
            let path: Vec<String> = path.iter().cloned().chain([dependency.name.clone()]).collect();
            paths.insert(dependency.name.clone(), path.clone());
            if let Some(next) = workspace.package(&dependency.name).filter(|_| dependency.local) {
                queue.push_back((next, path));
            }
        }
    }
    paths
}

/// Backend crates, and burn's features that choose one, outside of fascicle-core.
fn backends(workspace: &Workspace, package: &Package) -> Vec<Finding> {
    if package.name == "fascicle-core" {
        return Vec::new();
    }
    let remedy = "only fascicle-core names a backend; forward a feature of fascicle-core instead";
    let path = manifest(workspace, package);
    let named =
        package.dependencies.iter().filter(|d| BACKENDS.contains(&d.name.as_str())).map(|d| d.name.clone());
    let chosen = package.features.iter().flat_map(|(feature, enabled)| {
        let backend = |f: &&String| {
            f.strip_prefix("burn/").is_some_and(|f| BACKENDS.contains(&format!("burn-{f}").as_str()))
        };
        enabled.iter().filter(backend).map(move |f| format!("{f} (feature `{feature}`)"))
    });
    named
        .chain(chosen)
        .map(|what| Finding::error(&path, 0, format!("names the backend {what}"), remedy))
        .collect()
}

/// The page carries the same table: a row for each crate there is, and no row that says something else.
fn page(workspace: &Workspace, tree: &Tree) -> Vec<Finding> {
    let remedy = "`cargo xtask tidy --table` prints the rows";
    let Some(text) = tree.text(ARCHITECTURE) else {
        return vec![Finding::error(
            ARCHITECTURE,
            0,
            "is missing",
            format!("it carries the table of invariants; {remedy}"),
        )];
    };
    let rows: Vec<Row> =
        docs::tables(&text).into_iter().filter(|row| row.header_ends_with("never depends on")).collect();
    let mut findings = Vec::new();
    for (name, bans) in NEVER {
        let row = rows.iter().find(|row| row.cells.first().is_some_and(|c| c.trim_matches('`') == *name));
        match row {
            None if workspace.package(name).is_some() => {
                findings.push(Finding::error(ARCHITECTURE, 0, format!("no row for `{name}`"), remedy));
            }
            Some(row) if row.cells.last().is_some_and(|c| *c != cell(bans)) => {
                let what = format!("`{name}` never depends on {} says the code", cell(bans));
                findings.push(Finding::error(ARCHITECTURE, row.line, what, remedy));
            }
            _ => {}
        }
    }
    findings
}

fn manifest(workspace: &Workspace, package: &Package) -> String {
    let path = package.folder.join("Cargo.toml");
    path.strip_prefix(&workspace.root).unwrap_or(&path).to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::super::lines;
    use super::*;
    use crate::workspace::Dependency;

    fn package(name: &str, dependencies: &[&str]) -> Package {
        let dependency = |text: &&str| {
            let (name, optional) = text.strip_suffix('?').map_or((*text, false), |name| (name, true));
            let local = name.starts_with("fascicle");
            Dependency { name: name.into(), optional, local, dev: false }
        };
        Package {
            name: name.into(),
            folder: format!("/w/crates/{name}").into(),
            dependencies: dependencies.iter().map(dependency).collect(),
            ..Package::default()
        }
    }

    fn workspace(packages: Vec<Package>) -> Workspace {
        Workspace { root: "/w".into(), packages, ..Workspace::default() }
    }

    fn check_edges(packages: Vec<Package>, expected: &[&str]) {
        let workspace = workspace(packages);
        let (_folder, tree) = Tree::of(&[(ARCHITECTURE, &table())]);
        assert_eq!(lines(&check(&workspace, &tree)), expected);
    }

    #[test]
    fn edges_that_are_allowed() {
        check_edges(
            vec![
                package("fascicle-core", &["burn", "burn-flex", "cubecl?"]),
                package("fascicle-models", &["burn", "fascicle-core"]),
                package("fascicle-graph", &["fascicle-core?"]),
                package("fascicle-connectome", &["fascicle-graph", "fascicle-core?"]),
            ],
            &[],
        );
    }

    #[test]
    fn forbidden_edges_show_their_path() {
        check_edges(
            vec![
                package("fascicle-core", &["fascicle-data"]),
                package("fascicle-data", &[]),
                package("fascicle-models", &["fascicle-x"]),
                package("fascicle-x", &["fascicle-causal?"]),
                package("fascicle-causal", &["fascicle-models"]),
                package("fascicle-graph", &["burn"]),
            ],
            &[
                "crates/fascicle-core/Cargo.toml: forbidden edge: fascicle-core → fascicle-data; `fascicle-core` never \
                 depends on any sibling; move the code, or turn the dependency round",
                "crates/fascicle-models/Cargo.toml: forbidden edge: fascicle-models → fascicle-x → fascicle-causal; \
                 `fascicle-models` never depends on `fascicle-causal`; move the code, or turn the dependency round",
                "crates/fascicle-x/Cargo.toml: `fascicle-x` is not in the table of forbidden edges; add it to NEVER in \
                 xtask/src/tidy/invariants.rs and to docs/architecture.md",
                "crates/fascicle-graph/Cargo.toml: forbidden edge: fascicle-graph → burn; `fascicle-graph` never depends \
                 on `burn` (unless by a feature); move the code, or turn the dependency round",
            ],
        );
    }

    #[test]
    fn backends_belong_to_core() {
        let mut causal = package("fascicle-causal", &["burn", "burn-flex?"]);
        causal.features.insert("wgpu".into(), vec!["burn/wgpu".into(), "burn/std".into()]);
        let remedy = "only fascicle-core names a backend; forward a feature of fascicle-core instead";
        check_edges(
            vec![causal],
            &[
                &format!("crates/fascicle-causal/Cargo.toml: names the backend burn-flex; {remedy}"),
                &format!(
                    "crates/fascicle-causal/Cargo.toml: names the backend burn/wgpu (feature `wgpu`); {remedy}"
                ),
            ],
        );
    }

    #[test]
    fn the_page_says_the_same() {
        let workspace = workspace(vec![package("fascicle-core", &[]), package("fascicle-models", &[])]);
        let page =
            "| crate | owns | never depends on |\n|---|---|---|\n| `fascicle-core` | devices | nothing |\n";
        let (_folder, tree) = Tree::of(&[(ARCHITECTURE, page)]);
        assert_eq!(
            lines(&check(&workspace, &tree)),
            [
                "docs/architecture.md:3: `fascicle-core` never depends on any sibling says the code; \
                 `cargo xtask tidy --table` prints the rows",
                "docs/architecture.md: no row for `fascicle-models`; `cargo xtask tidy --table` prints the rows",
            ]
        );
        let (_folder, tree) = Tree::of(&[]);
        assert_eq!(check(&workspace, &tree).len(), 1);
    }
}
