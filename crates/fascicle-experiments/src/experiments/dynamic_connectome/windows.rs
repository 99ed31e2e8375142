//! What the field does first: correlations in sliding windows, clustered into two states.

use fascicle_connectome::dynamic::AffinityTensor;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// How often k-means starts anew.
const STARTS: usize = 10;
/// How often it moves its centres at most.
const ROUNDS: usize = 100;

/// Two states: the mean affinities of the windows of each, and, for each window of each worm (time after time), its state.
pub(super) struct States {
    pub(super) centres: [Vec<f64>; 2],
    pub(super) of: Vec<usize>,
}

/// k-means with two centres over the windows of all worms (Allen et al. 2014, "Tracking whole-brain connectivity dynamics in
/// the resting state"); the best of several starts, each from two windows drawn at random.
pub(super) fn states(affinity: &AffinityTensor, seed: u64) -> States {
    let mut rng = StdRng::seed_from_u64(seed);
    let windows: Vec<&[f64]> = affinity.tensor.values().chunks_exact(affinity.pairs.len()).collect();
    let mut best: Option<(f64, States)> = None;
    for _ in 0..STARTS {
        let mut centres = [0, 1].map(|_| windows[rng.random_range(0..windows.len())].to_vec());
        let mut of = Vec::new();
        let mut spread = 0.0;
        for _ in 0..ROUNDS {
            let nearest: Vec<(usize, f64)> = windows.iter().map(|window| nearest(window, &centres)).collect();
            spread = nearest.iter().map(|(_, distance)| distance).sum();
            let next: Vec<usize> = nearest.into_iter().map(|(state, _)| state).collect();
            if next == of {
                break;
            }
            of = next;
            for (state, centre) in centres.iter_mut().enumerate() {
                let members =
                    || windows.iter().zip(&of).filter(|(_, of)| **of == state).map(|(window, _)| window);
                let count = members().count();
                if count > 0 {
                    centre.fill(0.0);
                    members()
                        .for_each(|window| centre.iter_mut().zip(*window).for_each(|(sum, x)| *sum += x));
                    centre.iter_mut().for_each(|sum| *sum /= count as f64);
                }
            }
        }
        if best.as_ref().is_none_or(|(least, _)| spread < *least) {
            best = Some((spread, States { centres, of }));
        }
    }
    // invariant: there is at least one start.
    best.expect("a start").1
}

fn nearest(window: &[f64], centres: &[Vec<f64>; 2]) -> (usize, f64) {
    let distance = |centre: &[f64]| window.iter().zip(centre).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
    let [first, second] = centres.each_ref().map(|centre| distance(centre));
    if second < first { (1, second) } else { (0, first) }
}
