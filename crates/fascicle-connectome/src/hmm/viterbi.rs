//! The one path of states that explains the observations best.

use super::forward_backward::first_greatest;
use super::{Chain, HmmError, bins};

/// A path of states and how probable it is together with the observations.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The state of each bin.
    pub states: Vec<usize>,
    /// log p(path, observations).
    pub log_probability: f64,
}

/// The most probable path (Viterbi 1967) given `log_emission` `[bin][state]`.
///
/// Of equally probable predecessors the state of the lowest number is taken. O(T S²) time, O(T S) space.
///
/// # Errors
/// [`HmmError::Shape`], [`HmmError::BadEmission`]; [`HmmError::Impossible`] when every path has probability 0.
pub fn viterbi(chain: &Chain, log_emission: &[f64]) -> Result<Path, HmmError> {
    let (bins, states) = (bins(chain, log_emission)?, chain.states());
    // [to][from], so that the inner loop runs along a row
    let log_transition: Vec<f64> =
        (0..states * states).map(|at| chain.transition()[at % states * states + at / states].ln()).collect();
    let mut best: Vec<f64> =
        chain.initial().iter().zip(log_emission).map(|(start, emitted)| start.ln() + emitted).collect();
    let mut next = vec![0.0; states];
    let mut came_from = vec![0; bins * states];
    for (bin, emitted) in log_emission.chunks_exact(states).enumerate() {
        if bin > 0 {
            for (to, value) in next.iter_mut().enumerate() {
                let row = &log_transition[to * states..][..states];
                let mut from = 0;
                *value = best[0] + row[0];
                for (candidate, (before, step)) in best.iter().zip(row).enumerate().skip(1) {
                    if before + step > *value {
                        (from, *value) = (candidate, before + step);
                    }
                }
                *value += emitted[to];
                came_from[bin * states + to] = from;
            }
            std::mem::swap(&mut best, &mut next);
        }
        if best.iter().all(|value| *value == f64::NEG_INFINITY) {
            return Err(HmmError::Impossible { bin });
        }
    }
    let mut state = first_greatest(&best);
    let log_probability = best[state];
    let mut path = vec![0; bins];
    for bin in (0..bins).rev() {
        path[bin] = state;
        state = came_from[bin * states + state];
    }
    Ok(Path { states: path, log_probability })
}
