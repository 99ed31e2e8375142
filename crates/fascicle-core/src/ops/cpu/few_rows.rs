//! Products of a few rows with a matrix, which take as long as it takes to read the matrix: it is read once, as it lies,
//! by all threads.
//!
//! The matrix is cut into tiles that stay in the second-level cache, where all rows meet them. Tiles depend on shapes
//! alone and their sums are added in order, so that the result depends neither on the number of threads nor on which
//! other rows stand beside a row.

use macerator::Simd;
use rayon::prelude::*;

use super::matrix::Matrix;
use super::{Real, WORTH_THREADS};

/// Numbers of a tile.
const TILE: usize = 1 << 16;

/// Columns of a tile, where rows lie in one piece: the sums of a few rows stay in the first-level cache.
const COLUMNS: usize = 1 << 10;

/// Rows of the matrix that are added to the sums at a time, or columns that are summed up side by side.
const AT_ONCE: usize = 4;

/// What lies in one piece, and how many numbers after one of them the next begins.
#[derive(Clone, Copy)]
enum Lines {
    Rows(usize),
    Columns(usize),
}

impl Lines {
    /// None where neither rows nor columns lie in one piece.
    fn of<T>(matrix: &Matrix<'_, T>) -> Option<Self> {
        let ([rows, columns], [down, right]) = (matrix.dims(), matrix.steps());
        if right == 1 || columns == 1 {
            Some(Self::Rows(down))
        } else {
            (down == 1 || rows == 1).then_some(Self::Columns(right))
        }
    }

    /// Rows and columns of a tile.
    fn tile(self, [rows, columns]: [usize; 2]) -> [usize; 2] {
        match self {
            Self::Rows(_) => {
                let width = columns.min(COLUMNS);
                [(TILE / width).min(rows), width]
            }
            Self::Columns(_) => {
                let width = (TILE / rows).next_multiple_of(AT_ONCE).max(AT_ONCE);
                [rows, width.min(columns)]
            }
        }
    }
}

/// x · weights, `[n, columns]`, for `x` `[n, rows]`. None where neither rows nor columns of the matrix lie in one piece.
pub(super) fn few_rows_product<T: Real>(x: &[T], n: usize, weights: Matrix<'_, T>) -> Option<Vec<T>> {
    let lines = Lines::of(&weights)?;
    let ([rows, columns], numbers) = (weights.dims(), weights.numbers());
    if n * rows * columns == 0 {
        return Some(vec![T::default(); n * columns]);
    }
    let [depth, width] = lines.tile(weights.dims());
    // the sums of each layer of tiles, tile after tile
    let mut sums = vec![T::default(); rows.div_ceil(depth) * n * columns];
    let run = |layer: usize, tile: usize, sums: &mut [T]| {
        let (first, column) = (layer * depth, tile * width);
        let depth = depth.min(rows - first);
        // `x` from the tile's first row on; the others follow `rows` numbers apart
        let x = &x[first..];
        match lines {
            Lines::Rows(step) => {
                let part = &numbers[first * step + column..];
                in_groups::<T, 4>(sums, n, |row, group, sums| {
                    let x = &x[row * rows..];
                    match group {
                        1 => add_rows::<T, 1>(x, rows, part, step, depth, sums),
                        2 => add_rows::<T, 2>(x, rows, part, step, depth, sums),
                        3 => add_rows::<T, 3>(x, rows, part, step, depth, sums),
                        _ => add_rows::<T, 4>(x, rows, part, step, depth, sums),
                    }
                });
            }
            Lines::Columns(step) => {
                let part = &numbers[column * step..];
                in_groups::<T, 2>(sums, n, |row, group, sums| {
                    let x = &x[row * rows..];
                    match group {
                        1 => sum_columns::<T, 1>(x, rows, part, step, sums),
                        _ => sum_columns::<T, 2>(x, rows, part, step, sums),
                    }
                });
            }
        }
    };
    if n * rows * columns < WORTH_THREADS {
        for (layer, sums) in sums.chunks_exact_mut(n * columns).enumerate() {
            sums.chunks_mut(n * width).enumerate().for_each(|(tile, sums)| run(layer, tile, sums));
        }
    } else {
        sums.par_chunks_exact_mut(n * columns)
            .enumerate()
            .flat_map(|(layer, sums)| {
                sums.par_chunks_mut(n * width).enumerate().map(move |(tile, sums)| (layer, tile, sums))
            })
            .for_each(|(layer, tile, sums)| run(layer, tile, sums));
    }
    Some(total(sums, n, columns, width))
}

/// Calls `run` with the first row of each group of at most `MOST` of the `n` rows, their number and their sums.
fn in_groups<T, const MOST: usize>(sums: &mut [T], n: usize, run: impl Fn(usize, usize, &mut [T])) {
    let width = sums.len() / n;
    for (group, sums) in sums.chunks_mut(MOST * width).enumerate() {
        run(group * MOST, sums.len() / width, sums);
    }
}

/// Adds up the layers, `n · columns` numbers each, and brings the tiles of a row together.
fn total<T: Real>(mut sums: Vec<T>, n: usize, columns: usize, width: usize) -> Vec<T> {
    let (first, others) = sums.split_at_mut(n * columns);
    for layer in others.chunks_exact(n * columns) {
        for (total, &part) in first.iter_mut().zip(layer) {
            *total += part;
        }
    }
    if n == 1 || width == columns {
        sums.truncate(n * columns);
        return sums;
    }
    let mut y = Vec::with_capacity(n * columns);
    for row in 0..n {
        for tile in first.chunks(n * width) {
            let width = tile.len() / n;
            y.extend_from_slice(&tile[row * width..(row + 1) * width]);
        }
    }
    y
}

/// `sums[r · width + c] += Σ x[r · stride + i] · weights[i · step + c]` over the `depth` rows i of a tile.
#[macerator::with_simd]
fn add_rows<S: Simd, T: Real, const ROWS: usize>(
    x: &[T],
    stride: usize,
    weights: &[T],
    step: usize,
    depth: usize,
    sums: &mut [T],
) {
    let whole = depth - depth % AT_ONCE;
    for i in (0..whole).step_by(AT_ONCE) {
        add_lines::<S, T, ROWS, AT_ONCE>(&x[i..], stride, &weights[i * step..], step, sums);
    }
    for i in whole..depth {
        add_lines::<S, T, ROWS, 1>(&x[i..], stride, &weights[i * step..], step, sums);
    }
}

/// [`add_rows`] for `DEPTH` rows.
#[inline(always)]
fn add_lines<S: Simd, T: Real, const ROWS: usize, const DEPTH: usize>(
    x: &[T],
    stride: usize,
    weights: &[T],
    step: usize,
    sums: &mut [T],
) {
    let (lanes, width) = (T::lanes::<S>(), sums.len() / ROWS);
    assert!(
        sums.len() == ROWS * width && (DEPTH - 1) * step + width <= weights.len(),
        "a tile that is there"
    );
    let mut factors = [[T::default(); DEPTH]; ROWS];
    let mut splats = [[T::default().splat::<S>(); DEPTH]; ROWS];
    for r in 0..ROWS {
        for i in 0..DEPTH {
            factors[r][i] = x[r * stride + i];
            splats[r][i] = factors[r][i].splat::<S>();
        }
    }
    let whole = width - width % lanes;
    for c in (0..whole).step_by(lanes) {
        let mut lines = [T::default().splat::<S>(); DEPTH];
        for (i, line) in lines.iter_mut().enumerate() {
            // SAFETY: `c + lanes ≤ width`, and the last line ends inside `weights`, as was asserted
            *line = unsafe { T::vload_unaligned::<S>(weights.as_ptr().add(i * step + c)) };
        }
        for (r, splats) in splats.iter().enumerate() {
            // SAFETY: `c + lanes ≤ width`, and there are `ROWS · width` sums, as was asserted
            let at = unsafe { sums.as_mut_ptr().add(r * width + c) };
            // SAFETY: as above
            let mut sum = unsafe { T::vload_unaligned::<S>(at) };
            for i in 0..DEPTH {
                sum = splats[i].mul_add(lines[i], sum);
            }
            // SAFETY: as above
            unsafe { T::vstore_unaligned::<S>(at, sum) };
        }
    }
    for c in whole..width {
        for (r, factors) in factors.iter().enumerate() {
            for (i, &factor) in factors.iter().enumerate() {
                sums[r * width + c] += factor * weights[i * step + c];
            }
        }
    }
}

/// `sums[r · width + c] = Σ x[r · stride + i] · weights[c · step + i]` over the `stride` rows i of the matrix.
#[macerator::with_simd]
fn sum_columns<S: Simd, T: Real, const ROWS: usize>(
    x: &[T],
    stride: usize,
    weights: &[T],
    step: usize,
    sums: &mut [T],
) {
    let width = sums.len() / ROWS;
    let whole = width - width % AT_ONCE;
    for c in (0..whole).step_by(AT_ONCE) {
        dot_products::<S, T, ROWS, AT_ONCE>(x, stride, &weights[c * step..], step, &mut sums[c..], width);
    }
    for c in whole..width {
        dot_products::<S, T, ROWS, 1>(x, stride, &weights[c * step..], step, &mut sums[c..], width);
    }
}

/// [`sum_columns`] for `WIDTH` columns; the sums of a row lie `width` numbers after those of the row before.
#[inline(always)]
fn dot_products<S: Simd, T: Real, const ROWS: usize, const WIDTH: usize>(
    x: &[T],
    stride: usize,
    weights: &[T],
    step: usize,
    sums: &mut [T],
    width: usize,
) {
    let lanes = T::lanes::<S>();
    assert!(
        ROWS * stride <= x.len() && (WIDTH - 1) * step + stride <= weights.len(),
        "columns that are there"
    );
    let whole = stride - stride % lanes;
    let mut chains = [[T::default().splat::<S>(); ROWS]; WIDTH];
    for i in (0..whole).step_by(lanes) {
        let mut rows = [T::default().splat::<S>(); ROWS];
        for (r, row) in rows.iter_mut().enumerate() {
            // SAFETY: `i + lanes ≤ stride`, and the last row ends inside `x`, as was asserted
            *row = unsafe { T::vload_unaligned::<S>(x.as_ptr().add(r * stride + i)) };
        }
        for (c, chains) in chains.iter_mut().enumerate() {
            // SAFETY: `i + lanes ≤ stride`, and the last column ends inside `weights`, as was asserted
            let column = unsafe { T::vload_unaligned::<S>(weights.as_ptr().add(c * step + i)) };
            for (chain, row) in chains.iter_mut().zip(rows) {
                *chain = row.mul_add(column, *chain);
            }
        }
    }
    for (c, chains) in chains.iter().enumerate() {
        for (r, chain) in chains.iter().enumerate() {
            let mut sum = chain.reduce_add();
            for i in whole..stride {
                sum += x[r * stride + i] * weights[c * step + i];
            }
            sums[r * width + c] = sum;
        }
    }
}
