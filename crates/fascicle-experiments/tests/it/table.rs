//! The printed table and the list of experiments.

use fascicle_experiments::{ExperimentResult, NoObserver, Registry, experiments, run, table};

use crate::{runner, sample};

fn results() -> Vec<ExperimentResult> {
    let out = tempfile::tempdir().expect("a temporary folder");
    let options = runner::options(out.path());
    let summary =
        run::<&str>(&sample::registry(), &[], &options, &runner::data, &mut NoObserver).expect("runs");
    summary.results().map(|result| ExperimentResult { seconds: 1.5, ..result.clone() }).collect()
}

#[test]
fn all_kinds_of_results() {
    insta::assert_snapshot!(table(&results(), Some("/out/report.html".as_ref())), @r#"
    experiment   claim                            paper        expected     measured         verdict
    ────────────────────────────────────────────────────────────────────────────────────────────────────
    induction    patching singles out exactly     2 heads      2            2 ± 0            reproduced
                 the two planted heads                                      n = 3
                 ablating either planted head     –            ≤ 0.1
                 drops accuracy to chance
                 · accuracy without the                                     0.0317 ± 0.0031  reproduced
                   previous-token head                                      n = 3
                 · accuracy without the                                     0.0303 ± 0.0025  reproduced
                   induction head                                           n = 3
                 ablating any other head changes  –            ≤ 0.05       0.0033 ± 0.0031  reproduced
                 accuracy by less than 5 points                             n = 3
    ────────────────────────────────────────────────────────────────────────────────────────────────────
    meaning      in the first layers the          “early       ≥ 0.9        0.940 ± 0.010    reproduced
                 difference is carried at the     layers”                   n = 3
                 swapped word
                 in the last layer it is spread   –            0.05 to 0.3  0.410 ± 0.030    not
                 over all positions                                         n = 3            reproduced
    ────────────────────────────────────────────────────────────────────────────────────────────────────
    absent       the connectome of the elephant is not on this machine; to get it:           unavailable
                 `fascicle fetch elephant`
    ────────────────────────────────────────────────────────────────────────────────────────────────────
    broken       while reading the number of heads: invalid digit found in string            failed
    ────────────────────────────────────────────────────────────────────────────────────────────────────
    panicking    the experiment panicked: shapes do not match: [2, 3] and [4]                failed
    ────────────────────────────────────────────────────────────────────────────────────────────────────
    5 experiments: 1 reproduced, 1 not reproduced, 1 unavailable, 2 failed; 5 of 6 measurements inside
    their bands; 7.5 s
    report: /out/report.html
    "#);
}

#[test]
fn no_results() {
    insta::assert_snapshot!(table([], None), @"no experiments ran");
}

#[test]
fn no_line_is_longer_than_a_hundred_columns() {
    let mut results = results();
    for result in &mut results {
        result.experiment = "an-experiment-with-an-uncommonly-long-name".into();
        result.reason = result.reason.as_ref().map(|reason| format!("{reason} {}", "x".repeat(300)));
        for m in &mut result.measurements {
            m.claim = format!("{} {}", m.claim, "incomprehensibilities".repeat(5));
            (m.mean, m.spread) = (-1.234_567_890_123e-200, 9.87e300);
            (m.low, m.high) = (Some(-1.234_567e-100), Some(1.234_567e-100));
        }
    }
    for line in table(&results, None).lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn list() {
    insta::assert_snapshot!(sample::registry().list(), @r#"
    name       quick  full    what is checked
    induction  5.0 s  10 min  Induction heads in a model built by hand (arXiv:2209.11895)
    meaning    5.0 s  10 min  Where MiniLM carries the meaning of a swapped word (arXiv:2401.00001)
    absent     5.0 s  10 min  A sample (arXiv:2401.00001)
    broken     5.0 s  10 min  A sample (arXiv:2401.00001)
    panicking  5.0 s  10 min  A sample (arXiv:2401.00001)
    "#);
    insta::assert_snapshot!(Registry::default().list(), @"no experiments");
    for line in experiments::registry().list().lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}
