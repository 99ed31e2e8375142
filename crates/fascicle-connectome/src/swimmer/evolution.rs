//! Evolution strategies: a gradient from nothing but ranks of returns.
//!
//! Salimans et al. (2017, arXiv:1703.03864) as ESTorch has it, which the paper's experiments use: mirrored Gaussian
//! perturbations ε, centred ranks in [−½, ½] in place of returns, the estimate Σ rank·ε/(population · σ) with each component
//! clipped to [−1, 1], and Adam, with L2 regularisation added to the gradient. It differs in one point: equal returns share
//! their rank, where ESTorch ranks them by position, which makes of a plateau a direction.

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::error::{SwimmerError, positive};
use crate::adam::Adam;
use crate::random::normal;

/// Settings, with the paper's for defaults.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EvolutionConfig {
    /// Candidates in a generation, even.
    pub population: usize,
    /// Standard deviation σ of a perturbation.
    pub sigma: f64,
    /// Adam's step.
    pub learning_rate: f64,
    /// Coefficient of the L2 regularisation.
    pub l2: f64,
}

impl Default for EvolutionConfig {
    fn default() -> Self {
        Self { population: 8, sigma: 0.02, learning_rate: 0.01, l2: 0.005 }
    }
}

impl EvolutionConfig {
    fn check(&self) -> Result<(), SwimmerError> {
        if self.population < 2 || self.population % 2 == 1 {
            let expected = "an even number of at least 2, because perturbations come in pairs";
            return Err(SwimmerError::setting("the population", self.population, expected));
        }
        positive("the perturbation's sigma", self.sigma)?;
        positive("the learning rate", self.learning_rate)?;
        if !(self.l2.is_finite() && self.l2 >= 0.0) {
            return Err(SwimmerError::setting("the L2 coefficient", self.l2, "0 or a positive number"));
        }
        Ok(())
    }
}

/// An evolution strategy that is asked for candidates and told their fitness, by turns.
///
/// ```
/// use fascicle_connectome::swimmer::{Evolution, EvolutionConfig, SwimmerError};
///
/// # fn main() -> Result<(), SwimmerError> {
/// let mut evolution = Evolution::new(vec![0.0], EvolutionConfig { l2: 0.0, ..Default::default() }, 7)?;
/// for _ in 0..200 {
///     let fitness: Vec<f64> = evolution.ask().iter().map(|x| -(x[0] - 0.5).powi(2)).collect();
///     evolution.tell(&fitness)?;
/// }
/// assert!((evolution.parameters()[0] - 0.5).abs() < 0.05);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Evolution {
    config: EvolutionConfig,
    parameters: Vec<f64>,
    adam: Adam,
    rng: StdRng,
    /// One perturbation for each pair of candidates.
    noise: Vec<Vec<f64>>,
    generation: usize,
}

impl Evolution {
    /// Starts at these parameters.
    ///
    /// # Errors
    /// [`SwimmerError::BadSetting`] for an odd population or one below 2, and for numbers that are not positive.
    pub fn new(parameters: Vec<f64>, config: EvolutionConfig, seed: u64) -> Result<Self, SwimmerError> {
        config.check()?;
        let adam = Adam::new(config.learning_rate, parameters.len());
        let rng = StdRng::seed_from_u64(seed);
        Ok(Self { config, parameters, adam, rng, noise: Vec::new(), generation: 0 })
    }

    /// Where the search is.
    #[must_use]
    pub fn parameters(&self) -> &[f64] {
        &self.parameters
    }

    /// Draws a generation: first half parameters + ε, second half parameters − ε. Asked again before being told, it draws
    /// anew. O(population × parameters).
    pub fn ask(&mut self) -> Vec<Vec<f64>> {
        let (count, sigma) = (self.parameters.len(), self.config.sigma);
        let rng = &mut self.rng;
        self.noise = (0..self.config.population / 2)
            .map(|_| (0..count).map(|_| sigma * normal(rng)).collect())
            .collect();
        let candidate = |sign: f64, noise: &[f64]| {
            self.parameters.iter().zip(noise).map(|(parameter, e)| parameter + sign * e).collect()
        };
        let signs = [1.0, -1.0];
        signs.iter().flat_map(|sign| self.noise.iter().map(|noise| candidate(*sign, noise))).collect()
    }

    /// Takes a step, from the fitness of the candidates last asked for, the more the better.
    ///
    /// # Errors
    /// [`SwimmerError::Shape`] for another number of candidates than was asked for, [`SwimmerError::Fitness`] for a fitness
    /// that is not finite; nothing is changed then.
    pub fn tell(&mut self, fitness: &[f64]) -> Result<(), SwimmerError> {
        let asked = 2 * self.noise.len();
        if fitness.len() != asked {
            let (found, axes) = (fitness.len(), "candidates asked for × fitness");
            return Err(SwimmerError::Shape { what: "fitness", found, rows: asked, columns: 1, axes });
        }
        if let Some(candidate) = fitness.iter().position(|value| !value.is_finite()) {
            let (generation, fitness) = (self.generation, fitness[candidate]);
            return Err(SwimmerError::Fitness { generation, candidate, fitness });
        }
        if asked > 0 {
            let gradient = self.gradient(&centred_ranks(fitness));
            self.adam.descend(&mut self.parameters, &gradient);
            self.noise.clear();
            self.generation += 1;
        }
        Ok(())
    }

    /// What Adam descends: minus the estimate, clipped, plus the regularisation.
    fn gradient(&self, ranks: &[f64]) -> Vec<f64> {
        let (plus, minus) = ranks.split_at(self.noise.len());
        let scale = self.config.population as f64 * self.config.sigma;
        let mut ascent = vec![0.0; self.parameters.len()];
        for ((noise, up), down) in self.noise.iter().zip(plus).zip(minus) {
            for (sum, e) in ascent.iter_mut().zip(noise) {
                *sum += (up - down) * e / scale;
            }
        }
        let with_l2 =
            |(ascent, parameter): (&f64, &f64)| self.config.l2 * parameter - ascent.clamp(-1.0, 1.0);
        ascent.iter().zip(&self.parameters).map(with_l2).collect()
    }
}

/// Ranks from −½ (the least) to ½; equal values share the mean of theirs. O(n²), for populations.
fn centred_ranks(values: &[f64]) -> Vec<f64> {
    let rank = |value: &f64| {
        let below = values.iter().filter(|other| *other < value).count() as f64;
        let equal = values.iter().filter(|other| *other == value).count() as f64;
        (below + (equal - 1.0) / 2.0) / (values.len() - 1) as f64 - 0.5
    };
    values.iter().map(rank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks() {
        for (values, expected) in [
            // the example of ESTorch's documentation, its ranks being sixths
            (
                vec![-123.0, -50.0, 3.0, -5.0, 20.0, 10.0, 100.0],
                vec![-0.5, -1.0 / 3.0, 0.0, -1.0 / 6.0, 1.0 / 3.0, 1.0 / 6.0, 0.5],
            ),
            (vec![0.0, 0.0], vec![0.0, 0.0]),
            (vec![1.0, 0.0, 1.0], vec![0.25, -0.5, 0.25]),
        ] {
            let ranks = centred_ranks(&values);
            assert!(ranks.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-15), "{ranks:?}");
        }
    }

    #[test]
    fn candidates_mirror_each_other() {
        let config = EvolutionConfig { population: 6, ..EvolutionConfig::default() };
        let mut evolution = Evolution::new(vec![1.0, -2.0], config, 3).unwrap();
        let candidates = evolution.ask();
        for i in 0..3 {
            for (axis, centre) in [1.0, -2.0].into_iter().enumerate() {
                let mean = (candidates[i][axis] + candidates[i + 3][axis]) / 2.0;
                assert!((mean - centre).abs() < 1e-15);
            }
        }
    }

    #[test]
    fn the_gradient_is_the_estimate_written_out() {
        let config = EvolutionConfig { population: 4, sigma: 0.5, learning_rate: 0.01, l2: 0.1 };
        let mut evolution = Evolution::new(vec![2.0], config, 0).unwrap();
        evolution.noise = vec![vec![0.25], vec![-0.5]];
        // ranks of 3, 1, 2, 0: (0.5·0.25 − 1/6·(−0.5) …)/(4·0.5)
        let ranks = centred_ranks(&[3.0, 1.0, 2.0, 0.0]);
        let estimate = (0.5 * 0.25 + (-1.0 / 6.0) * -0.5 + (1.0 / 6.0) * -0.25 + -0.5 * 0.5) / 2.0;
        assert!((evolution.gradient(&ranks)[0] - (0.1 * 2.0 - estimate)).abs() < 1e-15);
    }
}
