//! Runs: result files, statuses, errors, what observers hear.

use std::error::Error;
use std::path::{Path, PathBuf};

use fascicle_experiments::{
    Band, Claim, Context, DataNeed, ExperimentError, ExperimentResult, Findings, Info, NoObserver, Observer,
    Options, Outcome, Progress, Registry, Size, Status, Summary, Verdict, run,
};

use crate::sample::{self, Sample};

/// A store that has `minilm` alone.
pub(crate) fn data(name: &str) -> Result<Option<PathBuf>, Box<dyn Error + Send + Sync>> {
    Ok((name == "minilm").then(|| PathBuf::from("/data/minilm")))
}

pub(crate) fn options(out: &Path) -> Options {
    Options { size: Size::Quick, device: "cpu".into(), seeds: vec![0, 1, 2], out: out.to_path_buf() }
}

/// Runs one experiment alone.
fn run_one(sample: Sample) -> ExperimentResult {
    let out = tempfile::tempdir().expect("a temporary folder");
    let registry = Registry::new(vec![Box::new(sample)]);
    let summary = run::<&str>(&registry, &[], &options(out.path()), &data, &mut NoObserver).expect("runs");
    summary.experiments.into_iter().next().expect("one result").result
}

/// Runs an experiment with one claim, expected in 0 to 1, that measures what `run` says.
fn measuring(run: fn(&mut Context<'_>) -> Result<Outcome, ExperimentError>) -> ExperimentResult {
    let claims = vec![Claim::new("c", "a claim", Band::between(0.0, 1.0))];
    run_one(Sample { info: sample::info("one", claims, vec![]), run })
}

#[test]
fn every_experiment_runs_whatever_became_of_the_one_before() {
    let out = tempfile::tempdir().expect("a temporary folder");
    let folder = out.path().join("not/yet/there");
    let summary: Summary =
        run::<&str>(&sample::registry(), &[], &options(&folder), &data, &mut NoObserver).expect("runs");
    let statuses: Vec<_> =
        summary.results().map(|result| (result.experiment.as_str(), result.status)).collect();
    assert_eq!(
        statuses,
        [
            ("induction", Status::Reproduced),
            ("meaning", Status::NotReproduced),
            ("absent", Status::Unavailable),
            ("broken", Status::Failed),
            ("panicking", Status::Failed),
        ]
    );
    assert_eq!(summary.exit_code(), 1);
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder was made")
        .map(|entry| entry.expect("readable").file_name().into_string().expect("plain names"))
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "absent.json",
            "broken.json",
            "induction-1.svg",
            "induction-2.svg",
            "induction.json",
            "meaning-1.svg",
            "meaning-2.svg",
            "meaning.json",
            "panicking.json",
            "report.html"
        ]
    );
    // The files hold the results, figures and all.
    for (file, result) in summary.files.iter().zip(summary.results()) {
        let text = std::fs::read_to_string(file).expect("readable");
        let stored: ExperimentResult = serde_json::from_str(&text).expect("a result file");
        assert_eq!(
            (stored.status, &stored.reason, &stored.notes),
            (result.status, &result.reason, &result.notes)
        );
        assert_eq!(
            (stored.measurements.len(), stored.figures.len()),
            (result.measurements.len(), result.figures.len())
        );
        for (stored, result) in stored.measurements.iter().zip(&result.measurements) {
            assert_eq!((&stored.name, stored.verdict), (&result.name, result.verdict));
            assert!(
                (stored.mean - result.mean).abs() <= 1e-12 && (stored.spread - result.spread).abs() <= 1e-12
            );
        }
    }
}

#[test]
fn not_reproduced_and_unavailable_are_no_failures() {
    let out = tempfile::tempdir().expect("a temporary folder");
    let names = ["absent", "meaning", "absent"];
    let summary =
        run(&sample::registry(), &names, &options(out.path()), &data, &mut NoObserver).expect("runs");
    // Each once, in the registry's order.
    assert_eq!(
        summary.results().map(|result| result.experiment.as_str()).collect::<Vec<_>>(),
        ["meaning", "absent"]
    );
    assert_eq!(summary.exit_code(), 0);
}

#[test]
fn the_result_file_has_the_documented_form() {
    let mut result = run_one(sample::meaning());
    result.seconds = 1.5;
    result.figures.clear();
    result.versions = [("burn".to_string(), "0.22.1".to_string())].into();
    insta::assert_snapshot!(result.to_json(), @r#"
    {
      "experiment": "meaning",
      "paper": "Doe & Roe (2024). On samples. arXiv:2401.00001",
      "size": "quick",
      "device": "cpu",
      "versions": {
        "burn": "0.22.1"
      },
      "seeds": [
        0,
        1,
        2
      ],
      "seconds": 1.5,
      "status": "not-reproduced",
      "reason": null,
      "measurements": [
        {
          "name": "share at the swapped word, layers 0 and 1",
          "claim": "in the first layers the difference is carried at the swapped word",
          "mean": 0.94,
          "spread": 0.009999999999999953,
          "n": 3,
          "low": 0.9,
          "high": null,
          "paper_value": "“early layers”",
          "verdict": "pass"
        },
        {
          "name": "share at the swapped word, last layer",
          "claim": "in the last layer it is spread over all positions",
          "mean": 0.41,
          "spread": 0.03,
          "n": 3,
          "low": 0.05,
          "high": 0.3,
          "paper_value": null,
          "verdict": "fail"
        }
      ],
      "notes": [
        "24 pairs of short English sentences; other sentences may be carried elsewhere."
      ],
      "figures": []
    }
    "#);
}

#[test]
fn reasons() {
    for (sample, expected) in [
        (
            sample::absent(),
            "the connectome of the elephant is not on this machine; to get it: `fascicle fetch elephant`",
        ),
        (sample::broken(), "while reading the number of heads: invalid digit found in string"),
        (sample::panicking(), "the experiment panicked: shapes do not match: [2, 3] and [4]"),
    ] {
        assert_eq!(run_one(sample).reason.as_deref(), Some(expected));
    }
}

#[test]
fn figures_that_cannot_be_judged_fail_the_experiment() {
    let reason = |run| {
        let result = measuring(run);
        assert_eq!(result.status, Status::Failed);
        assert!(result.measurements.is_empty());
        result.reason.unwrap_or_default()
    };
    insta::assert_snapshot!(reason(|_| Ok(Findings::new().into())), @"the claim `c` was not measured; every declared claim needs at least one measurement");
    insta::assert_snapshot!(reason(|_| { let mut f = Findings::new(); f.measure("m", "c", []); Ok(f.into()) }), @"measurement `m` has no values; at least one is expected");
    insta::assert_snapshot!(
        reason(|_| { let mut f = Findings::new(); f.measure("m", "c", [0.5, f64::NAN]); Ok(f.into()) }), @"measurement `m`: value 1 of 2 is NaN; finite numbers are expected");
    insta::assert_snapshot!(
        reason(|_| { let mut f = Findings::new(); f.measure("m", "c", [0.5]).measure("n", "d", [0.5]); Ok(f.into()) }), @"measurement `n` answers the claim `d`, which is not among the declared ones (`c`)");
    insta::assert_snapshot!(
        reason(|_| { let mut f = Findings::new(); f.measure("m", "c", [0.5]).measure("m", "c", [0.5]); Ok(f.into()) }), @"two measurements are named `m`; names tell results apart, so each must differ");
    insta::assert_snapshot!(reason(|ctx| { ctx.data("minilm")?; Ok(Findings::new().into()) }), @"data set `minilm` was asked for but is not among the declared needs (none); declare it in `Info::needs`");
}

#[test]
fn the_mean_decides() {
    let result = measuring(|_| {
        let mut findings = Findings::new();
        findings.measure("inside, though one value is not", "c", [0.2, 1.2]);
        findings.measure("on the edge", "c", [1.0]);
        findings.measure("outside", "c", [1.0, 1.5]);
        Ok(findings.into())
    });
    let verdicts: Vec<_> = result.measurements.iter().map(|m| m.verdict).collect();
    assert_eq!(verdicts, [Verdict::Pass, Verdict::Pass, Verdict::Fail]);
    assert_eq!(result.status, Status::NotReproduced);
}

#[test]
fn bands_may_differ_between_sizes() {
    let claims = || vec![Claim::new("c", "a claim", Band::at_least(0.9)).quick(Band::at_least(0.5))];
    let sample = || Sample {
        info: sample::info("one", claims(), vec![]),
        run: |ctx| {
            let mut findings = Findings::new();
            findings.measure("m", "c", [if ctx.quick() { 0.6 } else { 0.8 }]);
            Ok(findings.into())
        },
    };
    for (size, expected) in [(Size::Quick, Status::Reproduced), (Size::Full, Status::NotReproduced)] {
        let out = tempfile::tempdir().expect("a temporary folder");
        let registry = Registry::new(vec![Box::new(sample())]);
        let options = Options { size, ..options(out.path()) };
        let summary = run::<&str>(&registry, &[], &options, &data, &mut NoObserver).expect("runs");
        assert_eq!(summary.experiments[0].result.status, expected, "{size}");
    }
}

#[test]
fn needs_are_found_before_the_run() {
    let need = DataNeed { name: "minilm", what: "a model", how_to_get: "ask" };
    let claims = vec![Claim::new("c", "a claim", Band::default())];
    let run = |ctx: &mut Context<'_>| {
        assert_eq!(ctx.data("minilm")?, Path::new("/data/minilm"));
        assert_eq!((ctx.device(), ctx.seeds()), ("cpu", &[0, 1, 2][..]));
        let mut findings = Findings::new();
        findings.measure("m", "c", [0.0]);
        Ok(findings.into())
    };
    assert_eq!(
        run_one(Sample { info: sample::info("one", claims, vec![need]), run }).status,
        Status::Reproduced
    );
}

#[test]
fn unknown_names_run_nothing() {
    let out = tempfile::tempdir().expect("a temporary folder");
    let folder = out.path().join("results");
    let error = |names: &[&str]| {
        let error =
            run(&sample::registry(), names, &options(&folder), &data, &mut NoObserver).expect_err("unknown");
        assert!(error.is_usage());
        error.to_string()
    };
    insta::assert_snapshot!(error(&["meaning", "inducton"]), @"no experiment is named `inducton` (did you mean `induction`?); there are: `induction`, `meaning`, `absent`, `broken`, `panicking`");
    insta::assert_snapshot!(error(&["xyz"]), @"no experiment is named `xyz`; there are: `induction`, `meaning`, `absent`, `broken`, `panicking`");
    assert!(!folder.exists(), "nothing was written");
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_before_the_run() {
    let out = tempfile::tempdir().expect("a temporary folder");
    let file = out.path().join("file");
    std::fs::write(&file, "").expect("written");
    let panicking = Registry::new(vec![Box::new(sample::panicking())]);
    let error =
        run::<&str>(&panicking, &[], &options(&file), &data, &mut NoObserver).expect_err("not a folder");
    assert!(error.to_string().starts_with(&format!("cannot write {}", file.display())), "{error}");
    assert!(!error.is_usage());
}

#[test]
fn observers_hear_everything() {
    #[derive(Default)]
    struct Heard(Vec<String>);
    impl Observer for Heard {
        fn started(&mut self, info: &Info, index: usize, total: usize) {
            self.0.push(format!("{} {index}/{total}", info.name));
        }
        fn progress(&mut self, name: &str, progress: Progress<'_>) {
            self.0.push(format!("{name} {}/{} {}", progress.done, progress.total, progress.what));
        }
        fn finished(&mut self, result: &ExperimentResult) {
            self.0.push(format!("{} {}", result.experiment, result.status.text()));
        }
    }
    let out = tempfile::tempdir().expect("a temporary folder");
    let mut heard = Heard::default();
    run(&sample::registry(), &["induction", "broken"], &options(out.path()), &data, &mut heard)
        .expect("runs");
    assert_eq!(
        heard.0,
        [
            "induction 0/2",
            "induction 1/3 patching heads",
            "induction 2/3 patching heads",
            "induction 3/3 patching heads",
            "induction reproduced",
            "broken 1/2",
            "broken failed",
        ]
    );
}
