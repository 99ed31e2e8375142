//! Worms whose neurons change partners half-way.

use fascicle_connectome::dynamic::{Recordings, Worm};
use fascicle_connectome::random::normal;
use fascicle_graph::community::Partition;
use rand::SeedableRng;
use rand::rngs::StdRng;

pub(super) const NEURONS: usize = 40;
pub(super) const WORMS: usize = 6;
pub(super) const FRAMES: usize = 240;
/// The frame at which the grouping changes.
pub(super) const SWITCH: usize = 120;
/// Groups in either half.
const GROUPS: usize = 4;
/// How smooth the groups' signals are: the standard deviation, in frames, of the Gaussian that white noise is smoothed with.
/// At three frames a second, which is usual for worms, 2.7 s: calcium is that slow. Noise fills the derivative of such a
/// trace before it fills the trace.
const SMOOTHNESS: f64 = 8.0;

/// The recordings and what a method should find in them.
pub(super) struct World {
    pub(super) recordings: Recordings,
    /// Who belongs together before and after the switch: blocks of ten, then every fourth.
    pub(super) groupings: [Partition; 2],
}

impl World {
    /// In each worm and each half, every group has a signal of its own, with variance 1; each neuron adds white noise of
    /// standard deviation `noise`.
    pub(super) fn new(noise: f64, seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let group = |neuron: usize| [neuron * GROUPS / NEURONS, neuron % GROUPS];
        let worms = (0..WORMS).map(|worm| {
            let signals: Vec<Vec<f64>> = (0..2 * GROUPS).map(|_| signal(&mut rng)).collect();
            let trace = |neuron: usize| {
                let [before, after] = group(neuron);
                let (before, after) = (&signals[before], &signals[GROUPS + after]);
                let signal = before[..SWITCH].iter().chain(&after[SWITCH..]);
                Some(signal.map(|signal| signal + noise * normal(&mut rng)).collect())
            };
            Worm { name: format!("worm {}", worm + 1), traces: (0..NEURONS).map(trace).collect() }
        });
        let worms = worms.collect();
        let grouping =
            |half: usize| (0..NEURONS).map(|neuron| group(neuron)[half] as u32).collect::<Vec<u32>>();
        Self {
            recordings: Recordings {
                neurons: (0..NEURONS).map(|neuron| format!("N{neuron:02}")).collect(),
                worms,
            },
            groupings: [0, 1].map(|half| Partition::new(&grouping(half))),
        }
    }
}

/// Smoothed white noise of variance 1.
fn signal(rng: &mut StdRng) -> Vec<f64> {
    let reach = (4.0 * SMOOTHNESS) as usize;
    let weights: Vec<f64> = (0..=2 * reach)
        .map(|k| (-(k as f64 - reach as f64).powi(2) / (2.0 * SMOOTHNESS.powi(2))).exp())
        .collect();
    let white: Vec<f64> = (0..FRAMES + 2 * reach).map(|_| normal(rng)).collect();
    let scale = weights.iter().map(|weight| weight * weight).sum::<f64>().sqrt();
    let smooth =
        |window: &[f64]| window.iter().zip(&weights).map(|(x, weight)| x * weight).sum::<f64>() / scale;
    white.windows(weights.len()).map(smooth).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_have_variance_one_and_partners_share_them() {
        let world = World::new(0.0, 3);
        let trace =
            |worm: usize, neuron: usize| world.recordings.worms[worm].traces[neuron].as_ref().unwrap();
        // neurons 0 and 1 share a block, 0 and 4 a remainder
        assert_eq!(trace(0, 0)[..SWITCH], trace(0, 1)[..SWITCH]);
        assert_ne!(trace(0, 0)[SWITCH..], trace(0, 1)[SWITCH..]);
        assert_eq!(trace(2, 0)[SWITCH..], trace(2, 36)[SWITCH..]);
        assert_ne!(trace(0, 0), trace(1, 0));
        let all: Vec<f64> =
            (0..WORMS).flat_map(|worm| (0..NEURONS).flat_map(move |n| trace(worm, n).clone())).collect();
        let square = all.iter().map(|x| x * x).sum::<f64>() / all.len() as f64;
        assert!((0.7..1.3).contains(&square), "{square}");
        assert_eq!(world.groupings[0].sizes(), [10; 4]);
        assert_eq!(world.groupings[1].sizes(), [10; 4]);
    }
}
