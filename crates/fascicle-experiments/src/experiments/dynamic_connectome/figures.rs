//! The factors over time, the two community matrices, the methods side by side, the ranks.

use fascicle_connectome::dynamic::RankFit;

use super::trial::{Halves, RANKS, Trial, component_of, worst};
use super::world::{NEURONS, SWITCH};
use crate::measurement::mean;
use crate::{Bars, Figure, Heatmap, Lines, ReferenceLine, Scale, Series};

pub(super) fn all(noises: &[f64], levels: &[Vec<Trial>], sweep: &[RankFit]) -> Vec<Figure> {
    let mut figures = Vec::new();
    if let Some(trial) = levels[0].first() {
        figures.push(courses(noises[0], trial));
        figures.extend([0, 1].map(|half| matrix(trial, half)));
    }
    figures.push(methods(noises, levels));
    figures.extend(ranks(sweep));
    figures
}

/// The components' courses over time.
fn courses(noise: f64, trial: &Trial) -> Figure {
    let fit = &trial.fits[0];
    let series = [("most active early", 0), ("most active late", 1)]
        .map(|(name, half)| Series::new(name, fit.factors[0].component(component_of(fit, half)).to_vec()));
    Figure::new(
        "One component for each half",
        format!(
            "The two components' courses over time, in all worms together (first seed, noise {noise}). The grouping changes at frame \
             {SWITCH}; nothing told the factorisation so."
        ),
        Lines {
            x_title: "frame".into(),
            value_title: "activity of the component".into(),
            series: series.into(),
            ..Lines::default()
        },
    )
}

/// A component's pairs, neurons sorted by the true groups of its half.
fn matrix(trial: &Trial, half: usize) -> Figure {
    let fit = &trial.fits[0];
    let matrix = trial.affinity.matrix(fit.factors[2].component(component_of(fit, half)));
    let mut order: Vec<usize> = (0..NEURONS).collect();
    if half == 1 {
        order.sort_by_key(|neuron| (neuron % 4, *neuron));
    }
    let values = order.iter().flat_map(|&i| order.iter().map(move |&j| (i, j)));
    let values = values.map(|(i, j)| matrix[i * NEURONS + j]).collect();
    let names: Vec<String> = order.iter().map(ToString::to_string).collect();
    let [title, sorted] = [
        ["Who changes together early", "by blocks of ten, the groups of the first half"],
        ["Who changes together late", "by every fourth, the groups of the second half"],
    ][half];
    Figure::new(
        title,
        format!(
            "The pair weights of the component most active in this half; neurons are sorted {sorted}. Four squares on the diagonal: \
             the component holds this half's groups alone."
        ),
        Heatmap {
            rows: names.clone(),
            row_title: "neuron".into(),
            cols: names,
            col_title: "neuron".into(),
            values,
            value_label: "weight of the pair in the component".into(),
            scale: Scale::Sequential { low: Some(0.0), high: None },
            ..Heatmap::default()
        },
    )
}

/// NMI in the worse half by method and noise.
fn methods(noises: &[f64], levels: &[Vec<Trial>]) -> Figure {
    let series = |name: String, of: &dyn Fn(&Trial) -> Halves| {
        let values: Vec<Vec<f64>> =
            levels.iter().map(|trials| trials.iter().map(|trial| worst(&of(trial), 0)).collect()).collect();
        Series::new(name, values.iter().map(|values| mean(values)).collect::<Vec<_>>())
    };
    let mut all = vec![
        series("fixed correlation".into(), &|trial| trial.fixed[0]),
        series("mean affinity".into(), &|trial| trial.fixed[1]),
        series("windows, two states".into(), &|trial| trial.windows),
    ];
    all.extend(RANKS.into_iter().enumerate().map(|(at, rank)| {
        series(format!("factorisation, rank {rank}"), &move |trial: &Trial| trial.factorised[at])
    }));
    Figure::new(
        "How well the worse half is found",
        "Normalised mutual information of the communities (Leiden) with the true groups, in whichever half it is lower; mean over \
         seeds. A fixed graph can be right in one half only.",
        Bars {
            groups: noises.iter().map(|noise| format!("noise {noise}")).collect(),
            group_title: "standard deviation of noise; signals have 1".into(),
            value_title: "NMI in the worse half".into(),
            series: all,
            references: vec![ReferenceLine { value: 1.0, label: "perfect".into() }],
        },
    )
}

/// What helps to choose a rank.
fn ranks(sweep: &[RankFit]) -> Vec<Figure> {
    let x: Vec<f64> = sweep.iter().map(|fit| fit.rank as f64).collect();
    let lines = |title: &str, values: Vec<f64>| {
        let series = Series { name: title.into(), x: x.clone(), values, ..Series::default() };
        Lines { x_title: "rank".into(), value_title: title.into(), series: vec![series], ..Lines::default() }
    };
    vec![
        Figure::new(
            "How much is left unexplained, by rank",
            "Relative error of the best replicate. Most of a frame-by-frame affinity belongs to single events that no small \
             number of components holds, so it stays high.",
            lines("relative error", sweep.iter().map(|fit| fit.best().error).collect()),
        ),
        Figure::new(
            "How much replicates agree, by rank",
            "Mean factor-match similarity of the other replicates to the best: where it falls, the components are no longer \
             determined by the data.",
            lines("factor-match similarity", sweep.iter().map(|fit| mean(&fit.similarities)).collect()),
        ),
    ]
}
