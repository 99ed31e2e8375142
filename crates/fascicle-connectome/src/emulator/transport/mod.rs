//! Distances between two clouds of points by entropic optimal transport, in log space.
//!
//! Everything rests on the soft minimum minᵋⱼ (Cᵢⱼ − hⱼ) = −ε log Σⱼ exp((hⱼ − Cᵢⱼ)/ε), taken row by row with the greatest
//! exponent in front, so that no number overflows however small ε is. Computation is in f64 on the host: with costs of
//! tens and ε = .04 the exponents need more digits than f32 leaves them.

mod divergence;
mod matching;
#[cfg(test)]
mod tests;

pub use divergence::{Divergence, SinkhornDivergence};
pub use matching::{Matching, SinkhornMatching};

use rayon::prelude::*;

use crate::network::NetworkError;

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

/// What moving each point of one cloud to each of another costs, row-major [from, to].
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

    fn transposed(&self) -> Self {
        let rows = self.values.len() / self.columns;
        let values =
            (0..self.values.len()).map(|at| self.values[at % rows * self.columns + at / rows]).collect();
        Self { values, columns: rows }
    }

    /// minᵋⱼ (Cᵢⱼ − hⱼ) for every i.
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

/// log Σⱼ exp(hⱼ − rⱼ Cⱼ).
fn log_sum_exp(row: &[f64], h: &[f64], rate: f64) -> f64 {
    let exponents = || row.iter().zip(h).map(|(cost, h)| h - rate * cost);
    let most = exponents().fold(f64::NEG_INFINITY, f64::max);
    let term = |exponent: f64| if exponent < NEGLIGIBLE { 0.0 } else { exponent.exp() };
    most + exponents().map(|exponent| term(exponent - most)).sum::<f64>().ln()
}
