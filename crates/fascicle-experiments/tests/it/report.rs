//! The HTML report: one well-formed page with everything a reader needs.

use std::path::PathBuf;

use fascicle_experiments::{Figure, Heatmap, NoObserver, Options, Registry, Size, report, run};

use crate::markup::{check_geometry, elements};
use crate::{runner, sample};

/// The report of all sample experiments.
fn sample_report() -> String {
    let out = tempfile::tempdir().expect("a temporary folder");
    let options = Options { seeds: vec![0, 1, 2], ..runner::options(out.path()) };
    let registry = sample::registry();
    let summary = run::<&str>(&registry, &[], &options, &runner::data, &mut NoObserver).expect("runs");
    std::fs::read_to_string(&summary.report).expect("the report is there")
}

#[test]
fn the_page_is_whole() {
    let text = sample_report();
    // Kept, so that it can be looked at.
    std::fs::write(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("report.html"), &text).expect("written");
    assert!(text.starts_with("<!DOCTYPE html>"));
    let found = elements(&text);
    check_geometry(&found);
    let named = |name: &'static str| found.iter().filter(move |element| element.name == name);
    assert_eq!(named("script").count(), 0);
    assert!(
        named("link").next().is_none() && named("img").next().is_none(),
        "nothing is loaded from elsewhere"
    );
    assert!(!text.contains("url(") && !text.contains("@import"), "nothing is loaded from elsewhere");
    // Overview and one section for each experiment, four figures, each with a title and a description.
    assert_eq!(named("section").count(), 6);
    let figures = named("svg").filter(|svg| svg.attribute("class") == Some("f"));
    assert_eq!(figures.count(), 4);
    assert_eq!(named("desc").count(), 4);
    assert_eq!(named("figcaption").count(), 4);
    for words in [
        "not reproduced",
        "unavailable",
        "failed",
        "arxiv.org/abs/2209.11895",
        "cargo xtask reproduce induction --quick",
        "0, 1, 2",
        "burn 0.22.1",
        "the connectome of the elephant is not on this machine; to get it: <code>fascicle fetch elephant</code>",
        "shapes do not match",
    ] {
        assert!(text.contains(words), "the report does not say {words:?}");
    }
}

#[test]
fn nothing_ran() {
    let text = report::reproduction(&[], Size::Full, "2026-01-01 00:00 UTC");
    elements(&text);
    assert!(text.contains("No experiment has finished yet."));
}

#[test]
fn a_page_of_figures() {
    let map = Heatmap::layers_by_heads(1, 2, vec![0.1, 0.9], "1 = all of it");
    let figures = [Figure::new("One", "First.", map.clone()), Figure::new("Two", "", map)];
    let text = report::page("Heads of <model>", &figures, &["Clean 1 & corrupt 0.".to_string()]);
    let found = elements(&text);
    assert_eq!(found.iter().filter(|element| element.name == "figure").count(), 2);
    assert_eq!(found.iter().filter(|element| element.name == "figcaption").count(), 1);
    assert!(text.contains("<h1>Heads of &lt;model&gt;</h1>") && text.contains("Clean 1 &amp; corrupt 0."));
}

/// The experiments of this version describe themselves completely.
#[test]
fn experiments_are_well_described() {
    let registry: Registry = fascicle_experiments::experiments::registry();
    let mut names = std::collections::BTreeSet::new();
    for info in registry.infos() {
        assert!(names.insert(info.name), "{} twice", info.name);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(!info.name.is_empty() && info.name.chars().all(plain), "{}", info.name);
        assert!(!info.claims.is_empty(), "{} claims nothing", info.name);
        assert!(info.quick_seconds > 0.0 && info.quick_seconds <= info.full_seconds, "{}", info.name);
        for text in [info.title, info.question, info.method, info.paper.title, info.paper.authors] {
            assert!(!text.trim().is_empty(), "{} leaves a text empty", info.name);
        }
        let mut ids = std::collections::BTreeSet::new();
        for claim in &info.claims {
            assert!(ids.insert(claim.id), "{}: {} twice", info.name, claim.id);
            assert!(!claim.text.ends_with('.'), "{}: {} ends with a full stop", info.name, claim.id);
        }
    }
}
