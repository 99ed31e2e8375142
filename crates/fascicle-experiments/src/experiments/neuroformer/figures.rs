//! The matrices, the curves and the scores as pictures.

use super::trial::{ESTIMATORS, Trial};
use crate::measurement::{mean, mean_and_spread};
use crate::{Bars, Figure, Heatmap, Lines, ReferenceLine, Scale, Series};

pub(super) fn figures(trials: &[Trial]) -> Vec<Figure> {
    let Some(first) = trials.first() else { return Vec::new() };
    vec![
        matrix(
            first,
            "Who drives whom",
            "The simulated wiring of the first seed: three hubs, each with nine followers. Rows are what drives, columns what is driven; \
             the followers of a hub stand side by side.",
            &first.truth,
            "weight of the connection",
        ),
        matrix(
            first,
            "Where attention goes",
            "When the column's neuron is predicted: attention on the row's earlier spikes, over what even attention would give. The \
             connections of the first picture are framed.",
            &first.scores[0],
            "1 = attended to as any spike",
        ),
        matrix(
            first,
            "Coupling in the Poisson model",
            "Sum of the filter from the row's past to the column's log rate.",
            &first.scores[4],
            "sum of the coupling filter",
        ),
        curves(first),
        areas(trials),
        guesses(trials),
        decoders(trials),
    ]
}

fn matrix(trial: &Trial, title: &str, caption: &str, values: &[f64], label: &str) -> Figure {
    let n = trial.order.len();
    let hubs = (0..n).filter(|row| trial.truth[row * n..][..n].iter().any(|weight| *weight > 0.0)).count();
    let names: Vec<String> = trial
        .order
        .iter()
        .enumerate()
        .map(|(at, neuron)| if at < hubs { format!("hub {at}") } else { neuron.to_string() })
        .collect();
    let pairs =
        || trial.order.iter().flat_map(|source| trial.order.iter().map(move |target| (*source, *target)));
    let cells =
        pairs().map(|(source, target)| if source == target { f64::NAN } else { values[source * n + target] });
    let framed = pairs().enumerate().filter(|(_, (source, target))| trial.truth[source * n + target] > 0.0);
    let framed: Vec<(usize, usize)> = framed.map(|(cell, _)| (cell / n, cell % n)).collect();
    let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
    let map = Heatmap {
        rows: names.clone(),
        row_title: "drives".into(),
        cols: names,
        col_title: "driven".into(),
        values: cells.collect(),
        value_label: label.into(),
        scale: if lowest < 0.0 { Scale::Diverging { centre: 0.0, reach: None } } else { Scale::default() },
        ..Heatmap::default()
    };
    Figure::new(title, caption, map.highlight(framed, "a connection"))
}

fn curves(trial: &Trial) -> Figure {
    let line = |(estimator, curve): (&super::trial::Estimator, &Vec<(f64, f64)>)| {
        let (x, y): (Vec<f64>, Vec<f64>) = curve.iter().copied().unzip();
        Series::new(estimator.name, y).at(x)
    };
    Figure::new(
        "Connections found against false alarms",
        "Pairs of neurons are taken from the highest score down. A curve that hugs the upper left corner has found all connections \
         before any other pair; chance is the diagonal. First seed.",
        Lines {
            series: ESTIMATORS.iter().zip(&trial.curves).map(line).collect(),
            x_title: "share of other pairs taken".into(),
            value_title: "share of connections found".into(),
            ..Lines::default()
        },
    )
}

fn areas(trials: &[Trial]) -> Figure {
    let series = |name: &str, of: &dyn Fn(&Trial, usize) -> f64| {
        let all: Vec<Vec<f64>> =
            (0..ESTIMATORS.len()).map(|at| trials.iter().map(|trial| of(trial, at)).collect()).collect();
        let values: Vec<f64> = all.iter().map(|values| mean(values)).collect();
        Series::new(name, values)
            .errors(all.iter().map(|values| mean_and_spread(values).1).collect::<Vec<_>>())
    };
    Figure::new(
        "How well each score finds the connections",
        "Area under the curve above (0.5 is chance) and average precision (chance is the share of connections among pairs, 0.03). Mean and \
         standard deviation over seeds.",
        Bars {
            groups: ESTIMATORS.iter().map(|estimator| estimator.name.to_string()).collect(),
            group_title: "score".into(),
            value_title: "area".into(),
            series: vec![
                series("AUROC", &|trial, at| trial.areas[at].auroc),
                series("average precision", &|trial, at| trial.areas[at].auprc),
            ],
            references: vec![ReferenceLine { value: 0.5, label: "AUROC of chance".into() }],
        },
    )
}

/// What guesses, and how often it is right.
type Guesser = (&'static str, fn(&Trial) -> f64);

fn decoders(trials: &[Trial]) -> Figure {
    let decoders: [Guesser; 3] = [
        ("transformer, fresh", |trial| trial.few_shot.fresh),
        ("ridge regression on counts", |trial| trial.few_shot.linear),
        ("transformer, trained on spikes first", |trial| trial.few_shot.pretrained),
    ];
    let all: Vec<Vec<f64>> = decoders.iter().map(|(_, of)| trials.iter().map(of).collect()).collect();
    Figure::new(
        "Behaviour from a hundred labelled windows",
        "Correlation of what is read with the true behaviour, in windows of the held-out fifth. Mean and standard deviation over seeds.",
        Bars {
            groups: decoders.iter().map(|(name, _)| (*name).to_string()).collect(),
            group_title: "decoder".into(),
            value_title: "correlation".into(),
            series: vec![
                Series::new("correlation", all.iter().map(|values| mean(values)).collect::<Vec<_>>())
                    .errors(all.iter().map(|values| mean_and_spread(values).1).collect::<Vec<_>>()),
            ],
            ..Bars::default()
        },
    )
}

fn guesses(trials: &[Trial]) -> Figure {
    let models: [Guesser; 4] = [
        ("commonest neuron", |trial| trial.top1.commonest),
        ("commonest follower of the last", |trial| trial.top1.follower),
        ("Poisson model", |trial| trial.top1.poisson),
        ("transformer", |trial| trial.top1.model),
    ];
    let all: Vec<Vec<f64>> = models.iter().map(|(_, of)| trials.iter().map(of).collect()).collect();
    let unigram = mean(&all[0]);
    Figure::new(
        "Who spikes next?",
        "Share of test spikes whose neuron was named. The Poisson model is told the time bin of the spike, the transformer is not.",
        Bars {
            groups: models.iter().map(|(name, _)| (*name).to_string()).collect(),
            group_title: "model".into(),
            value_title: "share of spikes foreseen".into(),
            series: vec![
                Series::new("top-1", all.iter().map(|values| mean(values)).collect::<Vec<_>>())
                    .errors(all.iter().map(|values| mean_and_spread(values).1).collect::<Vec<_>>()),
            ],
            references: vec![ReferenceLine {
                value: 2.0 * unigram,
                label: "twice the commonest neuron".into(),
            }],
        },
    )
}
