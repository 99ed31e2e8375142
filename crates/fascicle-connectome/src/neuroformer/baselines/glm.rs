//! A Poisson model of every neuron with coupling filters from all neurons' pasts (Pillow et al. 2008), the model that
//! spike prediction is mostly compared with.
//!
//! Neuron j has counts y_j(t) ~ Poisson(λ_j(t)) with log λ_j(t) = b_j + Σ_i Σ_k w_ijk Σ_l φ_k(l) y_i(t − l), its own
//! past included. Each neuron is fitted alone by Newton's method on the negative log-likelihood plus `ridge`/2 · Σ w²;
//! the problem is convex, so the fit is the one best.

use rayon::prelude::*;

use super::super::{Counts, NeuroformerError};
use super::basis::CouplingBasis;
use super::cholesky::Cholesky;

/// How the model is fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct GlmConfig {
    /// What filters are made of.
    pub basis: CouplingBasis,
    /// Strength of the penalty on coupling weights; the base rate is free.
    pub ridge: f64,
    /// Newton steps at most; ten are plenty for counts.
    pub steps: usize,
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct PoissonGlm {
    basis: CouplingBasis,
    neurons: usize,
    /// For each target, its weights `[source][function]` and then the log base rate.
    parameters: Vec<Vec<f64>>,
    /// Log-likelihood of the counts it was fitted to, without the terms that do not depend on the model.
    pub log_likelihood: f64,
}

impl PoissonGlm {
    /// Fits all neurons, in parallel. O(n · steps · (bins · k² + p³)), with p = n · functions + 1 parameters and k of
    /// the p inputs not zero in a bin.
    ///
    /// # Errors
    /// Too few bins; a ridge that is not positive.
    pub fn fit(counts: &Counts, config: &GlmConfig) -> Result<Self, NeuroformerError> {
        if !(config.ridge > 0.0 && config.ridge.is_finite()) {
            let expected = "a positive number, because silent neurons leave weights free otherwise";
            return Err(NeuroformerError::bad("the ridge", config.ridge, expected));
        }
        let design = Design::of(counts, &config.basis)?;
        let fits: Vec<(Vec<f64>, f64)> = (0..counts.neurons())
            .into_par_iter()
            .map(|target| design.fit(&design.target(counts, target), config))
            .collect::<Result<_, _>>()?;
        let log_likelihood = fits.iter().map(|(_, value)| value).sum();
        let parameters = fits.into_iter().map(|(parameters, _)| parameters).collect();
        Ok(Self { basis: config.basis.clone(), neurons: counts.neurons(), parameters, log_likelihood })
    }

    /// The filter from `source` to `target`, one value for each lag from 1 on.
    pub fn filter(&self, source: usize, target: usize) -> Vec<f64> {
        let weights = &self.parameters[target][source * self.basis.count()..][..self.basis.count()];
        let value =
            |lag| weights.iter().zip(self.basis.functions()).map(|(w, function)| w * function[lag]).sum();
        (0..self.basis.lags()).map(value).collect()
    }

    /// Sum over each filter, `[source][target]` in one row: how much more the target fires, in log rate, for a spike of
    /// the source.
    pub fn coupling(&self) -> Vec<f64> {
        let pairs =
            (0..self.neurons).flat_map(|source| (0..self.neurons).map(move |target| (source, target)));
        pairs.map(|(source, target)| self.filter(source, target).iter().sum()).collect()
    }

    /// The expected count of every neuron in `bin`, from the bins before it (as many as there are).
    pub fn rates(&self, counts: &Counts, bin: usize) -> Vec<f64> {
        let inputs = inputs(counts, &self.basis, bin);
        self.parameters.iter().map(|parameters| log_rate(&inputs, parameters).exp()).collect()
    }
}

/// The inputs in every bin that has a whole past, those that are zero left out: spikes are rare.
struct Design {
    rows: Vec<Vec<(usize, f64)>>,
    lags: usize,
    parameters: usize,
}

impl Design {
    fn of(counts: &Counts, basis: &CouplingBasis) -> Result<Self, NeuroformerError> {
        let lags = basis.lags();
        if counts.bins() <= lags {
            let expected = format!("more than the {lags} lags");
            return Err(NeuroformerError::Count {
                what: "the recording's row of bins",
                found: counts.bins(),
                expected,
            });
        }
        let rows = (lags..counts.bins()).map(|bin| inputs(counts, basis, bin)).collect();
        Ok(Self { rows, lags, parameters: counts.neurons() * basis.count() + 1 })
    }

    fn target(&self, counts: &Counts, neuron: usize) -> Vec<f64> {
        (self.lags..counts.bins()).map(|bin| counts.bin(bin)[neuron]).collect()
    }

    fn fit(&self, y: &[f64], config: &GlmConfig) -> Result<(Vec<f64>, f64), NeuroformerError> {
        let mut at = vec![0.0; self.parameters];
        // half a spike more than there were, so that a silent neuron has a finite log rate
        at[self.parameters - 1] = ((y.iter().sum::<f64>() + 0.5) / y.len() as f64).ln();
        let mut here = self.objective(y, &at, config.ridge);
        for _ in 0..config.steps {
            let (mut step, hessian) = self.slopes(y, &at, config.ridge);
            Cholesky::new(hessian, self.parameters, "the curvature of the Poisson model")?.solve(&mut step);
            // Newton's step can overshoot where the rate is far below the counts
            let mut length = 1.0;
            let next = loop {
                let next: Vec<f64> = at.iter().zip(&step).map(|(a, step)| a - length * step).collect();
                let there = self.objective(y, &next, config.ridge);
                if there <= here {
                    break Some((next, there));
                }
                length /= 2.0;
                if length < 1e-6 {
                    break None;
                }
            };
            let Some((next, there)) = next else { break };
            let gained = here - there;
            (at, here) = (next, there);
            if gained < 1e-9 * (1.0 + here.abs()) {
                break;
            }
        }
        let likelihood = -self.objective(y, &at, 0.0);
        Ok((at, likelihood))
    }

    /// Σ λ − y log λ, plus the penalty.
    fn objective(&self, y: &[f64], at: &[f64], ridge: f64) -> f64 {
        let terms = self.rows.iter().zip(y).map(|(row, y)| {
            let log = log_rate(row, at);
            log.exp() - y * log
        });
        let penalty: f64 = at[..at.len() - 1].iter().map(|w| w * w).sum();
        terms.sum::<f64>() + ridge / 2.0 * penalty
    }

    /// Gradient and the lower triangle of the Hessian of [`objective`](Self::objective).
    fn slopes(&self, y: &[f64], at: &[f64], ridge: f64) -> (Vec<f64>, Vec<f64>) {
        let size = self.parameters;
        let mut gradient: Vec<f64> = at.iter().map(|w| ridge * w).collect();
        let mut hessian = vec![0.0; size * size];
        gradient[size - 1] = 0.0;
        for at in 0..size - 1 {
            hessian[at * size + at] = ridge;
        }
        for (row, y) in self.rows.iter().zip(y) {
            let rate = log_rate(row, at).exp();
            for (done, (i, value)) in row.iter().enumerate() {
                gradient[*i] += (rate - y) * value;
                for (j, other) in &row[..=done] {
                    hessian[i * size + j] += rate * value * other;
                }
            }
        }
        (gradient, hessian)
    }
}

/// What a neuron's log rate in `bin` is a weighted sum of: (parameter, value) in rising order, the base rate last.
fn inputs(counts: &Counts, basis: &CouplingBasis, bin: usize) -> Vec<(usize, f64)> {
    let (n, functions) = (counts.neurons(), basis.count());
    let mut dense = vec![0.0; n * functions + 1];
    dense[n * functions] = 1.0;
    for lag in 1..=basis.lags().min(bin) {
        for (source, count) in counts.bin(bin - lag).iter().enumerate().filter(|(_, count)| **count != 0.0) {
            for (function, values) in basis.functions().iter().enumerate() {
                dense[source * functions + function] += count * values[lag - 1];
            }
        }
    }
    dense.into_iter().enumerate().filter(|(_, value)| *value != 0.0).collect()
}

fn log_rate(inputs: &[(usize, f64)], parameters: &[f64]) -> f64 {
    inputs.iter().map(|(at, value)| parameters[*at] * value).sum()
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{Rng, SeedableRng};

    use super::super::correlation::tests::counts;
    use super::*;

    fn example() -> Counts {
        counts(&[
            &[1, 0, 2, 1, 0, 3, 1, 0, 0, 1, 2, 0, 1, 0],
            &[0, 1, 0, 2, 1, 0, 2, 1, 0, 0, 1, 1, 0, 2],
            &[1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0],
        ])
    }

    #[test]
    fn slopes_are_those_of_the_objective() {
        let counts = example();
        let design = Design::of(&counts, &CouplingBasis::raised_cosine(3, 2).unwrap()).unwrap();
        let y = design.target(&counts, 1);
        let at: Vec<f64> = (0..design.parameters).map(|i| 0.3 * (i as f64 * 1.7).sin()).collect();
        let (gradient, hessian) = design.slopes(&y, &at, 0.7);
        let moved = |i: usize, by: f64| {
            let mut there = at.clone();
            there[i] += by;
            there
        };
        let h = 1e-5;
        for i in 0..design.parameters {
            let [up, down] = [h, -h].map(|by| design.objective(&y, &moved(i, by), 0.7));
            assert!((gradient[i] - (up - down) / (2.0 * h)).abs() < 1e-7, "gradient {i}");
            let [up, down] = [h, -h].map(|by| design.slopes(&y, &moved(i, by), 0.7).0);
            for j in 0..=i {
                let slope = (up[j] - down[j]) / (2.0 * h);
                assert!((hessian[i * design.parameters + j] - slope).abs() < 1e-7, "curvature {i} {j}");
            }
        }
    }

    #[test]
    fn equals_numpy() {
        // the same counts with lags 1 and 2 free and ridge 0.5, 50 Newton steps in numpy: weights of target 1 from
        // source 0 and 2
        let config = GlmConfig { basis: CouplingBasis::free(2).unwrap(), ridge: 0.5, steps: 50 };
        let model = PoissonGlm::fit(&example(), &config).unwrap();
        for (source, expected) in [(0, FROM_0), (2, FROM_2)] {
            for (got, expected) in model.filter(source, 1).iter().zip(expected) {
                assert!((got - expected).abs() < 1e-6, "{source}: {got} {expected}");
            }
        }
        assert!((model.log_likelihood - LIKELIHOOD).abs() < 1e-6, "{}", model.log_likelihood);
    }
    const FROM_0: [f64; 2] = [0.725_681_497_181_924_4, -0.145_804_770_979_808_32];
    const FROM_2: [f64; 2] = [0.604_902_789_289_276_7, -0.183_984_866_771_623_7];
    const LIKELIHOOD: f64 = -22.662_686_077_829_026;

    #[test]
    fn a_driven_neuron_is_told_from_a_free_one() {
        // neuron 1 spikes two bins after neuron 0; neuron 2 is silent
        const BINS: usize = 2000;
        let mut rng = StdRng::seed_from_u64(4);
        let driver: Vec<u32> = (0..BINS).map(|_| u32::from(rng.random_bool(0.12))).collect();
        let driven: Vec<u32> = [0, 0].into_iter().chain(driver.iter().copied()).take(BINS).collect();
        let counts = counts(&[&driver, &driven, &[0; BINS]]);
        let basis = CouplingBasis::raised_cosine(5, 3).unwrap();
        let model = PoissonGlm::fit(&counts, &GlmConfig { basis, ridge: 0.1, steps: 30 }).unwrap();
        let coupling = model.coupling();
        assert!(coupling[1] > 2.0, "{coupling:?}");
        assert!(coupling.iter().all(|value| value.is_finite()));
        assert!(coupling[3].abs() < coupling[1] / 2.0, "{coupling:?}");
        let spike = (5..BINS).find(|bin| driver[bin - 2] == 1).unwrap();
        let quiet = (5..BINS).find(|bin| driver[bin - 5..*bin].iter().all(|count| *count == 0)).unwrap();
        assert!(model.rates(&counts, spike)[1] > 5.0 * model.rates(&counts, quiet)[1]);
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        let fit = |lags, ridge| {
            let basis = CouplingBasis::free(lags).unwrap();
            PoissonGlm::fit(&example(), &GlmConfig { basis, ridge, steps: 5 }).unwrap_err().to_string()
        };
        insta::assert_snapshot!(fit(2, 0.0), @"the ridge is 0; expected a positive number, because silent neurons leave weights free otherwise");
        insta::assert_snapshot!(fit(14, 1.0), @"the recording's row of bins has 14 values; expected more than the 14 lags");
    }
}
