//! Evolution strategies with one budget for all: the circuit, the circuit without sign constraints, the perceptron.

use fascicle_connectome::swimmer::{
    EvolutionConfig, Generation, Init, Ncap, NcapConfig, Policy, Task, train,
};
use fascicle_core::seed::Seeds;

use super::untrained::{perceptron, speed};
use super::{JOINTS, PERIOD};
use crate::{Doing, ExperimentError};

/// Who learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Learner {
    /// The circuit from U(0, 1), signs held.
    Circuit,
    /// The circuit from U(−1, 1), signs free.
    Unconstrained,
    /// The perceptron from Glorot's uniform weights.
    Perceptron,
}

impl Learner {
    pub(super) const ALL: [Self; 3] = [Self::Circuit, Self::Unconstrained, Self::Perceptron];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Circuit => "training the circuit",
            Self::Unconstrained => "training the circuit without sign constraints",
            Self::Perceptron => "training the perceptron",
        }
    }
}

/// One training run.
pub(super) struct Learning {
    pub(super) learner: Learner,
    /// Body lengths a second, over a whole episode.
    pub(super) speed_before: f64,
    pub(super) speed_after: f64,
    /// Reward after each generation.
    pub(super) rewards: Vec<f64>,
    /// Episodes a generation.
    pub(super) episodes: usize,
}

impl Learning {
    pub(super) fn run(learner: Learner, seed: u64, quick: bool) -> Result<Self, ExperimentError> {
        let seeds = Seeds::new(seed);
        let start = seeds.named("weights");
        let noise = seeds.named("perturbations");
        let circuit = |sign_constraints| {
            let config = NcapConfig { period: PERIOD, sign_constraints, ..NcapConfig::new(JOINTS) };
            Ncap::new(config, Init::Uniform, start).doing("building the circuit")
        };
        match learner {
            Learner::Circuit => Self::train(learner, &circuit(true)?, noise, quick),
            Learner::Unconstrained => Self::train(learner, &circuit(false)?, noise, quick),
            Learner::Perceptron => Self::train(learner, &perceptron(JOINTS, start)?, noise, quick),
        }
    }

    fn train<P: Policy + Clone>(
        learner: Learner,
        start: &P,
        seed: u64,
        quick: bool,
    ) -> Result<Self, ExperimentError> {
        let (generations, steps) = if quick { (120, 400) } else { (400, 1000) };
        let (whole, task) = (Task::new(JOINTS), Task::new(JOINTS).steps(steps));
        let config = EvolutionConfig::default();
        let fitness = |policy: &P| task.swim(policy).map(|swim| swim.reward);
        let trained = train(start, &fitness, config, generations, seed, &mut |_| ()).doing(learner.name())?;
        Ok(Self {
            learner,
            speed_before: speed(&whole, start)?,
            speed_after: speed(&whole, &trained.last)?,
            rewards: trained.history.iter().map(|generation: &Generation| generation.fitness).collect(),
            episodes: config.population,
        })
    }
}
