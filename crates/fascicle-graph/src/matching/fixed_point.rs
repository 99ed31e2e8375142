//! Integer projected fixed points.

use super::spectral::{discretise, dot};
use super::{Affinity, Discretisation, Matching, Spectral};
use crate::GraphError;

/// Integer projected fixed points (IPFP; Leordeanu, Hebert & Sukthankar 2009): climbs xᵀMx from the spectral solution.
///
/// Each round solves the linear assignment problem of the gradient, M·x, and goes from x towards that matching as far as
/// the score rises: Frank–Wolfe with an exact line search. Kept is the best matching met on the way, the
/// spectral one among them, so that the score is never below that of [`Spectral`].
///
/// O(entries + n³) a round, O(n₁·n₂) space; the rounds are few.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FixedPoint {
    /// Where it starts: the leading eigenvector, scaled so that no row or column sums to more than 1.
    pub start: Spectral,
    /// The rounds after which it ends in any case.
    pub most: usize,
}

impl Default for FixedPoint {
    /// From the usual spectral solution, 100 rounds at most.
    fn default() -> Self {
        Self { start: Spectral::default(), most: 100 }
    }
}

/// A round that promises less than this share of the score is the last.
const ENOUGH: f64 = 1e-12;

impl FixedPoint {
    /// Matches.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a tolerance that is not positive.
    pub fn run(&self, affinity: &Affinity) -> Result<Matching, GraphError> {
        let leading = self.start.leading(affinity)?;
        let mut best = discretise(affinity, &leading.vector, self.start.discretisation)?;
        let mut best_score = affinity.score_of(&best);
        let mut x = inside(affinity, leading.vector);
        let mut gradient = vec![0.0; x.len()];
        let mut towards = vec![0.0; x.len()];
        let (mut rounds, mut settled) = (0, x.is_empty());
        while !settled && rounds < self.most {
            rounds += 1;
            affinity.times(&x, &mut gradient);
            let corner = discretise(affinity, &gradient, Discretisation::Hungarian)?;
            let score = affinity.score_of(&corner);
            if score > best_score {
                (best_score, best) = (score, corner.clone());
            }
            let step: Vec<f64> =
                corner.iter().zip(&x).map(|(&corner, x)| f64::from(u8::from(corner)) - x).collect();
            let rise = dot(&gradient, &step);
            affinity.times(&step, &mut towards);
            let bend = dot(&step, &towards);
            settled = rise <= ENOUGH * best_score;
            // along the step the score is x'Mx + 2 r rise + r² bend
            let far = if bend >= 0.0 { 1.0 } else { (-rise / bend).clamp(0.0, 1.0) };
            x.iter_mut().zip(&step).for_each(|(x, step)| *x += far * step);
        }
        Ok(affinity.matching(&best, rounds, settled))
    }
}

/// The vector scaled into the hull of all matchings: no row or column sums to more than 1.
fn inside(affinity: &Affinity, mut vector: Vec<f64>) -> Vec<f64> {
    let (left, right) = affinity.nodes();
    let (mut rows, mut columns) = (vec![0.0; left], vec![0.0; right]);
    for ((i, a), entry) in affinity.candidates().zip(&vector) {
        rows[i] += entry;
        columns[a] += entry;
    }
    let most = rows.into_iter().chain(columns).fold(0.0, f64::max);
    if most > 0.0 {
        vector.iter_mut().for_each(|entry| *entry /= most);
    }
    vector
}
