//! Distances between two clouds of points by entropic optimal transport, in log space.
//!
//! Everything rests on the soft minimum minᵋⱼ (Cᵢⱼ − hⱼ) = −ε log Σⱼ exp((hⱼ − Cᵢⱼ)/ε), taken row by row with the greatest
//! exponent in front, so that no number overflows however small ε is. Computation is in f64 on the host: with costs of
//! tens and ε = .04 the exponents need more digits than f32 leaves them.
//!
//! One-hot sequences are a case of their own ([`SinkhornDivergence::between_sequences`]): half the squared distance of two of
//! them is the number of places where they differ, so that exp(−C/ε) takes few values and no exponential is computed twice.

mod divergence;
mod matching;
mod mismatches;
mod solve;
#[cfg(test)]
mod tests;

pub use divergence::{Debias, Divergence, SinkhornDivergence};
pub use matching::{Matching, SinkhornMatching};

use rayon::prelude::*;

use crate::network::{NetworkError, turned};

/// Points that can be moved and averaged.
trait Points: Copy + Sync {
    type Costs: Costs + Send;

    /// How many there are.
    fn size(self) -> usize;

    /// How many numbers make a point.
    fn width(self) -> usize;

    /// What moving each of these to each of `to` costs: half the squared distance.
    fn costs(self, to: Self) -> Self::Costs;

    /// Adds `weight` times point `at`.
    fn add(self, at: usize, weight: f64, into: &mut [f64]);

    /// The first half, and the rest.
    fn halves(self) -> [Self; 2];

    /// The diagonal of the box around all of them.
    fn diameter(all: &[Self]) -> f64;
}

/// What moving each point of one cloud (a row) to each of another (a column) costs.
trait Costs: Sync {
    /// Rows and columns.
    fn shape(&self) -> [usize; 2];

    fn at(&self, row: usize, column: usize) -> f64;

    fn transposed(&self) -> Self;

    /// minᵋⱼ (Cᵢⱼ − hⱼ) for every i.
    fn soft_minimum(&self, epsilon: f64, h: &[f64]) -> Vec<f64>;
}

/// Rows that one thread takes at least: fewer are done before another thread has woken up.
const ROWS: usize = 32;

/// Points of one dimension, row-major.
#[derive(Clone, Copy, Debug)]
pub struct Cloud<'a> {
    values: &'a [f64],
    dimension: usize,
}

impl<'a> Cloud<'a> {
    /// The points in `values`, each of `dimension` numbers, all of the same weight.
    ///
    /// # Errors
    /// [`NetworkError::BadArgument`] when there is no point, and for a number that is not finite;
    /// [`NetworkError::Shape`] when the numbers do not fill whole points.
    pub fn new(values: &'a [f64], dimension: usize) -> Result<Self, NetworkError> {
        NetworkError::unless(dimension > 0, "the dimension of points", dimension, "at least 1")?;
        NetworkError::unless(!values.is_empty(), "the number of points", 0, "at least 1")?;
        if !values.len().is_multiple_of(dimension) {
            return Err(NetworkError::Shape {
                what: "a cloud of points",
                found: format!("{} numbers", values.len()),
                expected: format!("a multiple of the dimension {dimension}"),
            });
        }
        if let Some(bad) = values.iter().find(|value| !value.is_finite()) {
            return Err(NetworkError::argument("a coordinate", bad, "a finite number"));
        }
        Ok(Self { values, dimension })
    }

    /// How many points there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.values.len() / self.dimension
    }

    fn points(&self) -> std::slice::ChunksExact<'a, f64> {
        self.values.chunks_exact(self.dimension)
    }

    fn same_dimension(&self, other: Cloud<'_>) -> Result<(), NetworkError> {
        if self.dimension == other.dimension {
            return Ok(());
        }
        Err(NetworkError::Shape {
            what: "the second cloud",
            found: format!("points of {} numbers", other.dimension),
            expected: format!("{} as in the first", self.dimension),
        })
    }
}

impl Points for Cloud<'_> {
    type Costs = Cost;

    fn size(self) -> usize {
        self.count()
    }

    fn width(self) -> usize {
        self.dimension
    }

    fn costs(self, to: Self) -> Cost {
        Cost::new(self, to, |square| square / 2.0)
    }

    fn add(self, at: usize, weight: f64, into: &mut [f64]) {
        let point = &self.values[at * self.dimension..(at + 1) * self.dimension];
        into.iter_mut().zip(point).for_each(|(sum, value)| *sum += weight * value);
    }

    fn halves(self) -> [Self; 2] {
        let (first, rest) = self.values.split_at(self.count() / 2 * self.dimension);
        [first, rest].map(|values| Self { values, ..self })
    }

    fn diameter(all: &[Self]) -> f64 {
        let dimension = all.first().map_or(0, |cloud| cloud.dimension);
        let (mut low, mut high) = (vec![f64::INFINITY; dimension], vec![f64::NEG_INFINITY; dimension]);
        for point in all.iter().flat_map(Cloud::points) {
            for ((low, high), value) in low.iter_mut().zip(&mut high).zip(point) {
                *low = low.min(*value);
                *high = high.max(*value);
            }
        }
        low.iter().zip(&high).map(|(low, high)| (high - low).powi(2)).sum::<f64>().sqrt()
    }
}

/// Costs of any kind, row-major [from, to].
struct Cost {
    values: Vec<f64>,
    columns: usize,
}

impl Cost {
    /// `of` the squared distance.
    fn new(from: Cloud<'_>, to: Cloud<'_>, of: impl Fn(f64) -> f64 + Sync) -> Self {
        let columns = to.count();
        let mut values = vec![0.0; from.count() * columns];
        let rows = values.par_chunks_exact_mut(columns).zip(from.values.par_chunks_exact(from.dimension));
        rows.for_each(|(row, point)| {
            for (cost, other) in row.iter_mut().zip(to.points()) {
                *cost = of(squared_distance(point, other));
            }
        });
        Self { values, columns }
    }
}

impl Costs for Cost {
    fn shape(&self) -> [usize; 2] {
        [self.values.len() / self.columns, self.columns]
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.values[row * self.columns + column]
    }

    fn transposed(&self) -> Self {
        let [rows, columns] = self.shape();
        Self { values: turned(&self.values, columns), columns: rows }
    }

    fn soft_minimum(&self, epsilon: f64, h: &[f64]) -> Vec<f64> {
        let scaled: Vec<f64> = h.iter().map(|h| h / epsilon).collect();
        let rows = self.values.par_chunks_exact(self.columns);
        rows.map(|row| -epsilon * log_sum_exp(row, &scaled, 1.0 / epsilon)).collect()
    }
}

/// Σ (a − b)², in eight sums side by side: one sum alone has to be added up in order, which no vector unit does.
fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    const LANES: usize = 8;
    let (a, b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest = a.remainder().iter().zip(b.remainder()).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
    let mut sums = [0.0; LANES];
    for (a, b) in a.zip(b) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += (a - b) * (a - b);
        }
    }
    rest + sums.iter().sum::<f64>()
}

/// Terms that are smaller than the greatest by this exponent, 4e-18, are lost in its rounding.
const NEGLIGIBLE: f64 = -40.0;

/// exp, or 0 where it would be lost.
fn term(exponent: f64) -> f64 {
    if exponent < NEGLIGIBLE { 0.0 } else { exponent.exp() }
}

/// log Σⱼ exp(hⱼ − r Cⱼ).
fn log_sum_exp(row: &[f64], h: &[f64], rate: f64) -> f64 {
    let exponents = || row.iter().zip(h).map(|(cost, h)| h - rate * cost);
    let most = exponents().fold(f64::NEG_INFINITY, f64::max);
    most + exponents().map(|exponent| term(exponent - most)).sum::<f64>().ln()
}
