//! How long the output of a state lasts.

use super::rollout::{Rollout, leading};
use crate::emulator::EmulatorWeights;
use crate::network::NetworkError;

/// Where a state lies by how long its output lasts, with the borders of Torre et al. 2025.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Zone {
    /// More than 8 steps: slow dynamics driven by noise.
    Cluster,
    /// 2 to 8 steps: a transition may be kicked off.
    Kick,
    /// Fewer than 2 steps: it is under way.
    Transition,
}

impl Zone {
    /// The zone of a mean residency time, steps.
    #[must_use]
    pub fn of(residency: f64) -> Self {
        if residency > 8.0 {
            Self::Cluster
        } else if residency >= 2.0 {
            Self::Kick
        } else {
            Self::Transition
        }
    }
}

/// For each state the mean number of steps under noise until the leading output is another than the state's own, over
/// `runs` runs (the authors take 20) of at most [`Rollout::steps`]; an output that lasts longer counts as that long.
///
/// # Errors
/// Those of [`EmulatorWeights::trajectories`]; [`NetworkError::BadArgument`] for no runs.
pub fn residency(
    weights: &EmulatorWeights,
    states: &[Vec<f64>],
    rollout: &Rollout,
    runs: usize,
) -> Result<Vec<f64>, NetworkError> {
    NetworkError::unless(runs > 0, "the number of runs", runs, "at least 1")?;
    let starts: Vec<Vec<f64>> = states.iter().flat_map(|state| vec![state.clone(); runs]).collect();
    let rollout = Rollout { burn_in: 0, ..*rollout };
    let changes = weights.trajectories(&rollout, &starts, &[])?;
    let mut logits = vec![0.0; weights.size().outputs];
    let mean = |(state, runs): (&Vec<f64>, &[super::Trajectory])| {
        weights.logits(state, &mut logits);
        let own = leading(&logits);
        let lasts = |run: &super::Trajectory| {
            run.leading.iter().position(|output| *output != own).map_or(rollout.steps, |at| at + 1)
        };
        runs.iter().map(lasts).sum::<usize>() as f64 / runs.len() as f64
    };
    Ok(states.iter().zip(changes.chunks_exact(runs)).map(mean).collect())
}
