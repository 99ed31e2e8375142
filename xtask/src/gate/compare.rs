//! The rules of the gate, apart from files.

use super::bands::{Committed, Expectation, Measurement, Outcome};

/// What the gate has to say about one experiment.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Each fails the gate.
    pub(crate) problems: Vec<String>,
    /// Worth knowing, fails nothing.
    pub(crate) notes: Vec<String>,
}

/// Compares a result with what is committed.
///
/// `committed` is absent for an experiment never blessed, `outcome` when it left no result of that size.
pub(crate) fn compare(committed: Option<&Committed>, outcome: Option<&Outcome>, size: &str) -> Verdict {
    let mut verdict = Verdict::default();
    let expected = committed.and_then(|c| c.at(size));
    match (expected, outcome) {
        (None, None) => {}
        (Some(_), None) => {
            let text = format!("has committed bands but no {size} result; run `cargo xtask reproduce`");
            verdict.problems.push(text);
        }
        (_, Some(outcome)) if outcome.status == "failed" => {
            verdict
                .problems
                .push(format!("failed: {}", outcome.reason.as_deref().unwrap_or("no reason given")));
        }
        (_, Some(outcome)) if outcome.status == "unavailable" => {
            let reason = outcome.reason.as_deref().unwrap_or("no reason given");
            match committed {
                // Nothing to hold it to, and nothing to bless either.
                None => verdict.notes.push(format!("did not run: {reason}")),
                Some(committed) if committed.needs.is_empty() => {
                    verdict.problems.push(format!("did not run, though it needs no data: {reason}"));
                }
                Some(committed) => {
                    verdict
                        .notes
                        .push(format!("did not run (needs {}): {reason}", committed.needs.join(", ")));
                }
            }
        }
        (None, Some(_)) => {
            verdict
                .problems
                .push(format!("has a {size} result but no committed bands; bless it with a reason"));
        }
        (Some(expected), Some(outcome)) => measured(expected, outcome, &mut verdict),
    }
    verdict
}

fn measured(expected: &[Expectation], outcome: &Outcome, verdict: &mut Verdict) {
    for expectation in expected {
        match outcome.measurements.iter().find(|m| m.name == expectation.name) {
            None => {
                verdict.problems.push(format!("`{}` is committed but was not measured", expectation.name));
            }
            Some(measurement) => one(expectation, measurement, verdict),
        }
    }
    for measurement in &outcome.measurements {
        if !expected.iter().any(|e| e.name == measurement.name) {
            let text = format!(
                "`{}` was measured but has no committed band; bless it with a reason",
                measurement.name
            );
            verdict.problems.push(text);
        }
    }
}

fn one(expectation: &Expectation, measurement: &Measurement, verdict: &mut Verdict) {
    let (name, band) = (&expectation.name, expectation.band);
    if !band.same(measurement.band) {
        verdict.problems.push(format!(
            "`{name}` has the band {} in the code but {band} is committed; a band changes only with a reason",
            measurement.band
        ));
    }
    let inside = measurement.mean.is_some_and(|mean| band.holds(mean));
    let mean = measurement.mean.map_or_else(|| "not a number".to_owned(), |mean| mean.to_string());
    match (expectation.holds, inside) {
        (true, false) => {
            verdict.problems.push(format!("`{name}` is {mean}, outside of its committed band {band}"));
        }
        (false, false) => {
            verdict.notes.push(format!("`{name}` is {mean}, outside of {band}: known not to reproduce"));
        }
        (false, true) => {
            let text =
                format!("`{name}` is {mean}, inside {band}, though committed as not reproduced; bless it");
            verdict.notes.push(text);
        }
        (true, true) => {
            if !measurement.passed {
                verdict
                    .problems
                    .push(format!("`{name}` is {mean}, inside {band}, but the result calls it a failure"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bands::Band;
    use super::*;

    fn band(low: f64, high: f64) -> Band {
        Band { low: Some(low), high: Some(high) }
    }

    fn committed(holds: bool, needs: &[&str]) -> Committed {
        let expectation = Expectation { name: "accuracy".into(), band: band(0.9, 1.0), holds };
        Committed {
            experiment: "induction".into(),
            needs: needs.iter().map(ToString::to_string).collect(),
            sizes: vec![("quick".into(), vec![expectation])],
        }
    }

    fn outcome(status: &str, mean: Option<f64>, band: Band) -> Outcome {
        let passed = mean.is_some_and(|mean| band.holds(mean));
        Outcome {
            experiment: "induction".into(),
            size: "quick".into(),
            status: status.into(),
            reason: Some("why".into()),
            needs: None,
            measurements: vec![Measurement { name: "accuracy".into(), mean, band, passed }],
        }
    }

    #[track_caller]
    fn check(committed: Option<&Committed>, outcome: Option<&Outcome>, problems: &[&str], notes: &[&str]) {
        let verdict = compare(committed, outcome, "quick");
        assert_eq!(verdict.problems, problems);
        assert_eq!(verdict.notes, notes);
    }

    #[test]
    fn inside_the_band_is_silent() {
        check(
            Some(&committed(true, &[])),
            Some(&outcome("reproduced", Some(0.95), band(0.9, 1.0))),
            &[],
            &[],
        );
        check(None, None, &[], &[]);
    }

    #[test]
    fn leaving_the_band_fails() {
        check(
            Some(&committed(true, &[])),
            Some(&outcome("not-reproduced", Some(0.5), band(0.9, 1.0))),
            &["`accuracy` is 0.5, outside of its committed band [0.9, 1]"],
            &[],
        );
        check(
            Some(&committed(true, &[])),
            Some(&outcome("not-reproduced", None, band(0.9, 1.0))),
            &["`accuracy` is not a number, outside of its committed band [0.9, 1]"],
            &[],
        );
    }

    #[test]
    fn a_band_cannot_be_loosened_silently() {
        check(
            Some(&committed(true, &[])),
            Some(&outcome("reproduced", Some(0.95), band(0.1, 1.0))),
            &[
                "`accuracy` has the band [0.1, 1] in the code but [0.9, 1] is committed; a band changes only with a reason",
            ],
            &[],
        );
    }

    #[test]
    fn a_known_miss_is_a_note() {
        check(
            Some(&committed(false, &[])),
            Some(&outcome("not-reproduced", Some(0.5), band(0.9, 1.0))),
            &[],
            &["`accuracy` is 0.5, outside of [0.9, 1]: known not to reproduce"],
        );
    }

    #[test]
    fn absence_is_excused_only_by_data() {
        let absent = outcome("unavailable", None, band(0.9, 1.0));
        check(Some(&committed(true, &["minilm"])), Some(&absent), &[], &["did not run (needs minilm): why"]);
        check(
            Some(&committed(true, &[])),
            Some(&absent),
            &["did not run, though it needs no data: why"],
            &[],
        );
        check(
            Some(&committed(true, &["minilm"])),
            None,
            &["has committed bands but no quick result; run `cargo xtask reproduce`"],
            &[],
        );
        check(
            Some(&committed(true, &[])),
            Some(&outcome("failed", None, band(0.9, 1.0))),
            &["failed: why"],
            &[],
        );
    }

    #[test]
    fn measurements_and_bands_must_pair_up() {
        let mut result = outcome("reproduced", Some(0.95), band(0.9, 1.0));
        result.measurements[0].name = "loss".into();
        check(
            Some(&committed(true, &[])),
            Some(&result),
            &[
                "`accuracy` is committed but was not measured",
                "`loss` was measured but has no committed band; bless it with a reason",
            ],
            &[],
        );
        check(
            None,
            Some(&result),
            &["has a quick result but no committed bands; bless it with a reason"],
            &[],
        );
    }
}
