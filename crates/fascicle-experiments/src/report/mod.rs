//! The HTML page: one file, no scripts, nothing loaded from elsewhere.
//!
//! [`reproduction`] makes the report of a run; [`page`] makes a page of any figures, for the command.

mod section;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::experiment::Size;
use crate::figure::{Figure, figure_style, gauge, inline};
use crate::measurement::{Measurement, Verdict};
use crate::result::{ExperimentResult, Status};
use crate::runner::Finished;
use crate::table::summary;

/// A page with this heading, paragraphs of text, and the figures with their captions.
pub fn page(title: &str, figures: &[Figure], text: &[String]) -> String {
    let body = html! {
        header { h1 { (title) } @for paragraph in text { p.lead { (prose(paragraph)) } } }
        main { @for (index, one) in figures.iter().enumerate() { (figure(one, &format!("figure-{index}"), None)) } }
    };
    document(title, &body)
}

/// The report of a run: what it is, a table of all verdicts, then each experiment with its figures.
///
/// `when` is a date and time for the reader.
pub fn reproduction(experiments: &[Finished], size: Size, when: &str) -> String {
    let title = "Fascicle: reproduction report";
    let body = html! {
        header {
            p.eyebrow { "Fascicle" }
            h1 { "Reproduction report" }
            p.lead {
                "Fascicle finds, tests, trains and compares the pathways of neural networks; each experiment below "
                "checks claims of one paper with it, on this machine. "
                "A claim counts as reproduced when the measured figure lies inside the band that was set down before the run."
            }
            p.when { (sizes(size)) " Run of " (when) "." }
        }
        (contents(experiments))
        main {
            (overview(experiments))
            @for finished in experiments { (section::section(finished)) }
        }
        (footer())
    };
    document(title, &body)
}

fn document(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(include_str!("style.css"))) (PreEscaped(figure_style())) }
            }
            body { (body) }
        }
    };
    page.into_string()
}

/// A figure with its heading above and its caption below.
fn figure(figure: &Figure, id: &str, number: Option<usize>) -> Markup {
    html! {
        figure id=(id) {
            h3 { @if let Some(number) = number { span.nth { "Figure " (number) } " " } (figure.title) }
            div.drawing { (inline(figure, id)) }
            @if !figure.caption.is_empty() { figcaption { (prose(&figure.caption)) } }
        }
    }
}

/// Text in which what stands between backticks is code.
fn prose(text: &str) -> Markup {
    let parts: Vec<&str> = text.split('`').collect();
    let paired = parts.len() % 2 == 1;
    html! {
        @for (index, part) in parts.iter().enumerate() {
            @if paired && index % 2 == 1 { code { (part) } }
            @else if paired || index == 0 { (part) }
            @else { "`" (part) }
        }
    }
}

fn contents(experiments: &[Finished]) -> Markup {
    html! {
        nav aria-label="Contents" {
            ol {
                li { a href="#overview" { "All results" } }
                @for Finished { info, result } in experiments {
                    li { a href={ "#" (info.name) } { (info.title) } " " (badge(result.status)) }
                }
            }
        }
    }
}

fn overview(experiments: &[Finished]) -> Markup {
    let results: Vec<&ExperimentResult> = experiments.iter().map(|finished| &finished.result).collect();
    html! {
        section id="overview" {
            h2 { "All results" }
            @if experiments.is_empty() {
                p { "No experiment has finished yet." }
            } @else {
                p { (summary(&results)) "." }
                div.wide { table.overview {
                    thead { tr {
                        th scope="col" { "Claim" } (figures_head())
                    } }
                    @for finished in experiments { (overview_rows(finished)) }
                } }
                p.legend {
                    "Against the band: the shaded part is the band, the dot the measured mean, the line through it one "
                    "standard deviation. Each axis has its own scale."
                }
            }
        }
    }
}

fn overview_rows(Finished { info, result }: &Finished) -> Markup {
    html! {
        tbody {
            tr.group { th colspan="5" scope="rowgroup" {
                a href={ "#" (info.name) } { (info.title) } " "
                span.source { (info.paper.authors) " " (info.paper.year) ", " (info.paper.source) }
            } }
            @for m in &result.measurements {
                tr {
                    td.sentence { (m.claim) @if shared(result, &m.claim) { span.part { (m.name) } } }
                    (figures(m))
                }
            }
            @if result.measurements.is_empty() {
                tr {
                    td.sentence colspan="4" { (prose(result.reason.as_deref().unwrap_or("Nothing was measured."))) }
                    td data-head=(HEADS[3]) { (badge(result.status)) }
                }
            }
        }
    }
}

/// Whether several measurements answer this claim, so that each needs its own name beside it.
fn shared(result: &ExperimentResult, claim: &str) -> bool {
    result.measurements.iter().filter(|m| m.claim == claim).count() > 1
}

const HEADS: [&str; 4] = ["Expected", "Measured", "Against the band", "Verdict"];

fn figures_head() -> Markup {
    html! { @for head in HEADS { th scope="col" { (head) } } }
}

/// Expected, measured, the two drawn against each other, verdict: the cells that both tables share. Each says which
/// it is, for narrow screens, where the cells stand below each other without a head.
fn figures(m: &Measurement) -> Markup {
    html! {
        td.number data-head=(HEADS[0]) {
            (m.band()) @if let Some(paper) = &m.paper_value { span.part { "paper: " (paper) } }
        }
        td.number data-head=(HEADS[1]) { (m.measured()) @if m.n > 1 { span.part { "n = " (m.n) } } }
        td data-head=(HEADS[2]) { (gauge(m)) }
        td data-head=(HEADS[3]) { (verdict(m.verdict)) }
    }
}

/// A verdict as a mark and in words: never by colour alone.
fn verdict(verdict: Verdict) -> Markup {
    badge(match verdict {
        Verdict::Pass => Status::Reproduced,
        Verdict::Fail => Status::NotReproduced,
    })
}

fn badge(status: Status) -> Markup {
    let (class, mark) = match status {
        Status::Reproduced => ("yes", "✓"),
        Status::NotReproduced => ("no", "✗"),
        Status::Unavailable => ("none", "–"),
        Status::Failed => ("broke", "!"),
    };
    html! { span class={ "badge " (class) } { span.mark aria-hidden="true" { (mark) } (status.text()) } }
}

fn sizes(size: Size) -> &'static str {
    match size {
        Size::Quick => {
            "Quick size: small data and few repetitions, so that everything runs in minutes on two cores."
        }
        Size::Full => "Full size: as near to the papers as data and machine allow.",
    }
}

fn footer() -> Markup {
    html! {
        footer {
            p {
                "A claim that is not reproduced is reported as such; the bands are committed with the code and are not "
                "moved to fit a result. The numbers behind this page are in the JSON files beside it, "
                "one for each experiment."
            }
        }
    }
}

/// `0, 1, 2`.
fn seeds(seeds: &[u64]) -> String {
    let list: Vec<String> = seeds.iter().map(ToString::to_string).collect();
    list.join(", ")
}
