//! Sums over many sources on all cores, the same bits on any number of them.

use rayon::prelude::*;

/// How many parts the sources are cut into; a constant, so that the order of summation never depends on the machine.
const PARTS: usize = 64;
/// How many numbers the parts that run together may hold: 0.5 GB.
const HELD: usize = 1 << 26;

/// Adds up, in vectors of `width` numbers, what `step` adds for each item. Each part of the items has a scratch space.
pub(super) fn sum_over<S>(
    items: &[u32],
    width: usize,
    scratch: impl Fn() -> S + Sync,
    step: impl Fn(&mut S, usize, &mut [f64]) + Sync,
) -> Vec<f64> {
    let mut total = vec![0.0; width];
    let part = items.len().div_ceil(PARTS).max(4);
    let together = (HELD / width.max(1)).clamp(2, PARTS);
    for group in items.chunks(part * together) {
        let parts: Vec<Vec<f64>> = group
            .par_chunks(part)
            .map(|items| {
                let (mut scratch, mut sums) = (scratch(), vec![0.0; width]);
                for &item in items {
                    step(&mut scratch, item as usize, &mut sums);
                }
                sums
            })
            .collect();
        for sums in parts {
            for (total, sum) in total.iter_mut().zip(sums) {
                *total += sum;
            }
        }
    }
    total
}

/// The sum of `values` at these places, in four lanes so that additions do not wait for each other.
#[inline]
pub(super) fn gather(places: &[u32], values: &[f64]) -> f64 {
    let mut lanes = [0.0; 4];
    let (fours, rest) = places.as_chunks::<4>();
    for four in fours {
        for (lane, &place) in lanes.iter_mut().zip(four) {
            *lane += values[place as usize];
        }
    }
    for (lane, &place) in lanes.iter_mut().zip(rest) {
        *lane += values[place as usize];
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
}

/// As [`gather`], each value times its weight.
#[inline]
pub(super) fn gather_weighted(places: &[u32], weights: &[f64], values: &[f64]) -> f64 {
    let mut lanes = [0.0; 4];
    let ((fours, rest), (four_weights, rest_weights)) = (places.as_chunks::<4>(), weights.as_chunks::<4>());
    for (four, weights) in fours.iter().zip(four_weights) {
        for ((lane, &place), weight) in lanes.iter_mut().zip(four).zip(weights) {
            *lane += weight * values[place as usize];
        }
    }
    for ((lane, &place), weight) in lanes.iter_mut().zip(rest).zip(rest_weights) {
        *lane += weight * values[place as usize];
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
}
