//! `fuzz`: the readers of untrusted bytes, each fed with damaged files for a while.
//!
//! libFuzzer through the compiler's own coverage pass, so that the stable toolchain serves; address sanitisers, which need
//! the nightly one, are left out: what is looked for is panics and endless work, and `unsafe` is rare in readers.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use crate::flags::{Parsed, choose};
use crate::process::{Failure, Outcome, Program, clock};
use crate::system::{self, Need};
use crate::workspace::Workspace;

/// Counters at every edge of the control flow, and what comparisons compare with.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
                     -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Runs the command line.
pub(crate) fn run(parsed: &Parsed) -> Outcome {
    let seconds = whole("seconds", parsed.value("seconds").unwrap_or("60"))?;
    let jobs = whole("jobs", parsed.value("jobs").unwrap_or("1"))?;
    system::ensure(&[Need::Compiler, Need::Blas], !parsed.has("no-install"))?;
    let workspace = Workspace::load()?;
    let folder = workspace.root.join("fuzz");
    let known = targets(&workspace.root)?;
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let chosen = choose("fuzz target", &parsed.positional, &known).map_err(Failure::usage)?;
    let built = workspace.target.join("fuzz");
    let host = host()?;
    let mut build = Program::cargo(&workspace.root)
        .args(["build", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&built)
        // With a target named, build scripts are spared the flags.
        .args(["--target", &host])
        .env("RUSTFLAGS", FLAGS);
    for target in &chosen {
        build = build.args(["--bin", target]);
    }
    build.run()?;
    let run =
        Run { workspace: &workspace, binaries: built.join(&host).join("debug"), seconds, more: &parsed.rest };
    run.all(&chosen, jobs)
}

/// What every target is run with.
struct Run<'a> {
    workspace: &'a Workspace,
    binaries: PathBuf,
    seconds: u64,
    more: &'a [String],
}

impl Run<'_> {
    /// Runs the targets, so many at a time; the first that finds something ends the whole.
    fn all(&self, targets: &[&str], jobs: usize) -> Outcome {
        let next = AtomicUsize::new(0);
        let worker = || {
            while let Some(target) = targets.get(next.fetch_add(1, Ordering::Relaxed)) {
                if let Err(failure) = self.one(target) {
                    next.store(targets.len(), Ordering::Relaxed);
                    return Err(failure);
                }
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(worker)).collect();
            workers
                .into_iter()
                .try_for_each(|worker| worker.join().unwrap_or_else(|_| Err(Failure::silent(1))))
        })
    }

    fn one(&self, target: &str) -> Outcome {
        let folder = self.workspace.root.join("fuzz");
        let corpus = folder.join("corpus").join(target);
        let findings = folder.join("artifacts").join(target);
        seed(&self.workspace.root, target, &corpus)?;
        create(&findings)?;
        let begun = Instant::now();
        Program::new(self.binaries.join(target))
            .arg(format!("-max_total_time={}", self.seconds))
            .args([
                "-timeout=10",
                "-rss_limit_mb=2048",
                "-max_len=65536",
                "-print_final_stats=1",
                "-verbosity=0",
            ])
            .arg(format!("-artifact_prefix={}/", findings.display()))
            .arg(&corpus)
            .args(self.more)
            .run()?;
        println!("{target}: clean for {}", clock(begun.elapsed()));
        Ok(())
    }
}

fn whole<N: std::str::FromStr + PartialOrd + From<u8>>(flag: &str, text: &str) -> Result<N, Failure> {
    let usage = || Failure::usage(format!("--{flag} {text}: expected a whole number above 0"));
    text.parse().ok().filter(|number| *number > N::from(0)).ok_or_else(usage)
}

/// This machine's target triple, which the compiler knows.
fn host() -> Result<String, Failure> {
    let version = Program::new("rustc").arg("-vV").output()?;
    let line = version.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned).ok_or_else(|| Failure::run("`rustc -vV` names no host"))
}

/// The names of the targets, as the manifest has them.
fn targets(root: &Path) -> Result<Vec<String>, Failure> {
    let found = Workspace::load_from(root, &["--manifest-path", "fuzz/Cargo.toml"])?;
    let package = found.package("fascicle-fuzz").into_iter();
    Ok(package.flat_map(|package| package.targets_of("bin")).map(|target| target.name.clone()).collect())
}

/// Puts the project's own small files of that kind into the corpus: a reader is only tried far from its beginning when it
/// is fed with what it accepts.
fn seed(root: &Path, target: &str, corpus: &Path) -> Outcome {
    create(corpus)?;
    let mut found = Vec::new();
    collect(&root.join("fuzz/seeds").join(target), "", &mut found);
    let models = root.join("tests/fixtures/hf");
    match target {
        "config" => collect(&models, "config.json", &mut found),
        "index" => collect(&models, ".index.json", &mut found),
        _ => {}
    }
    for (number, path) in found.iter().enumerate() {
        let to = corpus.join(format!("seed-{number}"));
        std::fs::copy(path, &to).map_err(|e| Failure::run(format!("{}: {e}", to.display())))?;
    }
    Ok(())
}

/// The files below a folder whose names end so.
fn collect(folder: &Path, end: &str, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, end, found);
        } else if path.to_string_lossy().ends_with(end) {
            found.push(path);
        }
    }
}

fn create(folder: &Path) -> Outcome {
    std::fs::create_dir_all(folder).map_err(|e| Failure::run(format!("{}: {e}", folder.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_chosen_by_name() {
        let known = ["header", "graph-gml"];
        assert_eq!(choose("fuzz target", &[], &known).unwrap(), ["header", "graph-gml"]);
        let error = choose("fuzz target", &["graph-gmk".to_owned()], &known).unwrap_err();
        assert_eq!(error, "no fuzz target `graph-gmk`; did you mean `graph-gml`?");
    }

    #[test]
    fn numbers_are_whole_and_above_zero() {
        assert_eq!(whole::<u64>("seconds", "600").unwrap(), 600);
        for text in ["0", "-1", "ten", "1.5"] {
            assert_eq!(whole::<usize>("jobs", text).unwrap_err().code, 2, "{text}");
        }
    }

    #[test]
    fn seeds_are_the_files_of_that_kind() {
        let tree = tempfile::tempdir().unwrap();
        let [models, corpus] = ["tests/fixtures/hf/bert", "corpus"].map(|path| tree.path().join(path));
        std::fs::create_dir_all(&models).unwrap();
        for name in ["config.json", "tokenizer.json"] {
            std::fs::write(models.join(name), name).unwrap();
        }
        seed(tree.path(), "config", &corpus).unwrap();
        assert_eq!(std::fs::read_to_string(corpus.join("seed-0")).unwrap(), "config.json");
        assert!(!corpus.join("seed-1").exists());
    }
}
