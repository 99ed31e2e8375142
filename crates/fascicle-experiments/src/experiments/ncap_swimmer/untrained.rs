//! What swims without training: the circuit whole and in parts, on several bodies, and perceptrons with random weights.

use fascicle_connectome::swimmer::{Init, Mlp, Ncap, NcapConfig, Policy, Task, Trace, Wave};
use fascicle_core::seed::Seeds;

use super::{JOINTS, PERIOD};
use crate::{Doing, ExperimentError};

/// Hidden units of each of the perceptron's two layers.
pub(super) const HIDDEN: usize = 64;
/// Random perceptrons a seed and body.
const PERCEPTRONS: u64 = 10;
/// Bodies, by their joints.
pub(super) const BODIES: [usize; 6] = [3, 5, 7, 9, 11, 13];
/// Periods of the oscillator, steps.
const PERIODS: [u64; 4] = [20, 40, 60, 120];
/// What is done to the circuit, for names of measurements.
pub(super) const ABLATIONS: [&str; 3] =
    ["without proprioception", "without the oscillator", "with the contralateral sign flipped"];
/// Steps that the wave needs to settle: the slowest joint is the last.
const SETTLED: usize = 240;

/// Speeds in body lengths a second.
pub(super) struct Untrained {
    pub(super) intact: f64,
    pub(super) trace: Trace,
    wave: Wave,
    /// atan(ωτ)/ω in steps.
    pub(super) expected_lag: f64,
    /// In the order of [`ABLATIONS`].
    pub(super) ablated: [f64; 3],
    /// Every pattern of signs, in the order of the parameters.
    pub(super) signs: Vec<([f64; 4], f64)>,
    pub(super) periods: Vec<(u64, f64)>,
    pub(super) bodies: Vec<OnBody>,
    /// How many the circuit has, and the perceptron.
    pub(super) parameters: [usize; 2],
}

/// One body.
pub(super) struct OnBody {
    pub(super) joints: usize,
    pub(super) circuit: f64,
    /// Speeds of random perceptrons, one list a seed.
    pub(super) perceptrons: Vec<Vec<f64>>,
}

impl Untrained {
    pub(super) fn measure(seeds: &[u64]) -> Result<Self, ExperimentError> {
        let whole = NcapConfig { period: PERIOD, ..NcapConfig::new(JOINTS) };
        let task = Task::new(JOINTS);
        let ncap = circuit(whole.clone())?;
        let (swim, trace) = task.record(&ncap).doing("recording the circuit")?;
        let wave = trace.wave(PERIOD as usize, SETTLED).doing("measuring the wave")?;
        let omega = std::f64::consts::TAU / (PERIOD as f64 * task.body.dt);
        let expected_lag = (omega * task.body.lag).atan() / omega / task.body.dt;
        let deaf = circuit(NcapConfig { proprioception: false, ..whole.clone() })?;
        let still = circuit(NcapConfig { oscillator: false, ..whole.clone() })?;
        let flipped = signed(&whole, [1.0, 1.0, 1.0, 1.0])?;
        let all_signs =
            (0..16_u8).map(|bits| [8, 4, 2, 1].map(|bit| if bits & bit == 0 { 1.0 } else { -1.0 }));
        let signs = all_signs
            .map(|pattern| Ok((pattern, speed(&task, &signed(&whole, pattern)?)?)))
            .collect::<Result<_, ExperimentError>>()?;
        let periods = PERIODS
            .iter()
            .map(|&period| Ok((period, speed(&task, &circuit(NcapConfig { period, ..whole.clone() })?)?)))
            .collect::<Result<_, ExperimentError>>()?;
        let bodies = BODIES.iter().map(|&joints| OnBody::measure(joints, seeds)).collect::<Result<_, _>>()?;
        let parameters = [ncap.parameters().len(), perceptron(JOINTS, 0)?.parameters().len()];
        Ok(Self {
            intact: swim.speed,
            trace,
            wave,
            expected_lag,
            ablated: [speed(&task, &deaf)?, speed(&task, &still)?, speed(&task, &flipped)?],
            signs,
            periods,
            bodies,
            parameters,
        })
    }

    pub(super) fn mean_lag(&self) -> f64 {
        self.wave.lags.iter().sum::<f64>() / self.wave.lags.len() as f64
    }

    pub(super) fn lag_spread(&self) -> f64 {
        most(&self.wave.lags) + most(&self.wave.lags.iter().map(|lag| -lag).collect::<Vec<f64>>())
    }
}

impl OnBody {
    fn measure(joints: usize, seeds: &[u64]) -> Result<Self, ExperimentError> {
        let task = Task::new(joints);
        let circuit = speed(&task, &circuit(NcapConfig { period: PERIOD, ..NcapConfig::new(joints) })?)?;
        let of_seed = |&seed: &u64| -> Result<Vec<f64>, ExperimentError> {
            let seeds = Seeds::new(seed);
            let one = |index| perceptron(joints, seeds.numbered("random perceptron", index));
            let all = (0..PERCEPTRONS).map(one).collect::<Result<Vec<_>, _>>()?;
            let swims = task.swim_each(&all).doing("letting random perceptrons swim")?;
            Ok(swims.iter().map(|swim| swim.speed).collect())
        };
        let perceptrons = seeds.iter().map(of_seed).collect::<Result<_, _>>()?;
        Ok(Self { joints, circuit, perceptrons })
    }
}

fn circuit(config: NcapConfig) -> Result<Ncap, ExperimentError> {
    Ncap::new(config, Init::Constant, 0).doing("building the circuit")
}

/// The circuit with these weights, whatever their signs.
fn signed(whole: &NcapConfig, weights: [f64; 4]) -> Result<Ncap, ExperimentError> {
    let mut ncap = circuit(NcapConfig { sign_constraints: false, ..whole.clone() })?;
    ncap.set_parameters(&weights).doing("setting signs")?;
    Ok(ncap)
}

pub(super) fn perceptron(joints: usize, seed: u64) -> Result<Mlp, ExperimentError> {
    Mlp::new(joints, HIDDEN, PERIOD as f64, seed).doing("building a perceptron")
}

pub(super) fn speed(task: &Task, policy: &dyn Policy) -> Result<f64, ExperimentError> {
    Ok(task.swim(policy).doing("swimming")?.speed)
}

/// The largest.
pub(super) fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}
