//! Likelihood of counts and its slopes: where the time goes.
//!
//! Weights are laid out [state][pre][post] here, so that one spike adds one contiguous row to the drives of all neurons
//! and silent neurons cost nothing. The loops over bins are compiled for each instruction set and chosen at run time; they
//! are written so that sums come out the same with all of them.

use macerator::Simd;
use rayon::prelude::*;

use super::Link;
use super::trial::Prepared;

/// Bins that one thread takes at a time. Fixed, so that sums do not depend on the number of threads.
const CHUNK: usize = 256;

/// [state][post][pre] as [state][pre][post], or back.
pub(super) fn pre_first(weights: &[f64], neurons: usize) -> Vec<f64> {
    let mut out = vec![0.0; weights.len()];
    let size = neurons * neurons;
    for (from, to) in weights.chunks_exact(size).zip(out.chunks_exact_mut(size)) {
        for post in 0..neurons {
            for pre in 0..neurons {
                to[pre * neurons + post] = from[post * neurons + pre];
            }
        }
    }
    out
}

/// log p(counts of a bin | state), [bin][state].
pub(super) fn log_emission(link: Link, bias: &[f64], weights: &[f64], prepared: &Prepared<'_>) -> Vec<f64> {
    let neurons = bias.len();
    let states = weights.len() / (neurons * neurons);
    let mut out = vec![0.0; prepared.trial.bins() * states];
    out.par_chunks_mut(CHUNK * states).enumerate().for_each(|(chunk, out)| {
        let rows = prepared.rows(chunk * CHUNK, out.len() / states);
        for (row, constant) in out.chunks_exact_mut(states).zip(rows.constants) {
            row.fill(*constant);
        }
        add_log_likelihood(link, bias, weights, rows.counts, rows.history, &mut vec![0.0; neurons], out);
    });
    out
}

/// Adds log p + log x! of every bin of a chunk in every state.
#[allow(
    clippy::extra_unused_type_parameters,
    reason = "what is compiled for an instruction set is generic in it"
)]
#[macerator::with_simd]
fn add_log_likelihood<S: Simd>(
    link: Link,
    bias: &[f64],
    weights: &[f64],
    counts: &[f64],
    history: &[f64],
    drives: &mut [f64],
    out: &mut [f64],
) {
    let neurons = bias.len();
    let states = weights.len() / (neurons * neurons);
    let bins = counts.chunks_exact(neurons).zip(history.chunks_exact(neurons));
    for ((counts, history), row) in bins.zip(out.chunks_exact_mut(states)) {
        for (value, weights) in row.iter_mut().zip(weights.chunks_exact(neurons * neurons)) {
            fill_drives(drives, bias, weights, history);
            *value += link.log_likelihood(drives, counts);
        }
    }
}

/// Slopes of the expected log-likelihood Σ γ log p(counts | state).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Slopes {
    /// By the biases.
    pub(super) bias: Vec<f64>,
    /// By the weights, [state][pre][post].
    pub(super) weights: Vec<f64>,
}

/// The slopes at these parameters, for `posteriors` [bin][state] of each trial.
pub(super) fn slopes(
    link: Link,
    bias: &[f64],
    weights: &[f64],
    trials: &[Prepared<'_>],
    posteriors: &[Vec<f64>],
) -> Slopes {
    let states = weights.len() / (bias.len() * bias.len());
    let chunks: Vec<(usize, usize)> = trials
        .iter()
        .enumerate()
        .flat_map(|(trial, prepared)| (0..prepared.trial.bins()).step_by(CHUNK).map(move |bin| (trial, bin)))
        .collect();
    let parts: Vec<Slopes> = chunks
        .into_par_iter()
        .map(|(trial, first)| {
            let mut part = Slopes { bias: vec![0.0; bias.len()], weights: vec![0.0; weights.len()] };
            let rows = trials[trial].rows(first, CHUNK);
            let posterior = &posteriors[trial][first * states..];
            let (of_bias, of_weights) = (&mut part.bias, &mut part.weights);
            let drives = &mut vec![0.0; bias.len()];
            add_slopes(
                link,
                bias,
                weights,
                rows.counts,
                rows.history,
                posterior,
                drives,
                of_bias,
                of_weights,
            );
            part
        })
        .collect();
    let mut total = Slopes { bias: vec![0.0; bias.len()], weights: vec![0.0; weights.len()] };
    // in order, so that the sum is the same whoever finished first
    for part in parts {
        add(&mut total.bias, &part.bias);
        add(&mut total.weights, &part.weights);
    }
    total
}

/// Adds the slopes of the bins of a chunk.
// what is compiled for an instruction set takes slices alone
#[allow(clippy::too_many_arguments)]
#[allow(
    clippy::extra_unused_type_parameters,
    reason = "what is compiled for an instruction set is generic in it"
)]
#[macerator::with_simd]
fn add_slopes<S: Simd>(
    link: Link,
    bias: &[f64],
    weights: &[f64],
    counts: &[f64],
    history: &[f64],
    posterior: &[f64],
    drives: &mut [f64],
    of_bias: &mut [f64],
    of_weights: &mut [f64],
) {
    let neurons = bias.len();
    let size = neurons * neurons;
    let bins = counts.chunks_exact(neurons).zip(history.chunks_exact(neurons));
    for ((counts, history), posterior) in bins.zip(posterior.chunks_exact(weights.len() / size)) {
        let states = posterior.iter().zip(weights.chunks_exact(size)).zip(of_weights.chunks_exact_mut(size));
        for ((probability, weights), of_weights) in states {
            // Once states are told apart most bins belong to one of them; what is below rounding is not computed.
            if *probability < f64::EPSILON {
                continue;
            }
            fill_drives(drives, bias, weights, history);
            link.slopes(drives, counts, *probability);
            add(of_bias, drives);
            for (past, row) in history.iter().zip(of_weights.chunks_exact_mut(neurons)) {
                if *past != 0.0 {
                    add_times(row, *past, drives);
                }
            }
        }
    }
}

/// Bias plus weighted history, for every neuron of a bin in one state.
#[inline(always)]
fn fill_drives(drives: &mut [f64], bias: &[f64], weights: &[f64], history: &[f64]) {
    drives.copy_from_slice(bias);
    for (past, row) in history.iter().zip(weights.chunks_exact(bias.len())) {
        if *past != 0.0 {
            add_times(drives, *past, row);
        }
    }
}

#[inline(always)]
fn add_times(total: &mut [f64], factor: f64, part: &[f64]) {
    for (total, part) in total.iter_mut().zip(part) {
        *total += factor * part;
    }
}

#[inline(always)]
fn add(total: &mut [f64], part: &[f64]) {
    for (total, part) in total.iter_mut().zip(part) {
        *total += part;
    }
}
