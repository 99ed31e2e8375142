//! What is drawn: how many paths say something different, and how well links are predicted from which graph.

use super::links::{Alone, Beside, GRAPHS, TARGETS};
use super::retrieval::Retrieval;
use super::{K, PAIRS, Scores, targets_of};
use crate::measurement::{mean, mean_and_spread};
use crate::{Bars, Figure, Series};

pub(super) fn of(
    retrievals: &[Retrieval],
    alone: &[Alone],
    beside: &[Vec<Beside>],
    told: &[Vec<Scores>],
) -> [Figure; 2] {
    let pairs = (retrievals.len() * PAIRS) as f64;
    let share = |values: &dyn Fn(&Retrieval) -> &Vec<f64>, count: usize| {
        let with = |r: &Retrieval| values(r).iter().filter(|&&v| v as usize == count).count();
        retrievals.iter().map(with).sum::<usize>() as f64 / pairs
    };
    let shares = |values: &dyn Fn(&Retrieval) -> &Vec<f64>| {
        (1..=K).map(|count| share(values, count)).collect::<Vec<f64>>()
    };
    let settings: Vec<Vec<Scores>> = std::iter::once(alone.iter().map(|one| one.scores).collect())
        .chain((0..TARGETS.len()).map(|at| beside.iter().map(|one| one[at].scores).collect()))
        .chain((0..targets_of(told).count()).map(|at| told.iter().map(|one| one[at]).collect()))
        .collect();
    let series = GRAPHS.iter().enumerate().map(|(graph, name)| {
        let of = |setting: &Vec<Scores>| setting.iter().map(|scores| scores[graph]).collect::<Vec<f64>>();
        let means: Vec<f64> = settings.iter().map(|setting| mean(&of(setting))).collect();
        let spreads: Vec<f64> = settings.iter().map(|setting| mean_and_spread(&of(setting)).1).collect();
        Series::new(*name, means).errors(spreads)
    });
    [
        Figure::new(
            "How many of ten paths say something different",
            "Share of pairs by the number of different sequences of relations among their ten paths. With the filter all \
             ten differ, without it some repeat each other.",
            Bars {
                groups: (1..=K).map(|count| count.to_string()).collect(),
                group_title: "different sequences of relations among ten paths".into(),
                value_title: "share of pairs".into(),
                series: vec![
                    Series::new("diverse", shares(&|r| &r.diverse)),
                    Series::new("the ten shortest", shares(&|r| &r.unfiltered)),
                ],
                ..Bars::default()
            },
        ),
        Figure::new(
            "Links predicted from the whole graph, from the paths, and from chance",
            "Filtered mean reciprocal rank of held-out facts, with the spread over seeds. Left: nothing but the graph is \
             learnt from. The others: known pairs of one relation are learnt besides, and the graph is the background.",
            Bars {
                groups: std::iter::once("60 pairs, alone".to_owned())
                    .chain(TARGETS.iter().map(|target| (*target).to_owned()))
                    .chain(targets_of(told).map(|target| format!("{target}, R-GCN")))
                    .collect(),
                group_title: "what is predicted".into(),
                value_title: "MRR".into(),
                series: series.collect(),
                ..Bars::default()
            },
        ),
    ]
}
