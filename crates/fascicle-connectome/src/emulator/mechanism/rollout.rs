//! Runs of a network under noise, with units turned up or down.

use rand::SeedableRng;
use rand::rngs::StdRng;
use rayon::prelude::*;

use fascicle_core::seed::Seeds;

use crate::emulator::{EmulatorWeights, Sequences};
use crate::network::{NetworkError, fill_normal, gumbel};

/// A run: so many steps under noise of this size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rollout {
    /// Steps that are run first and not looked at.
    pub burn_in: usize,
    /// Steps that are looked at.
    pub steps: usize,
    /// Standard deviation of each noise input; 1 in training, 0 for silence.
    pub noise: f64,
    /// Of the noise.
    pub seed: u64,
}

impl Default for Rollout {
    /// 200 steps of noise as in training, from the very start.
    fn default() -> Self {
        Self { burn_in: 0, steps: 200, noise: 1.0, seed: 0 }
    }
}

/// A unit whose activity is multiplied in every step: by 0 it is silenced, by 2 it acts twice as strongly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    /// The unit.
    pub unit: usize,
    /// What its activity is multiplied by.
    pub gain: f64,
}

impl Gain {
    /// Silences these units.
    #[must_use]
    pub fn silence(units: &[usize]) -> Vec<Self> {
        Self::all(units, 0.0)
    }

    /// Multiplies the activity of these units.
    #[must_use]
    pub fn all(units: &[usize], gain: f64) -> Vec<Self> {
        units.iter().map(|&unit| Self { unit, gain }).collect()
    }
}

/// The states that one run went through.
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    /// Row-major [steps, hidden].
    pub states: Vec<f64>,
    /// The output with the greatest logit at each step.
    pub leading: Vec<usize>,
}

impl Rollout {
    fn check(
        &self,
        weights: &EmulatorWeights,
        starts: &[Vec<f64>],
        gains: &[Gain],
    ) -> Result<(), NetworkError> {
        let hidden = weights.size().hidden;
        NetworkError::unless(self.steps > 0, "the number of steps", self.steps, "at least 1")?;
        let noise = self.noise.is_finite() && self.noise >= 0.0;
        NetworkError::unless(noise, "the size of the noise", self.noise, "0 or a positive number")?;
        NetworkError::unless(!starts.is_empty(), "the number of starting states", 0, "at least 1")?;
        for start in starts {
            NetworkError::count("a starting state", start.len(), hidden)?;
        }
        for Gain { unit, gain } in gains {
            NetworkError::unless(*unit < hidden, "a unit", unit, &format!("less than {hidden}"))?;
            NetworkError::unless(gain.is_finite(), "a gain", gain, "a finite number")?;
        }
        Ok(())
    }

    /// Runs from each start and folds what `see` is shown of every step after the burn-in: the state, then the logits.
    ///
    /// Run i has noise of its own, the same whatever the gains are, so that runs with and without them can be compared.
    /// O(starts · steps · |h|²), on all cores.
    pub(super) fn fold<T: Send>(
        &self,
        weights: &EmulatorWeights,
        starts: &[Vec<f64>],
        gains: &[Gain],
        new: impl Fn() -> T + Sync,
        see: impl Fn(&mut T, &[f64], &[f64], &mut StdRng) + Sync,
    ) -> Result<Vec<T>, NetworkError> {
        self.check(weights, starts, gains)?;
        let (size, seeds) = (weights.size(), Seeds::new(self.seed));
        let run = |(index, start): (usize, &Vec<f64>)| {
            let mut rng = StdRng::seed_from_u64(seeds.numbered("noise", index as u64));
            // apart from the noise, so that what a fold draws does not change it
            let mut draws = StdRng::seed_from_u64(seeds.numbered("draws", index as u64));
            let (mut state, mut next) = (start.clone(), vec![0.0; size.hidden]);
            // no noise is no number at all, which costs nothing
            let inputs = if self.noise > 0.0 { size.noise } else { 0 };
            let (mut noise, mut logits) = (vec![0.0; inputs], vec![0.0; size.outputs]);
            let mut seen = new();
            for step in 0..self.burn_in + self.steps {
                fill_normal(&mut noise, &mut rng);
                noise.iter_mut().for_each(|value| *value *= self.noise);
                weights.step(&state, &noise, &mut next);
                std::mem::swap(&mut state, &mut next);
                for Gain { unit, gain } in gains {
                    state[*unit] *= gain;
                }
                if state.iter().any(|value| !value.is_finite()) {
                    return Err(NetworkError::NotFinite { what: "the state of the network", step });
                }
                if step >= self.burn_in {
                    weights.logits(&state, &mut logits);
                    see(&mut seen, &state, &logits, &mut draws);
                }
            }
            Ok(seen)
        };
        starts.par_iter().enumerate().map(run).collect()
    }
}

/// The place of the greatest; of equal ones the first.
pub(super) fn leading(values: &[f64]) -> usize {
    let (place, _) = values.iter().enumerate().fold((0, f64::NEG_INFINITY), |best, (place, value)| {
        if *value > best.1 { (place, *value) } else { best }
    });
    place
}

impl EmulatorWeights {
    /// States and leading outputs of a run from each start `[hidden]`.
    ///
    /// # Errors
    /// [`NetworkError::BadArgument`] and [`NetworkError::Shape`] for a rollout, starts or gains that do not fit the
    /// network, [`NetworkError::NotFinite`] when its states grow without bound.
    pub fn trajectories(
        &self,
        rollout: &Rollout,
        starts: &[Vec<f64>],
        gains: &[Gain],
    ) -> Result<Vec<Trajectory>, NetworkError> {
        let new = || Trajectory { states: Vec::new(), leading: Vec::new() };
        rollout.fold(self, starts, gains, new, |trajectory, state, logits, _| {
            trajectory.states.extend_from_slice(state);
            trajectory.leading.push(leading(logits));
        })
    }

    /// Outputs drawn with the probabilities softmax(logits), a sequence from each start.
    ///
    /// # Errors
    /// Those of [`EmulatorWeights::trajectories`].
    pub fn sample(&self, rollout: &Rollout, starts: &[Vec<f64>]) -> Result<Sequences, NetworkError> {
        let outputs = self.size().outputs;
        let drawn =
            rollout.fold(self, starts, &[], Vec::new, |symbols: &mut Vec<u8>, _, logits, draws| {
                let noise = gumbel(outputs, draws);
                let sums: Vec<f64> = logits.iter().zip(noise).map(|(logit, noise)| logit + noise).collect();
                // a size has at most 256 outputs
                symbols.push(leading(&sums) as u8);
            })?;
        Ok(Sequences::of_symbols(drawn.concat(), rollout.steps, outputs))
    }

    /// How often, a step, the leading output differs from the one before.
    ///
    /// # Errors
    /// Those of [`EmulatorWeights::trajectories`]; [`NetworkError::BadArgument`] for a single step.
    pub fn transition_rate(
        &self,
        rollout: &Rollout,
        starts: &[Vec<f64>],
        gains: &[Gain],
    ) -> Result<f64, NetworkError> {
        NetworkError::unless(rollout.steps > 1, "the number of steps", rollout.steps, "at least 2")?;
        let counts = rollout.fold(
            self,
            starts,
            gains,
            || (None::<usize>, 0_usize),
            |(last, changes), _, logits, _| {
                let now = leading(logits);
                *changes += usize::from(last.is_some_and(|last| last != now));
                *last = Some(now);
            },
        )?;
        let changes: usize = counts.iter().map(|(_, changes)| changes).sum();
        Ok(changes as f64 / (starts.len() * (rollout.steps - 1)) as f64)
    }

    /// So many starting states at 0.
    #[must_use]
    pub fn zeros(&self, count: usize) -> Vec<Vec<f64>> {
        vec![vec![0.0; self.size().hidden]; count]
    }

    /// The states that so many runs from 0 end in.
    ///
    /// # Errors
    /// Those of [`EmulatorWeights::trajectories`].
    pub fn ends(&self, rollout: &Rollout, count: usize) -> Result<Vec<Vec<f64>>, NetworkError> {
        let last =
            Rollout { burn_in: rollout.burn_in + rollout.steps.saturating_sub(1), steps: 1, ..*rollout };
        last.fold(self, &self.zeros(count), &[], Vec::new, |end: &mut Vec<f64>, state, _, _| {
            end.extend_from_slice(state);
        })
    }
}
