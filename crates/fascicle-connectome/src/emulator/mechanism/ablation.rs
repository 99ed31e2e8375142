//! What becomes of transitions without some units.

use fascicle_core::seed::Seeds;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rayon::prelude::*;

use super::rollout::{Gain, Rollout};
use crate::emulator::EmulatorWeights;
use crate::network::NetworkError;

/// For each unit the transition rate with it silenced over the rate with all units: 0 where transitions stop without it.
///
/// Runs start at 0, `runs` of them for each unit, all under the same noise. O(hidden · runs · steps · hidden²).
///
/// # Errors
/// [`NetworkError::BadArgument`] when there is no transition to begin with; those of [`EmulatorWeights::trajectories`].
pub fn unit_effects(
    weights: &EmulatorWeights,
    rollout: &Rollout,
    runs: usize,
) -> Result<Vec<f64>, NetworkError> {
    let base = base_rate(weights, rollout, runs)?;
    (0..weights.size().hidden)
        .into_par_iter()
        .map(|unit| relative(weights, rollout, runs, &[unit], base))
        .collect()
}

/// A few units silenced together.
#[derive(Clone, Debug, PartialEq)]
pub struct Ablation {
    /// The units whose silencing, each alone, cuts the transition rate most.
    pub units: Vec<usize>,
    /// Transitions a step with all units.
    pub base: f64,
    /// The rate without these units, over `base`.
    pub without: f64,
    /// The rate without as many units drawn at random from the others, over `base`, a draw each.
    pub random: Vec<f64>,
}

/// Silences the `count` units of the least `effects` together, and `draws` times as many others drawn at random.
///
/// The rates are measured under other noise than that of `rollout`, by which the units were chosen, so that luck in the
/// choice does not count.
///
/// # Errors
/// Those of [`unit_effects`]; [`NetworkError::BadArgument`] when there are not twice `count` units.
pub fn ablate_triplets(
    weights: &EmulatorWeights,
    effects: &[f64],
    count: usize,
    draws: usize,
    rollout: &Rollout,
    runs: usize,
) -> Result<Ablation, NetworkError> {
    let hidden = weights.size().hidden;
    NetworkError::count("the list of effects", effects.len(), hidden)?;
    let fits = count > 0 && 2 * count <= hidden;
    NetworkError::unless(fits, "the number of silenced units", count, &format!("1 to {}", hidden / 2))?;
    let seeds = Seeds::new(rollout.seed);
    let rollout = Rollout { seed: seeds.named("another noise"), ..*rollout };
    let base = base_rate(weights, &rollout, runs)?;
    let mut ranked: Vec<usize> = (0..hidden).collect();
    ranked.sort_by(|a, b| effects[*a].total_cmp(&effects[*b]));
    let (units, others) = ranked.split_at(count);
    let mut rng = StdRng::seed_from_u64(seeds.named("random units"));
    let mut others = others.to_vec();
    let drawn: Vec<Vec<usize>> =
        (0..draws).map(|_| others.partial_shuffle(&mut rng, count).0.to_vec()).collect();
    let of = |units: &[usize]| relative(weights, &rollout, runs, units, base);
    let random: Result<_, _> = drawn.par_iter().map(|units| of(units)).collect();
    Ok(Ablation { units: units.to_vec(), base, without: of(units)?, random: random? })
}

fn base_rate(weights: &EmulatorWeights, rollout: &Rollout, runs: usize) -> Result<f64, NetworkError> {
    let base = weights.transition_rate(rollout, &weights.zeros(runs), &[])?;
    NetworkError::unless(
        base > 0.0,
        "the transition rate with all units",
        base,
        "some transition; run longer",
    )?;
    Ok(base)
}

/// The rate with these units silenced, over `base`.
fn relative(
    weights: &EmulatorWeights,
    rollout: &Rollout,
    runs: usize,
    units: &[usize],
    base: f64,
) -> Result<f64, NetworkError> {
    Ok(weights.transition_rate(rollout, &weights.zeros(runs), &Gain::silence(units))? / base)
}
