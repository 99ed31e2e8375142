//! `fixtures`: the project's reference data, made anew by the tools that define it.

use std::path::Path;

use crate::flags::Parsed;
use crate::process::{Failure, Outcome, Program};
use crate::system::{self, Need};
use crate::workspace::Workspace;

/// Runs the command line.
pub(crate) fn run(parsed: &Parsed) -> Outcome {
    let workspace = Workspace::load()?;
    let scripts = workspace.root.join("xtask/fixtures");
    let (script, requirements) = (scripts.join("make_fixtures.py"), scripts.join("requirements.txt"));
    for path in [&script, &requirements] {
        if !path.is_file() {
            return Err(Failure::usage(format!("no {}; fixtures are made by that script", path.display())));
        }
    }
    system::ensure(&[Need::Python], !parsed.has("no-install"))?;

    let environment = workspace.target.join("fixtures-venv");
    let python = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let wanted = read(&requirements)?;
    let stamp = environment.join("requirements.installed.txt");
    if !is_installed(&stamp, &wanted) {
        Program::new("python3").args(["-m", "venv", "--clear"]).arg(&environment).run()?;
        Program::new(&python)
            .args(["-m", "pip", "install", "--disable-pip-version-check", "--requirement"])
            .arg(&requirements)
            .run()?;
        std::fs::write(&stamp, &wanted).map_err(|e| Failure::run(format!("{}: {e}", stamp.display())))?;
    }
    Program::new(&python).arg(&script).args(&parsed.rest).within(&workspace.root).run()
}

/// Whether the environment was made from exactly these requirements.
fn is_installed(stamp: &Path, wanted: &str) -> bool {
    std::fs::read_to_string(stamp).is_ok_and(|installed| installed == wanted)
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|e| Failure::usage(format!("{}: {e}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_is_kept_while_its_requirements_stay() {
        let tree = tempfile::tempdir().unwrap();
        let stamp = tree.path().join("stamp");
        assert!(!is_installed(&stamp, "torch==2.0\n"));
        std::fs::write(&stamp, "torch==2.0\n").unwrap();
        assert!(is_installed(&stamp, "torch==2.0\n"));
        assert!(!is_installed(&stamp, "torch==2.1\n"));
    }
}
