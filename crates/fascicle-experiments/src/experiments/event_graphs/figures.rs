//! A video as a timeline and as a table of relations, errors by the share of sightings missed, and scores.

use std::collections::BTreeMap;

use fascicle_graph::events::{Event, EventGraph};

use super::score::MEANS;
use super::trial::{KINDS, SWEEP, Shown, Trial, Way};
use crate::measurement::mean;
use crate::{Bars, CellText, Figure, Heatmap, Lines, ReferenceLine, Scale, Series};

/// How many events of the video the table of relations shows.
const TABLE: usize = 12;
/// Width of a class of scores.
const CLASS: f64 = 0.02;

pub(super) fn all(trials: &[Trial]) -> Vec<Figure> {
    let mut figures = Vec::new();
    if let Some(trial) = trials.first() {
        figures.extend([timeline(&trial.shown), relations(&trial.shown)]);
    }
    figures.extend([by_missed(trials), scores(trials), ranks(trials)]);
    figures
}

/// A line an event, in the lane of its agent: the script's above, the built one's below.
fn timeline(shown: &Shown) -> Figure {
    let mut by_action: BTreeMap<String, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    let mut add = |event: &Event, lane: f64| {
        let (x, y) = by_action.entry(event.action.clone()).or_default();
        // a gap keeps lines apart
        x.extend([event.interval.start(), event.interval.end(), f64::NAN]);
        y.extend([lane, lane, f64::NAN]);
    };
    for event in shown.scene.truth.events() {
        add(event, lane(event) + 0.12);
    }
    // the built graph has names of its own; the agent is that of the true event it hits
    for (truth, found) in shown.hits.iter().enumerate() {
        if let Some(found) = found {
            add(&shown.built.graph.events()[*found], lane(&shown.scene.truth.events()[truth]) - 0.12);
        }
    }
    let missed: Vec<&Event> = shown
        .built
        .graph
        .events()
        .iter()
        .enumerate()
        .filter(|(number, _)| !shown.hits.contains(&Some(*number)))
        .map(|(_, event)| event)
        .collect();
    let caption = format!(
        "The first video. Agents are lanes: above the whole number the script, below it the events built from noisy \
         detections that hit it. {} built events hit none. In words it begins: “{}”",
        missed.len(),
        beginning(&shown.built.graph)
    );
    let series = by_action.into_iter().map(|(name, (x, y))| Series::new(name, y).at(x));
    Figure::new(
        "A script and what was made of its detections",
        caption,
        Lines {
            series: series.collect(),
            x_title: "time (seconds)".into(),
            value_title: "agent".into(),
            references: Vec::new(),
        },
    )
}

/// The number of an agent, from 1.
fn lane(event: &Event) -> f64 {
    let name = event.actors.first().and_then(|actor| actor.name.rsplit(' ').next());
    name.and_then(|number| number.parse::<f64>().ok()).unwrap_or(f64::NAN)
}

/// The first clauses of a graph in words.
fn beginning(graph: &EventGraph) -> String {
    graph.verbalise().split_inclusive(". ").take(4).collect::<String>().trim_end().to_owned()
}

/// Allen's relations of the first events of the video, framed where noise made them others.
fn relations(shown: &Shown) -> Figure {
    let (truth, found) = (&shown.scene.truth, &shown.built.graph);
    let order = truth.chronological();
    let hit: Vec<(usize, usize)> =
        order.into_iter().filter_map(|event| Some((event, shown.hits[event]?))).take(TABLE).collect();
    let name = |&(event, _): &(usize, usize)| {
        let event = &truth.events()[event];
        format!("{} {}", event.actors.first().map_or("", |actor| actor.name.as_str()), event.action)
    };
    let (mut values, mut texts, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for (row, one) in hit.iter().enumerate() {
        for (column, two) in hit.iter().enumerate() {
            let relation = found.relation(one.1, two.1).ok().filter(|_| row != column);
            if row != column && relation != truth.relation(one.0, two.0).ok() {
                wrong.push((row, column));
            }
            // how far the one's start lies before the other's: only for the colour
            let before = found.events()[two.1].interval.start() - found.events()[one.1].interval.start();
            values.push(relation.map_or(f64::NAN, |_| before));
            texts.push(relation.map_or_else(String::new, |relation| relation.symbol().to_owned()));
        }
    }
    Figure::new(
        "The graph as a table: how each event lies to each other in time",
        "Rows to columns, as built from noisy detections: b before, m meets, o overlaps, s starts, d during, f finishes, e \
         equals, with i for the inverse. Framed where the script has another relation.",
        Heatmap {
            rows: hit.iter().map(name).collect(),
            row_title: "event".into(),
            cols: hit.iter().map(name).collect(),
            col_title: "event".into(),
            values,
            value_label: "seconds by which the row's event starts earlier".into(),
            scale: Scale::Diverging { centre: 0.0, reach: None },
            cell_text: CellText::Given(texts),
            ..Heatmap::default()
        }
        .highlight(wrong, "not as in the script"),
    )
}

fn by_missed(trials: &[Trial]) -> Figure {
    let line = |name: &str, of: &dyn Fn(&Trial, usize) -> f64| {
        let values = |share: usize| trials.iter().map(|trial| of(trial, share)).collect::<Vec<f64>>();
        let means: Vec<f64> = (0..SWEEP.len()).map(|share| mean(&values(share))).collect();
        let spread = (0..SWEEP.len()).map(|share| {
            let mean = means[share];
            let squares = values(share).iter().map(|value| (value - mean).powi(2)).sum::<f64>();
            (squares / trials.len().max(1) as f64).sqrt()
        });
        Series::new(name, means.clone()).at(SWEEP.to_vec()).errors(spread.collect::<Vec<f64>>())
    };
    let names = ["gaps merged", "gaps not merged", "blocks, not merged"];
    let mut series: Vec<Series> = names
        .iter()
        .enumerate()
        .map(|(way, name)| line(name, &|trial, share| trial.noisy[share][way].f1()))
        .collect();
    series.push(line("right relations in time (gaps merged)", &|trial, share| trial.noisy[share][0].allen()));
    debug_assert_eq!(names.len(), Way::ALL.len());
    Figure::new(
        "Events found, by the share of sightings missed",
        "F1 of events with all other noise as in the claims (boxes off, 5 % wrong actions and labels, lost tracks), and \
         the share of pairs of found events whose relation in time is right. Ribbons: one standard deviation over seeds.",
        Lines {
            series,
            x_title: "share of sightings missed".into(),
            value_title: "F1, or share of pairs".into(),
            references: vec![
                ReferenceLine { value: 0.8, label: "claimed with merging".into() },
                ReferenceLine { value: 0.6, label: "claimed to be missed without".into() },
            ],
        },
    )
}

fn scores(trials: &[Trial]) -> Figure {
    let classes = (1.0 / CLASS).round() as usize;
    let middles: Vec<f64> = (0..classes).map(|class| (class as f64 + 0.5) * CLASS).collect();
    let series = KINDS.iter().enumerate().map(|(kind, name)| {
        let scores: Vec<f64> = trials.iter().flat_map(|trial| trial.scores[kind].iter().copied()).collect();
        let mut shares = vec![0.0; classes];
        for score in &scores {
            shares[((score / CLASS) as usize).min(classes - 1)] += 1.0 / scores.len() as f64;
        }
        Series::new(*name, shares).at(middles.clone())
    });
    Figure::new(
        "How alike graphs are: the true one, its variants, other videos",
        "Normalised scores of graph matching between a graph built from noisy detections and true graphs, in classes of \
         0.02.",
        Lines {
            series: series.collect(),
            x_title: "normalised score".into(),
            value_title: "share of graphs".into(),
            references: Vec::new(),
        },
    )
}

fn ranks(trials: &[Trial]) -> Figure {
    let groups = ["all twelve", "time-shuffled", "actor-swapped", "other videos"];
    let series = MEANS.iter().enumerate().map(|(means, name)| {
        let over = |of: &dyn Fn(&Trial) -> f64| mean(&trials.iter().map(of).collect::<Vec<f64>>());
        let mut values = vec![over(&|trial| trial.first[means])];
        values.extend((0..3).map(|kind| over(&|trial| trial.first_among[kind][means])));
        Series::new(*name, values)
    });
    Figure::new(
        "How often the true graph comes first, by what it is among",
        "Graph matching against likenesses that know no graph: the longest common subsequence of deeds (who, by label, \
         does what with what), and bags of deeds or of actions. A tie counts as its chance to be drawn first.",
        Bars {
            groups: groups.map(String::from).to_vec(),
            group_title: "what the true graph is among".into(),
            value_title: "ranked first".into(),
            series: series.collect(),
            references: vec![ReferenceLine { value: 0.95, label: "claimed".into() }],
        },
    )
}
