//! `fascicle graph rich-club`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use fascicle_graph::draw::{self, Style};
use fascicle_graph::measure::{RichClub as Club, RichClubCurve, RichClubLevel, Richness};
use fascicle_graph::null::{Nulls, Rewire};
use serde_json::json;

use super::source::{Source, finite};
use crate::cli::Common;
use crate::error::CliError;
use crate::output;
use crate::progress::Bar;

/// Whether hubs are wired to each other more than in graphs of the same degrees (Colizza et al. 2006)
///
/// φ(k) is the density among the nodes of more than k edges, here over its mean in rewired graphs. A rich club is where that exceeds
/// 1 by so many of its standard deviations (Towlson et al. 2013). Every run of such k is told, and the members of the richest.
#[derive(Args, Debug)]
pub(crate) struct RichClub {
    #[command(flatten)]
    source: Source,
    /// What makes a node rich: how many edges it has, enter it, leave it
    #[arg(long, value_enum, default_value_t)]
    richness: By,
    /// Rewired graphs to compare with
    #[arg(long, value_name = "N", default_value_t = 100)]
    nulls: usize,
    /// How many standard deviations
    #[arg(long, value_name = "SIGMAS", default_value_t = 3.0, allow_negative_numbers = true, value_parser = deviations)]
    sigmas: f64,
    /// Of the rewiring
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// A picture of the curve, as SVG
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum By {
    #[default]
    Degree,
    In,
    Out,
}

/// How many levels a table shows.
const SHOWN: usize = 12;

impl RichClub {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        if let Some(out) = &self.out {
            output::check_path_of("svg", out)?;
        }
        let graph = self.source.read()?;
        let view = self.source.view(&graph)?;
        let richness = match self.richness {
            By::Degree => Richness::Degree,
            By::In => Richness::In,
            By::Out => Richness::Out,
        };
        let curve = {
            let bar = Bar::steps(common, "rewiring");
            let nulls =
                Nulls::new(Rewire::default(), self.nulls, self.seed).progress(bar.counter(self.nulls));
            Club { richness, weighted: false }.normalised(&view, &nulls)?
        };
        if let Some(out) = &self.out {
            output::write(out, &picture(&curve, self.sigmas)?)?;
        }
        let names: Vec<&str> = graph.names().collect();
        let runs: Vec<Run<'_>> = curve
            .regimes(self.sigmas)
            .into_iter()
            .map(|run| {
                let members = curve.members(*run.start()).into_iter().map(|node| names[node]).collect();
                Run { from: *run.start(), to: *run.end(), members }
            })
            .collect();
        if common.json {
            let levels: Vec<_> = curve.levels.iter().map(level_json).collect();
            return output::print_json(&json!({
                "nulls": self.nulls, "sigmas": self.sigmas, "out": self.out, "runs": runs, "levels": levels,
            }));
        }
        let head = heading(&curve, &runs, self.sigmas);
        let written =
            self.out.as_ref().map_or(String::new(), |out| format!("\nwritten to {}\n", out.display()));
        output::print(&format!("{head}\n{}{written}", table(&curve, self.sigmas)))
    }
}

/// Consecutive k at which the nodes of more edges are a club.
#[derive(serde::Serialize)]
struct Run<'a> {
    from: usize,
    to: usize,
    /// Those of more than `from` edges.
    members: Vec<&'a str>,
}

fn deviations(text: &str) -> Result<f64, String> {
    let sigmas = finite(text)?;
    if sigmas >= 0.0 { Ok(sigmas) } else { Err("expected a number of at least 0".to_owned()) }
}

/// φ's standard deviation over the null models, relative to its mean.
fn relative_sd(level: &RichClubLevel) -> Option<f64> {
    level.nulls.and_then(|nulls| nulls.relative_sd())
}

/// The runs, and who is in the one of the richest.
fn heading(curve: &RichClubCurve, runs: &[Run<'_>], sigmas: f64) -> String {
    if curve.levels.iter().all(|level| relative_sd(level).is_none()) {
        return "no standard deviation is known, so no rich club can be told (--nulls gives more graphs to compare with)\n"
            .to_owned();
    }
    let Some(richest) = runs.last() else { return format!("no rich club at {sigmas} σ\n") };
    let mut text = String::new();
    for Run { from, to, members } in runs {
        let ks = if from == to { format!("k = {from}") } else { format!("k = {from} to {to}") };
        text += &format!("rich club of {} nodes at {sigmas} σ, {ks}\n", members.len());
    }
    let options = output::wrapping(output::WIDTH).initial_indent("  ").subsequent_indent("  ");
    text + &textwrap::fill(&richest.members.join(" "), options) + "\n"
}

fn level_json(level: &RichClubLevel) -> serde_json::Value {
    json!({
        "k": level.degree, "nodes": level.nodes, "edges": level.edges, "phi": level.phi,
        "normalised": level.normalised(), "sd": relative_sd(level),
    })
}

/// Levels all along the curve.
fn table(curve: &RichClubCurve, sigmas: f64) -> String {
    let number = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.3}"));
    let known: Vec<&RichClubLevel> =
        curve.levels.iter().filter(|level| level.normalised().is_some()).collect();
    let step = known.len().div_ceil(SHOWN).max(1);
    let mut rows =
        vec![["k", "nodes", "edges", "φ", "φ over nulls", "sd", "rich"].map(String::from).to_vec()];
    rows.extend(known.iter().step_by(step).map(|level| {
        vec![
            level.degree.to_string(),
            level.nodes.to_string(),
            level.edges.to_string(),
            number(level.phi),
            number(level.normalised()),
            number(relative_sd(level)),
            if level.exceeds(sigmas) { "yes" } else { "" }.to_owned(),
        ]
    }));
    output::columns(&rows)
}

fn picture(curve: &RichClubCurve, sigmas: f64) -> Result<String, CliError> {
    let k: Vec<f64> = curve.levels.iter().map(|level| level.degree as f64).collect();
    let phi: Vec<f64> = curve.levels.iter().map(|level| level.normalised().unwrap_or(f64::NAN)).collect();
    let deviation: Vec<f64> =
        curve.levels.iter().map(|level| relative_sd(level).unwrap_or(f64::NAN)).collect();
    let style = Style { width: 120.0, ..Style::default() };
    Ok(draw::rich_club(&draw::RichClub { k: &k, phi: &phi, deviation: &deviation, sigmas }, &style)?)
}
