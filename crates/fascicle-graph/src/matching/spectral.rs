//! Spectral matching.

use super::{Affinity, Matching, assign_max};
use crate::GraphError;
use crate::measure::Iteration;

/// How a vector over candidate pairs becomes a one-to-one matching.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Discretisation {
    /// The greatest entry whose nodes are both still free, again and again while it is above 0 (Leordeanu & Hebert 2005).
    /// O(c log c).
    #[default]
    Greedy,
    /// The matching with the greatest sum of entries, by [`assign_max`]. O(n³) time, O(n₁·n₂) space.
    Hungarian,
}

/// Spectral matching (Leordeanu & Hebert 2005): the leading eigenvector of the affinity matrix says how strongly each
/// pair belongs to the main cluster of pairs that agree with each other; made one-to-one, it is the matching.
///
/// O(entries) a round of power iteration, from equal entries. Pairs outside the main cluster (in a component of the
/// matrix of lesser eigenvalue) have entries that go to 0; while those are above 0, they are matched last.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spectral {
    /// When power iteration ends. The vector is used as it is then: [`Matching::settled`] says whether it had converged.
    pub iteration: Iteration,
    /// How the vector becomes a matching.
    pub discretisation: Discretisation,
}

/// The leading eigenvector of an affinity matrix.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Leading {
    /// One entry a candidate, of unit length, none below 0.
    pub vector: Vec<f64>,
    /// Its eigenvalue (Rayleigh's quotient). Once settled, no matching scores more than this times its number of pairs.
    pub value: f64,
    /// How many rounds power iteration took.
    pub rounds: usize,
    /// Whether it converged within them.
    pub settled: bool,
}

impl Spectral {
    /// Matches.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a tolerance that is not positive.
    pub fn run(&self, affinity: &Affinity) -> Result<Matching, GraphError> {
        let leading = self.leading(affinity)?;
        let chosen = discretise(affinity, &leading.vector, self.discretisation)?;
        Ok(affinity.matching(&chosen, leading.rounds, leading.settled))
    }

    /// The leading eigenvector.
    ///
    /// The matrix has no negative entry and a positive diagonal, so that power iteration converges; of components with
    /// the same eigenvalue the equal start takes a mixture.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a tolerance that is not positive.
    pub fn leading(&self, affinity: &Affinity) -> Result<Leading, GraphError> {
        self.iteration.check()?;
        let count = affinity.matrix().node_count();
        let mut vector = vec![1.0 / (count.max(1) as f64).sqrt(); count];
        let mut leading = Leading { settled: count == 0, ..Leading::default() };
        let mut next = vec![0.0; count];
        while !leading.settled && leading.rounds < self.iteration.most {
            affinity.times(&vector, &mut next);
            leading.value = dot(&vector, &next);
            let length = dot(&next, &next).sqrt();
            if length == 0.0 {
                // an empty matrix: every vector is as good
                leading.settled = true;
                break;
            }
            next.iter_mut().for_each(|entry| *entry /= length);
            let change: f64 = vector.iter().zip(&next).map(|(old, new)| (old - new).abs()).sum();
            std::mem::swap(&mut vector, &mut next);
            leading.rounds += 1;
            leading.settled = change <= self.iteration.tolerance;
        }
        leading.vector = vector;
        Ok(leading)
    }
}

pub(super) fn dot(one: &[f64], two: &[f64]) -> f64 {
    one.iter().zip(two).map(|(one, two)| one * two).sum()
}

/// For each candidate whether it is in the matching that the vector stands for.
pub(super) fn discretise(
    affinity: &Affinity,
    vector: &[f64],
    how: Discretisation,
) -> Result<Vec<bool>, GraphError> {
    let (left, right) = affinity.nodes();
    let mut chosen = vec![false; vector.len()];
    let pairs: Vec<(usize, usize)> = affinity.candidates().collect();
    match how {
        Discretisation::Greedy => {
            let mut order: Vec<usize> = (0..vector.len()).filter(|&place| vector[place] > 0.0).collect();
            // stable: of equal entries the first pair
            order.sort_by(|&p, &q| vector[q].total_cmp(&vector[p]));
            let (mut left_free, mut right_free) = (vec![true; left], vec![true; right]);
            for place in order {
                let (i, a) = pairs[place];
                if left_free[i] && right_free[a] {
                    (left_free[i], right_free[a], chosen[place]) = (false, false, true);
                }
            }
        }
        Discretisation::Hungarian => {
            let mut dense = vec![0.0; left * right];
            for (&(i, a), &entry) in pairs.iter().zip(vector) {
                dense[i * right + a] = entry.max(0.0);
            }
            let found = assign_max(&dense, left, right)?;
            for (place, &(i, a)) in pairs.iter().enumerate() {
                chosen[place] = found.columns[i] == Some(a);
            }
        }
    }
    Ok(chosen)
}
