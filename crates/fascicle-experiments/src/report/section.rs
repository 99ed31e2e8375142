//! One experiment in the report: question, claims, method, figures, measurements, notes, run.

use maud::{Markup, html};

use super::{badge, figure, figures, figures_head, prose, seeds};
use crate::experiment::{Info, Size, Source};
use crate::number;
use crate::result::{ExperimentResult, Status};
use crate::runner::Finished;

pub(super) fn section(Finished { info, result }: &Finished) -> Markup {
    html! {
        section id=(info.name) {
            h2 { (info.title) " " (badge(result.status)) }
            p.paper { (paper(info)) }
            p.question { (prose(info.question)) }
            @if let Some(reason) = &result.reason { (notice(result.status, reason)) }
            h3 { "What is claimed" }
            ul.claims {
                @for claim in &info.claims {
                    li.sentence {
                        (claim.text) ". "
                        span.expected {
                            @if let Some(value) = claim.paper_value { "In the paper: " (value) ". " }
                            "Expected here: " span.number { (claim.band_at(result.size)) "." }
                        }
                    }
                }
            }
            h3 { "How it was tested" }
            p { (prose(info.method)) }
            @for (index, one) in result.figures.iter().enumerate() {
                (figure(one, &format!("{}-figure-{index}", info.name), Some(index + 1)))
            }
            @if !result.measurements.is_empty() { h3 { "What was measured" } (measurements(result)) }
            @if !result.notes.is_empty() {
                h3 { "Notes and limits" }
                ul { @for note in &result.notes { li { (prose(note)) } } }
            }
            (run(info, result))
        }
    }
}

fn paper(info: &Info) -> Markup {
    let paper = &info.paper;
    html! {
        (paper.authors) " (" (paper.year) "). " cite { (paper.title) } ". "
        @match paper.source {
            Source::Arxiv(number) => a href={ "https://arxiv.org/abs/" (number) } { "arXiv:" (number) },
            Source::Url(url) => a href=(url) { (url) },
            Source::Planted => "Here on a model built by hand, so that the right answer is known.",
        }
    }
}

fn notice(status: Status, reason: &str) -> Markup {
    let (class, lead) = match status {
        Status::Unavailable => ("notice none", "Not run. "),
        _ => ("notice broke", "This experiment broke. "),
    };
    html! { p class=(class) { strong { (lead) } (prose(reason)) "." } }
}

fn measurements(result: &ExperimentResult) -> Markup {
    html! {
        div.wide { table {
            thead { tr { th scope="col" { "What" } (figures_head()) } }
            tbody {
                @for m in &result.measurements {
                    tr { td.sentence { (m.name) span.part.sentence { (m.claim) } } (figures(m)) }
                }
            }
        } }
    }
}

/// What a reader needs to run the same again.
fn run(info: &Info, result: &ExperimentResult) -> Markup {
    let quick = if result.size == Size::Quick { " --quick" } else { "" };
    html! {
        dl.run {
            div { dt { "Data" } dd {
                @if info.needs.is_empty() { "made by the experiment itself" }
                @for (index, need) in info.needs.iter().enumerate() { @if index > 0 { "; " } (need.what) }
            } }
            div { dt { "Device" } dd { (result.device) } }
            div { dt { "Seeds" } dd { (seeds(&result.seeds)) } }
            div { dt { "Duration" } dd { (number::seconds(result.seconds)) } }
            div { dt { "Versions" } dd {
                @for (index, (name, version)) in result.versions.iter().enumerate() {
                    @if index > 0 { ", " } (name) " " (version)
                }
            } }
            div.again { dt { "Run it again" } dd { code { "cargo xtask reproduce " (info.name) (quick) } } }
        }
    }
}
