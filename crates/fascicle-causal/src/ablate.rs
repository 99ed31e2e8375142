//! Ablation sweeps: what does a model lose without one of its parts?

use fascicle_models::{Inputs, Site, SiteSelector, SitedModel};

use crate::capture::{CaptureOptions, Captured, capture_sites};
use crate::engine::{Batching, Engine, grids, plan, stream_sites};
use crate::error::CausalError;
use crate::intervention::{Action, Intervention, MeanOf, Resample};
use crate::metric::{MetricKind, MetricSpec};
use crate::place::{Grid, Per};
use crate::prepare::{Effect, Prepared, select};

/// What takes the place of a part that is ablated.
#[derive(Clone, Debug)]
pub enum Replacement {
    /// Zeros.
    Zero,
    /// The part's mean over these inputs, padding left out: one for each position, or one for all.
    Mean {
        /// What the mean is over; may be another batch than the one ablated.
        over: Inputs,
        /// A mean for each position (then `over` needs the same positions).
        per_position: bool,
    },
    /// The part in other rows of these inputs, drawn by chance.
    Resample {
        /// What the rows are taken from; needs the same positions.
        from: Inputs,
        /// Of the draw.
        seed: u64,
    },
}

/// Which parts are ablated, and how.
#[derive(Clone, Debug)]
pub struct Ablation {
    /// The sites.
    pub sites: SiteSelector,
    /// What is ablated at once.
    pub per: Per,
    /// What takes its place.
    pub with: Replacement,
    /// How many ablations share a forward pass.
    pub batching: Batching,
}

impl Ablation {
    /// Ablation by zeros.
    pub fn zero(sites: SiteSelector, per: Per) -> Self {
        Self { sites, per, with: Replacement::Zero, batching: Batching::default() }
    }

    /// Ablation by the mean over `over`, a mean for each position.
    pub fn mean(sites: SiteSelector, per: Per, over: Inputs) -> Self {
        Self { with: Replacement::Mean { over, per_position: true }, ..Self::zero(sites, per) }
    }

    /// Ablation by other rows of `from`.
    pub fn resample(sites: SiteSelector, per: Per, from: Inputs, seed: u64) -> Self {
        Self { with: Replacement::Resample { from, seed }, ..Self::zero(sites, per) }
    }
}

/// What an ablation sweep found.
#[derive(Clone, Debug, PartialEq)]
pub struct AblationResult {
    /// Which metric.
    pub metric: MetricKind,
    /// The metric of the model as it is, averaged over the batch.
    pub intact: f64,
    /// The metric without each part: a grid for each kind of site.
    pub grids: Vec<Grid>,
}

/// Ablates one part after another; many in one forward pass.
///
/// Metrics that compare with a clean run compare with the intact model. `progress` hears how many ablations of how
/// many are done.
///
/// # Errors
/// [`CausalError::SweepAxis`] when a site lacks the axis swept over; [`CausalError::Shape`] when the inputs of the
/// replacement do not fit; as [`MetricSpec::prepare`] and [`capture`](crate::capture).
pub fn ablate(
    model: &impl SitedModel,
    inputs: &Inputs,
    metric: &MetricSpec,
    ablation: &Ablation,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<AblationResult, CausalError> {
    let sites = select(model, &ablation.sites)?;
    let tasks = plan(model, inputs, &sites, ablation.per)?;
    metric.check(model, inputs)?;

    let intact = capture_sites(model, inputs, &stream_sites(model, &tasks), &[], CaptureOptions::default())?;
    let metric = metric.prepare(model, inputs, &intact.outputs)?;
    let values = metric.values_of(None, &intact.outputs, inputs, &|_| "the intact run".to_string())?;
    let mean = crate::score::mean(&values);

    let replaced = replacements(model, &sites, &ablation.with)?;
    let effect = |site| {
        let wanted = Intervention::new(site, action(&ablation.with, replaced.as_ref(), site)?);
        Ok::<Effect, CausalError>(Prepared::new(model, inputs, &wanted)?.effect)
    };
    let engine = Engine {
        model,
        base: inputs,
        streams: &intact.activations,
        metric: &metric,
        batching: ablation.batching,
    };
    let values = engine.run(&tasks, &effect, progress)?;
    Ok(AblationResult { metric: metric.kind(), intact: mean, grids: grids(&tasks, values) })
}

/// The run that replacements are taken from, if they are taken from one.
fn replacements(
    model: &impl SitedModel,
    sites: &[Site],
    with: &Replacement,
) -> Result<Option<Captured>, CausalError> {
    let inputs = match with {
        Replacement::Zero => return Ok(None),
        Replacement::Mean { over, .. } => over,
        Replacement::Resample { from, .. } => from,
    };
    let options = CaptureOptions { outputs: false, ..CaptureOptions::default() };
    capture_sites(model, inputs, sites, &[], options).map(Some)
}

fn action(with: &Replacement, replaced: Option<&Captured>, site: Site) -> Result<Action, CausalError> {
    let missing = || CausalError::NotCaptured { site, captured: Vec::new() };
    let kept = || replaced.ok_or_else(missing)?.get(site).cloned();
    Ok(match with {
        Replacement::Zero => Action::Zero,
        Replacement::Mean { over, per_position } => {
            let mean = MeanOf::new(kept()?).unpadded(over);
            Action::Mean(if *per_position { mean.per_position() } else { mean })
        }
        Replacement::Resample { seed, .. } => {
            Action::Resample { from: kept()?, rows: Resample::Seeded(*seed) }
        }
    })
}
