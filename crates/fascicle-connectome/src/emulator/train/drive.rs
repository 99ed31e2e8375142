//! Everything random in a batch of runs, drawn before it is known where they are computed.

use fascicle_core::seed::Seeds;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rayon::prelude::*;

use super::Start;
use crate::emulator::EmulatorSize;
use crate::network::{fill_normal, gumbel};

/// Starting states, noise and the draws that choose outputs, sequence after sequence.
pub(super) struct Drive {
    pub(super) size: EmulatorSize,
    /// Sequences, and steps of each.
    pub(super) batch: usize,
    pub(super) length: usize,
    /// [batch, hidden].
    pub(super) start: Vec<f64>,
    /// [batch, length, noise]: standard normal.
    pub(super) noise: Vec<f64>,
    /// [batch, length, outputs]: standard Gumbel.
    pub(super) gumbel: Vec<f64>,
}

impl Drive {
    /// Each sequence has a generator of its own, so that the numbers do not depend on the number of threads.
    pub(super) fn draw(size: EmulatorSize, batch: usize, length: usize, start: Start, seed: u64) -> Self {
        let EmulatorSize { hidden, noise: inputs, outputs } = size;
        let seeds = Seeds::new(seed);
        let mut drive = Self {
            size,
            batch,
            length,
            start: vec![0.0; batch * hidden],
            noise: vec![0.0; batch * length * inputs],
            gumbel: vec![0.0; batch * length * outputs],
        };
        let starts = drive.start.par_chunks_exact_mut(hidden);
        let noises = drive.noise.par_chunks_exact_mut(length * inputs);
        let draws = drive.gumbel.par_chunks_exact_mut(length * outputs);
        starts.zip(noises).zip(draws).enumerate().for_each(|(index, ((state, noise), draws))| {
            let mut rng = StdRng::seed_from_u64(seeds.numbered("sequence", index as u64));
            if start == Start::Normal {
                fill_normal(state, &mut rng);
            }
            fill_normal(noise, &mut rng);
            draws.copy_from_slice(&gumbel(draws.len(), &mut rng));
        });
        drive
    }
}
