//! What the recording and its components look like.

use super::{BIN, Fish, RANK, Trial};
use crate::{Bars, Figure, Heatmap, Lines, Scale, Series};

impl Fish {
    pub(super) fn figures(&self, trial: &Trial, inside: &[f64], outside: &[f64]) -> Vec<Figure> {
        let mut order: Vec<(u32, usize)> =
            self.labels().into_iter().map(|(cell, label)| (label, cell)).collect();
        order.sort_unstable();
        let names: Vec<String> =
            order.iter().map(|(label, cell)| format!("{}: {}", label + 1, cell + 1)).collect();
        let n = self.cells();
        let matrix = |matrix: &[f64]| Heatmap {
            rows: names.clone(),
            row_title: "assembly: cell".into(),
            cols: names.clone(),
            col_title: "assembly: cell".into(),
            values: order
                .iter()
                .flat_map(|(_, i)| order.iter().map(move |(_, j)| matrix[i * n + j]))
                .collect(),
            value_label: "weight of the pair in the component".into(),
            scale: Scale::Sequential { low: Some(0.0), high: None },
            ..Heatmap::default()
        };
        let mut figures = vec![
            Figure::new(
                "How correlated pairs are",
                "Share of pairs by Pearson's correlation over the whole recording.",
                histogram(inside, outside),
            ),
            Figure::new(
                "The components over time",
                format!(
                    "Activity of the {RANK} components in bins of {BIN} frames (first seed), by falling size."
                ),
                Lines {
                    x_title: "frame".into(),
                    value_title: "activity of the component".into(),
                    series: trial
                        .courses
                        .iter()
                        .enumerate()
                        .map(|(at, course)| {
                            let x: Vec<f64> = (0..course.len()).map(|bin| (bin * BIN) as f64).collect();
                            Series::new(format!("component {}", at + 1), course.clone()).at(x)
                        })
                        .collect(),
                    ..Lines::default()
                },
            ),
        ];
        figures.extend(trial.matrices.iter().enumerate().map(|(at, values)| {
            Figure::new(
                format!("The pairs of component {}", at + 1),
                "Cells that are in exactly one assembly, sorted by it: a square on the diagonal is an assembly that this component \
                 holds together.",
                matrix(values),
            )
        }));
        figures
    }
}

/// Shares of pairs by correlation.
fn histogram(inside: &[f64], outside: &[f64]) -> Bars {
    let bins: Vec<f64> = (-2..10).map(|bin| f64::from(bin) * 0.1).collect();
    let shares = |values: &[f64]| {
        let share = |low: &f64| {
            let held = values.iter().filter(|value| (*low..low + 0.1).contains(*value)).count();
            held as f64 / values.len() as f64
        };
        bins.iter().map(share).collect::<Vec<f64>>()
    };
    Bars {
        groups: bins.iter().map(|low| format!("{low:.1}").replace("-0.0", "0.0").replace('-', "−")).collect(),
        group_title: "correlation, from here to 0.1 more".into(),
        value_title: "share of pairs".into(),
        series: vec![
            Series::new("pairs that share an assembly", shares(inside)),
            Series::new("pairs that share none", shares(outside)),
        ],
        references: Vec::new(),
    }
}
