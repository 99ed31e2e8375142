//! What there is to see: likelihood and accuracy by model, states of one trial, weights of one state.

use super::measure::{Measured, Variant};
use super::trials::Trials;
use crate::{Bars, CellText, Figure, Heatmap, ReferenceLine, Scale, Series};

/// Bins of a trial that are drawn, and how many bins apart.
const SHOWN: usize = 50;
const APART: usize = 10;

pub(super) fn of(all: &[Vec<Trials>], names: &[&str]) -> Vec<Figure> {
    let mut figures = vec![likelihoods(all, names), accuracies(all, names)];
    if let Some(trials) = all.first().and_then(|few| few.first()) {
        figures.extend(states(trials));
        figures.extend(weights(trials));
    }
    figures
}

/// Mean and standard deviation over seeds.
fn series(name: &str, all: &[Vec<Trials>], measure: &dyn Fn(&Trials) -> f64) -> Series {
    let (mut means, mut errors) = (Vec::new(), Vec::new());
    for trials in all {
        let values: Vec<f64> = trials.iter().map(measure).collect();
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        means.push(mean);
        errors.push(
            (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0)).sqrt(),
        );
    }
    Series::new(name, means).errors(errors)
}

fn bars(
    all: &[Vec<Trials>],
    names: &[&str],
    value: &str,
    measure: &dyn Fn(&Trials, &Measured) -> f64,
) -> Bars {
    Bars {
        groups: names.iter().take(all.len()).map(ToString::to_string).collect(),
        group_title: "data".into(),
        value_title: value.into(),
        series: Variant::ALL
            .into_iter()
            .map(|variant| series(variant.name(), all, &|trials| measure(trials, trials.of(variant))))
            .collect(),
        references: Vec::new(),
    }
}

fn likelihoods(all: &[Vec<Trials>], names: &[&str]) -> Figure {
    Figure::new(
        "How far each model is from the truth on unseen trials",
        "Log-likelihood of the planted network less that of each fit, nats a trial: lower is better, 0 would be as good as \
         knowing the network. Mean and standard deviation over seeds.",
        bars(all, names, "nats a trial below the truth", &|trials, fit| {
            trials.truth.log_likelihood - fit.log_likelihood
        }),
    )
}

fn accuracies(all: &[Vec<Trials>], names: &[&str]) -> Figure {
    let mut plot = bars(all, names, "share of bins whose state is found", &|_, fit| fit.accuracy);
    let truth = series("", all, &|trials| trials.truth.accuracy).values;
    let mean = truth.iter().sum::<f64>() / truth.len().max(1) as f64;
    plot.references.push(ReferenceLine { label: "planted network".into(), value: mean });
    Figure::new(
        "How many states each model tells right",
        "Share of bins of unseen trials whose most probable state is the true one, under the best naming of states. The \
         network that made the data does not reach 1 either: some bins do not tell. Mean and standard deviation over seeds.",
        plot,
    )
}

fn states(trials: &Trials) -> Option<Figure> {
    let first = trials.planted.test.first()?;
    let columns: Vec<usize> =
        (0..SHOWN).map(|column| column * APART).filter(|bin| *bin < first.states.len()).collect();
    let mut rows = vec![("planted", &first.states), ("planted network", &trials.truth.states)];
    rows.extend(Variant::ALL.map(|variant| (variant.name(), &trials.of(variant).states)));
    let at = |states: &[usize]| -> Vec<usize> { columns.iter().map(|&bin| states[bin]).collect() };
    let found: Vec<Vec<usize>> = rows.iter().map(|(_, states)| at(states)).collect();
    let wrong: Vec<(usize, usize)> = found
        .iter()
        .enumerate()
        .flat_map(|(row, states)| {
            let planted = &found[0];
            (0..states.len())
                .filter(move |&column| states[column] != planted[column])
                .map(move |column| (row, column))
        })
        .collect();
    let names = rows.iter().enumerate().map(|(row, (name, _))| match row {
        0 => "true state".to_owned(),
        _ => format!("found: {name}"),
    });
    let map = Heatmap {
        rows: names.collect(),
        row_title: "states of one unseen trial".into(),
        cols: columns.iter().map(ToString::to_string).collect(),
        col_title: format!("bin, every {APART}th"),
        values: found.iter().flatten().map(|&state| state as f64).collect(),
        value_label: "number of the state".into(),
        scale: Scale::Sequential { low: Some(0.0), high: Some((trials.truth.model.states() - 1) as f64) },
        cell_text: CellText::Given(found.iter().flatten().map(ToString::to_string).collect()),
        ..Heatmap::default()
    };
    Some(Figure::new(
        "One trial, decoded",
        "First row: the state that made each bin (first seed, few trials). Below: the most probable state by the planted \
         network and by each fit. Framed: where they differ from the first row.",
        map.highlight(wrong, "another state than the true one"),
    ))
}

fn weights(trials: &Trials) -> Vec<Figure> {
    let models = Variant::ALL.map(|variant| (variant.name(), trials.of(variant)));
    let labels: Vec<String> = (0..trials.truth.model.neurons()).map(|neuron| neuron.to_string()).collect();
    std::iter::once(("planted", &trials.truth))
        .chain(models)
        .map(|(name, measured)| {
            let map = Heatmap {
                rows: labels.clone(),
                row_title: "neuron that is driven".into(),
                cols: labels.clone(),
                col_title: "neuron that drives".into(),
                values: measured.model.weights_of(0).to_vec(),
                value_label: "weight: blue excites, orange inhibits".into(),
                scale: Scale::Diverging { centre: 0.0, reach: Some(1.5) },
                ..Heatmap::default()
            };
            Figure::new(
                format!("Weights in state 0: {name}"),
                format!(
                    "First seed, few trials. Correlation with the planted weights over all states: {:.2}.",
                    measured.correlation
                ),
                map,
            )
        })
        .collect()
}
