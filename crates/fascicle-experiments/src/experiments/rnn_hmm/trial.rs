//! One network: trained, held against the model, and taken apart.

use fascicle_connectome::NetworkError;
use fascicle_connectome::emulator::mechanism::{
    Ablation, Coupling, Gain, KickUnits, Orbit, Rollout, Silence, Trajectory, Zone, ablate_triplets,
    fixed_points, kick_units, orbit, residency, silence, stability, unit_effects,
};
use fascicle_connectome::emulator::transport::{Cloud, Debias, SinkhornMatching};
use fascicle_connectome::emulator::{
    EmulatorSize, EmulatorWeights, Hmm, OutputStatistics, Trained, Training, train, train_on_host,
};
use fascicle_core::seed::Seeds;

use crate::measurement::mean;
use crate::{Doing, ExperimentError};

/// How much is done.
pub(super) struct Plan {
    pub(super) seeds: usize,
    hidden: usize,
    steps: usize,
    batch: usize,
    /// Runs, and steps of each, of every rate that is measured.
    runs: usize,
    length: usize,
    /// Runs from which transitions of outputs are counted: of the outputs of 1 in 100 there have to be thousands.
    counted: usize,
}

impl Plan {
    pub(super) const QUICK: Self =
        Self { seeds: 2, hidden: 50, steps: 1_500, batch: 256, runs: 32, length: 300, counted: 1_000 };
    pub(super) const FULL: Self =
        Self { seeds: 5, hidden: 50, steps: 3_000, batch: 512, runs: 100, length: 400, counted: 2_000 };
    #[cfg(test)]
    pub(super) const TINY: Self =
        Self { seeds: 2, hidden: 12, steps: 3, batch: 16, runs: 4, length: 120, counted: 8 };

    /// Of the optimiser, and one to measure the network.
    pub(super) fn steps(&self) -> usize {
        self.steps + 1
    }

    pub(super) fn training(&self) -> Training {
        Training {
            steps: self.steps,
            batch: self.batch,
            cooling: 0.3,
            debias: Debias::OtherHalf,
            ..Training::default()
        }
    }
}

/// States of one zone.
#[derive(Clone, Copy, Default)]
pub(super) struct ZoneFound {
    pub(super) states: usize,
    /// Unstable directions of all of them together.
    pub(super) unstable: usize,
}

/// What a divergence of small batches is drawn to.
#[derive(Clone, Copy)]
pub(super) struct Bias {
    /// Mean divergences of batches of the model, and of a duller one, from batches of the model, less the cost of each batch's way to
    /// itself, as published.
    pub(super) itself: (f64, f64),
    /// The same less the cost of the way to the other half.
    pub(super) other_half: (f64, f64),
}

pub(super) struct Trial {
    pub(super) target: OutputStatistics,
    pub(super) measured: OutputStatistics,
    pub(super) trained: Trained,
    pub(super) bias: Bias,
    /// Mean distance of matched sequences: network and model, model and model.
    pub(super) matched: (f64, f64),
    pub(super) silence: Silence,
    pub(super) fixed_points: usize,
    /// Share of states that settle nowhere.
    pub(super) unsettled: f64,
    /// None where the leading output never changes: there is nothing to cut.
    pub(super) ablation: Option<Ablation>,
    /// None where no two opposite transitions are led by units of their own.
    pub(super) coupling: Option<Coupling>,
    pub(super) orbit: Orbit,
    /// A noisy run in the plane of its orbit, and the run after the noise stops.
    pub(super) noisy: Vec<[f64; 2]>,
    pub(super) quiet: Vec<[f64; 2]>,
    /// Transitions a step with the activity of the kick units multiplied: (gain, rate).
    pub(super) gains: Vec<(f64, f64)>,
    /// Cluster, kick zone, transition.
    pub(super) zones: [ZoneFound; 3],
}

impl Trial {
    pub(super) fn run(
        plan: &Plan,
        seed: u64,
        device: &str,
        tell: &mut dyn FnMut(usize, &str),
    ) -> Result<Self, ExperimentError> {
        let hmm = Hmm::linear_chain(2).doing("making the model")?;
        let size = EmulatorSize { hidden: plan.hidden, noise: 10, outputs: hmm.outputs() };
        let (training, seeds) = (plan.training(), Seeds::new(seed).child("rnn-hmm"));
        let (on_host, seed) = (device == "cpu", seeds.named("training"));
        let device = fascicle_core::device(device).doing("opening the device")?;
        let mut watch = |done: usize, loss: f64| tell(done, &format!("training, loss {loss:.2}"));
        // the same computation, without autodiff
        let trained = if on_host {
            train_on_host(&hmm, size, &training, seed, &mut watch)
        } else {
            train(&hmm, size, &training, seed, &device, &mut watch)
        };
        let trained = trained.doing("training the network")?;
        tell(plan.steps, "measuring the network");
        take_apart(&hmm, trained, plan, seeds).doing("measuring the network")
    }

    fn row_error(&self, rows: &[usize]) -> f64 {
        let rows_of = |statistics: &OutputStatistics| OutputStatistics {
            transitions: rows.iter().map(|row| statistics.transitions[*row].clone()).collect(),
            ..statistics.clone()
        };
        rows_of(&self.measured).transition_error(&rows_of(&self.target))
    }

    pub(super) fn frequent_error(&self) -> f64 {
        self.row_error(&[0, 2])
    }

    pub(super) fn rare_error(&self) -> f64 {
        self.row_error(&[1])
    }

    pub(super) fn volatility_error(&self) -> f64 {
        (self.measured.change_rate / self.target.change_rate - 1.0).abs()
    }

    /// By what share silencing the most causal units cuts transitions; 0, which nobody claims, where there are none.
    pub(super) fn kick_cut(&self) -> f64 {
        self.ablation.as_ref().map_or(0.0, |ablation| 1.0 - ablation.without)
    }

    /// By what share silencing a random triplet cuts transitions, on average; 1, which nobody claims, where there are none.
    pub(super) fn random_cut(&self) -> f64 {
        self.ablation.as_ref().map_or(1.0, |ablation| 1.0 - mean(&ablation.random))
    }

    /// 1 where the units that lead a transition excite each other; 0 where they do not, or there are none.
    pub(super) fn excites(&self) -> f64 {
        f64::from(self.coupling.is_some_and(|coupling| coupling.within > 0.0))
    }

    /// 1 where they inhibit those of the opposite transition; 0 where they do not, or there are none.
    pub(super) fn inhibits(&self) -> f64 {
        f64::from(self.coupling.is_some_and(|coupling| coupling.between < 0.0))
    }
}

fn take_apart(hmm: &Hmm, trained: Trained, plan: &Plan, seeds: Seeds) -> Result<Trial, NetworkError> {
    let weights = &trained.best;
    let hidden = weights.size().hidden;
    let rollout =
        |name: &str| Rollout { burn_in: 50, steps: plan.length, noise: 1.0, seed: seeds.named(name) };
    let measured = weights.sample(&rollout("outputs"), &weights.zeros(plan.counted))?.statistics()?;
    let states = weights.ends(&rollout("ends"), plan.runs)?;
    let settled = fixed_points(weights, &states, 2_000, 1e-6)?;

    let plain = rollout("units");
    let base = weights.transition_rate(&plain, &weights.zeros(plan.runs), &[])?;
    let ablation = if base > 0.0 {
        let effects = unit_effects(weights, &plain, plan.runs)?;
        Some(ablate_triplets(weights, &effects, 3, 20, &plain, plan.runs)?)
    } else {
        None
    };
    let runs = weights.trajectories(&rollout("trajectories"), &weights.zeros(plan.runs), &[])?;
    let (kicks, coupling) = kicks(weights, &runs)?;
    let kicking: Vec<usize> = kicks.iter().flat_map(|kind| kind.units.clone()).collect();
    let rate = |gain: f64| {
        let gains = Gain::all(&kicking, gain);
        Ok::<_, NetworkError>((gain, weights.transition_rate(&plain, &weights.zeros(plan.runs), &gains)?))
    };
    let gains = [0.0, 0.5, 1.0, 1.5, 2.0].into_iter().map(rate).collect::<Result<_, _>>()?;

    let orbit = orbit(runs.iter().map(|run| run.states.as_slice()), hidden)?;
    let noisy: Vec<[f64; 2]> = runs[0].states.chunks_exact(hidden).map(|state| orbit.place(state)).collect();
    let last = runs[0].states[runs[0].states.len() - hidden..].to_vec();
    let silent = Rollout { burn_in: 0, steps: 100, noise: 0.0, seed: 0 };
    let after = weights.trajectories(&silent, std::slice::from_ref(&last), &[])?;
    let quiet = std::iter::once(last.as_slice()).chain(after[0].states.chunks_exact(hidden));
    Ok(Trial {
        target: hmm.statistics(),
        measured,
        bias: bias(hmm, plan, seeds)?,
        matched: matched(hmm, weights, plan, seeds)?,
        silence: silence(weights, &states, 1_000)?,
        fixed_points: settled.points.len(),
        unsettled: settled.unsettled as f64 / states.len() as f64,
        ablation,
        coupling,
        noisy: noisy.into_iter().take(200).collect(),
        quiet: quiet.map(|state| orbit.place(state)).collect(),
        orbit,
        gains,
        zones: zones(weights, &runs, &rollout("residency"))?,
        trained,
    })
}

/// The units that lead the two commonest kinds of transition, and how they are coupled where one is the other's opposite.
fn kicks(
    weights: &EmulatorWeights,
    runs: &[Trajectory],
) -> Result<(Vec<KickUnits>, Option<Coupling>), NetworkError> {
    let mut kinds = kick_units(weights, runs, 3, 3)?;
    kinds.truncate(2);
    let coupling = match kinds.as_slice() {
        [first, second] if (first.from, first.to) == (second.to, second.from) => {
            // a unit that leads both belongs to neither
            let own = |of: &KickUnits, other: &KickUnits| -> Vec<usize> {
                of.units.iter().copied().filter(|unit| !other.units.contains(unit)).collect()
            };
            let found = Coupling::of(weights, &own(first, second), &own(second, first));
            (found.within.is_finite() && found.between.is_finite()).then_some(found)
        }
        _ => None,
    };
    Ok((kinds, coupling))
}

/// Residency and unstable directions of states along the runs.
fn zones(
    weights: &EmulatorWeights,
    runs: &[Trajectory],
    rollout: &Rollout,
) -> Result<[ZoneFound; 3], NetworkError> {
    let hidden = weights.size().hidden;
    let every = runs.iter().flat_map(|run| run.states.chunks_exact(hidden).step_by(40));
    let states: Vec<Vec<f64>> = every.take(100).map(<[f64]>::to_vec).collect();
    let lasts = residency(weights, &states, &Rollout { steps: 60, ..*rollout }, 20)?;
    let mut found = [ZoneFound::default(); 3];
    for (zone, found) in [Zone::Cluster, Zone::Kick, Zone::Transition].iter().zip(&mut found) {
        let inside: Vec<&Vec<f64>> = states
            .iter()
            .zip(&lasts)
            .filter(|(_, lasts)| Zone::of(**lasts) == *zone)
            .map(|(state, _)| state)
            .collect();
        found.states = inside.len();
        for state in inside {
            found.unstable += stability(weights, state)?.unstable;
        }
    }
    Ok(found)
}

/// Over pairs of batches as large as in training, against a model of fewer changes and without the rare output.
fn bias(hmm: &Hmm, plan: &Plan, seeds: Seeds) -> Result<Bias, NetworkError> {
    const PAIRS: u64 = 20;
    let duller =
        Hmm::new(vec![vec![0.97, 0.03], vec![0.03, 0.97]], vec![vec![1.0, 0.0, 0.0], vec![0.0, 0.0, 1.0]])?;
    let Training { length, batch, divergence, .. } = plan.training();
    let distance = |from: &Hmm, debias: Debias| {
        let mut sum = 0.0;
        for pair in 0..PAIRS {
            let x = from.sample(batch, length, seeds.numbered("bias", pair));
            let y = hmm.sample(batch, length, seeds.numbered("bias of", pair));
            sum += divergence.between_sequences(&x, &y, debias)?.value;
        }
        Ok::<_, NetworkError>(sum / PAIRS as f64)
    };
    let both = |debias: Debias| Ok::<_, NetworkError>((distance(hmm, debias)?, distance(&duller, debias)?));
    Ok(Bias { itself: both(Debias::Itself)?, other_half: both(Debias::OtherHalf)? })
}

/// Mean matched distance of the network's sequences from the model's, and of two draws of the model's.
fn matched(
    hmm: &Hmm,
    weights: &EmulatorWeights,
    plan: &Plan,
    seeds: Seeds,
) -> Result<(f64, f64), NetworkError> {
    let Training { length, batch, .. } = plan.training();
    let rollout = Rollout { burn_in: 0, steps: length, noise: 1.0, seed: seeds.named("matched") };
    let network = weights.sample(&rollout, &weights.zeros(batch))?.one_hot();
    let model = hmm.sample(batch, length, seeds.named("matched model")).one_hot();
    let other = hmm.sample(batch, length, seeds.named("matched other")).one_hot();
    let width = length * hmm.outputs();
    let distance = |x: &[f64], y: &[f64]| {
        let matching = SinkhornMatching::default().between(Cloud::new(x, width)?, Cloud::new(y, width)?)?;
        Ok::<_, NetworkError>(matching.mean_distance())
    };
    Ok((distance(&model, &network)?, distance(&model, &other)?))
}
