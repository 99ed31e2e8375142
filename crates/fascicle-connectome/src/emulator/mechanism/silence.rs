//! What is left when the noise stops.

use super::rollout::{Rollout, leading};
use crate::emulator::EmulatorWeights;
use crate::network::NetworkError;

/// Runs whose noise stops.
#[derive(Clone, Debug, PartialEq)]
pub struct Silence {
    /// Variance of the states across runs, summed over units, after 0, 1, 2, … silent steps.
    pub variance: Vec<f64>,
    /// The share of runs whose leading output still changes in the second half of the silent steps.
    pub restless: f64,
}

impl Silence {
    /// The last variance over the first; 0 where there was none to begin with.
    #[must_use]
    pub fn left(&self) -> f64 {
        match (self.variance.first(), self.variance.last()) {
            (Some(first), Some(last)) if *first > 0.0 => last / first,
            _ => 0.0,
        }
    }
}

/// Stops the noise in each of these states and runs on for so many steps.
///
/// # Errors
/// Those of [`EmulatorWeights::trajectories`].
pub fn silence(
    weights: &EmulatorWeights,
    states: &[Vec<f64>],
    steps: usize,
) -> Result<Silence, NetworkError> {
    let rollout = Rollout { steps, noise: 0.0, ..Rollout::default() };
    let runs = weights.trajectories(&rollout, states, &[])?;
    let hidden = weights.size().hidden;
    let mut variance = vec![spread(states.iter().map(Vec::as_slice), hidden)];
    for step in 0..steps {
        let at = step * hidden..(step + 1) * hidden;
        variance.push(spread(runs.iter().map(|run| &run.states[at.clone()]), hidden));
    }
    let late = |leading: &[usize]| leading[steps / 2..].windows(2).any(|pair| pair[0] != pair[1]);
    let restless = runs.iter().filter(|run| late(&run.leading)).count();
    Ok(Silence { variance, restless: restless as f64 / runs.len() as f64 })
}

/// Variance across states, summed over units.
fn spread<'a>(states: impl Iterator<Item = &'a [f64]> + Clone, hidden: usize) -> f64 {
    let count = states.clone().count() as f64;
    let mut mean = vec![0.0; hidden];
    for state in states.clone() {
        mean.iter_mut().zip(state).for_each(|(mean, value)| *mean += value / count);
    }
    let distance = |state: &[f64]| state.iter().zip(&mean).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
    states.map(distance).sum::<f64>() / count
}

/// A state that the network does not leave without noise.
#[derive(Clone, Debug, PartialEq)]
pub struct FixedPoint {
    /// The state.
    pub state: Vec<f64>,
    /// The output that leads there.
    pub leading: usize,
    /// How many of the starts end in it.
    pub reached: usize,
}

/// Where states settle without noise.
#[derive(Clone, Debug, PartialEq)]
pub struct FixedPoints {
    /// Those found, the most often reached first.
    pub points: Vec<FixedPoint>,
    /// How many starts did not settle: they go round, or on without bound.
    pub unsettled: usize,
}

/// Runs without noise from each start for so many steps; those whose last step is shorter than `tolerance` have settled, and
/// of those, states within 10 `tolerance` of each other are one point.
///
/// Without biases 0 is always a fixed point, and any other comes with all its multiples.
///
/// # Errors
/// Those of [`EmulatorWeights::trajectories`], except that states that grow without bound count as unsettled.
pub fn fixed_points(
    weights: &EmulatorWeights,
    starts: &[Vec<f64>],
    steps: usize,
    tolerance: f64,
) -> Result<FixedPoints, NetworkError> {
    NetworkError::unless(tolerance > 0.0, "the tolerance", tolerance, "a positive number")?;
    let rollout = Rollout { burn_in: steps.saturating_sub(2), steps: 2, noise: 0.0, ..Rollout::default() };
    let hidden = weights.size().hidden;
    let mut found = FixedPoints { points: Vec::new(), unsettled: 0 };
    for start in starts {
        let run = match weights.trajectories(&rollout, std::slice::from_ref(start), &[]) {
            Ok(mut runs) => runs.swap_remove(0),
            Err(NetworkError::NotFinite { .. }) => {
                found.unsettled += 1;
                continue;
            }
            Err(error) => return Err(error),
        };
        let (before, after) = run.states.split_at(hidden);
        if distance(before, after) > tolerance {
            found.unsettled += 1;
            continue;
        }
        match found.points.iter_mut().find(|point| distance(&point.state, after) <= 10.0 * tolerance) {
            Some(point) => point.reached += 1,
            None => {
                let mut logits = vec![0.0; weights.size().outputs];
                weights.logits(after, &mut logits);
                found.points.push(FixedPoint {
                    state: after.to_vec(),
                    leading: leading(&logits),
                    reached: 1,
                });
            }
        }
    }
    found.points.sort_by_key(|point| std::cmp::Reverse(point.reached));
    Ok(found)
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}
