//! Training a policy by evolution.

use rayon::prelude::*;

use super::error::SwimmerError;
use super::evolution::{Evolution, EvolutionConfig};
use super::policy::Policy;

/// How one generation did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Generation {
    /// Its number, from 1; 0 is the policy before training.
    pub number: usize,
    /// Fitness of the policy after it.
    pub fitness: f64,
    /// Mean fitness of its candidates; that of the policy itself before training.
    pub mean: f64,
    /// The least among its candidates.
    pub least: f64,
    /// The most.
    pub most: f64,
}

/// A policy after training.
#[derive(Clone, Debug)]
pub struct Trained<P> {
    /// As the last generation left it.
    pub last: P,
    /// The fittest that any generation left.
    pub best: P,
    /// Fitness of `best`.
    pub best_fitness: f64,
    /// Every generation, and the start as number 0.
    pub history: Vec<Generation>,
}

/// Trains `policy` for so many generations on `fitness`, which several threads call at once. `progress` hears of every
/// generation. The result depends on the seed alone, not on threads.
///
/// One generation costs population + 1 calls of `fitness`.
///
/// # Errors
/// Those of [`Evolution`], [`SwimmerError::Fitness`] and whatever `fitness` returns.
pub fn train<P: Policy + Clone>(
    policy: &P,
    fitness: &(dyn Fn(&P) -> Result<f64, SwimmerError> + Sync),
    config: EvolutionConfig,
    generations: usize,
    seed: u64,
    progress: &mut dyn FnMut(&Generation),
) -> Result<Trained<P>, SwimmerError> {
    let mut evolution = Evolution::new(policy.parameters().to_vec(), config, seed)?;
    let (mut last, mut best) = (policy.clone(), policy.clone());
    let mut best_fitness = fitness(policy)?;
    let start = best_fitness;
    let mut history = vec![Generation { number: 0, fitness: start, mean: start, least: start, most: start }];
    progress(&history[0]);
    for number in 1..=generations {
        let candidates = evolution.ask();
        let judge = |parameters: &Vec<f64>| {
            let mut candidate = policy.clone();
            candidate.set_parameters(parameters)?;
            fitness(&candidate)
        };
        let scores: Vec<f64> = candidates.par_iter().map(judge).collect::<Result<_, _>>()?;
        evolution.tell(&scores)?;
        last.set_parameters(evolution.parameters())?;
        let now = fitness(&last)?;
        if now > best_fitness {
            (best, best_fitness) = (last.clone(), now);
        }
        let generation = Generation {
            number,
            fitness: now,
            mean: scores.iter().sum::<f64>() / scores.len() as f64,
            least: scores.iter().copied().fold(f64::INFINITY, f64::min),
            most: scores.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        };
        progress(&generation);
        history.push(generation);
    }
    Ok(Trained { last, best, best_fitness, history })
}
