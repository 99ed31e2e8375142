//! `gate`: scientific results stay inside the bands that the repository has committed.
//!
//! The code that runs an experiment carries its bands, and `tests/bands` carries them a second time. Both must agree,
//! so that nobody loosens a band in passing: changing the committed copy needs `--bless` and a reason that is kept.

mod bands;
mod bless;
mod compare;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::flags::Parsed;
use crate::process::{self, Failure};
use crate::workspace::Workspace;

use bands::{Committed, Outcome};

/// Runs the command line.
pub(crate) fn run(parsed: &Parsed) -> process::Outcome {
    let workspace = Workspace::load()?;
    let results = parsed.value("results").map_or_else(|| workspace.reports(), PathBuf::from);
    let gate = Gate {
        bands: workspace.root.join("tests/bands"),
        results,
        size: size(parsed)?.to_owned(),
        only: parsed.positional.iter().cloned().collect(),
    };
    match (parsed.has("bless"), parsed.value("reason").map(str::trim)) {
        (false, None) => gate.check(),
        (false, Some(_)) => Err(Failure::usage("--reason belongs to --bless")),
        (true, None | Some("")) => Err(Failure::usage("--bless needs --reason \"why the bands change\"")),
        (true, Some(reason)) => gate.bless(reason),
    }
}

fn size(parsed: &Parsed) -> Result<&str, Failure> {
    match parsed.value("size").unwrap_or("quick") {
        size @ ("quick" | "full") => Ok(size),
        other => Err(Failure::usage(format!("--size is quick or full, not `{other}`"))),
    }
}

/// Where things lie and what to look at.
#[derive(Debug)]
pub(crate) struct Gate {
    /// The folder of committed bands.
    pub(crate) bands: PathBuf,
    /// What `reproduce --out` was given.
    pub(crate) results: PathBuf,
    pub(crate) size: String,
    /// These experiments; all when empty.
    pub(crate) only: BTreeSet<String>,
}

impl Gate {
    /// Compares and prints.
    pub(crate) fn check(&self) -> process::Outcome {
        let committed = self.committed()?;
        let outcomes = self.outcomes()?;
        let names: BTreeSet<&String> = committed.keys().chain(outcomes.keys()).collect();
        if let Some(unknown) = self.only.iter().find(|name| !names.contains(name)) {
            return Err(Failure::usage(format!(
                "no bands and no {} result of an experiment `{unknown}`",
                self.size
            )));
        }
        let mut failed = 0;
        let mut held = 0;
        for name in names.into_iter().filter(|name| self.wanted(name)) {
            let verdict = compare::compare(committed.get(name), outcomes.get(name), &self.size);
            for note in &verdict.notes {
                println!("{name}: {note}");
            }
            for problem in &verdict.problems {
                println!("{name}: error: {problem}");
            }
            *if verdict.problems.is_empty() { &mut held } else { &mut failed } += 1;
        }
        println!("gate: {held} held, {failed} failed ({} results in {})", self.size, self.results.display());
        if failed == 0 { Ok(()) } else { Err(Failure::run("results left their bands")) }
    }

    fn wanted(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.contains(name)
    }

    fn committed(&self) -> Result<BTreeMap<String, Committed>, Failure> {
        let read = |path: &PathBuf| -> Result<(String, Committed), Failure> {
            let committed = Committed::parse(&text(path)?)
                .map_err(|e| Failure::run(format!("{}: {e}", path.display())))?;
            if path.file_stem().is_none_or(|stem| stem.to_string_lossy() != committed.experiment) {
                let (path, name) = (path.display(), &committed.experiment);
                return Err(Failure::run(format!(
                    "{path}: holds the bands of `{name}`; name the file {name}.json"
                )));
            }
            Ok((committed.experiment.clone(), committed))
        };
        json_files(&self.bands).iter().map(read).collect()
    }

    /// The newest result of each experiment at our size.
    fn outcomes(&self) -> Result<BTreeMap<String, Outcome>, Failure> {
        let mut newest: BTreeMap<String, (SystemTime, Outcome)> = BTreeMap::new();
        for path in json_files(&self.results).iter().chain(&json_files(&self.results.join("results"))) {
            let outcome = Outcome::parse(&text(path)?).map_err(|e| {
                Failure::run(format!(
                    "{}: not a result file: {e}; remove it or run the experiment again",
                    path.display()
                ))
            })?;
            let time = std::fs::metadata(path).and_then(|m| m.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
            let older = newest.get(&outcome.experiment).is_none_or(|(known, _)| *known <= time);
            if outcome.size == self.size && older {
                newest.insert(outcome.experiment.clone(), (time, outcome));
            }
        }
        Ok(newest.into_iter().map(|(name, (_, outcome))| (name, outcome)).collect())
    }
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> =
        entries.map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "json")).collect();
    paths.sort();
    paths
}

fn text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|e| Failure::run(format!("{}: {e}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn result(name: &str, size: &str, mean: f64, low: f64) -> String {
        format!(
            r#"{{"experiment": "{name}", "size": "{size}", "status": "reproduced", "reason": null,
                "measurements": [{{"name": "m", "mean": {mean}, "low": {low}, "high": null, "verdict": "pass"}}]}}"#
        )
    }

    pub(super) fn gate(tree: &Path) -> Gate {
        std::fs::create_dir_all(tree.join("out/results")).unwrap();
        Gate {
            bands: tree.join("bands"),
            results: tree.join("out"),
            size: "quick".into(),
            only: BTreeSet::new(),
        }
    }

    #[test]
    fn the_newest_result_of_the_size_counts() {
        let tree = tempfile::tempdir().unwrap();
        let gate = gate(tree.path());
        let write = |name: &str, text: String, age: u64| {
            let file = std::fs::File::create(gate.results.join("results").join(name)).unwrap();
            std::io::Write::write_all(&mut &file, text.as_bytes()).unwrap();
            file.set_modified(SystemTime::now() - std::time::Duration::from_secs(age)).unwrap();
        };
        write("a-old.json", result("a", "quick", 1.0, 0.0), 60);
        write("a-new.json", result("a", "quick", 2.0, 0.0), 10);
        write("a-full.json", result("a", "full", 3.0, 0.0), 0);
        assert_eq!(gate.outcomes().unwrap()["a"].measurements[0].mean, Some(2.0));
    }

    #[test]
    fn bless_then_hold_then_leave() {
        let tree = tempfile::tempdir().unwrap();
        let gate = gate(tree.path());
        let path = gate.results.join("results/a.json");
        std::fs::write(&path, result("a", "quick", 0.95, 0.9)).unwrap();
        assert_eq!(gate.check().unwrap_err().code, 1);
        gate.bless("first figures").unwrap();
        gate.check().unwrap();
        std::fs::write(&path, result("a", "quick", 0.85, 0.9)).unwrap();
        assert_eq!(gate.check().unwrap_err().code, 1);
        std::fs::write(&path, result("a", "quick", 0.85, 0.8)).unwrap();
        assert_eq!(gate.check().unwrap_err().code, 1);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(gate.check().unwrap_err().code, 1);
    }

    #[test]
    fn a_misnamed_band_file_is_an_error() {
        let tree = tempfile::tempdir().unwrap();
        let gate = gate(tree.path());
        std::fs::create_dir_all(&gate.bands).unwrap();
        std::fs::write(gate.bands.join("b.json"), r#"{"experiment": "a", "sizes": {}}"#).unwrap();
        assert!(gate.check().unwrap_err().message.ends_with("holds the bands of `a`; name the file a.json"));
    }

    #[test]
    fn arguments_that_make_no_sense() {
        let parsed = Parsed::of("gate", &["--size", "huge"]);
        assert_eq!(size(&parsed).unwrap_err().message, "--size is quick or full, not `huge`");
    }
}
