//! Blocks of the batch, laid out feature by feature and back, and fair shares of the rows.

use std::ops::Range;

use super::simd::Real;

/// Samples and features of the squares that are turned in registers.
const SIDE: usize = 4;

/// Features taken together, so that the lines of the block stay in the first-level cache until they are full.
const STRIP: usize = 64;

/// Why a square's lines are there.
const INSIDE: &str = "squares lie inside";

/// Bytes of a cache line, and of the widest vector register.
const LINE: usize = 64;

/// Memory for a block, used again for the next one, that begins on a cache line: the kernels read it as whole
/// registers, and loads that straddle two lines would take twice as long.
#[derive(Default)]
pub(super) struct Scratch<T>(Vec<T>);

impl<T: Real> Scratch<T> {
    /// `len` numbers, which are whatever was left there.
    pub(super) fn numbers(&mut self, len: usize) -> &mut [T] {
        let slack = LINE / size_of::<T>();
        if self.0.len() < len + slack {
            self.0 = vec![T::default(); len + slack];
        }
        let offset = self.0.as_ptr().align_offset(LINE);
        &mut self.0[offset..offset + len]
    }
}

/// Lays the rows of `x` `[samples, features]` out as `block[f · width + s]`, zero where there is no sample.
pub(super) fn pack<T: Real>(x: &[T], features: usize, width: usize, block: &mut [T]) {
    if features == 0 {
        return;
    }
    let samples = x.len() / features;
    turn::<T, true>(x, block, samples, features, width);
    if samples < width {
        for feature in block.chunks_exact_mut(width) {
            feature[samples..].fill(T::default());
        }
    }
}

/// The reverse of [`pack`]: fills `y` `[samples, features]` from `block`.
pub(super) fn unpack<T: Real>(block: &[T], features: usize, width: usize, y: &mut [T]) {
    if let Some(samples) = y.len().checked_div(features) {
        turn::<T, false>(block, y, samples, features, width);
    }
}

/// Copies from samples times features to features times samples (`PACK`) or back.
///
/// Runs along the features inside and along the samples outside: the other way round, the rows of the batch,
/// often a power of two apart, fight for the same few lines of the cache and it takes five times as long.
fn turn<T: Real, const PACK: bool>(from: &[T], to: &mut [T], samples: usize, features: usize, width: usize) {
    let (from_stride, to_stride) = if PACK { (features, width) } else { (width, features) };
    let (square_samples, square_features) = (samples - samples % SIDE, features - features % SIDE);
    for strip in (0..square_features).step_by(STRIP) {
        let strip = strip..square_features.min(strip + STRIP);
        for s in (0..square_samples).step_by(SIDE) {
            for f in strip.clone().step_by(SIDE) {
                let (row, col) = if PACK { (s, f) } else { (f, s) };
                // invariant: the squares lie inside both matrices
                let line = |i: usize| *from[(row + i) * from_stride + col..].first_chunk().expect(INSIDE);
                let turned = T::turn([line(0), line(1), line(2), line(3)]);
                for (j, line) in turned.into_iter().enumerate() {
                    // invariant: the squares lie inside both matrices
                    *to[(col + j) * to_stride + row..].first_chunk_mut().expect(INSIDE) = line;
                }
            }
        }
    }
    for s in 0..samples {
        let first = if s < square_samples { square_features } else { 0 };
        for f in first..features {
            let (row, col) = if PACK { (s, f) } else { (f, s) };
            to[col * to_stride + row] = from[row * from_stride + col];
        }
    }
}

/// Cuts the rows into at most `parts` ranges with about equally many entries (plus one for each row).
pub(super) fn shares(ptr: &[i32], parts: usize) -> Vec<Range<usize>> {
    let rows = ptr.len() - 1;
    let cost = |row: usize| ptr[row] as usize + row;
    let total = cost(rows);
    let mut shares = Vec::with_capacity(parts);
    let mut start = 0;
    for part in 1..=parts {
        let goal = total * part / parts;
        let end = if part == parts { rows } else { start + partition(start..rows, |row| cost(row) < goal) };
        if end > start {
            shares.push(start..end);
        }
        start = end;
    }
    shares
}

/// How many of `rows`, which `before` splits in two, come first.
fn partition(rows: Range<usize>, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (rows.start, rows.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low - rows.start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_is_undone_by_unpacking() {
        for (samples, features, width) in [(1, 1, 4), (3, 5, 4), (4, 33, 8), (0, 3, 4), (2, 0, 4)] {
            let x: Vec<f32> = (0..samples * features).map(|i| i as f32).collect();
            // left over from before
            let mut block = vec![f32::NAN; features * width];
            pack(&x, features, width, &mut block);
            assert!(block.iter().all(|value| !value.is_nan()), "padded with zeros");
            let mut y = vec![f32::NAN; x.len()];
            unpack(&block, features, width, &mut y);
            assert_eq!(x, y, "{samples} × {features}");
        }
    }

    #[test]
    fn shares_cover_every_row_once() {
        let heavy = [0, 100, 100, 101, 101, 102, 200];
        for ptr in [&[0][..], &[0, 0, 0, 0], &[0, 3], &heavy] {
            for parts in 1..5 {
                let shares = shares(ptr, parts);
                assert!(shares.len() <= parts);
                let rows: Vec<usize> = shares.into_iter().flatten().collect();
                assert_eq!(rows, (0..ptr.len() - 1).collect::<Vec<_>>(), "{ptr:?} in {parts}");
            }
        }
        assert_eq!(shares(&heavy, 2), [0..3, 3..6]);
    }
}
