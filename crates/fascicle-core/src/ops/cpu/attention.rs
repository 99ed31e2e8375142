//! Attention, a head at a time: its scores stay in the second-level cache and never become a tensor.

use std::ops::Range;

use gemm::Parallelism;
use rayon::prelude::*;

use super::WORTH_THREADS;
use super::matrix::{Matrix, product};
use super::pointwise::{Blocked, padded, softmax_row};

/// Scores that are held at a time: 256 KiB of them.
const SCORES: usize = 1 << 16;

/// `[batch, head, position, channel]`, where they lie in memory.
#[derive(Clone, Copy)]
pub(in crate::ops) struct Heads<'a> {
    numbers: &'a [f32],
    dims: [usize; 4],
    strides: [usize; 4],
}

impl<'a> Heads<'a> {
    /// `numbers` begin with the first element. None where the last one would lie outside of them.
    pub(in crate::ops) fn new(numbers: &'a [f32], dims: [usize; 4], strides: [usize; 4]) -> Option<Self> {
        let last: usize = dims.iter().zip(strides).map(|(&dim, stride)| dim.saturating_sub(1) * stride).sum();
        (dims.contains(&0) || last < numbers.len()).then_some(Self { numbers, dims, strides })
    }

    /// Some positions of one head, `[position, channel]`.
    fn matrix(&self, batch: usize, head: usize, positions: Range<usize>) -> Matrix<'a, f32> {
        let start = batch * self.strides[0] + head * self.strides[1] + positions.start * self.strides[2];
        let dims = [positions.len(), self.dims[3]];
        let numbers = self.numbers.get(start..).unwrap_or_default();
        // invariant: `new` checked that the last element of all lies inside
        Matrix::new(numbers, dims, [self.strides[2], self.strides[3]]).expect("a head that is there")
    }
}

/// softmax(scale · q kᵀ) v with the lowest finite number in place of scores where `blocked`, `[batch, head, query, value]`.
///
/// # Shapes
/// - `q`: `[batch, head, query, d_head]`
/// - `k`, `v`: `[batch, kv_head, key, d_head or value]`, `kv_head`s shared by neighbouring heads
pub(super) fn attention([q, k, v]: [Heads<'_>; 3], blocked: Option<Blocked<'_>>, scale: f32) -> Vec<f32> {
    let [batch, heads, queries, _] = q.dims;
    let [_, kv_heads, keys, width] = v.dims;
    let mut z = vec![0.0; batch * heads * queries * width];
    if z.is_empty() || keys == 0 {
        return z;
    }
    let rows = (SCORES / keys).clamp(1, queries);
    let run = |scratch: &mut [Vec<f32>; 2], head: usize, first: usize, z: &mut [f32]| {
        let [scores, row_scratch] = scratch;
        let queries = z.len() / width;
        let (batch, head) = (head / heads, head % heads);
        let kv_head = head / (heads / kv_heads);
        scores.resize(rows * keys, 0.0);
        row_scratch.resize(padded(keys), 0.0);
        let scores = &mut scores[..queries * keys];
        let k = k.matrix(batch, kv_head, 0..keys).turned();
        product(q.matrix(batch, head, first..first + queries), k, scores, Parallelism::None);
        for (query, scores) in scores.chunks_exact_mut(keys).enumerate() {
            let blocked = blocked.map_or(&[][..], |blocked| blocked.row(batch, head, first + query));
            softmax_row(scores, blocked, scale, row_scratch);
        }
        // invariant: as many numbers as were written above
        let pattern = Matrix::new(scores, [queries, keys], [keys, 1]).expect("rows of all keys");
        product(pattern, v.matrix(batch, kv_head, 0..keys), z, Parallelism::None);
    };
    if z.len() * keys < WORTH_THREADS {
        let mut scratch = Default::default();
        for (head, z) in z.chunks_exact_mut(queries * width).enumerate() {
            for (part, z) in z.chunks_mut(rows * width).enumerate() {
                run(&mut scratch, head, part * rows, z);
            }
        }
        return z;
    }
    z.par_chunks_exact_mut(queries * width)
        .enumerate()
        .flat_map(|(head, z)| {
            z.par_chunks_mut(rows * width).enumerate().map(move |(part, z)| (head, part * rows, z))
        })
        .for_each_init(Default::default, |scratch, (head, first, z)| run(scratch, head, first, z));
    z
}
