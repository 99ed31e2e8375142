mod edges;
mod gradients;
mod recovery;
mod reference;

use super::*;
use crate::hmm::Chain;

#[track_caller]
fn close(got: f64, expected: f64, tolerance: f64, what: &str) {
    let far = (got - expected).abs() > tolerance * expected.abs().max(1.0);
    assert!(!far && !got.is_nan(), "{what}: {got} for {expected}");
}

/// A network that differs clearly between states, made of a formula.
fn network(states: usize, neurons: usize, link: Link) -> HmmGlm {
    // under the softplus link more than 1 of self-excitation would run away
    let strength = if link == Link::Sigmoid { 2.5 } else { 0.6 };
    let weight = |at: usize| {
        let (state, connection) = (at / (neurons * neurons), at % (neurons * neurons));
        let (post, pre) = (connection / neurons, connection % neurons);
        // a third of all connections, with signs and strengths that depend on the state
        let kind = (post * 5 + pre * 7 + state * 4) % 6;
        match kind {
            0 => strength,
            1 => -strength,
            _ => 0.0,
        }
    };
    let weights = (0..states * neurons * neurons).map(weight).collect();
    let chain = Chain::sticky(states, 0.98).unwrap();
    HmmGlm::new(link, Basis::default(), chain, vec![-0.3; neurons], weights).unwrap()
}

/// Trials of a network.
fn trials(model: &HmmGlm, count: u64, bins: usize, seed: u64) -> Vec<Simulation> {
    (0..count).map(|trial| model.simulate(bins, seed * 1000 + trial).unwrap()).collect()
}

fn only_trials(simulations: &[Simulation]) -> Vec<Trial> {
    simulations.iter().map(|simulation| simulation.trial.clone()).collect()
}
