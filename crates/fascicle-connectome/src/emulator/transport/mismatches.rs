//! One-hot sequences as points: their costs are counts.

use rayon::prelude::*;

use super::{Costs, Points, ROWS, log_sum_exp};
use crate::emulator::Sequences;
use crate::network::turned;

/// The longest sequences whose mismatches fit a byte.
pub(super) const LONGEST: usize = u8::MAX as usize;

/// Sequences of symbols, seen as one-hot outputs one after another.
#[derive(Clone, Copy)]
pub(super) struct Symbols<'a> {
    symbols: &'a [u8],
    length: usize,
    outputs: usize,
}

impl<'a> Symbols<'a> {
    /// None for sequences that are too long.
    pub(super) fn new(sequences: &'a Sequences) -> Option<Self> {
        let (length, outputs) = (sequences.length(), sequences.outputs());
        (length <= LONGEST).then_some(Self { symbols: sequences.symbols(), length, outputs })
    }

    fn sequence(self, at: usize) -> &'a [u8] {
        &self.symbols[at * self.length..(at + 1) * self.length]
    }
}

impl Points for Symbols<'_> {
    type Costs = Mismatches;

    fn size(self) -> usize {
        self.symbols.len() / self.length
    }

    fn width(self) -> usize {
        self.length * self.outputs
    }

    fn costs(self, to: Self) -> Mismatches {
        let columns = to.size();
        let mut counts = vec![0; self.size() * columns];
        counts.par_chunks_exact_mut(columns).enumerate().with_min_len(ROWS).for_each(|(row, counts)| {
            let own = self.sequence(row);
            for (count, other) in counts.iter_mut().zip(to.symbols.chunks_exact(to.length)) {
                *count = mismatches(own, other);
            }
        });
        Mismatches::new(counts, columns)
    }

    fn add(self, at: usize, weight: f64, into: &mut [f64]) {
        for (place, symbol) in into.chunks_exact_mut(self.outputs).zip(self.sequence(at)) {
            place[usize::from(*symbol)] += weight;
        }
    }

    fn halves(self) -> [Self; 2] {
        let (first, rest) = self.symbols.split_at(self.size() / 2 * self.length);
        [first, rest].map(|symbols| Self { symbols, ..self })
    }

    fn diameter(all: &[Self]) -> f64 {
        let Some(Self { length, outputs, .. }) = all.first().copied() else { return 0.0 };
        let sequences: usize = all.iter().map(|symbols| symbols.size()).sum();
        let mut counts = vec![0; length * outputs];
        for sequence in all.iter().flat_map(|symbols| symbols.symbols.chunks_exact(length)) {
            for (place, symbol) in counts.chunks_exact_mut(outputs).zip(sequence) {
                place[usize::from(*symbol)] += 1;
            }
        }
        // along each axis the box is 1 long where some sequences have this output there and some have not
        let sides = counts.iter().filter(|count| (1..sequences).contains(*count)).count();
        (sides as f64).sqrt()
    }
}

/// In how many places two sequences differ.
fn mismatches(a: &[u8], b: &[u8]) -> u8 {
    // bytes are added up sixteen at a time; at most LONGEST of them are 1, so that nothing wraps
    a.iter().zip(b).map(|(a, b)| u8::from(a != b)).fold(0, u8::wrapping_add)
}

/// Counts of mismatches, row-major, each row less its least, so that exp(−C/ε) is 1 somewhere in each row.
pub(super) struct Mismatches {
    beyond: Vec<u8>,
    least: Vec<u8>,
    columns: usize,
}

/// Sums above this have lost nothing: what fell below the smallest number is less than 1e-100 of them.
const FULL: f64 = 1e-200;

impl Mismatches {
    fn new(mut counts: Vec<u8>, columns: usize) -> Self {
        let rows = counts.chunks_exact_mut(columns);
        let least = rows.map(|row| {
            let least = row.iter().copied().min().unwrap_or(0);
            row.iter_mut().for_each(|count| *count -= least);
            least
        });
        let least = least.collect();
        Self { beyond: counts, least, columns }
    }
}

impl Costs for Mismatches {
    fn shape(&self) -> [usize; 2] {
        [self.least.len(), self.columns]
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        f64::from(self.least[row]) + f64::from(self.beyond[row * self.columns + column])
    }

    fn transposed(&self) -> Self {
        let rows = self.beyond.chunks_exact(self.columns).zip(&self.least);
        let counts: Vec<u8> =
            rows.flat_map(|(row, least)| row.iter().map(move |beyond| beyond + least)).collect();
        Self::new(turned(&counts, self.columns), self.least.len())
    }

    /// The sum over a row is one of exp((hⱼ − max h)/ε) times a tabulated exp(−k/ε). Where that sum is so small that terms may have
    /// fallen below the smallest number, the row is summed with its own greatest exponent in front, as other costs are.
    fn soft_minimum(&self, epsilon: f64, h: &[f64]) -> Vec<f64> {
        let kernel: [f64; LONGEST + 1] = std::array::from_fn(|count| (-(count as f64) / epsilon).exp());
        let most = h.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = h.iter().map(|h| ((h - most) / epsilon).exp()).collect();
        let rows = self.beyond.par_chunks_exact(self.columns).zip(&self.least).with_min_len(ROWS);
        rows.map(|(row, least)| {
            let sum = weighted(row, &weights, &kernel);
            let beyond = if sum > FULL { -most - epsilon * sum.ln() } else { exact(row, epsilon, h) };
            f64::from(*least) + beyond
        })
        .collect()
    }
}

/// Σⱼ wⱼ kernel[rowⱼ], in four sums side by side.
fn weighted(row: &[u8], weights: &[f64], kernel: &[f64; LONGEST + 1]) -> f64 {
    let (counts, last_counts) = row.as_chunks::<4>();
    let (weights, last_weights) = weights.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (counts, weights) in counts.iter().zip(weights) {
        for ((sum, count), weight) in sums.iter_mut().zip(counts).zip(weights) {
            *sum += weight * kernel[usize::from(*count)];
        }
    }
    let last =
        last_counts.iter().zip(last_weights).map(|(count, weight)| weight * kernel[usize::from(*count)]);
    sums.iter().sum::<f64>() + last.sum::<f64>()
}

/// minᵋⱼ (rowⱼ − hⱼ).
fn exact(row: &[u8], epsilon: f64, h: &[f64]) -> f64 {
    let costs: Vec<f64> = row.iter().map(|count| f64::from(*count)).collect();
    let scaled: Vec<f64> = h.iter().map(|h| h / epsilon).collect();
    -epsilon * log_sum_exp(&costs, &scaled, 1.0 / epsilon)
}

#[cfg(test)]
mod tests;
