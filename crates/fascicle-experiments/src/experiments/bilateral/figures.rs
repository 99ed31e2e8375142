//! What is drawn: each measure for each network, and what lesions cost.

use fascicle_connectome::bilateral::Performance;

use super::{LESIONS, NETWORKS, Trial};
use crate::measurement::mean_and_deviation;
use crate::{Bars, Figure, Lines, Series};

pub(super) fn of(trials: &[Trial]) -> [Figure; 4] {
    let networks: Vec<&str> = NETWORKS.iter().map(|(name, ..)| *name).collect();
    let lesions: Vec<&str> = LESIONS.iter().map(|(name, _)| *name).collect();
    [
        Figure::new(
            "Reaching",
            "Distance from the target in the last fifth of a reach: mean and standard deviation over seeds.",
            bars(trials, &networks, "m", "network", |trial, at| trial.networks[at].reach_error),
        ),
        Figure::new(
            "Holding",
            "Standard deviation of the position in the second half of holding under load: mean and standard deviation over \
             seeds.",
            bars(trials, &networks, "m", "network", |trial, at| trial.networks[at].hold_variance.sqrt()),
        ),
        Figure::new(
            "What a lesion costs",
            "The network of both sides with a column silenced or the callosum cut, over the whole network: mean over seeds.",
            costs(trials, &lesions),
        ),
        Figure::new(
            "Training",
            "The sum of the two losses of the network of both sides, update by update.",
            Lines {
                series: (1..)
                    .zip(trials)
                    .map(|(n, t)| Series::new(format!("network {n}"), t.losses.clone()))
                    .collect(),
                x_title: "update".into(),
                value_title: "loss".into(),
                references: Vec::new(),
            },
        ),
    ]
}

fn bars(trials: &[Trial], names: &[&str], unit: &str, what: &str, of: impl Fn(&Trial, usize) -> f64) -> Bars {
    let (values, errors) = (0..names.len())
        .map(|at| mean_and_deviation(&trials.iter().map(|trial| of(trial, at)).collect::<Vec<_>>()))
        .unzip::<f64, f64, Vec<_>, Vec<_>>();
    Bars {
        groups: names.iter().map(ToString::to_string).collect(),
        group_title: what.into(),
        value_title: unit.into(),
        series: vec![Series::new("", values).errors(errors)],
        references: Vec::new(),
    }
}

fn costs(trials: &[Trial], names: &[&str]) -> Bars {
    let line = |name: &str, of: fn(&Performance) -> f64| {
        let cost = |at: usize, trial: &Trial| of(&trial.lesions[at]) / of(&trial.lesions[0]);
        let mean = |at: usize| trials.iter().map(|trial| cost(at, trial)).sum::<f64>() / trials.len() as f64;
        Series::new(name, (0..names.len()).map(mean).collect::<Vec<_>>())
    };
    Bars {
        groups: names.iter().map(ToString::to_string).collect(),
        group_title: "lesion".into(),
        value_title: "times that of the whole network".into(),
        series: vec![
            line("error of a reach", |p| p.reach_error),
            line("standard deviation in holding", |p| p.hold_variance.sqrt()),
        ],
        references: Vec::new(),
    }
}
