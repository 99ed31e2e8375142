//! Activation patching: which places carry the difference between two runs?
//!
//! Denoising takes the corrupt run and puts one place of the clean run into it: where the metric recovers, that place
//! suffices to carry the difference. Noising takes the clean run and puts one place of the corrupt run into it: where
//! the metric drops, that place was needed (Vig et al. 2020; Meng et al. 2022, "causal tracing"; Heimersheim & Nanda
//! 2024 on the difference between the two).

use std::fmt;

use fascicle_models::{Inputs, Site, SiteSelector, SitedModel};
use serde::{Deserialize, Serialize};

use crate::capture::{CaptureOptions, Captured, capture_sites};
use crate::engine::{Batching, Engine, grids, plan, stream_sites};
use crate::error::CausalError;
use crate::metric::{MetricKind, MetricSpec};
use crate::place::{Grid, Per};
use crate::prepare::{Effect, select};

/// Which run is changed and which one the changes come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// The corrupt run with one place of the clean run.
    #[default]
    Denoise,
    /// The clean run with one place of the corrupt run.
    Noise,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Self::Denoise { "denoise" } else { "noise" })
    }
}

/// Which places are patched, and how.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// The sites.
    pub sites: SiteSelector,
    /// What is patched at once.
    pub per: Per,
    /// Which run is patched.
    pub direction: Direction,
    /// How many patches share a forward pass.
    pub batching: Batching,
    /// Most bytes that may be kept of either run, at four bytes a number; `None` for no limit.
    pub byte_budget: Option<u64>,
}

impl Sweep {
    /// A denoising sweep.
    pub fn new(sites: SiteSelector, per: Per) -> Self {
        Self { sites, per, direction: Direction::Denoise, batching: Batching::default(), byte_budget: None }
    }

    /// The same, patching the clean run from the corrupt one.
    #[must_use]
    pub fn noise(self) -> Self {
        Self { direction: Direction::Noise, ..self }
    }

    /// With this many rows in one forward pass.
    #[must_use]
    pub fn rows_per_forward(self, rows: usize) -> Self {
        Self { batching: Batching::rows(rows), ..self }
    }
}

/// What a sweep found.
#[derive(Clone, Debug, PartialEq)]
pub struct PatchResult {
    /// Which metric.
    pub metric: MetricKind,
    /// Which run was patched.
    pub direction: Direction,
    /// The metric of the clean run, averaged over the batch.
    pub clean: f64,
    /// The metric of the corrupt run.
    pub corrupt: f64,
    /// The metric of the patched runs: a grid for each kind of site.
    pub grids: Vec<Grid>,
}

/// Clean and corrupt runs closer than this, relative to the larger of them and 1, cannot be told apart in f32.
const LEAST_DIFFERENCE: f64 = 1e-5;

impl PatchResult {
    /// The grids as fractions: 0 where a patched run is as the corrupt run, 1 where it is as the clean run.
    ///
    /// # Errors
    /// [`CausalError::NoDifference`] when the metric does not tell the clean from the corrupt run.
    pub fn normalised(&self) -> Result<Vec<Grid>, CausalError> {
        let (clean, corrupt) = (self.clean, self.corrupt);
        let difference = clean - corrupt;
        if difference.abs() <= LEAST_DIFFERENCE * clean.abs().max(corrupt.abs()).max(1.0) {
            return Err(CausalError::NoDifference { clean, corrupt });
        }
        Ok(self.grids.iter().map(|grid| grid.map(|value| (value - corrupt) / difference)).collect())
    }
}

/// Runs a patching sweep.
///
/// Each value is the metric of the patched run, averaged over the batch, as it is (see [`PatchResult::normalised`]).
/// Positions that are padding are patched like any other: where they do nothing, the metric says so. `progress` hears
/// how many patches of how many are done.
///
/// One clean and one corrupt pass are kept; each patch then costs the part of a pass that lies behind it.
///
/// # Errors
/// [`CausalError::ShapesDiffer`]; [`CausalError::SweepAxis`] when a site lacks the axis swept over; as
/// [`MetricSpec::prepare`], [`Metric::values`](crate::Metric::values) and [`capture`](crate::capture).
///
/// # References
/// Vig et al. 2020, "Investigating gender bias in language models using causal mediation analysis"; Zhang & Nanda
/// 2023, "Towards best practices of activation patching".
pub fn patch(
    model: &impl SitedModel,
    clean: &Inputs,
    corrupt: &Inputs,
    metric: &MetricSpec,
    sweep: &Sweep,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<PatchResult, CausalError> {
    if clean.dims() != corrupt.dims() {
        return Err(CausalError::ShapesDiffer { clean: clean.dims(), corrupt: corrupt.dims() });
    }
    let sites = select(model, &sweep.sites)?;
    let (base, source) = match sweep.direction {
        Direction::Denoise => (corrupt, clean),
        Direction::Noise => (clean, corrupt),
    };
    let tasks = plan(model, base, &sites, sweep.per)?;
    metric.check(model, clean)?;

    let keep = |inputs, sites: &[Site]| {
        let options = CaptureOptions { byte_budget: sweep.byte_budget, outputs: true };
        capture_sites(model, inputs, sites, &[], options)
    };
    let based = keep(base, &stream_sites(model, &tasks))?;
    let sourced = keep(source, &sites)?;
    let outputs = |inputs: &Inputs, of: &Captured| (inputs.clone(), of.outputs.clone());
    let [(clean, clean_outputs), (corrupt, corrupt_outputs)] = match sweep.direction {
        Direction::Denoise => [outputs(source, &sourced), outputs(base, &based)],
        Direction::Noise => [outputs(base, &based), outputs(source, &sourced)],
    };
    let metric = metric.prepare(model, &clean, &clean_outputs)?;
    let judged = |inputs, outputs, name: &str| {
        let values = metric.values_of(None, outputs, inputs, &|_| name.to_string())?;
        Ok::<_, CausalError>(crate::score::mean(&values))
    };
    let clean = judged(&clean, &clean_outputs, "the clean run")?;
    let corrupt = judged(&corrupt, &corrupt_outputs, "the corrupt run")?;

    let engine =
        Engine { model, base, streams: &based.activations, metric: &metric, batching: sweep.batching };
    let effect = |site| Ok(Effect::Replace(sourced.get(site)?.clone()));
    let values = engine.run(&tasks, &effect, progress)?;
    Ok(PatchResult {
        metric: metric.kind(),
        direction: sweep.direction,
        clean,
        corrupt,
        grids: grids(&tasks, values),
    })
}
