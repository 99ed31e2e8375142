//! Repeated multiplication with the matrix of a graph, until nothing changes.

use rayon::prelude::*;

use super::sums::{gather, gather_weighted};
use crate::GraphError;
use crate::rows::Rows;

/// When an iteration ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Iteration {
    /// The greatest change of a round, as the sum over nodes of absolute differences of scores that sum (or whose squares
    /// sum) to 1.
    pub tolerance: f64,
    /// The rounds after which it is an error not to have arrived.
    pub most: usize,
}

impl Default for Iteration {
    /// 10⁻¹⁰ within 1,000 rounds.
    fn default() -> Self {
        Self { tolerance: 1e-10, most: 1000 }
    }
}

impl Iteration {
    pub(crate) fn check(self) -> Result<(), GraphError> {
        if self.tolerance > 0.0 {
            Ok(())
        } else {
            Err(GraphError::argument("the tolerance", self.tolerance, "a positive number"))
        }
    }

    /// Repeats `round`, which makes new scores from old ones, until they agree.
    pub(super) fn run(
        self,
        measure: &'static str,
        advice: &'static str,
        mut scores: Vec<f64>,
        mut round: impl FnMut(&[f64], &mut [f64]),
    ) -> Result<Vec<f64>, GraphError> {
        self.check()?;
        let mut next = vec![0.0; scores.len()];
        let mut change = f64::INFINITY;
        for _ in 0..self.most {
            round(&scores, &mut next);
            change = distance(&scores, &next);
            std::mem::swap(&mut scores, &mut next);
            if change <= self.tolerance {
                return Ok(scores);
            }
            if !change.is_finite() {
                break;
            }
        }
        Err(GraphError::NotConverged {
            measure,
            iterations: self.most,
            change,
            tolerance: self.tolerance,
            advice,
        })
    }
}

/// Nodes that one task takes: a constant, so that sums over parts do not depend on the machine.
const PART: usize = 4096;

/// Rows as a matrix whose rows they are.
pub(super) struct Matrix<'a> {
    rows: &'a Rows,
    /// All weights are 1.
    plain: bool,
}

impl<'a> Matrix<'a> {
    pub(super) fn new(rows: &'a Rows) -> Self {
        Self { rows, plain: rows.weights.iter().all(|&weight| weight == 1.0) }
    }

    /// For each node `finish` of the node and of the sum over its row of weight times value.
    pub(super) fn multiply(
        &self,
        values: &[f64],
        out: &mut [f64],
        finish: impl Fn(usize, f64) -> f64 + Sync,
    ) {
        out.par_chunks_mut(PART).enumerate().for_each(|(part, out)| {
            for (place, out) in out.iter_mut().enumerate() {
                let node = part * PART + place;
                let row = self.rows.row(node);
                let places = &self.rows.neighbours[row.clone()];
                let sum = if self.plain {
                    gather(places, values)
                } else {
                    gather_weighted(places, &self.rows.weights[row], values)
                };
                *out = finish(node, sum);
            }
        });
    }
}

/// The sum of absolute differences.
fn distance(one: &[f64], two: &[f64]) -> f64 {
    one.iter().zip(two).map(|(one, two)| (one - two).abs()).sum()
}

/// Divides scores by their sum of absolute values; scores of nothing stay.
pub(super) fn to_sum_one(scores: &mut [f64]) {
    let sum: f64 = scores.iter().map(|score| score.abs()).sum();
    divide(scores, sum);
}

/// Divides scores by the root of their sum of squares; scores of nothing stay.
pub(super) fn to_unit_length(scores: &mut [f64]) {
    let length = scores.iter().map(|score| score * score).sum::<f64>().sqrt();
    divide(scores, length);
}

fn divide(scores: &mut [f64], by: f64) {
    if by > 0.0 {
        for score in scores {
            *score /= by;
        }
    }
}
