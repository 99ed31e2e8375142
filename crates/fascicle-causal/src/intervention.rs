//! What can be done to a site.

use fascicle_models::{Inputs, Site};

use crate::activation::Activation;
use crate::scope::Scope;

/// A change at one site, within a scope.
///
/// Several interventions at one site are applied in the order in which they are given, each to what the one before
/// it left. A site narrowed to one head (`blocks.0.attn.hook_z[3]`) is the whole site with the scope of that head.
#[derive(Clone, Debug)]
pub struct Intervention {
    /// Where.
    pub site: Site,
    /// Which part of it.
    pub scope: Scope,
    /// What is done.
    pub action: Action,
}

impl Intervention {
    /// `action` on the whole site.
    pub fn new(site: Site, action: Action) -> Self {
        Self { site, scope: Scope::all(), action }
    }

    /// The same, within `scope` only.
    #[must_use]
    pub fn within(self, scope: Scope) -> Self {
        Self { scope, ..self }
    }
}

/// What an intervention does to the part of a site that its scope names; the rest of the site stays as it is, and
/// gradients go on flowing through it.
///
/// An [`Activation`] must have exactly the shape of the site in the run that it is put into: nothing is broadcast.
/// At a site narrowed to one head it may also have a head axis of length 1, as capturing such a site gives.
#[derive(Clone, Debug)]
pub enum Action {
    /// Zeros.
    Zero,
    /// A mean of captured values.
    Mean(MeanOf),
    /// Rows of a captured activation, which may have another number of rows than the run.
    Resample {
        /// What the rows are taken from.
        from: Activation,
        /// Which row stands in for each row of the run.
        rows: Resample,
    },
    /// The values of another run (Geiger et al. 2021); gradients flow into that run.
    Interchange(Activation),
    /// Something is added.
    Add(Addend),
    /// Multiplied by a number.
    Scale(f32),
    /// Limited to `min..=max`.
    Clamp {
        /// Smallest value.
        min: f32,
        /// Largest value.
        max: f32,
    },
    /// Held at given values, which count as constants: no gradient flows into them.
    Freeze(Activation),
}

/// The mean of a captured activation over its rows and positions.
#[derive(Clone, Debug)]
pub struct MeanOf {
    pub(crate) from: Activation,
    pub(crate) per_position: bool,
    pub(crate) counts: Option<Vec<bool>>,
}

impl MeanOf {
    /// The mean over all rows and positions.
    pub fn new(from: Activation) -> Self {
        Self { from, per_position: false, counts: None }
    }

    /// A mean over the rows for each position; the run must then have the same positions.
    #[must_use]
    pub fn per_position(self) -> Self {
        Self { per_position: true, ..self }
    }

    /// Leaves out what is padding in the inputs that the activation was captured on.
    #[must_use]
    pub fn unpadded(self, inputs: &Inputs) -> Self {
        Self { counts: inputs.attention_mask().map(|mask| mask.iter().map(|v| *v == 1).collect()), ..self }
    }
}

/// Which captured row stands in for each row of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resample {
    /// These, one for each row of the run.
    Rows(Vec<usize>),
    /// Drawn by chance from this seed, with equal chances; never the row of the same index when there is another,
    /// because over the same inputs that row would change nothing.
    Seeded(u64),
}

impl Resample {
    /// The chosen row of `source` rows for each of `batch` rows.
    pub fn choose(&self, batch: usize, source: usize) -> Vec<usize> {
        match self {
            Self::Rows(rows) => rows.clone(),
            Self::Seeded(seed) => {
                let mut state = *seed;
                (0..batch).map(|row| draw(&mut state, row, source)).collect()
            }
        }
    }
}

/// A row of `source`, other than `row` itself if possible.
fn draw(state: &mut u64, row: usize, source: usize) -> usize {
    let avoid = row < source && source > 1;
    let choices = if avoid { source - 1 } else { source }.max(1);
    let pick = (split_mix(state) % choices as u64) as usize;
    if avoid && pick >= row { pick + 1 } else { pick }
}

/// SplitMix64 (Steele et al. 2014): the same draws on every machine and device.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What [`Action::Add`] adds.
#[derive(Clone, Debug)]
pub enum Addend {
    /// One number, everywhere.
    Value(f32),
    /// A direction, as long as the site's last axis, at every place (steering vectors).
    Direction(Vec<f32>),
    /// A tensor of the site's shape.
    Whole(Activation),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_rows_are_never_their_own() {
        for seed in 0..50 {
            let rows = Resample::Seeded(seed).choose(5, 5);
            assert!(rows.iter().enumerate().all(|(i, row)| *row != i && *row < 5), "{rows:?}");
            assert_eq!(rows, Resample::Seeded(seed).choose(5, 5));
        }
        assert_eq!(Resample::Seeded(1).choose(3, 1), [0, 0, 0]);
        assert_ne!(Resample::Seeded(1).choose(32, 32), Resample::Seeded(2).choose(32, 32));
    }

    #[test]
    fn every_other_row_is_drawn_as_often() {
        let mut seen = [0; 4];
        for seed in 0..3000 {
            seen[Resample::Seeded(seed).choose(1, 4)[0]] += 1;
        }
        assert_eq!(seen[0], 0);
        assert!(seen[1..].iter().all(|n| (900..1100).contains(n)), "{seen:?}");
    }
}
