//! What is drawn of the first network, and of all of them.

use fascicle_connectome::emulator::OutputStatistics;

use super::trial::Trial;
use crate::measurement::mean_and_deviation;
use crate::{Bars, CellText, Figure, Heatmap, Lines, ReferenceLine, Scale, Series};

pub(super) fn of(first: &Trial, trials: &[Trial]) -> [Figure; 6] {
    [
        Figure::new(
            "Transitions of the model's outputs",
            "Exact. The middle output is emitted once in 100 steps.",
            matrix(&first.target),
        ),
        Figure::new(
            "Transitions of the network's outputs",
            "Counted in long runs of the first network. A hatched row belongs to an output that was never emitted.",
            matrix(&first.measured),
        ),
        Figure::new(
            "The states go round while there is noise, and to rest without",
            "The first network's states in the plane of their two principal components: 200 steps under noise, and \
             100 steps after it stops.",
            trajectory(first),
        ),
        Figure::new(
            "Who starts a transition?",
            "The rate of transitions of the leading output without some units, over the rate with all of them. Random \
             triplets: mean and standard deviation over 20 draws.",
            ablation(trials),
        ),
        Figure::new(
            "Kick units turned down and up",
            "The activity of the units that lead the two transitions (three each) multiplied in every step: at 0 the output is \
             trapped if they alone start transitions; the rate at 1 is that of the untouched network.",
            gains(trials),
        ),
        Figure::new(
            "Training",
            "Sinkhorn divergence of held-out sequences. The plateau is a network whose outputs are right in frequency and \
             independent in time.",
            losses(trials),
        ),
    ]
}

fn matrix(statistics: &OutputStatistics) -> Heatmap {
    let names = ["first", "rare", "last"].map(String::from).to_vec();
    Heatmap {
        rows: names.clone(),
        row_title: "output".into(),
        cols: names,
        col_title: "output that follows".into(),
        values: statistics.transitions.concat(),
        value_label: "probability".into(),
        scale: Scale::UNIT,
        cell_text: CellText::Values(3),
        ..Heatmap::default()
    }
}

fn trajectory(trial: &Trial) -> Lines {
    let line = |name: &str, places: &[[f64; 2]]| {
        let (x, y): (Vec<f64>, Vec<f64>) = places.iter().map(|[x, y]| (*x, *y)).unzip();
        Series::new(name, y).at(x)
    };
    Lines {
        series: vec![line("with noise", &trial.noisy), line("after it stops", &trial.quiet)],
        x_title: "first principal component".into(),
        value_title: "second principal component".into(),
        references: Vec::new(),
    }
}

fn ablation(trials: &[Trial]) -> Bars {
    // no bar for a network without transitions
    let ablations = || trials.iter().map(|trial| trial.ablation.as_ref());
    let (random, errors): (Vec<f64>, Vec<f64>) = ablations()
        .map(|found| found.map_or((f64::NAN, f64::NAN), |ablation| mean_and_deviation(&ablation.random)))
        .unzip();
    let kick: Vec<f64> =
        ablations().map(|found| found.map_or(f64::NAN, |ablation| ablation.without)).collect();
    Bars {
        groups: (1..=trials.len()).map(|number| number.to_string()).collect(),
        group_title: "network".into(),
        value_title: "rate of transitions, of that with all units".into(),
        series: vec![
            Series::new("without the three most causal units", kick),
            Series::new("without a random triplet", random).errors(errors),
        ],
        references: vec![ReferenceLine { label: "all units".into(), value: 1.0 }],
    }
}

fn gains(trials: &[Trial]) -> Lines {
    let line = |(number, trial): (usize, &Trial)| {
        let (x, y): (Vec<f64>, Vec<f64>) = trial.gains.iter().copied().unzip();
        Series::new(format!("network {number}"), y).at(x)
    };
    Lines {
        series: (1..).zip(trials).map(line).collect(),
        x_title: "gain of the kick units".into(),
        value_title: "transitions a step".into(),
        references: Vec::new(),
    }
}

fn losses(trials: &[Trial]) -> Lines {
    let line = |(number, trial): (usize, &Trial)| {
        let (x, y): (Vec<f64>, Vec<f64>) =
            trial.trained.held_out.iter().map(|(step, loss)| (*step as f64, *loss)).unzip();
        Series::new(format!("network {number}"), y).at(x)
    };
    Lines {
        series: (1..).zip(trials).map(line).collect(),
        x_title: "step".into(),
        value_title: "divergence".into(),
        references: Vec::new(),
    }
}
