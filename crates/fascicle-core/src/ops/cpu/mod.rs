//! The CPU kernels, over slices: flex and ndarray both end here.
//!
//! A block of the batch is laid out feature by feature (`layout`), and each entry of W is then applied to
//! the whole block with vector instructions (`simd`). The block is as wide as lets it stay in the
//! second-level cache, because entries read its features in any order. Blocks run in parallel; when the batch
//! has fewer blocks than there are threads, so do the rows within a block.
//!
//! What is done number by number or row by row (`pointwise`) runs in place where nobody else holds the tensor;
//! attention runs head by head, its scores in the cache (`attention`). Of dense layers, a matrix that few rows meet is
//! read once, by all threads (`few_rows`); many rows get bias and activation while they are in the cache (`dense`).

pub(super) mod attention;
mod dense;
mod few_rows;
pub(super) mod host;
mod layout;
mod math;
pub(super) mod matrix;
mod pointwise;
mod simd;

use std::ops::Range;

use rayon::prelude::*;

use layout::{Scratch, pack, shares, unpack};
pub(in crate::ops) use simd::Real;

/// Bytes that a packed block may take.
const BLOCK_BYTES: usize = 512 * 1024;

/// Multiply-adds below which threads cost more than they bring.
const WORTH_THREADS: usize = 1 << 16;

/// A matrix as compressed rows, borrowed.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    /// `rows + 1` positions in `idx`.
    pub(super) ptr: &'a [i32],
    /// Column of each entry.
    pub(super) idx: &'a [i32],
    /// Number of columns.
    pub(super) cols: usize,
}

impl Rows<'_> {
    fn rows(&self) -> usize {
        self.ptr.len() - 1
    }

    /// Threads to use for a product with `n` samples.
    fn threads(&self, n: usize) -> usize {
        let work = n.saturating_mul(self.idx.len() + self.rows() + self.cols);
        if work < WORTH_THREADS { 1 } else { rayon::current_num_threads() }
    }
}

/// x Wᵀ + b, `[n, rows]`, for `x` `[n, cols]`.
pub(super) fn csr_linear<T: Real>(
    x: &[T],
    n: usize,
    w: Rows<'_>,
    values: &[T],
    bias: Option<&[T]>,
) -> Vec<T> {
    let rows = w.rows();
    let mut y = vec![T::default(); n * rows];
    if n == 0 || rows == 0 {
        return y;
    }
    if n == 1 {
        matrix_vector(x, w, values, bias, &mut y);
        return y;
    }
    let vectors = vectors_for::<T>(n, w.cols.max(rows), 4);
    let width = vectors * simd::lanes(T::default());
    let threads = w.threads(n);
    // a chunk of no features has no length to cut by
    let samples = |block: usize| block * width..n.min((block + 1) * width);
    let input = |block| &x[samples(block).start * w.cols..samples(block).end * w.cols];
    let blocks = n.div_ceil(width);
    let run = |scratch: &mut [Scratch<T>; 2], block: usize, y: &mut [T], threads: usize| {
        let [packed, product] = scratch;
        let (packed, product) = (packed.numbers(w.cols * width), product.numbers(rows * width));
        pack(input(block), w.cols, width, packed);
        let numbers = |rows: &Range<usize>| rows.len() * width;
        in_shares(w.ptr, threads, product, numbers, |share, out| {
            let ptr = &w.ptr[share.start..=share.end];
            let bias = bias.map(|bias| &bias[share]);
            multiply(vectors, packed, width, ptr, w.idx, values, bias, out);
        });
        unpack(product, rows, width, y);
    };
    let outputs = y.chunks_mut(width * rows).enumerate();
    if threads == 1 || blocks < threads {
        let mut scratch = Default::default();
        outputs.for_each(|(block, y)| run(&mut scratch, block, y, threads));
    } else {
        let outputs: Vec<_> = outputs.collect();
        outputs
            .into_par_iter()
            .for_each_init(Default::default, |scratch, (block, y)| run(scratch, block, y, 1));
    }
    y
}

/// dyᵀ x at the entries of W, `[nnz]`, for `grad` `[n, rows]` and `x` `[n, cols]`.
pub(super) fn csr_linear_grad_values<T: Real>(grad: &[T], x: &[T], n: usize, w: Rows<'_>) -> Vec<T> {
    let rows = w.rows();
    let nnz = w.idx.len();
    if n == 0 || nnz == 0 {
        return vec![T::default(); nnz];
    }
    let vectors = vectors_for::<T>(n, w.cols.max(rows), 8);
    let width = vectors * simd::lanes(T::default());
    let blocks = n.div_ceil(width);
    let threads = w.threads(n);
    let run = |scratch: &mut [Scratch<T>; 2], block: usize, out: &mut [T], threads: usize| {
        let [grads, inputs] = scratch;
        let (grads, inputs) = (grads.numbers(rows * width), inputs.numbers(w.cols * width));
        let samples = block * width..n.min((block + 1) * width);
        pack(&grad[samples.start * rows..samples.end * rows], rows, width, grads);
        pack(&x[samples.start * w.cols..samples.end * w.cols], w.cols, width, inputs);
        let entries = |rows: &Range<usize>| (w.ptr[rows.end] - w.ptr[rows.start]) as usize;
        in_shares(w.ptr, threads, out, entries, |share, out| {
            let ptr = &w.ptr[share.start..=share.end];
            let idx = &w.idx[ptr[0] as usize..ptr[ptr.len() - 1] as usize];
            sample(vectors, &grads[share.start * width..share.end * width], inputs, width, ptr, idx, out);
        });
    };
    // Each part of the batch sums up for itself and the parts are added in order: the result depends on the
    // number of threads (in the last bits), not on which of them was faster.
    let parts = if threads == 1 || blocks < threads { 1 } else { threads };
    let inner_threads = if parts == 1 { threads } else { 1 };
    let sum_part = |part: usize| {
        let mut sum = vec![T::default(); nnz];
        let mut scratch = Default::default();
        for block in part * blocks / parts..(part + 1) * blocks / parts {
            run(&mut scratch, block, &mut sum, inner_threads);
        }
        sum
    };
    if parts == 1 {
        return sum_part(0);
    }
    let sums: Vec<Vec<T>> = (0..parts).into_par_iter().map(sum_part).collect();
    let mut sums = sums.into_iter();
    let mut total = sums.next().unwrap_or_default();
    for sum in sums {
        for (total, part) in total.iter_mut().zip(sum) {
            *total += part;
        }
    }
    total
}

/// One sample: laying it out would cost more than it brings, so each row gathers its inputs.
fn matrix_vector<T: Real>(x: &[T], w: Rows<'_>, values: &[T], bias: Option<&[T]>, y: &mut [T]) {
    let numbers = |rows: &Range<usize>| rows.len();
    in_shares(w.ptr, w.threads(1), y, numbers, |share, out| {
        for (row, out) in share.zip(out) {
            let entries = w.ptr[row] as usize..w.ptr[row + 1] as usize;
            let (idx, values) = (&w.idx[entries.clone()], &values[entries]);
            let mut sums =
                [bias.map_or(T::default(), |bias| bias[row]), T::default(), T::default(), T::default()];
            let mut idx_chunks = idx.chunks_exact(4);
            let mut value_chunks = values.chunks_exact(4);
            for (idx, values) in (&mut idx_chunks).zip(&mut value_chunks) {
                for chain in 0..4 {
                    sums[chain] += values[chain] * x[idx[chain] as usize];
                }
            }
            for (&idx, &value) in idx_chunks.remainder().iter().zip(value_chunks.remainder()) {
                sums[0] += value * x[idx as usize];
            }
            *out = (sums[0] + sums[1]) + (sums[2] + sums[3]);
        }
    });
}

/// Vectors a block is wide: 8, 4, 2 or 1, at most `most`, no wider than the batch, and such that `features`
/// features of it stay in the cache.
fn vectors_for<T: Real>(n: usize, features: usize, most: usize) -> usize {
    let lanes = simd::lanes(T::default());
    let mut vectors = most;
    while vectors > 1
        && ((vectors / 2) * lanes >= n || vectors * lanes * features * size_of::<T>() > BLOCK_BYTES)
    {
        vectors /= 2;
    }
    vectors
}

/// Gives each share of the rows its part of `out`, which has so many `numbers` for it.
fn in_shares<T: Send>(
    ptr: &[i32],
    threads: usize,
    out: &mut [T],
    numbers: impl Fn(&Range<usize>) -> usize,
    run: impl Fn(Range<usize>, &mut [T]) + Sync,
) {
    if threads == 1 {
        return run(0..ptr.len() - 1, out);
    }
    let mut rest = out;
    let mut tasks = Vec::new();
    for share in shares(ptr, threads * 2) {
        let (part, others) = rest.split_at_mut(numbers(&share));
        rest = others;
        tasks.push((share, part));
    }
    tasks.into_par_iter().for_each(|(share, out)| run(share, out));
}

#[allow(clippy::too_many_arguments, reason = "the arguments of the kernel it picks")]
fn multiply<T: Real>(
    vectors: usize,
    block: &[T],
    width: usize,
    ptr: &[i32],
    idx: &[i32],
    values: &[T],
    bias: Option<&[T]>,
    out: &mut [T],
) {
    match vectors {
        1 => simd::multiply::<T, 1, 8>(block, width, ptr, idx, values, bias, out),
        2 => simd::multiply::<T, 2, 4>(block, width, ptr, idx, values, bias, out),
        _ => simd::multiply::<T, 4, 2>(block, width, ptr, idx, values, bias, out),
    }
}

fn sample<T: Real>(
    vectors: usize,
    grad: &[T],
    block: &[T],
    width: usize,
    ptr: &[i32],
    idx: &[i32],
    out: &mut [T],
) {
    match vectors {
        1 => simd::sample::<T, 1>(grad, block, width, ptr, idx, out),
        2 => simd::sample::<T, 2>(grad, block, width, ptr, idx, out),
        4 => simd::sample::<T, 4>(grad, block, width, ptr, idx, out),
        _ => simd::sample::<T, 8>(grad, block, width, ptr, idx, out),
    }
}
