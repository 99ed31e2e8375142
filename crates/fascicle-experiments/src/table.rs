//! The printed table: claim, expected, measured, verdict, within 100 columns.

use std::path::Path;

use crate::measurement::{Measurement, Verdict};
use crate::number;
use crate::result::{ExperimentResult, Status};
use crate::runner::shown;

/// Width of each column; with two spaces between them they fill exactly 100.
const WIDTHS: [usize; 6] = [11, 31, 11, 11, 15, 11];
const HEADS: [&str; 6] = ["experiment", "claim", "paper", "expected", "measured", "verdict"];
const WIDTH: usize = 100;

/// Claim, paper's figure, expected band, measured mean ± spread, verdict: one row a measurement, then a summary
/// line and the path of the report.
///
/// No line is longer than 100 columns, apart from the path. A pure function: the command prints what it returns.
pub fn table<'a>(results: impl IntoIterator<Item = &'a ExperimentResult>, report: Option<&Path>) -> String {
    let results: Vec<&ExperimentResult> = results.into_iter().collect();
    if results.is_empty() {
        return "no experiments ran\n".to_string();
    }
    let mut lines = row(&HEADS.map(str::to_string));
    for result in &results {
        lines.push("─".repeat(WIDTH));
        lines.extend(experiment(result));
    }
    lines.push("─".repeat(WIDTH));
    lines.extend(wrap(&summary(&results), WIDTH));
    if let Some(path) = report {
        lines.push(format!("report: {}", shown(path)));
    }
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// How many claims held, in one line.
pub(crate) fn summary(results: &[&ExperimentResult]) -> String {
    let count = |status: Status| results.iter().filter(|result| result.status == status).count();
    let (passed, failed) = results.iter().fold((0, 0), |(passed, failed), result| {
        let (p, f) = result.passed_and_failed();
        (passed + p, failed + f)
    });
    let statuses = [Status::Reproduced, Status::NotReproduced, Status::Unavailable, Status::Failed];
    let kinds: Vec<String> = statuses
        .into_iter()
        .filter(|status| count(*status) > 0)
        .map(|status| format!("{} {}", count(status), status.text()))
        .collect();
    let seconds: f64 = results.iter().map(|result| result.seconds).sum();
    let (experiments, all) = (plural(results.len(), "experiment"), passed + failed);
    format!(
        "{experiments}: {}; {passed} of {} inside {}; {}",
        kinds.join(", "),
        plural(all, "measurement"),
        if all == 1 { "its band" } else { "their bands" },
        number::seconds(seconds)
    )
}

/// `1 experiment`, `2 experiments`.
pub(crate) fn plural(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

fn experiment(result: &ExperimentResult) -> Vec<String> {
    if result.measurements.is_empty() {
        return without_measurements(result);
    }
    let mut lines = Vec::new();
    let mut claim = None;
    for (index, measurement) in result.measurements.iter().enumerate() {
        let first = if index == 0 { result.experiment.as_str() } else { "" };
        // A claim with several measurements is spelled out once, under it the names of what was measured.
        let repeated = claim == Some(&measurement.claim);
        claim = Some(&measurement.claim);
        lines.extend(row(&cells(first, measurement, repeated, shared(result, measurement))));
    }
    lines
}

/// Whether another measurement answers the same claim, so that the claim alone does not say what was measured.
fn shared(result: &ExperimentResult, measurement: &Measurement) -> bool {
    result.measurements.iter().filter(|other| other.claim == measurement.claim).count() > 1
}

fn cells(experiment: &str, m: &Measurement, repeated: bool, shared: bool) -> [String; 6] {
    let claim = match (shared, repeated) {
        (false, _) => m.claim.clone(),
        (true, false) => format!("{}\n· {}", m.claim, m.name),
        (true, true) => format!("· {}", m.name),
    };
    let verdict = match m.verdict {
        Verdict::Pass => Status::Reproduced,
        Verdict::Fail => Status::NotReproduced,
    };
    let n = if m.n > 1 { format!("\nn = {}", m.n) } else { String::new() };
    [
        experiment.to_string(),
        claim,
        m.paper_value.clone().unwrap_or_else(|| "–".to_string()),
        m.band().to_string(),
        m.measured() + &n,
        verdict.text().to_string(),
    ]
}

/// An experiment without figures: the reason takes the place of the middle columns.
fn without_measurements(result: &ExperimentResult) -> Vec<String> {
    let middle: usize = WIDTHS[1..5].iter().sum::<usize>() + 2 * 3;
    let reason = result.reason.as_deref().unwrap_or("nothing was measured");
    columns(&[(&result.experiment, WIDTHS[0]), (reason, middle), (result.status.text(), WIDTHS[5])])
}

fn row(cells: &[String; 6]) -> Vec<String> {
    let with_widths: Vec<(&str, usize)> = cells.iter().map(String::as_str).zip(WIDTHS).collect();
    columns(&with_widths)
}

/// Cells side by side, each wrapped to its width, two spaces between.
fn columns(cells: &[(&str, usize)]) -> Vec<String> {
    let wrapped: Vec<Vec<String>> = cells.iter().map(|(text, width)| wrap(text, *width)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    (0..height)
        .map(|line| {
            let part = |(lines, (_, width)): (&Vec<String>, &(&str, usize))| {
                format!("{:width$}", lines.get(line).map_or("", String::as_str))
            };
            wrapped.iter().zip(cells).map(part).collect::<Vec<_>>().join("  ")
        })
        .collect()
}

/// Breaks `text` into lines of at most `width` characters, at spaces where it can; line feeds are kept.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line: Vec<char> = Vec::new();
        for word in paragraph.split_whitespace() {
            let mut word: Vec<char> = word.chars().filter(|c| !c.is_control()).collect();
            if !line.is_empty() && line.len() + 1 + word.len() > width {
                lines.push(line.drain(..).collect());
            }
            if !line.is_empty() {
                line.push(' ');
            }
            while word.len() > width {
                lines.push(word.drain(..width).collect());
            }
            line.extend(word);
        }
        lines.push(line.into_iter().collect());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapping() {
        for (text, width, expected) in [
            ("", 5, &[""][..]),
            ("one two three", 7, &["one two", "three"]),
            ("one\ntwo", 7, &["one", "two"]),
            ("incomprehensible", 6, &["incomp", "rehens", "ible"]),
            ("é é\u{7}", 1, &["é", "é"]),
        ] {
            assert_eq!(wrap(text, width), expected, "{text:?} at {width}");
        }
    }

    #[test]
    fn columns_fill_the_width() {
        assert_eq!(WIDTHS.iter().sum::<usize>() + 2 * (WIDTHS.len() - 1), WIDTH);
    }
}
