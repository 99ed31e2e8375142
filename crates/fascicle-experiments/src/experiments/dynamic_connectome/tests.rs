use fascicle_core::seed::Seeds;

use super::*;
use crate::{NoObserver, Options, Registry, Size};

fn run(experiment: impl Experiment + 'static, seeds: Vec<u64>) -> Vec<crate::Finished> {
    let out = tempfile::tempdir().unwrap();
    let data = |name: &str| {
        let folder = std::env::var_os("FASCICLE_DATA").map(std::path::PathBuf::from);
        let folder =
            folder.filter(|_| name == "activity-zebrafish").map(|folder| folder.join("activity/zebrafish"));
        Ok(folder.filter(|folder| folder.exists()))
    };
    let registry = Registry::new(vec![Box::new(experiment)]);
    let options = Options { size: Size::Quick, device: "cpu".into(), seeds, out: out.path().to_path_buf() };
    crate::run::<&str>(&registry, &[], &options, &data, &mut NoObserver).unwrap().experiments
}

#[test]
fn one_seed_reproduces() {
    let finished = run(DynamicConnectome, vec![0]);
    let result = &finished[0].result;
    assert_ne!(result.status, crate::Status::Failed, "{:?}", result.reason);
    assert_eq!(result.measurements.len(), 14);
    // one seed says little of rank 3, whose third component may share a half with another
    let both = result.measurements.iter().filter(|measured| measured.name.contains("rank 2 less fixed"));
    let gains: Vec<f64> = both.map(|measured| measured.mean).collect();
    assert!(gains.len() == 2 && gains.iter().all(|gain| *gain >= 0.4), "{gains:?}");
}

#[test]
fn the_components_of_a_trial_follow_the_halves() {
    let trial = Trial::run(0.1, Seeds::new(5), 2).unwrap();
    let fit = &trial.fits[0];
    let components = [0, 1].map(|half| super::trial::component_of(fit, half));
    assert_ne!(components[0], components[1]);
    let course = fit.factors[0].component(components[0]);
    let (early, late) = course.split_at(super::world::SWITCH);
    assert!(early.iter().sum::<f64>() > 2.0 * late.iter().sum::<f64>());
}

#[test]
fn fish() {
    let finished = run(ZebrafishAssemblies, vec![0]);
    let result = &finished[0].result;
    if result.status == crate::Status::Unavailable {
        eprintln!("skipped: activity/zebrafish is not in FASCICLE_DATA");
        return;
    }
    let mean = |name: &str| result.measurements.iter().find(|measured| measured.name == name).map(|m| m.mean);
    // numpy 2.4: numpy.corrcoef, the mean over the 1,261 pairs that share an assembly and the 1,514 that do not
    for (name, expected) in [
        ("mean correlation inside assemblies", 0.341_411_352_376_010_9),
        ("mean correlation outside", 0.094_491_950_413_988_8),
    ] {
        assert!(mean(name).is_some_and(|mean| (mean - expected).abs() < 1e-9), "{result:?}");
    }
}
