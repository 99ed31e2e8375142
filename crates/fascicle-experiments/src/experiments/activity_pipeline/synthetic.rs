//! Made-up recordings.

use fascicle_connectome::activity::Recording;
use fascicle_connectome::cells::canonical;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

/// How long a recording is, in seconds.
pub(super) const SECONDS: f64 = 1100.0;

/// How far frames are apart, in seconds, and how much that varies.
const STEP: f64 = 0.29;
const JITTER: f64 = 0.05;

/// A wave that a trace is made of.
#[derive(Clone, Copy)]
struct Wave {
    amplitude: f64,
    /// In radians a second.
    speed: f64,
    phase: f64,
}

impl Wave {
    fn at(&self, time: f64) -> f64 {
        self.amplitude * (self.speed * time + self.phase).sin()
    }

    fn slope(&self, time: f64) -> f64 {
        self.amplitude * self.speed * (self.speed * time + self.phase).cos()
    }
}

/// A recording and what its traces are without noise.
pub(super) struct Synthetic {
    pub(super) recording: Recording,
    waves: Vec<[Wave; 3]>,
}

impl Synthetic {
    /// So many neurons, a third of them without a name; `noise` is the standard deviation of what is added to each frame,
    /// roughly (uniform).
    pub(super) fn new(neurons: usize, noise: f64, seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut time = vec![0.0];
        while let Some(&last) = time.last()
            && last < SECONDS
        {
            time.push(last + STEP + JITTER * rng.random_range(-1.0..1.0));
        }
        let mut names = canonical().to_vec();
        names.shuffle(&mut rng);
        let labels = names.iter().take(neurons).enumerate();
        let labels =
            labels.map(|(at, name)| if at % 3 == 2 { at.to_string() } else { (*name).to_owned() }).collect();
        let waves: Vec<[Wave; 3]> = (0..neurons)
            .map(|_| {
                [0.02, 0.06, 0.2].map(|speed| Wave {
                    amplitude: rng.random_range(0.5..1.5),
                    speed: speed * rng.random_range(0.7..1.3),
                    phase: rng.random_range(0.0..std::f64::consts::TAU),
                })
            })
            .collect();
        let spread = noise * 3.0_f64.sqrt();
        let traces = waves
            .iter()
            .map(|waves| {
                let clean = |time: f64| waves.iter().map(|wave| wave.at(time)).sum::<f64>();
                let noisy = |&time: &f64| {
                    clean(time) + if spread > 0.0 { rng.random_range(-spread..spread) } else { 0.0 }
                };
                time.iter().map(noisy).collect()
            })
            .collect();
        let recording = Recording { worm: format!("synthetic {seed}"), labels, time, traces };
        Self { recording, waves }
    }

    /// The derivative of a neuron's trace without noise.
    pub(super) fn slope(&self, neuron: usize, time: f64) -> f64 {
        self.waves[neuron].iter().map(|wave| wave.slope(time)).sum()
    }
}
