//! What the wave looks like, how fast each variant is, how each learner learns.

use super::training::{Learner, Learning};
use super::untrained::{Untrained, most};
use super::{JOINTS, PERIOD};
use crate::measurement::mean_and_spread;
use crate::{Bars, CellText, Figure, Heatmap, Lines, ReferenceLine, Scale, Series};

/// Steps from column to column of the wave's picture.
const STRIDE: usize = 3;
/// Periods shown.
const SHOWN: usize = 3;

const SPEED: &str = "body lengths a second";

pub(super) fn all(untrained: &Untrained, learning: &[Learning]) -> [Figure; 5] {
    [wave(untrained), variants(untrained, learning), signs(untrained), bodies(untrained), curves(learning)]
}

fn wave(untrained: &Untrained) -> Figure {
    let angles = untrained.trace.angles();
    let steps = SHOWN * PERIOD as usize;
    let first = angles.len() / JOINTS - steps;
    let columns: Vec<usize> = (first..first + steps).step_by(STRIDE).collect();
    let value = |joint: usize| columns.iter().map(move |step| angles[step * JOINTS + joint]);
    Figure::new(
        "The bend travels from head to tail",
        format!(
            "Joint angles of the untrained circuit over {SHOWN} periods of {PERIOD} steps, once it has settled. Each joint \
             does what the one in front did {:.1} steps ago, a little less of it: the stripes lean to the right.",
            untrained.mean_lag()
        ),
        Heatmap {
            rows: (0..JOINTS).map(|joint| joint.to_string()).collect(),
            row_title: "joint, the head's first".into(),
            cols: columns.iter().map(|step| (step - first).to_string()).collect(),
            col_title: "step".into(),
            values: (0..JOINTS).flat_map(value).collect(),
            value_label: "joint angle / joint limit: above 0 dorsal, below ventral".into(),
            scale: Scale::Diverging { centre: 0.0, reach: Some(1.0) },
            cell_text: CellText::None,
            ..Heatmap::default()
        },
    )
}

fn variants(untrained: &Untrained, learning: &[Learning]) -> Figure {
    let random: Vec<f64> = untrained
        .bodies
        .iter()
        .filter(|body| body.joints == JOINTS)
        .flat_map(|body| body.perceptrons.iter().flatten().copied())
        .collect();
    let before = |learner| of(learning, learner).map(|run| run.speed_before).collect::<Vec<f64>>();
    let after = |learner| of(learning, learner).map(|run| run.speed_after).collect::<Vec<f64>>();
    let [deaf, still, flipped] = untrained.ablated.map(|speed| vec![speed]);
    let rows = [
        ("circuit, weights of 1", vec![untrained.intact]),
        ("no proprioception", deaf),
        ("no oscillator", still),
        ("contra sign flipped", flipped),
        ("random perceptrons", random),
        ("circuit, U(0, 1)", before(Learner::Circuit)),
        ("circuit, trained", after(Learner::Circuit)),
        ("free signs, trained", after(Learner::Unconstrained)),
        ("perceptron, trained", after(Learner::Perceptron)),
    ];
    let (means, deviations) =
        rows.iter().map(|(_, speeds)| mean_and_spread(speeds)).unzip::<f64, f64, Vec<_>, Vec<_>>();
    Figure::new(
        "Speeds, untrained and trained",
        "Distance from start to end over 30 seconds, with a standard deviation where weights are random. The first bar has \
         learnt nothing.",
        Bars {
            groups: rows.iter().map(|(name, _)| (*name).to_string()).collect(),
            value_title: SPEED.into(),
            series: vec![Series { values: means, errors: deviations, ..Series::default() }],
            ..Bars::default()
        },
    )
}

fn signs(untrained: &Untrained) -> Figure {
    let name = |pattern: &[f64; 4]| pattern.map(|sign| if sign > 0.0 { '+' } else { '−' }).iter().collect();
    Figure::new(
        "Only the worm's signs swim",
        "Weights of 1 with every pattern of signs, in the order proprioceptive, oscillator, ipsilateral, contralateral. \
         The worm's is + + + −.",
        Bars {
            groups: untrained.signs.iter().map(|(pattern, _)| name(pattern)).collect(),
            group_title: "signs".into(),
            value_title: SPEED.into(),
            series: vec![Series::new(
                "",
                untrained.signs.iter().map(|(_, speed)| *speed).collect::<Vec<f64>>(),
            )],
            ..Bars::default()
        },
    )
}

fn bodies(untrained: &Untrained) -> Figure {
    let fastest = |speeds: &[Vec<f64>]| most(&speeds.concat());
    Figure::new(
        "The same weights on other bodies",
        "Untrained, by the number of joints, with the fastest of all random perceptrons that were made for that body.",
        Bars {
            groups: untrained.bodies.iter().map(|body| body.joints.to_string()).collect(),
            group_title: "joints".into(),
            value_title: SPEED.into(),
            series: vec![
                Series::new(
                    "circuit",
                    untrained.bodies.iter().map(|body| body.circuit).collect::<Vec<f64>>(),
                ),
                Series::new(
                    "fastest random perceptron",
                    untrained.bodies.iter().map(|body| fastest(&body.perceptrons)).collect::<Vec<f64>>(),
                ),
            ],
            references: vec![ReferenceLine { value: untrained.intact, label: "5 joints".into() }],
        },
    )
}

fn curves(learning: &[Learning]) -> Figure {
    let series = |(learner, name): (Learner, &str)| {
        let runs: Vec<&Learning> = of(learning, learner).collect();
        let generations = runs.first().map_or(0, |run| run.rewards.len());
        let at = |g: usize| mean_and_spread(&runs.iter().map(|run| run.rewards[g]).collect::<Vec<f64>>());
        let (means, deviations): (Vec<f64>, Vec<f64>) = (0..generations).map(at).unzip();
        let episodes = runs.first().map_or(0, |run| run.episodes);
        let x: Vec<f64> = (0..generations).map(|g| (g * episodes) as f64).collect();
        Series::new(name, means).errors(deviations).at(x)
    };
    Figure::new(
        "Evolution from random weights",
        "Reward after each generation, mean over seeds with a standard deviation. All have the same settings and episodes; \
         the circuits differ in sign constraints alone.",
        Lines {
            series: [
                (Learner::Circuit, "circuit, U(0, 1)"),
                (Learner::Unconstrained, "without sign constraints, U(−1, 1)"),
                (Learner::Perceptron, "perceptron"),
            ]
            .map(series)
            .into(),
            x_title: "episodes".into(),
            value_title: "reward".into(),
            references: Vec::new(),
        },
    )
}

fn of(learning: &[Learning], learner: Learner) -> impl Iterator<Item = &Learning> {
    learning.iter().filter(move |run| run.learner == learner)
}
