//! One world, taken apart in four ways.

use fascicle_connectome::dynamic::{
    AffinityOptions, AffinityTensor, CoChange, Cosine, Factorisation, Ntf, affinity_tensor,
};
use fascicle_core::seed::Seeds;

use super::score::{agreement, found};
use super::windows::states;
use super::world::{FRAMES, SWITCH, World};
use crate::{Doing, ExperimentError};

/// The ranks that are tried; the truth needs two components.
pub(super) const RANKS: [usize; 2] = [2, 3];

/// NMI with the truth for each half, by Leiden and by the block model.
pub(super) type Halves = [[f64; 2]; 2];

/// What one world gave.
pub(super) struct Trial {
    /// By the correlation of derivatives over the whole recording, and by the mean affinity.
    pub(super) fixed: [Halves; 2],
    pub(super) windows: Halves,
    /// By a factorisation of each rank.
    pub(super) factorised: Vec<Halves>,
    pub(super) affinity: AffinityTensor,
    /// The best factorisation of each rank.
    pub(super) fits: Vec<Factorisation>,
}

impl Trial {
    pub(super) fn run(noise: f64, seeds: Seeds, replicates: usize) -> Result<Self, ExperimentError> {
        let world = World::new(noise, seeds.named("recordings"));
        let seed = seeds.named("communities");
        let options = AffinityOptions::default();
        let tensor = |measure: &dyn fascicle_connectome::dynamic::Affinity| {
            affinity_tensor(&world.recordings, measure, &options).doing("measuring affinities")
        };
        let halves = |affinity: &AffinityTensor, of: [&[f64]; 2]| -> Result<Halves, ExperimentError> {
            let score = |half: usize| agreement(&found(affinity, of[half], seed)?, &world.groupings[half]);
            Ok([score(0)?, score(1)?])
        };
        let affinity = tensor(&CoChange::default())?;

        // one window over everything is the correlation of derivatives, but for their means, which are near 0
        let whole = tensor(&Cosine { window: FRAMES, stride: 1 })?.mean();
        let mean = affinity.mean();
        let fixed = [halves(&affinity, [&whole, &whole])?, halves(&affinity, [&mean, &mean])?];

        let (window, stride) = (20, 5);
        let sliding = tensor(&Cosine { window, stride })?;
        let states = states(&sliding, seeds.named("windows"));
        let steps = sliding.tensor.shape()[0];
        let middle = |row: usize| (row / world.recordings.worms.len()) * stride + window / 2;
        let early = |state: usize| {
            let in_state = || (0..states.of.len()).filter(|row| states.of[*row] == state);
            in_state().filter(|row| middle(*row) < SWITCH).count() as f64 / in_state().count().max(1) as f64
        };
        let first = usize::from(early(1) > early(0));
        debug_assert_eq!(states.of.len(), steps * world.recordings.worms.len());
        let windows = halves(&sliding, [&states.centres[first], &states.centres[1 - first]])?;

        let (mut factorised, mut fits) = (Vec::new(), Vec::new());
        for rank in RANKS {
            let ntf = Ntf { replicates, seed: seeds.named("factors"), tolerance: 1e-5, ..Ntf::new(rank) };
            let fit = ntf.fit(&affinity.tensor).doing("factorising")?.swap_remove(0);
            let pairs = |half| fit.factors[2].component(component_of(&fit, half));
            factorised.push(halves(&affinity, [pairs(0), pairs(1)])?);
            fits.push(fit);
        }
        Ok(Self { fixed, windows, factorised, affinity, fits })
    }

    /// The worse half of the better fixed method: what dynamics have to beat.
    pub(super) fn fixed_worst(&self, way: usize) -> f64 {
        self.fixed.iter().map(|halves| worst(halves, way)).fold(0.0, f64::max)
    }
}

/// The component that is most at work in one half, by the share of its course over time: nothing of the truth but the time of
/// the switch chooses it.
pub(super) fn component_of(fit: &Factorisation, half: usize) -> usize {
    let share = |component: usize| {
        let course = fit.factors[0].component(component);
        let early = course[..SWITCH].iter().sum::<f64>() / course.iter().sum::<f64>();
        if half == 0 { early } else { 1.0 - early }
    };
    (0..fit.rank()).max_by(|&a, &b| share(a).total_cmp(&share(b))).unwrap_or(0)
}

/// The worse of the two halves.
pub(super) fn worst(halves: &Halves, way: usize) -> f64 {
    halves[0][way].min(halves[1][way])
}
