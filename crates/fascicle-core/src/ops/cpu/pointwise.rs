//! Bias and activation in one pass over memory, and softmax row by row, in place.

use macerator::{Scalar, Simd, Vector, vload_unaligned, vstore_unaligned};
use rayon::prelude::*;

use super::super::Activation;
use super::math::{self, Pointwise};

/// Numbers that a thread takes at a time: few enough to stay in its cache, enough to be worth handing over.
const SHARE: usize = 1 << 14;

/// Numbers that the widest vector register holds.
const MOST_LANES: usize = 16;

/// `x ← activation(x + bias)` for rows as long as `bias`, in place, by all threads.
pub(super) fn bias_activation(x: &mut [f32], bias: Option<&[f32]>, activation: Activation) {
    in_shares(x, bias.map_or(1, <[f32]>::len).max(1), |_, x| bias_activation_here(x, bias, activation));
}

/// [`bias_activation`] by this thread.
pub(super) fn bias_activation_here(x: &mut [f32], bias: Option<&[f32]>, activation: Activation) {
    if bias.is_some() || activation != Activation::Identity {
        rows(x, bias.unwrap_or_default(), activation);
    }
}

/// Where attention is forbidden: `[batch or 1, head or 1, query, key]`, not zero where it is.
#[derive(Clone, Copy)]
pub(super) struct Blocked<'a> {
    pub(super) numbers: &'a [f32],
    pub(super) dims: [usize; 4],
}

impl<'a> Blocked<'a> {
    /// What the query of this batch row and head may not attend to.
    pub(super) fn row(&self, batch: usize, head: usize, query: usize) -> &'a [f32] {
        let [batches, heads, queries, keys] = self.dims;
        let start = ((batch % batches * heads + head % heads) * queries + query) * keys;
        &self.numbers[start..start + keys]
    }
}

/// Softmax of `scale · scores` over the rows of `scores` `[batch, head, query, key]`, in place; where `blocked`, scores
/// are the lowest finite number.
pub(super) fn masked_softmax(scores: &mut [f32], dims: [usize; 4], blocked: Option<Blocked<'_>>, scale: f32) {
    let [_, heads, queries, keys] = dims;
    if keys == 0 {
        return;
    }
    let mask_of = |row: usize| {
        blocked.map_or(&[][..], |blocked| {
            blocked.row(row / queries / heads, row / queries % heads, row % queries)
        })
    };
    in_shares(scores, keys, |first, scores| {
        let mut scratch = vec![0.0; padded(keys)];
        for (row, scores) in scores.chunks_exact_mut(keys).enumerate() {
            softmax_row(scores, mask_of(first + row), scale, &mut scratch);
        }
    });
}

/// Calls `run` with the number of the first row and a few rows of `row` numbers, on every thread.
pub(super) fn in_shares<T: Send>(x: &mut [T], row: usize, run: impl Fn(usize, &mut [T]) + Sync) {
    let rows = SHARE.div_ceil(row);
    if x.len() <= 2 * SHARE {
        return run(0, x);
    }
    x.par_chunks_mut(rows * row).enumerate().for_each(|(share, x)| run(share * rows, x));
}

/// Rows as long as `bias`, or one row without a bias.
#[macerator::with_simd]
fn rows<S: Simd>(x: &mut [f32], bias: &[f32], activation: Activation) {
    match activation {
        Activation::Identity => each::<S, _>(x, bias, math::Identity),
        Activation::Gelu => each::<S, _>(x, bias, math::Gelu),
        Activation::GeluTanh => each::<S, _>(x, bias, math::GeluTanh),
        Activation::QuickGelu => {
            each::<S, _>(x, bias, math::Swish { slope: Activation::QUICK_SLOPE as f32 });
        }
        Activation::Silu => each::<S, _>(x, bias, math::Swish { slope: 1.0 }),
        Activation::Relu => each::<S, _>(x, bias, math::Relu),
        Activation::Tanh => each::<S, _>(x, bias, math::Tanh),
    }
}

/// `x ← f(x + bias)` row by row, a register at a time.
#[inline(always)]
fn each<S: Simd, F: Pointwise>(x: &mut [f32], bias: &[f32], f: F) {
    let lanes = f32::lanes::<S>();
    // without a bias all of `x` is one row
    let width = if bias.is_empty() { x.len().max(1) } else { bias.len() };
    let whole = width - width % lanes;
    let mut last = [0.0; MOST_LANES];
    if !bias.is_empty() {
        last[..width - whole].copy_from_slice(&bias[whole..]);
    }
    for row in x.chunks_exact_mut(width) {
        let (registers, rest) = row.split_at_mut(whole);
        if bias.is_empty() {
            for x in registers.chunks_exact_mut(lanes) {
                store::<S>(x, f.of(load::<S>(x)));
            }
        } else {
            for (x, bias) in registers.chunks_exact_mut(lanes).zip(bias.chunks_exact(lanes)) {
                store::<S>(x, f.of(load::<S>(x) + load::<S>(bias)));
            }
        }
        if !rest.is_empty() {
            let mut padded = [0.0; MOST_LANES];
            padded[..rest.len()].copy_from_slice(rest);
            let y = f.of(load::<S>(&padded) + load::<S>(&last));
            store::<S>(&mut padded, y);
            rest.copy_from_slice(&padded[..rest.len()]);
        }
    }
}

/// Length of the working memory of [`softmax_row`]: that of the row, in whole registers.
pub(super) fn padded(keys: usize) -> usize {
    keys.next_multiple_of(MOST_LANES)
}

/// Softmax of `scale` times one row; `blocked` may be empty. `padded` is working memory, [`padded`] numbers long.
#[macerator::with_simd]
pub(super) fn softmax_row<S: Simd>(row: &mut [f32], blocked: &[f32], scale: f32, padded: &mut [f32]) {
    for (scaled, score) in padded.iter_mut().zip(&*row) {
        *scaled = score * scale;
    }
    for (scaled, &blocked) in padded.iter_mut().zip(blocked) {
        *scaled = if blocked == 0.0 { *scaled } else { f32::MIN };
    }
    let lanes = f32::lanes::<S>();
    padded[row.len()..].fill(f32::NEG_INFINITY);
    let mut highest = math::splat::<S>(f32::NEG_INFINITY);
    for x in padded.chunks_exact(lanes) {
        highest = highest.max(load::<S>(x));
    }
    let highest = math::splat::<S>(highest.reduce_max());
    let mut sum = math::splat::<S>(0.0);
    for x in padded.chunks_exact_mut(lanes) {
        let e = math::exp_of_negative(load::<S>(x) - highest);
        sum += e;
        store::<S>(x, e);
    }
    let share = 1.0 / sum.reduce_add();
    for (y, e) in row.iter_mut().zip(padded) {
        *y = *e * share;
    }
}

/// The first numbers of `x`, a register full.
#[inline(always)]
fn load<S: Simd>(x: &[f32]) -> Vector<S, f32> {
    let x = &x[..f32::lanes::<S>()];
    // SAFETY: `x` holds as many numbers as a register has lanes
    unsafe { vload_unaligned::<S, f32>(x.as_ptr()) }
}

/// Writes a register over the first numbers of `x`.
#[inline(always)]
fn store<S: Simd>(x: &mut [f32], register: Vector<S, f32>) {
    let x = &mut x[..f32::lanes::<S>()];
    // SAFETY: `x` holds as many numbers as a register has lanes
    unsafe { vstore_unaligned::<S, f32>(x.as_mut_ptr(), register) };
}
