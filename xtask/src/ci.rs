//! `ci`: everything that must hold before a change is taken, step by step.
//!
//! Nothing is compiled twice. Checking (clippy, then rustdoc) and building (tests, command, experiments) are two kinds of
//! output for cargo, and each of them is made once: checking with every feature, so that code for CUDA is type-checked
//! on machines that have none; building with the features that the command has by default.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::flags::{Parsed, nearest};
use crate::gate::Gate;
use crate::process::{Failure, Outcome, Program, clock};
use crate::system::{self, Need};
use crate::workspace::Workspace;
use crate::{reproduce, test, tidy};

/// What the whole may take on two cores with nothing cached.
const BUDGET: Duration = Duration::from_secs(60 * 60);

/// One step.
struct Step {
    name: &'static str,
    what: &'static str,
    run: fn(&Context) -> Outcome,
}

/// What steps share.
struct Context {
    workspace: Workspace,
    /// Results of this run alone, so that the gate never judges an older one.
    reports: PathBuf,
    no_install: bool,
}

const STEPS: &[Step] = &[
    Step { name: "fmt", what: "rustfmt", run: fmt },
    Step {
        name: "tidy",
        what: "crate edges, forbidden calls, documents",
        run: |_| tidy::run(&Parsed::default()),
    },
    Step { name: "clippy", what: "lints with every feature, CUDA type-checked", run: clippy },
    Step {
        name: "build",
        what: "the command and every test",
        // The first step that links.
        run: |context| {
            system::ensure(&[Need::Compiler, Need::Blas], !context.no_install)?;
            test::build(&context.workspace)
        },
    },
    Step {
        name: "test",
        what: "tests on cpu and ndarray",
        run: |context| context.test(&["no-doc"], "cpu,ndarray"),
    },
    Step { name: "doctest", what: "documentation examples", run: |context| context.test(&["doc"], "cpu") },
    Step { name: "doc", what: "rustdoc without warnings", run: doc },
    Step {
        name: "wgpu",
        what: "tests on software Vulkan",
        run: |context| context.test(&["no-doc"], "wgpu:cpu"),
    },
    Step { name: "reproduce", what: "the experiments at the small size", run: experiments },
    Step { name: "gate", what: "results inside their committed bands", run: gate },
];

/// Runs the command line.
pub(crate) fn run(parsed: &Parsed) -> Outcome {
    if parsed.has("list") {
        for step in STEPS {
            println!("{:<10} {}", step.name, step.what);
        }
        return Ok(());
    }
    let chosen = choose(parsed.values("only"), parsed.value("from"))?;
    let workspace = Workspace::load()?;
    let reports = workspace.target.join("fascicle-ci");
    let context = Context { workspace, reports, no_install: parsed.has("no-install") };

    let mut times: Vec<(&str, Duration)> = Vec::new();
    let mut failure = None;
    for (i, step) in chosen.iter().enumerate() {
        println!("\n== {} ({} of {}): {}", step.name, i + 1, chosen.len(), step.what);
        let begin = Instant::now();
        let outcome = (step.run)(&context);
        times.push((step.name, begin.elapsed()));
        if let Err(error) = outcome {
            failure = Some((step.name, error));
            break;
        }
    }
    let skipped: Vec<&str> = chosen[times.len()..].iter().map(|s| s.name).collect();
    print!("{}", summary(&times, failure.as_ref().map(|(name, _)| *name), &skipped));
    match failure {
        None => Ok(()),
        Some((name, error)) => {
            Err(Failure { code: error.code, message: format!("step `{name}` failed: {}", error.message) })
        }
    }
}

fn choose(only: &[String], from: Option<&str>) -> Result<Vec<&'static Step>, Failure> {
    let index = |name: &str| {
        STEPS.iter().position(|s| s.name == name).ok_or_else(|| {
            let names = STEPS.iter().map(|s| s.name);
            Failure::usage(match nearest(name, names.clone()) {
                Some(near) => format!("no step `{name}`; did you mean `{near}`?"),
                None => format!("no step `{name}`; there are {}", names.collect::<Vec<_>>().join(", ")),
            })
        })
    };
    if !only.is_empty() {
        let only = only.iter().map(|name| index(name)).collect::<Result<Vec<_>, _>>()?;
        return Ok(only.into_iter().map(|i| &STEPS[i]).collect());
    }
    let first = from.map_or(Ok(0), index)?;
    Ok(STEPS[first..].iter().collect())
}

fn summary(times: &[(&str, Duration)], failed: Option<&str>, skipped: &[&str]) -> String {
    use std::fmt::Write as _;
    let mut text = String::from("\nstep          time\n");
    for (name, time) in times {
        let mark = if failed == Some(name) { "  failed" } else { "" };
        let _ = writeln!(text, "{name:<10} {:>7}{mark}", clock(*time));
    }
    let total: Duration = times.iter().map(|(_, time)| *time).sum();
    let _ = writeln!(text, "{:<10} {:>7}", "total", clock(total));
    if !skipped.is_empty() {
        let _ = writeln!(text, "not run: {}", skipped.join(", "));
    }
    if total > BUDGET {
        let _ = writeln!(text, "warning: longer than the {} minutes it may take", BUDGET.as_secs() / 60);
    }
    text
}

impl Context {
    fn test(&self, switches: &[&str], devices: &str) -> Outcome {
        let mut arguments = vec!["--device".to_owned(), devices.to_owned()];
        arguments.extend(switches.iter().map(|s| format!("--{s}")));
        test::run(&self.parse("test", arguments)?)
    }

    fn parse(&self, command: &str, mut arguments: Vec<String>) -> Result<Parsed, Failure> {
        if self.no_install {
            arguments.push("--no-install".to_owned());
        }
        crate::flags::parse(crate::help::find(command).map_err(Failure::usage)?, &arguments)
            .map_err(Failure::usage)
    }
}

fn fmt(context: &Context) -> Outcome {
    Program::cargo(&context.workspace.root).args(["fmt", "--all", "--check"]).run()
}

/// Cargo with what checking every feature needs.
///
/// burn's CUDA crates fetch an LLVM bundle while they build, which type-checking has no use for: `DOCS_RS` tells them
/// to leave it, as on docs.rs.
fn checking(context: &Context) -> Program {
    Program::cargo(&context.workspace.root).env("DOCS_RS", "1")
}

fn clippy(context: &Context) -> Outcome {
    checking(context)
        .args(["clippy", "--workspace", "--all-targets", "--all-features", "--", "--deny", "warnings"])
        .run()
}

fn doc(context: &Context) -> Outcome {
    checking(context)
        .env("RUSTDOCFLAGS", "-D warnings")
        .args(["doc", "--workspace", "--lib", "--no-deps", "--all-features"])
        .run()
}

fn experiments(context: &Context) -> Outcome {
    if context.reports.exists() {
        let folder = &context.reports;
        std::fs::remove_dir_all(folder).map_err(|e| Failure::run(format!("{}: {e}", folder.display())))?;
    }
    let out = context.reports.to_string_lossy().into_owned();
    reproduce::run(&context.parse("reproduce", vec!["--quick".to_owned(), "--out".to_owned(), out])?)
}

fn gate(context: &Context) -> Outcome {
    let gate = Gate {
        bands: context.workspace.root.join("tests/bands"),
        results: context.reports.clone(),
        size: "quick".to_owned(),
        only: std::collections::BTreeSet::new(),
    };
    gate.check()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &[&str], from: Option<&str>) -> Vec<&'static str> {
        let only: Vec<String> = only.iter().map(ToString::to_string).collect();
        choose(&only, from).unwrap().iter().map(|s| s.name).collect()
    }

    #[test]
    fn steps_are_chosen_by_name() {
        assert_eq!(names(&[], None).len(), STEPS.len());
        assert_eq!(names(&["doc", "fmt"], None), ["doc", "fmt"]);
        assert_eq!(names(&[], Some("reproduce")), ["reproduce", "gate"]);
        let error = choose(&["clipy".to_owned()], None).err().unwrap();
        assert_eq!(error.message, "no step `clipy`; did you mean `clippy`?");
    }

    #[test]
    fn the_summary_names_what_failed_and_what_never_ran() {
        let times = [("fmt", Duration::from_secs(2)), ("tidy", Duration::from_secs(61))];
        let expected = "
step          time
fmt           0:02
tidy          1:01  failed
total         1:03
not run: clippy, build
";
        assert_eq!(summary(&times, Some("tidy"), &["clippy", "build"]), expected);
        let long = [("build", Duration::from_secs(3_700))];
        assert!(summary(&long, None, &[]).ends_with("warning: longer than the 60 minutes it may take\n"));
    }

    #[test]
    fn what_steps_pass_on_parses() {
        let context = Context { workspace: Workspace::default(), reports: PathBuf::new(), no_install: true };
        let parsed =
            context.parse("test", vec!["--device".into(), "wgpu:cpu".into(), "--no-doc".into()]).unwrap();
        assert!(parsed.has("no-doc") && parsed.has("no-install"));
    }
}
