//! One network and all fits to it.

use fascicle_core::seed::Seeds;

use super::measure::{Measured, Variant, fitted, truth};
use super::planted::{Design, Planted};
use crate::{Doing, ExperimentError};

/// Random starts of the model without a prior that is given more of them.
const MANY_STARTS: usize = 4;

/// One network, and what each model made of it.
pub(super) struct Trials {
    pub(super) planted: Planted,
    pub(super) truth: Measured,
    fits: [Measured; 3],
    /// Without a prior, from many starts.
    pub(super) lucky: Option<Measured>,
}

impl Trials {
    pub(super) fn run(
        design: Design,
        seeds: Seeds,
        with_luck: bool,
        rounds: usize,
    ) -> Result<Self, ExperimentError> {
        let planted = Planted::new(design, seeds).doing("planting a network")?;
        let seed = seeds.named("fit");
        let fit = |variant, starts| fitted(&planted, variant, [starts, rounds], seed);
        let [flat, gaussian, one_hot] = Variant::ALL;
        Ok(Self {
            truth: truth(&planted)?,
            fits: [fit(flat, 1)?, fit(gaussian, 1)?, fit(one_hot, 1)?],
            lucky: with_luck.then(|| fit(flat, MANY_STARTS)).transpose()?,
            planted,
        })
    }

    pub(super) fn of(&self, variant: Variant) -> &Measured {
        &self.fits[variant as usize]
    }

    /// What one variant has more than another.
    pub(super) fn gain(&self, more: Variant, less: Variant, measure: fn(&Measured) -> f64) -> f64 {
        measure(self.of(more)) - measure(self.of(less))
    }

    /// The best fit's likelihood below that of the truth.
    pub(super) fn below_truth(&self) -> f64 {
        let best = self.fits.iter().map(|fit| fit.log_likelihood).fold(f64::NEG_INFINITY, f64::max);
        self.truth.log_likelihood - best
    }
}
