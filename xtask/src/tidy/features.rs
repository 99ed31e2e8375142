//! One feature set: the command, the tests and a single crate's tests share every built dependency.
//!
//! Cargo unifies features over the packages and the kinds of dependency that one invocation selects. Where two
//! invocations disagree about a single feature of a single package, everything above it is built a second time, which
//! for burn takes a quarter of an hour. So the invocations that `xtask` uses must agree.

use std::collections::{BTreeMap, BTreeSet};

use crate::process::{Failure, Program};
use crate::workspace::Workspace;

use super::Finding;

/// Package with version, then every set of features it is built with.
type Chosen = BTreeMap<String, BTreeSet<String>>;

/// Compares what cargo would choose.
pub(super) fn check(workspace: &Workspace) -> Result<Vec<Finding>, Failure> {
    let tree = |selection: &[&str], edges: &str| -> Result<Chosen, Failure> {
        let program = Program::cargo(&workspace.root).args(["tree", "--locked"]).args(selection);
        let text = program
            .args(["--edges", edges, "--prefix", "none", "--format", "{p}|{f}", "--quiet"])
            .output()?;
        Ok(parse(&text))
    };
    let tests = tree(&["--workspace"], "normal,build,dev")?;
    let command = tree(&["--workspace"], "normal,build")?;
    let mut findings = compare(&tests, &command, "a test dependency adds");
    if workspace.package("fascicle-cli").is_some() {
        let single = tree(&["--package", "fascicle-cli"], "normal,build")?;
        findings.extend(compare(&tests, &single, "a package other than fascicle-cli adds"));
    }
    findings.dedup();
    Ok(findings)
}

/// The packages of `part` that `whole` would build in another way.
fn compare(whole: &Chosen, part: &Chosen, because: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (package, sets) in part {
        let Some(known) = whole.get(package) else { continue };
        for set in sets.difference(known) {
            let mine: BTreeSet<&str> = set.split(',').collect();
            let more: BTreeSet<&str> = known
                .iter()
                .flat_map(|s| s.split(','))
                .filter(|f| !f.is_empty() && !mine.contains(f))
                .collect();
            let more = more.into_iter().collect::<Vec<_>>().join(", ");
            findings.push(Finding::error(
                "Cargo.toml",
                0,
                format!("`{package}` would be built twice: {because} the features {more}"),
                "name them where the command gets the package too: [workspace.dependencies], or the default features of fascicle-cli",
            ));
        }
    }
    findings
}

fn parse(text: &str) -> Chosen {
    let mut chosen = Chosen::new();
    for line in text.lines() {
        let Some((package, features)) = line.split_once('|') else {
            continue;
        };
        // "burn v0.22.1", "xtask v0.0.0 (/path)", "serde_derive v1.0.0 (proc-macro)"
        let name: Vec<&str> = package.split_whitespace().take(2).collect();
        let mut features: Vec<&str> = features.trim_end_matches(" (*)").split(',').collect();
        features.sort_unstable();
        chosen.entry(name.join(" ")).or_default().insert(features.join(","));
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::super::lines;
    use super::*;

    #[test]
    fn agreeing_trees_are_silent() {
        let tree = parse("burn v0.22.1|flex,std\nserde v1.0.0|\nserde v1.0.0|std (*)\n");
        assert_eq!(tree["burn v0.22.1"], BTreeSet::from(["flex,std".to_owned()]));
        assert_eq!(tree["serde v1.0.0"].len(), 2);
        assert!(compare(&tree, &parse("serde v1.0.0|std\nother v1|x\n"), "x").is_empty());
    }

    #[test]
    fn a_feature_more_is_named() {
        let tests = parse("clap v4.6.9 (/somewhere)|derive,env,std\n");
        let command = parse("clap v4.6.9|std,derive\n");
        assert_eq!(
            lines(&compare(&tests, &command, "a test dependency adds")),
            [
                "Cargo.toml: `clap v4.6.9` would be built twice: a test dependency adds the features env; name them where the \
              command gets the package too: [workspace.dependencies], or the default features of fascicle-cli"
            ]
        );
    }
}
