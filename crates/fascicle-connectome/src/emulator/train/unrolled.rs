//! The network on the host, forward and backward through time by hand.
//!
//! Each sequence is run by itself, and silent units are skipped on both ways. Slopes of chunks of sequences are added in order, so
//! that they do not depend on the number of threads.

use macerator::Simd;
use rayon::prelude::*;

use super::drive::Drive;
use super::lanes::{Block, LANES, Sparse, add_rows, blocks, dot, padded, trimmed};
use crate::emulator::{EmulatorSize, EmulatorWeights};
use crate::network::turned;

/// Sequences that one thread takes at a time.
const CHUNK: usize = 16;

/// The weights, laid out for both ways.
pub(super) struct Unrolled {
    size: EmulatorSize,
    /// Blocks of a state and of a step's noise.
    width: usize,
    input_width: usize,
    /// W by columns, what a unit adds to all others, and by rows.
    columns: Vec<Block>,
    rows: Vec<Block>,
    /// U by columns.
    input: Vec<Block>,
    /// A by rows.
    readout: Vec<Block>,
}

/// What a batch of runs went through.
pub(super) struct Pass {
    /// Outputs: [batch, length].
    pub(super) symbols: Vec<u8>,
    /// softmax((logits + gumbel)/τ): [batch, length, outputs].
    pub(super) soft: Vec<f64>,
    /// States, the first before the first step: [batch, length + 1, blocks].
    states: Vec<Block>,
}

/// ∂loss/∂weights, row-major as in [`EmulatorWeights`]: W, U and A one after another.
struct Slopes {
    recurrent: Vec<Block>,
    input: Vec<Block>,
    readout: Vec<Block>,
}

impl Unrolled {
    pub(super) fn new(weights: &EmulatorWeights) -> Self {
        let size = weights.size();
        let EmulatorSize { hidden, noise, .. } = size;
        Self {
            size,
            width: blocks(hidden),
            input_width: blocks(noise),
            columns: padded(&turned(weights.recurrent(), hidden), hidden),
            rows: padded(weights.recurrent(), hidden),
            input: padded(&turned(weights.input(), noise), hidden),
            readout: padded(weights.readout(), hidden),
        }
    }

    /// Runs a batch. Numbers that are not finite any more end up in `soft`.
    pub(super) fn forward(&self, drive: &Drive, temperature: f64) -> Pass {
        let EmulatorSize { hidden, noise: inputs, outputs } = self.size;
        let (batch, length) = (drive.batch, drive.length);
        let states = (length + 1) * self.width;
        let mut pass = Pass {
            symbols: vec![0; batch * length],
            soft: vec![0.0; batch * length * outputs],
            states: vec![[0.0; LANES]; batch * states],
        };
        let made = pass.symbols.par_chunks_exact_mut(length);
        let made = made.zip(pass.soft.par_chunks_exact_mut(length * outputs));
        let made = made.zip(pass.states.par_chunks_exact_mut(states));
        let given = drive.start.par_chunks_exact(hidden);
        let given = given.zip(drive.noise.par_chunks_exact(length * inputs));
        let given = given.zip(drive.gumbel.par_chunks_exact(length * outputs));
        made.zip(given).with_min_len(CHUNK).for_each(
            |(((symbols, soft), states), ((start, noise), gumbel))| {
                run(self, start, noise, gumbel, temperature, states, soft, symbols);
            },
        );
        pass
    }

    /// ∂loss/∂weights (W, U and A one after another, row-major) for ∂loss/∂outputs [batch, length, outputs], straight through
    /// the choice of outputs: as if they were `soft`.
    pub(super) fn gradient(&self, drive: &Drive, pass: &Pass, outer: &[f64], temperature: f64) -> Vec<f64> {
        let EmulatorSize { hidden, noise: inputs, outputs } = self.size;
        let length = drive.length;
        let states = (length + 1) * self.width;
        let sequences: Vec<usize> = (0..drive.batch).collect();
        let parts: Vec<Slopes> = sequences
            .par_chunks(CHUNK)
            .map(|chunk| {
                let mut part = self.no_slopes();
                for at in chunk.iter().copied() {
                    let Slopes { recurrent, input, readout } = &mut part;
                    unroll(
                        self,
                        &drive.noise[at * length * inputs..][..length * inputs],
                        &pass.states[at * states..][..states],
                        &pass.soft[at * length * outputs..][..length * outputs],
                        &outer[at * length * outputs..][..length * outputs],
                        temperature,
                        recurrent,
                        input,
                        readout,
                    );
                }
                part
            })
            .collect();
        let mut total = self.no_slopes();
        for part in parts {
            add(&mut total.recurrent, &part.recurrent);
            add(&mut total.input, &part.input);
            add(&mut total.readout, &part.readout);
        }
        let mut gradient = trimmed(&total.recurrent, hidden);
        gradient.extend(trimmed(&total.input, inputs));
        gradient.extend(trimmed(&total.readout, hidden));
        gradient
    }

    fn no_slopes(&self) -> Slopes {
        let EmulatorSize { hidden, outputs, .. } = self.size;
        let nothing = |count: usize| vec![[0.0; LANES]; count];
        Slopes {
            recurrent: nothing(hidden * self.width),
            input: nothing(hidden * self.input_width),
            readout: nothing(outputs * self.width),
        }
    }
}

fn add(total: &mut [Block], part: &[Block]) {
    let pairs = total.as_flattened_mut().iter_mut().zip(part.as_flattened());
    pairs.for_each(|(total, part)| *total += part);
}

/// One sequence, forward.
#[allow(clippy::too_many_arguments, reason = "what is compiled for an instruction set takes plain slices")]
#[allow(
    clippy::extra_unused_type_parameters,
    reason = "what is compiled for an instruction set is generic in it"
)]
#[macerator::with_simd]
fn run<S: Simd>(
    network: &Unrolled,
    start: &[f64],
    noise: &[f64],
    gumbel: &[f64],
    temperature: f64,
    states: &mut [Block],
    soft: &mut [f64],
    symbols: &mut [u8],
) {
    let EmulatorSize { hidden, noise: inputs, outputs } = network.size;
    let width = network.width;
    states[..width].as_flattened_mut()[..hidden].copy_from_slice(start);
    let every: Vec<usize> = (0..inputs).collect();
    let mut active = Sparse::new(hidden);
    let steps = noise.chunks_exact(inputs).zip(gumbel.chunks_exact(outputs));
    let made = soft.chunks_exact_mut(outputs).zip(symbols);
    for (step, ((noise, gumbel), (soft, symbol))) in steps.zip(made).enumerate() {
        let (before, after) = states[step * width..][..2 * width].split_at_mut(width);
        active.fill(before.as_flattened()[..hidden].iter().copied());
        add_rows(after, &network.columns, active.which(), active.by());
        add_rows(after, &network.input, &every, noise);
        for value in after.as_flattened_mut() {
            // not `max`, which would make 0 of what is no number any more
            if *value < 0.0 {
                *value = 0.0;
            }
        }
        for (soft, (row, gumbel)) in soft.iter_mut().zip(network.readout.chunks_exact(width).zip(gumbel)) {
            *soft = (dot(row, after) + gumbel) / temperature;
        }
        *symbol = choose(soft);
    }
}

/// The place of the greatest; the numbers become their softmax.
fn choose(values: &mut [f64]) -> u8 {
    let (mut place, mut most) = (0, f64::NEG_INFINITY);
    for (at, value) in values.iter().enumerate() {
        if *value > most {
            (place, most) = (at, *value);
        }
    }
    values.iter_mut().for_each(|value| *value = (*value - most).exp());
    let sum: f64 = values.iter().sum();
    values.iter_mut().for_each(|value| *value /= sum);
    // a size has at most 256 outputs
    place as u8
}

/// One sequence, backward: adds its slopes.
#[allow(clippy::too_many_arguments, reason = "what is compiled for an instruction set takes plain slices")]
#[allow(
    clippy::extra_unused_type_parameters,
    reason = "what is compiled for an instruction set is generic in it"
)]
#[macerator::with_simd]
fn unroll<S: Simd>(
    network: &Unrolled,
    noise: &[f64],
    states: &[Block],
    soft: &[f64],
    outer: &[f64],
    temperature: f64,
    recurrent: &mut [Block],
    input: &mut [Block],
    readout: &mut [Block],
) {
    let EmulatorSize { hidden, noise: inputs, outputs } = network.size;
    let (width, length) = (network.width, soft.len() / outputs);

    // through the softmax
    let mut logits = vec![0.0; soft.len()];
    let steps = soft.chunks_exact(outputs).zip(outer.chunks_exact(outputs));
    for ((soft, outer), logits) in steps.zip(logits.chunks_exact_mut(outputs)) {
        let mean: f64 = soft.iter().zip(outer).map(|(soft, outer)| soft * outer).sum();
        for ((logit, soft), outer) in logits.iter_mut().zip(soft).zip(outer) {
            *logit = soft * (outer - mean) / temperature;
        }
    }

    // by what goes into each ReLU, from the last step to the first
    let mut slopes = vec![[0.0; LANES]; length * width];
    let every: Vec<usize> = (0..outputs.max(length)).collect();
    let mut sparse = Sparse::new(hidden.max(length));
    for step in (0..length).rev() {
        let (now, later) = slopes[step * width..].split_at_mut(width);
        add_rows(now, &network.readout, &every[..outputs], &logits[step * outputs..][..outputs]);
        if let Some(next) = later.get(..width) {
            sparse.fill(next.as_flattened()[..hidden].iter().copied());
            add_rows(now, &network.rows, sparse.which(), sparse.by());
        }
        let state = states[(step + 1) * width..][..width].as_flattened();
        for (slope, value) in now.as_flattened_mut().iter_mut().zip(state) {
            if *value <= 0.0 {
                *slope = 0.0;
            }
        }
    }

    // by the weights: a row is the sum over steps of what came in, each times the unit's slope
    let noise = padded(noise, inputs);
    let rows = recurrent.chunks_exact_mut(width).zip(input.chunks_exact_mut(network.input_width));
    for (unit, (recurrent, input)) in rows.enumerate() {
        sparse.fill((0..length).map(|step| slopes[step * width + unit / LANES][unit % LANES]));
        add_rows(recurrent, &states[..length * width], sparse.which(), sparse.by());
        add_rows(input, &noise, sparse.which(), sparse.by());
    }
    for (output, readout) in readout.chunks_exact_mut(width).enumerate() {
        sparse.fill((0..length).map(|step| logits[step * outputs + output]));
        add_rows(readout, &states[width..], sparse.which(), sparse.by());
    }
}
