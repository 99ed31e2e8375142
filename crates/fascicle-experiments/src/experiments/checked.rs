//! Running one experiment in a test, at its quick size with two seeds.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::PathBuf;

use crate::{Experiment, NoObserver, Options, Registry, Size, Verdict, run};

/// Where the published connectomes lie within the folder that `FASCICLE_DATA` names.
fn data(name: &str) -> Result<Option<PathBuf>, Box<dyn Error + Send + Sync>> {
    let folder = match name {
        "connectome-cook2019" | "connectome-larva-subset" => "connectome/bgm",
        name if name.starts_with("connectome-") => "connectome/cect",
        _ => return Ok(None),
    };
    let root = std::env::var_os("FASCICLE_DATA").map(PathBuf::from);
    Ok(root.map(|root| root.join(folder)).filter(|folder| folder.is_dir()))
}

/// Checks that every measurement lies in its band but those named, which must not. Without its data nothing is run.
#[track_caller]
pub(super) fn holds(experiment: impl Experiment + 'static, but: &[&str]) {
    let info = experiment.info();
    if let Some(need) = info.needs.iter().find(|need| !data(need.name).is_ok_and(|found| found.is_some())) {
        eprintln!("skipped: FASCICLE_DATA has no {}", need.name);
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options {
        size: Size::Quick,
        device: "cpu".to_owned(),
        seeds: vec![0, 1],
        out: folder.path().to_owned(),
    };
    let registry = Registry::new(vec![Box::new(experiment)]);
    let summary = run(&registry, &[info.name], &options, &data, &mut NoObserver).expect("a run");
    println!("{}", summary.table());
    let result = summary.results().next().expect("a result");
    assert!(!result.measurements.is_empty(), "{:?}", result.reason);
    let missed: BTreeSet<&str> = result
        .measurements
        .iter()
        .filter(|one| one.verdict == Verdict::Fail)
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(missed, but.iter().copied().collect::<BTreeSet<_>>());
}
