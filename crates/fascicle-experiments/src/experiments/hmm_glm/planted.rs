//! Networks with the paper's statistics, and spike counts of theirs.

use fascicle_connectome::hmm::Chain;
use fascicle_connectome::hmm_glm::{Basis, HmmGlm, HmmGlmError, Link, Simulation, Trial};
use fascicle_connectome::random::category;
use fascicle_core::seed::Seeds;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// How much of what there is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Design {
    pub(super) states: usize,
    pub(super) neurons: usize,
    pub(super) train: usize,
    pub(super) test: usize,
    pub(super) bins: usize,
}

/// Few trials: a weight is seen in some 600 bins of its state.
pub(super) const FEW: Design = Design { states: 3, neurons: 15, train: 3, test: 6, bins: 600 };
/// Plenty: eight times as much for half as many weights.
pub(super) const PLENTY: Design = Design { states: 3, neurons: 10, train: 8, test: 6, bins: 800 };
/// The paper's own.
pub(super) const PAPER: Design = Design { states: 5, neurons: 20, train: 30, test: 20, bins: 2000 };

/// Parameters of the Dirichlet distribution of (inhibitory, absent, excitatory): a fifth of connections are there.
const DIRICHLET: [f64; 3] = [0.2, 1.6, 0.2];

/// A network and what it did.
pub(super) struct Planted {
    pub(super) truth: HmmGlm,
    pub(super) train: Vec<Trial>,
    pub(super) test: Vec<Simulation>,
}

impl Planted {
    pub(super) fn new(design: Design, seeds: Seeds) -> Result<Self, HmmGlmError> {
        let truth = network(design, &mut StdRng::seed_from_u64(seeds.named("network")))?;
        let run = |name: &str, count: usize| -> Result<Vec<Simulation>, HmmGlmError> {
            (0..count as u64).map(|trial| truth.simulate(design.bins, seeds.numbered(name, trial))).collect()
        };
        let train = run("train", design.train)?.into_iter().map(|simulation| simulation.trial).collect();
        Ok(Self { train, test: run("test", design.test)?, truth })
    }

    /// The states of all test trials, one after the other.
    pub(super) fn states(&self) -> Vec<usize> {
        self.test.iter().flat_map(|simulation| simulation.states.iter().copied()).collect()
    }
}

/// Signs by a distribution that the states share, strengths log(1 + 3 u) as the paper's code has them (softplus of log 3 u),
/// biases within ±0.05.
fn network(design: Design, rng: &mut StdRng) -> Result<HmmGlm, HmmGlmError> {
    let connections = design.neurons * design.neurons;
    let mut weights = vec![0.0; design.states * connections];
    for connection in 0..connections {
        // A sign for each state from one Dirichlet-distributed p, without drawing p: Pólya's urn.
        let mut urn = DIRICHLET;
        for state in 0..design.states {
            let kind = category(&urn, rng);
            urn[kind] += 1.0;
            let strength = (3.0 * rng.random::<f64>()).ln_1p();
            weights[state * connections + connection] = (kind as f64 - 1.0) * strength;
        }
    }
    let bias = (0..design.neurons).map(|_| 0.1 * (rng.random::<f64>() - 0.5)).collect();
    HmmGlm::new(Link::Sigmoid, Basis::default(), Chain::sticky(design.states, 0.98)?, bias, weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_sparse_and_shared() {
        let design = Design { states: 2, neurons: 60, train: 0, test: 0, bins: 0 };
        let truth = network(design, &mut StdRng::seed_from_u64(1)).unwrap();
        let (first, second) = (truth.weights_of(0), truth.weights_of(1));
        let share = |wanted: &dyn Fn(f64, f64) -> bool| {
            first.iter().zip(second).filter(|(a, b)| wanted(**a, **b)).count() as f64 / first.len() as f64
        };
        // Dirichlet(0.2, 1.6, 0.2): p(excitatory) = 0.1, p(excitatory in both) = 0.1 · 1.2 / 3
        assert!((share(&|a, _| a > 0.0) - 0.1).abs() < 0.02);
        assert!((share(&|a, _| a < 0.0) - 0.1).abs() < 0.02);
        assert!((share(&|a, b| a > 0.0 && b > 0.0) - 0.04).abs() < 0.013);
        let greatest = truth.weights().iter().fold(0.0f64, |most, weight| most.max(weight.abs()));
        assert!(greatest > 1.3 && greatest < 4.0f64.ln());
    }
}
