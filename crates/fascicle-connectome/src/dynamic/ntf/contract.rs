//! The two products of a tensor with its factors that take nearly all the time, compiled once for each instruction set and
//! chosen at run time.
//!
//! Both see the tensor as a matrix, all modes but the last by the last, and read it once. Sums are taken in an order that
//! depends neither on the instruction set nor on the number of threads, so results are the same everywhere.

use macerator::Simd;
use rayon::prelude::*;

/// Partial sums of one dot product.
const LANES: usize = 8;
/// Columns whose part of the factor stays in the cache while several rows use it.
const COLUMNS: usize = 512;
/// Rows of one share of the work.
const ROWS: usize = 16;

/// `out[row · rank + c] = Σ_p values[row · width + p] · factor[c · width + p]`.
pub(super) fn over_last(values: &[f64], width: usize, factor: &[f64], out: &mut [f64]) {
    let rank = factor.len() / width;
    out.par_chunks_mut(ROWS * rank).zip(values.par_chunks(ROWS * width)).for_each(|(out, values)| {
        out.fill(0.0);
        dots(values, width, factor, out);
    });
}

/// `out[c · width + p] = Σ_row scales[row · rank + c] · values[row · width + p]`.
pub(super) fn onto_last(values: &[f64], width: usize, scales: &[f64], rank: usize, out: &mut [f64]) {
    // every column is summed by itself, so how they are shared out changes no sum
    let share = width.div_ceil(2 * rayon::current_num_threads()).next_multiple_of(LANES).clamp(64, 256);
    let starts: Vec<usize> = (0..width).step_by(share).collect();
    let parts: Vec<Vec<f64>> = starts
        .par_iter()
        .map(|&from| {
            let count = share.min(width - from);
            let mut part = vec![0.0; rank * count];
            columns(values, width, from, scales, rank, &mut part);
            part
        })
        .collect();
    for (&from, part) in starts.iter().zip(&parts) {
        let count = share.min(width - from);
        for (part, out) in part.chunks_exact(count).zip(out.chunks_exact_mut(width)) {
            out[from..from + count].copy_from_slice(part);
        }
    }
}

/// Adds to `out` the dot products of each row with each component.
// the body is plain Rust: what the macro gives it is the instruction set to be compiled for
#[allow(clippy::extra_unused_type_parameters)]
#[macerator::with_simd]
fn dots<S: Simd>(values: &[f64], width: usize, factor: &[f64], out: &mut [f64]) {
    let rank = factor.len() / width;
    for from in (0..width).step_by(COLUMNS) {
        let count = COLUMNS.min(width - from);
        for (row, out) in values.chunks_exact(width).zip(out.chunks_exact_mut(rank)) {
            let row = &row[from..from + count];
            let mut components = factor.chunks(4 * width);
            for out in out.chunks_mut(4) {
                let factor = components.next().unwrap_or_default();
                match out.len() {
                    4 => add_dots::<4>(row, factor, width, from, out),
                    3 => add_dots::<3>(row, factor, width, from, out),
                    2 => add_dots::<2>(row, factor, width, from, out),
                    _ => add_dots::<1>(row, factor, width, from, out),
                }
            }
        }
    }
}

/// Adds to `out` the dot products of a part of a row, from `from` on, with N components at once.
#[inline(always)]
fn add_dots<const N: usize>(row: &[f64], factor: &[f64], width: usize, from: usize, out: &mut [f64]) {
    let (row, row_rest) = row.as_chunks::<LANES>();
    let parts: [&[f64]; N] =
        std::array::from_fn(|c| &factor[c * width + from..][..row.len() * LANES + row_rest.len()]);
    let chunks: [&[[f64; LANES]]; N] = parts.map(|part| &part.as_chunks::<LANES>().0[..row.len()]);
    let mut sums = [[0.0; LANES]; N];
    for (at, row) in row.iter().enumerate() {
        for (sum, chunk) in sums.iter_mut().zip(&chunks) {
            for ((sum, a), b) in sum.iter_mut().zip(row).zip(&chunk[at]) {
                *sum += a * b;
            }
        }
    }
    for ((out, sum), part) in out.iter_mut().zip(&sums).zip(&parts) {
        let rest = row_rest.iter().zip(&part[row.len() * LANES..]);
        *out += sum.iter().sum::<f64>() + rest.map(|(a, b)| a * b).sum::<f64>();
    }
}

/// Adds to `out` (component after component) the scaled rows of some columns, from `from` on.
#[allow(clippy::extra_unused_type_parameters)]
#[macerator::with_simd]
fn columns<S: Simd>(values: &[f64], width: usize, from: usize, scales: &[f64], rank: usize, out: &mut [f64]) {
    const TOGETHER: usize = 4;
    let count = out.len() / rank;
    let rows = values.len() / width;
    let whole = rows - rows % TOGETHER;
    for first in (0..whole).step_by(TOGETHER) {
        add_rows::<TOGETHER>(values, width, from, first, scales, rank, count, out);
    }
    for row in whole..rows {
        add_rows::<1>(values, width, from, row, scales, rank, count, out);
    }
}

/// Adds N scaled rows at once, one after the other in each column.
#[inline(always)]
#[allow(clippy::too_many_arguments)]
fn add_rows<const N: usize>(
    values: &[f64],
    width: usize,
    from: usize,
    first: usize,
    scales: &[f64],
    rank: usize,
    count: usize,
    out: &mut [f64],
) {
    let rows: [&[f64]; N] = std::array::from_fn(|k| &values[(first + k) * width + from..][..count]);
    let scales: [&[f64]; N] = std::array::from_fn(|k| &scales[(first + k) * rank..][..rank]);
    let chunks: [&[[f64; LANES]]; N] = rows.map(|row| row.as_chunks::<LANES>().0);
    let whole = count / LANES;
    for (c, out) in out.chunks_exact_mut(count).enumerate() {
        let scales = scales.map(|scales| scales[c]);
        let (sums, rest) = out.as_chunks_mut::<LANES>();
        let chunks = chunks.map(|chunks| &chunks[..sums.len()]);
        for (at, sum) in sums.iter_mut().enumerate() {
            for (scale, chunk) in scales.iter().zip(&chunks) {
                for (sum, x) in sum.iter_mut().zip(&chunk[at]) {
                    *sum += scale * x;
                }
            }
        }
        for (at, sum) in rest.iter_mut().enumerate() {
            for (scale, row) in scales.iter().zip(&rows) {
                *sum += scale * row[whole * LANES + at];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers between 0 and 1 without a pattern.
    fn numbers(count: usize) -> Vec<f64> {
        (0..count).map(|i| (i as f64 * 0.754_877_666).fract()).collect()
    }

    #[track_caller]
    fn check(rows: usize, width: usize, rank: usize) {
        let values = numbers(rows * width);
        let factor = numbers(rank * width);
        let scales = numbers(rows * rank);
        let mut over = vec![7.0; rows * rank];
        over_last(&values, width, &factor, &mut over);
        let mut onto = vec![7.0; rank * width];
        onto_last(&values, width, &scales, rank, &mut onto);
        let near = |got: f64, expected: f64| (got - expected).abs() <= 1e-12 * expected.abs().max(1.0);
        for c in 0..rank {
            for row in 0..rows {
                let expected: f64 = (0..width).map(|p| values[row * width + p] * factor[c * width + p]).sum();
                assert!(near(over[row * rank + c], expected), "rows {rows}, width {width}, rank {rank}");
            }
            for p in 0..width {
                let expected: f64 =
                    (0..rows).map(|row| values[row * width + p] * scales[row * rank + c]).sum();
                assert!(near(onto[c * width + p], expected), "rows {rows}, width {width}, rank {rank}");
            }
        }
    }

    #[test]
    fn products_are_those_of_the_definition() {
        for (rows, width) in [(1, 1), (3, 7), (4, 8), (17, 64), (33, 100), (5, 1030), (40, 321)] {
            for rank in 1..=9 {
                check(rows, width, rank);
            }
        }
    }

    #[test]
    fn threads_change_no_digit() {
        let (rows, width, rank) = (37, 777, 5);
        let run = |threads| {
            // invariant: a pool of a few threads can be had.
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            let (values, factor, scales) =
                (numbers(rows * width), numbers(rank * width), numbers(rows * rank));
            let (mut over, mut onto) = (vec![0.0; rows * rank], vec![0.0; rank * width]);
            pool.install(|| {
                over_last(&values, width, &factor, &mut over);
                onto_last(&values, width, &scales, rank, &mut onto);
            });
            (over, onto)
        };
        assert_eq!(run(1), run(3));
    }
}
