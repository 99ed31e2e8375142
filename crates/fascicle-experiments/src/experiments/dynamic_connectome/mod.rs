//! The dynamic functional connectome: does a tensor factorisation find groupings that a fixed correlation mixes?

mod figures;
mod score;
mod trial;
mod windows;
mod world;
mod zebrafish;

pub(super) use zebrafish::ZebrafishAssemblies;

use fascicle_connectome::dynamic::{Ntf, RankFit, elbow, rank_sweep};
use fascicle_core::seed::Seeds;

use self::score::WAYS;
use self::trial::{RANKS, Trial, worst};
use crate::measurement::mean;
use crate::{
    Band, Claim, Context, Doing, Experiment, ExperimentError, Findings, Info, Outcome, Paper, Source,
};

/// Groupings that change over time, planted.
pub(super) struct DynamicConnectome;

/// Standard deviations of the noise, signals having 1, from low to high; in the quick size the ends alone.
fn noises(quick: bool) -> &'static [f64] {
    if quick { &[0.1, 1.0] } else { &[0.1, 0.5, 1.0] }
}

/// Where the method is from.
const PAPER: Paper = Paper {
    title: "Learning dynamic representations of the functional connectome in neurobiological networks",
    authors: "Dyballa et al.",
    year: 2024,
    source: Source::Arxiv("2402.14102"),
};

impl Experiment for DynamicConnectome {
    fn info(&self) -> Info {
        Info {
            name: "dynamic-connectome",
            title: "A dynamic connectome finds partners that change",
            question: "Neurons work together in groups, and later in other groups. A correlation over the whole recording sees \
                       one graph. Does a non-negative factorisation of affinities over time, worms and pairs find both \
                       groupings?",
            method: "In each of six simulated worms, 40 neurons follow four signals in blocks of ten; half-way, at frame 120 of 240, \
                     every fourth neuron follows the same signal instead. White noise is added. From concurrent changes of \
                     each pair comes a tensor time × worm × pair, which is factorised into two and three components; for each \
                     half the component most active in it becomes a graph, and its communities (by Leiden, and by a nested block \
                     model) are compared with the true groups by normalised mutual information (NMI). A fixed graph, the \
                     correlation of derivatives over the whole recording or the mean affinity, has one partition for both \
                     halves. Sliding windows clustered into two states stand beside them.",
            paper: PAPER,
            claims: vec![
                Claim::new(
                    "one",
                    "A fixed correlation of derivatives finds the grouping of one half (NMI, the better half, low noise)",
                    Band::at_least(0.8),
                ),
                Claim::new(
                    "only one",
                    "And misses the other (NMI, the worse half, low noise)",
                    Band::at_most(0.2),
                ),
                Claim::new(
                    "both",
                    "The factorisation finds both: its NMI in the worse half exceeds the better fixed graph's by 0.4 at low noise",
                    Band::at_least(0.4),
                ),
                Claim::new(
                    "noise",
                    "It degrades as noise grows to the size of the signals: NMI in the worse half, low less high noise",
                    Band::at_least(0.3),
                ),
                Claim::new(
                    "windows",
                    "It is no worse than correlations in sliding windows, clustered into two states (NMI in the worse half)",
                    Band::at_least(0.0),
                ),
            ],
            needs: Vec::new(),
            quick_seconds: 25.0,
            full_seconds: 120.0,
        }
    }

    fn run(&self, ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
        let replicates = if ctx.quick() { 3 } else { 8 };
        let seeds = ctx.seeds().to_vec();
        let noises = noises(ctx.quick());
        let steps = noises.len() * seeds.len() + 1;
        let mut levels: Vec<Vec<Trial>> = Vec::new();
        for (level, noise) in noises.iter().enumerate() {
            let mut trials = Vec::new();
            for (done, seed) in seeds.iter().enumerate() {
                ctx.progress(level * seeds.len() + done, steps, "factorising");
                trials.push(Trial::run(*noise, Seeds::new(*seed), replicates)?);
            }
            levels.push(trials);
        }
        ctx.progress(steps - 1, steps, "sweeping ranks");
        let ranks = if ctx.quick() { 1..=5 } else { 1..=8 };
        let ntf =
            Ntf { replicates, seed: Seeds::new(seeds[0]).named("ranks"), tolerance: 1e-5, ..Ntf::new(1) };
        let sweep = rank_sweep(&levels[0][0].affinity.tensor, ranks, &ntf).doing("sweeping ranks")?;
        ctx.progress(steps, steps, "done");
        Ok(findings(noises, &levels, &sweep).into())
    }
}

fn findings(noises: &[f64], levels: &[Vec<Trial>], sweep: &[RankFit]) -> Findings {
    let over = |level: usize, of: &dyn Fn(&Trial) -> f64| levels[level].iter().map(of).collect::<Vec<f64>>();
    let (low, high) = (0, levels.len() - 1);
    let mut findings = Findings::new();
    for (way, name) in WAYS.into_iter().enumerate() {
        let better = |trial: &Trial| trial.fixed[0][0][way].max(trial.fixed[0][1][way]);
        findings
            .measure(format!("better half, fixed correlation, {name}"), "one", over(low, &better))
            .measure(
                format!("worse half, fixed correlation, {name}"),
                "only one",
                over(low, &|t| worst(&t.fixed[0], way)),
            );
        for (at, rank) in RANKS.into_iter().enumerate() {
            let gain = |trial: &Trial| worst(&trial.factorised[at], way) - trial.fixed_worst(way);
            findings.measure(format!("worse half, rank {rank} less fixed, {name}"), "both", over(low, &gain));
            let worse = |trial: &Trial| worst(&trial.factorised[at], way);
            let loss = over(low, &worse)
                .iter()
                .zip(over(high, &worse))
                .map(|(low, high)| low - high)
                .collect::<Vec<_>>();
            findings.measure(format!("worse half, rank {rank}, low less high noise, {name}"), "noise", loss);
        }
    }
    for (level, name) in [(low, "low"), (high, "high")] {
        let gain = |trial: &Trial| worst(&trial.factorised[0], 0) - worst(&trial.windows, 0);
        findings.measure(
            format!("worse half, rank 2 less windows, {name} noise, Leiden"),
            "windows",
            over(level, &gain),
        );
    }
    for figure in figures::all(noises, levels, sweep) {
        findings.figure(figure);
    }
    findings.note(
        "The sliding windows are told that there are two states, as the factorisation of rank 2 is told that there are two \
         components. That it is no worse than they are is this project's own claim, not the paper's.",
    );
    findings.note(format!(
        "The affinity is a reconstruction: the paper's formula could not be checked. In the sweep of ranks, the error curve's elbow \
         is at {}; replicates agree to {:.2} at rank 2 and to {:.2} at rank {}.",
        elbow(sweep).map_or("none of them".to_string(), |rank| format!("rank {rank}")),
        mean(&sweep[1].similarities),
        mean(&sweep[sweep.len() - 1].similarities),
        sweep[sweep.len() - 1].rank,
    ));
    findings.note(
        "Noise is in units of the signals' standard deviation; signals are white noise smoothed over 8 frames, about as slow as \
         calcium at three frames a second. How much noise is too much depends on that. Signals differ between worms and \
         halves; only the grouping is shared.",
    );
    findings
}

#[cfg(test)]
mod tests;
