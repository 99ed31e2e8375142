//! Non-negative tensor factorisation: Y ≈ Σ_c f¹_c ∘ f²_c ∘ …, all factors non-negative (CP, PARAFAC).
//!
//! Hierarchical alternating least squares minimises ½‖Y − X‖² over what was observed (Cichocki & Phan 2009, "Fast local
//! algorithms for large scale nonnegative matrix and tensor factorizations"): with M = Y₍m₎ · KR(others) and G the
//! Hadamard product of the others' Gram matrices, column c of mode m becomes max(ε, F_c + (M_c − F G_c) / G_cc). Each such
//! step is a minimum of its own, so the error never rises.
//!
//! With a mask, rows get matrices of their own (those of what was observed), so that each step is still a minimum and nothing is
//! imputed; the model's norm over what was observed is computed anew in each sweep. (An error that takes the norm of a
//! tensor with filled gaps from before the step does rise: tensorly, issue 578.)

mod contract;
mod factor;
mod hals;
mod observed;
#[cfg(test)]
mod tests;
mod walk;

pub use factor::Factor;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rayon::prelude::*;

use self::hals::Fitting;
use super::Tensor;
use crate::ConnectomeError;

/// Finds non-negative factors of a tensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ntf {
    /// The number of components.
    pub rank: usize,
    /// How often it is done from another start.
    pub replicates: usize,
    /// How many sweeps over all modes at most.
    pub iterations: usize,
    /// It ends when a sweep lowers the relative error by less than this. With 0 it goes on to the last sweep, or until
    /// rounding makes the error rise.
    pub tolerance: f64,
    /// Of the starts.
    pub seed: u64,
}

/// Non-negative factors of a tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Factorisation {
    /// A factor for each mode. Components have length 1 in all modes but the last, which holds their size, and come by falling
    /// size.
    pub factors: Vec<Factor>,
    /// ‖Y − X‖ / ‖Y‖ over what was observed, from the residuals.
    pub error: f64,
    /// The relative error after each sweep, as the sweep computes it: from norms and a product, good to about 1e-8.
    pub errors: Vec<f64>,
    /// Whether the last sweep gained less than the tolerance; otherwise the iterations were used up.
    pub converged: bool,
}

impl Factorisation {
    /// The number of components.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.factors[0].rank()
    }
}

impl Ntf {
    /// Of this rank, with the usual settings: 4 replicates, at most 500 sweeps, tolerance 1e-6, seed 0.
    #[must_use]
    pub fn new(rank: usize) -> Self {
        Self { rank, replicates: 4, iterations: 500, tolerance: 1e-6, seed: 0 }
    }

    /// Factorises from random starts, in parallel; the results by rising error. A start draws every value from (0, 1) and is
    /// scaled to the tensor's norm.
    ///
    /// A sweep reads the tensor twice, O(size · R); with a mask, O((F + Q n) R²) besides, for F fibres along the first mode, Q
    /// different patterns of what is observed among them, and a first mode of size n. O(R · size / last mode) space a replicate.
    ///
    /// # Errors
    /// [`ConnectomeError::BadArgument`] for a rank of 0 or one that is no use (a tensor's rank is at most the product of its
    /// sizes but for the largest), for no replicates or iterations, a negative tolerance, or a tensor that is 0.
    pub fn fit(&self, tensor: &Tensor) -> Result<Vec<Factorisation>, ConnectomeError> {
        self.check(tensor)?;
        let mut fits: Vec<Factorisation> = (0..self.replicates as u64)
            .into_par_iter()
            .map(|replicate| {
                let mut fitting = Fitting::new(tensor, self.start(tensor, replicate));
                fitting.match_norm();
                self.run(fitting)
            })
            .collect();
        fits.sort_by(|a, b| a.error.total_cmp(&b.error));
        Ok(fits)
    }

    /// Factorises from these factors, one a mode.
    ///
    /// # Errors
    /// As [`Ntf::fit`]; [`ConnectomeError::BadArgument`] for factors of another size or rank.
    pub fn fit_from(&self, tensor: &Tensor, start: &[Factor]) -> Result<Factorisation, ConnectomeError> {
        self.check(tensor)?;
        let sizes: Vec<usize> = start.iter().map(Factor::size).collect();
        if sizes != tensor.shape() {
            let expected = format!("the tensor's shape {:?}", tensor.shape());
            return Err(ConnectomeError::argument(
                "the list of factors' sizes",
                format!("{sizes:?}"),
                expected,
            ));
        }
        if let Some(factor) = start.iter().find(|factor| factor.rank() != self.rank) {
            let expected = format!("{} (the rank asked for)", self.rank);
            return Err(ConnectomeError::argument("the rank of a factor", factor.rank(), expected));
        }
        Ok(self.run(Fitting::new(tensor, start.to_vec())))
    }

    fn check(&self, tensor: &Tensor) -> Result<(), ConnectomeError> {
        for (name, value) in [
            ("the rank", self.rank),
            ("the number of replicates", self.replicates),
            ("the number of iterations", self.iterations),
        ] {
            if value == 0 {
                return Err(ConnectomeError::argument(name, 0, "at least 1"));
            }
        }
        if !(self.tolerance.is_finite() && self.tolerance >= 0.0) {
            return Err(ConnectomeError::argument(
                "the tolerance",
                self.tolerance,
                "a finite number of at least 0",
            ));
        }
        // any tensor is a sum of as many components as the other modes together have places
        let largest = tensor.shape().iter().copied().max().unwrap_or(1);
        let most = tensor.values().len() / largest;
        if self.rank > most {
            let expected = format!("at most {most} (enough for any tensor of shape {:?})", tensor.shape());
            return Err(ConnectomeError::argument("the rank", self.rank, expected));
        }
        if tensor.norm() == 0.0 {
            return Err(ConnectomeError::argument("the norm of the tensor", 0, "at least one value above 0"));
        }
        Ok(())
    }

    fn start(&self, tensor: &Tensor, replicate: u64) -> Vec<Factor> {
        // SplitMix64's increment, so that neighbouring seeds share no start
        let mut rng =
            StdRng::seed_from_u64(self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(replicate)));
        let mut factor = |&size: &usize| {
            Factor::from_values(size, (0..size * self.rank).map(|_| rng.random_range(1e-9..1.0)).collect())
        };
        tensor.shape().iter().map(&mut factor).collect()
    }

    fn run(&self, mut fitting: Fitting<'_>) -> Factorisation {
        let mut errors: Vec<f64> = Vec::new();
        let mut converged = false;
        while errors.len() < self.iterations && !converged {
            let error = fitting.sweep();
            converged = errors.last().is_some_and(|last| last - error < self.tolerance);
            errors.push(error);
        }
        let error = fitting.exact_error();
        Factorisation { factors: by_size(fitting.factors), error, errors, converged }
    }
}

/// The components by falling size.
fn by_size(factors: Vec<Factor>) -> Vec<Factor> {
    let Some(last) = factors.last() else { return factors };
    let mut order: Vec<usize> = (0..last.rank()).collect();
    order.sort_by(|&a, &b| last.norm(b).total_cmp(&last.norm(a)));
    let sorted = |factor: &Factor| {
        let values = order.iter().flat_map(|&c| factor.component(c)).copied().collect();
        Factor::from_values(factor.size(), values)
    };
    factors.iter().map(sorted).collect()
}
