//! Each point of one cloud with the point of another that an entropic plan gives it.

use super::{Cloud, Cost, Costs};
use crate::network::NetworkError;

/// Sinkhorn's iterations with Euclidean cost, until the potentials stand still (Cuturi 2013, in log space).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SinkhornMatching {
    /// ε, a distance.
    pub epsilon: f64,
    /// Most rounds.
    pub rounds: usize,
    /// The summed change of all potentials in a round below which it is enough.
    pub tolerance: f64,
}

impl Default for SinkhornMatching {
    /// As Torre et al. 2025 measure: ε = .1, 1,000 rounds, .1 in summed change.
    fn default() -> Self {
        Self { epsilon: 0.1, rounds: 1_000, tolerance: 0.1 }
    }
}

/// Who goes with whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Matching {
    /// For each point of the second cloud the point of the first that sends it most.
    pub partners: Vec<usize>,
    /// The distance of each pair.
    pub distances: Vec<f64>,
}

impl Matching {
    /// The mean distance of a pair.
    #[must_use]
    pub fn mean_distance(&self) -> f64 {
        self.distances.iter().sum::<f64>() / self.distances.len() as f64
    }
}

impl SinkhornMatching {
    /// For each point of `y` its partner in `x`: the greatest entry of its column of the plan.
    ///
    /// O(n m (d + rounds)) time and O(n m) space.
    ///
    /// # Errors
    /// [`NetworkError::Shape`] for clouds of different dimensions, [`NetworkError::BadArgument`] for an ε that is not
    /// positive.
    pub fn between(&self, x: Cloud<'_>, y: Cloud<'_>) -> Result<Matching, NetworkError> {
        x.same_dimension(y)?;
        let positive = self.epsilon.is_finite() && self.epsilon > 0.0;
        NetworkError::unless(positive, "the regularisation ε", self.epsilon, "a positive number")?;
        let to = Cost::new(x, y, f64::sqrt);
        let back = to.transposed();
        let weight = |count: usize| -self.epsilon * (count as f64).ln();
        let (mut u, mut v) = (vec![0.0; x.count()], vec![0.0; y.count()]);
        for _ in 0..self.rounds {
            let update = |cost: &Cost, other: &[f64], own: &mut Vec<f64>| -> f64 {
                let mut next = cost.soft_minimum(self.epsilon, other);
                next.iter_mut().for_each(|value| *value += weight(own.len()));
                let change = next.iter().zip(&*own).map(|(new, old)| (new - old).abs()).sum();
                *own = next;
                change
            };
            if update(&to, &v, &mut u) + update(&back, &u, &mut v) < self.tolerance {
                break;
            }
        }
        // within a column only uᵢ − Cᵢⱼ decides
        let mut matching = Matching { partners: Vec::new(), distances: Vec::new() };
        for column in back.values.chunks_exact(back.columns) {
            let rated = column.iter().zip(&u).map(|(cost, u)| u - cost).enumerate();
            let (partner, _) = rated.fold((0, f64::NEG_INFINITY), |a, b| if b.1 > a.1 { b } else { a });
            matching.partners.push(partner);
            matching.distances.push(column[partner]);
        }
        Ok(matching)
    }
}
