//! `bench`: the benchmarks of `benches/`, and the same work in Python where that is at hand.

use std::path::{Path, PathBuf};

use crate::flags::{Parsed, choose};
use crate::process::{Failure, Outcome, Program};
use crate::system::{self, Need};
use crate::workspace::Workspace;

/// Runs the command line.
pub(crate) fn run(parsed: &Parsed) -> Outcome {
    system::ensure(&[Need::Compiler, Need::Blas], !parsed.has("no-install"))?;
    let workspace = Workspace::load()?;
    let benches: Vec<&str> = workspace
        .package("fascicle-benches")
        .into_iter()
        .flat_map(|package| package.targets_of("bench"))
        .map(|target| target.name.as_str())
        .collect();
    let peers = peers(&workspace.root.join("benches/peers"));
    let names = chosen(&parsed.positional, &benches)?;

    // The bench profile would build every dependency again; the dev profile optimises what does the arithmetic.
    let mut program = Program::cargo(&workspace.root).args(["bench", "--workspace", "--profile", "dev"]);
    for name in &names {
        program = program.args(["--bench", name]);
    }
    program.arg("--").args(&parsed.rest).run()?;

    if parsed.has("no-peers") || peers.is_empty() {
        return Ok(());
    }
    if !Program::new("python3").args(["-c", "import torch"]).succeeds() {
        println!("the same work in Python was not timed: python3 has no torch (pip install torch numpy)");
        return Ok(());
    }
    for peer in peers.iter().filter(|peer| is_chosen(peer, &parsed.positional)) {
        Program::new("python3").arg(peer).run()?;
    }
    Ok(())
}

fn chosen<'a>(asked: &[String], benches: &[&'a str]) -> Result<Vec<&'a str>, Failure> {
    if benches.is_empty() {
        return Err(Failure::usage("benches/Cargo.toml declares no benchmark"));
    }
    choose("benchmark", asked, benches).map_err(Failure::usage)
}

/// The Python scripts that do what a benchmark does.
fn peers(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut scripts: Vec<PathBuf> =
        entries.map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "py")).collect();
    scripts.sort();
    scripts
}

/// A peer has the name of its benchmark.
fn is_chosen(peer: &Path, asked: &[String]) -> bool {
    asked.is_empty() || peer.file_stem().is_some_and(|stem| asked.iter().any(|name| stem == name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn benchmarks_are_chosen_by_name() {
        let asked = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(chosen(&[], &["csr", "patch"]).unwrap(), ["csr", "patch"]);
        assert_eq!(chosen(&asked(&["patch"]), &["csr", "patch"]).unwrap(), ["patch"]);
        let error = chosen(&asked(&["patsch"]), &["csr", "patch"]).unwrap_err();
        assert_eq!(error.message, "no benchmark `patsch`; did you mean `patch`?");
        assert_eq!(chosen(&[], &[]).unwrap_err().code, 2);
        assert!(is_chosen(Path::new("peers/csr.py"), &asked(&["csr"])));
        assert!(!is_chosen(Path::new("peers/csr.py"), &asked(&["patch"])));
    }
}
