//! The printed table: claim, expected, measured, verdict, within 100 columns.

use std::path::Path;

use textwrap::Options;

use crate::measurement::{Measurement, Verdict};
use crate::number;
use crate::result::{ExperimentResult, Status};
use crate::runner::shown;

const WIDTH: usize = 100;
/// Spaces between two columns.
const GAP: usize = 2;

/// Claim, paper's figure, expected band, measured mean ± spread, verdict: one row a measurement, then a summary
/// line and the path of the report. The paper's column is there when some claim has a figure of the paper.
///
/// No line is longer than 100 columns, apart from the path. A pure function: the command prints what it returns.
pub fn table<'a>(results: impl IntoIterator<Item = &'a ExperimentResult>, report: Option<&Path>) -> String {
    let results: Vec<&ExperimentResult> = results.into_iter().collect();
    if results.is_empty() {
        return "no experiments ran\n".to_string();
    }
    let columns = Columns::of(&results);
    let mut lines = columns.row(["experiment", "claim", "paper", "expected", "measured", "verdict"]);
    for result in &results {
        lines.push("─".repeat(WIDTH));
        lines.extend(experiment(result, &columns));
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

/// The columns there are; with the gaps between them they fill the width.
struct Columns {
    paper: bool,
}

impl Columns {
    const EXPERIMENT: usize = 11;
    const CLAIM: usize = 31;
    const PAPER: usize = 11;
    const EXPECTED: usize = 11;
    const MEASURED: usize = 15;
    const VERDICT: usize = 11;

    fn of(results: &[&ExperimentResult]) -> Self {
        let has_figure = |m: &Measurement| m.paper_value.is_some();
        Self { paper: results.iter().any(|result| result.measurements.iter().any(has_figure)) }
    }

    /// One row, in as many lines as its longest cell takes. The claims have the room of the paper's figures where there
    /// are none.
    fn row(&self, [experiment, claim, paper, expected, measured, verdict]: [&str; 6]) -> Vec<String> {
        let widened = if self.paper { 0 } else { Self::PAPER + GAP };
        let mut cells = vec![(experiment, Self::EXPERIMENT), (claim, Self::CLAIM + widened)];
        if self.paper {
            cells.push((paper, Self::PAPER));
        }
        cells.extend([(expected, Self::EXPECTED), (measured, Self::MEASURED), (verdict, Self::VERDICT)]);
        side_by_side(&cells)
    }
}

fn experiment(result: &ExperimentResult, columns: &Columns) -> Vec<String> {
    if result.measurements.is_empty() {
        return without_measurements(result);
    }
    let mut lines = Vec::new();
    let mut name = result.experiment.as_str();
    for claim in by_claim(&result.measurements) {
        let first = claim[0];
        let paper = first.paper_value.as_deref().unwrap_or("–");
        let expected = first.band().to_string();
        if let [only] = claim.as_slice() {
            lines.extend(columns.row([name, &only.claim, paper, &expected, &measured(only), verdict(only)]));
        } else {
            // what is claimed and expected once, then a row for each thing measured
            lines.extend(columns.row([name, &first.claim, paper, &expected, "", ""]));
            for one in claim {
                let what = format!("{BULLET}{}", one.name);
                lines.extend(columns.row(["", &what, "", "", &measured(one), verdict(one)]));
            }
        }
        name = "";
    }
    lines
}

/// The measurements of each claim, claims in the order in which they were first answered.
fn by_claim(measurements: &[Measurement]) -> Vec<Vec<&Measurement>> {
    let mut claims: Vec<Vec<&Measurement>> = Vec::new();
    for measurement in measurements {
        match claims.iter_mut().find(|claim| claim[0].claim == measurement.claim) {
            Some(claim) => claim.push(measurement),
            None => claims.push(vec![measurement]),
        }
    }
    claims
}

fn measured(m: &Measurement) -> String {
    if m.n > 1 { format!("{}\nn = {}", m.measured(), m.n) } else { m.measured() }
}

fn verdict(m: &Measurement) -> &'static str {
    match m.verdict {
        Verdict::Pass => Status::Reproduced.text(),
        Verdict::Fail => Status::NotReproduced.text(),
    }
}

/// An experiment without figures: the reason takes the place of the middle columns.
fn without_measurements(result: &ExperimentResult) -> Vec<String> {
    let middle = WIDTH - Columns::EXPERIMENT - Columns::VERDICT - 2 * GAP;
    let reason = result.reason.as_deref().unwrap_or("nothing was measured");
    side_by_side(&[
        (&result.experiment, Columns::EXPERIMENT),
        (reason, middle),
        (result.status.text(), Columns::VERDICT),
    ])
}

/// Cells beside one another, each wrapped to its width.
fn side_by_side(cells: &[(&str, usize)]) -> Vec<String> {
    let wrapped: Vec<Vec<String>> = cells.iter().map(|(text, width)| wrap(text, *width)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    (0..height)
        .map(|line| {
            let part = |(lines, (_, width)): (&Vec<String>, &(&str, usize))| {
                format!("{:width$}", lines.get(line).map_or("", String::as_str))
            };
            wrapped.iter().zip(cells).map(part).collect::<Vec<_>>().join(&" ".repeat(GAP))
        })
        .collect()
}

/// Begins the name of one of several things that were measured for a claim.
const BULLET: &str = "· ";

/// Breaks `text` into lines of at most `width` columns, at spaces where it can; line feeds are kept. What follows a
/// bullet hangs under its text.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let plain = text.replace(|c: char| c.is_control() && c != '\n', "");
    let indent = if plain.starts_with(BULLET) { "  " } else { "" };
    let lines = textwrap::wrap(&plain, Options::new(width).subsequent_indent(indent));
    lines.into_iter().map(Into::into).collect()
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
            ("· one two", 5, &["· one", "  two"]),
        ] {
            assert_eq!(wrap(text, width), expected, "{text:?} at {width}");
        }
    }

    #[test]
    fn columns_fill_the_width() {
        for paper in [false, true] {
            let filled = "x".repeat(300);
            let lines = Columns { paper }.row([&filled; 6]);
            assert_eq!(lines[0].chars().count(), WIDTH, "{}", lines[0]);
        }
    }
}
