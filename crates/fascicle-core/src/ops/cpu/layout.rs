//! Blocks of the batch, laid out feature by feature and back, and fair shares of the rows.

use std::ops::Range;

/// Samples handled side by side while laying out: a cache line of f32.
const TILE: usize = 16;

/// Lays `samples` rows of `x` `[samples, features]` out as `block[f · width + s]`, zero where there is no sample.
pub(super) fn pack<T: Copy + Default>(x: &[T], features: usize, width: usize, block: &mut Vec<T>) {
    block.clear();
    block.resize(features * width, T::default());
    if features == 0 {
        return;
    }
    for first in (0..features).step_by(TILE) {
        let tile = first..features.min(first + TILE);
        for (sample, x) in x.chunks_exact(features).enumerate() {
            for (f, &value) in tile.clone().zip(&x[tile.clone()]) {
                block[f * width + sample] = value;
            }
        }
    }
}

/// The reverse of [`pack`]: fills `y` `[samples, features]` from `block`.
pub(super) fn unpack<T: Copy>(block: &[T], features: usize, width: usize, y: &mut [T]) {
    if features == 0 {
        return;
    }
    for first in (0..features).step_by(TILE) {
        let tile = first..features.min(first + TILE);
        for (sample, y) in y.chunks_exact_mut(features).enumerate() {
            for (f, value) in tile.clone().zip(&mut y[tile.clone()]) {
                *value = block[f * width + sample];
            }
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
            let mut block = Vec::new();
            pack(&x, features, width, &mut block);
            assert_eq!(block.len(), features * width);
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
        assert_eq!(shares(&heavy, 2), [0..2, 2..6]);
    }
}
