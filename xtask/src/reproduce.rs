//! `reproduce`: builds the command once and hands the experiments over to it.

use std::path::Path;

use crate::flags::Parsed;
use crate::process::{Outcome, Program};
use crate::system::{self, Need};
use crate::workspace::Workspace;

/// Runs the command line.
pub(crate) fn run(parsed: &Parsed) -> Outcome {
    let mut needs = vec![Need::Compiler, Need::Blas];
    let device = parsed.value("device");
    needs.extend(device.and_then(system::needs_of_device));
    system::ensure(&needs, !parsed.has("no-install"))?;

    let workspace = Workspace::load()?;
    build(&workspace)?;
    let mut program = Program::new(workspace.fascicle()).args(arguments(parsed, &workspace.reports()));
    if device == Some("wgpu:cpu") {
        program = program.envs(&system::software_vulkan_environment());
    }
    program.run()
}

/// Builds the `fascicle` command.
///
/// `--workspace --bin` chooses the features of the whole workspace but only this one binary. `-p fascicle-cli` would
/// choose other features for the libraries than `cargo test --workspace` does, and build them a second time.
pub(crate) fn build(workspace: &Workspace) -> Outcome {
    Program::cargo(&workspace.root).args(["build", "--workspace", "--bin", "fascicle"]).run()
}

/// What `fascicle` is given.
fn arguments(parsed: &Parsed, reports: &Path) -> Vec<String> {
    let mut all = vec!["reproduce".to_owned()];
    all.extend(parsed.positional.iter().cloned());
    for switch in ["quick", "list"] {
        if parsed.has(switch) {
            all.push(format!("--{switch}"));
        }
    }
    if !parsed.has("list") {
        all.push("--out".to_owned());
        all.push(parsed.value("out").map_or_else(|| reports.to_string_lossy().into_owned(), str::to_owned));
    }
    if let Some(device) = parsed.value("device") {
        all.extend(["--device".to_owned(), device.to_owned()]);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(given: &[&str], expected: &[&str]) {
        assert_eq!(arguments(&Parsed::of("reproduce", given), Path::new("target/fascicle")), expected);
    }

    #[test]
    fn arguments_are_passed_on() {
        check(&["--quick"], &["reproduce", "--quick", "--out", "target/fascicle"]);
        check(&["--list"], &["reproduce", "--list"]);
        check(
            &["a", "--device", "ndarray", "b", "--out", "here", "--no-install"],
            &["reproduce", "a", "b", "--out", "here", "--device", "ndarray"],
        );
    }
}
