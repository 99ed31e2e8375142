//! From an intervention as it is asked for to one that fits a given run: everything is checked here, before
//! anything is computed.

use burn::tensor::{Tensor, TensorData};
use fascicle_models::{Axis, Inputs, Site, SiteKind, SiteSelector, SitedModel};

use crate::activation::Activation;
use crate::error::CausalError;
use crate::intervention::{Action, Addend, Intervention, MeanOf, Resample};
use crate::mask::PlaceMask;
use crate::scope::position_axis;

/// What happens to a site's tensor where the mask is true.
#[derive(Clone, Debug)]
pub(crate) enum Effect {
    /// One number takes its place.
    Fill(f32),
    /// A tensor takes its place; an axis of length 1 stands for all of that axis.
    Replace(Activation),
    /// A tensor is added; an axis of length 1 stands for all of that axis.
    Add(Activation),
    /// A vector along the last axis is added.
    AddAlongLast(Vec<f32>),
    /// A number is added.
    AddValue(f32),
    /// It is multiplied.
    Scale(f32),
    /// It is limited.
    Clamp(f32, f32),
}

/// An intervention that fits one shape of run.
#[derive(Clone, Debug)]
pub(crate) struct Prepared {
    /// The whole site.
    pub(crate) site: Site,
    /// Its shape in the run.
    pub(crate) shape: Vec<usize>,
    pub(crate) mask: PlaceMask,
    pub(crate) effect: Effect,
}

impl Prepared {
    pub(crate) fn new(
        model: &impl SitedModel,
        inputs: &Inputs,
        wanted: &Intervention,
    ) -> Result<Self, CausalError> {
        let site = wanted.site;
        check_site(model, inputs, site)?;
        let shape = model.site_shape(site, inputs);
        let mask = wanted.scope.mask(site, &shape)?;
        let effect = effect(site, &shape, &wanted.action)?;
        Ok(Self { site: site.whole(), shape, mask, effect })
    }

    /// `x` with the intervention in it.
    ///
    /// What is outside the mask passes through untouched, and so do its gradients.
    pub(crate) fn apply<const D: usize>(&self, x: Tensor<D>) -> Result<Tensor<D>, CausalError> {
        let shape = x.dims();
        if shape.as_slice() != self.shape {
            let (got, expected) = (shape.to_vec(), self.shape.clone());
            return Err(CausalError::Shape { site: self.site, what: "tensor of this run", got, expected });
        }
        let device = x.device();
        let changed = match &self.effect {
            Effect::Fill(value) => Tensor::full(shape, *value, (&device, x.dtype())),
            Effect::Replace(kept) => kept.over(&x)?,
            Effect::Add(kept) => x.clone() + kept.over(&x)?,
            Effect::AddAlongLast(direction) => {
                let mut along = [1; D];
                along[D - 1] = direction.len();
                let data = TensorData::new(direction.clone(), along);
                x.clone() + Tensor::<D>::from_data(data, (&device, x.dtype())).expand(shape)
            }
            Effect::AddValue(value) => x.clone() + *value,
            Effect::Scale(factor) => x.clone() * *factor,
            Effect::Clamp(min, max) => x.clone().clamp(*min, *max),
        };
        Ok(if self.mask.is_everything() {
            changed
        } else {
            x.mask_where(self.mask.tensor(shape, &device), changed)
        })
    }
}

/// The model's sites that are selected. Of several globs some may be for models of other families: they are left out
/// with a warning.
pub(crate) fn select(model: &impl SitedModel, selector: &SiteSelector) -> Result<Vec<Site>, CausalError> {
    let sites = model.sites();
    let (selector, left_out) = selector.without_absent_globs(&sites);
    for glob in left_out {
        tracing::warn!(glob, "this model has no such site");
    }
    match selector.absent(&sites) {
        Some(text) => Err(no_such_site(model, text)),
        None => Ok(selector.select(&sites)?),
    }
}

/// The error for a site, or a pattern of sites, that other models have.
fn no_such_site(model: &impl SitedModel, text: &str) -> CausalError {
    let n_layers = model.n_layers();
    let site = text.parse::<Site>().ok();
    // of a glob too the block is the number after `blocks.`
    let block =
        text.split_once("blocks.").and_then(|(_, rest)| rest.split('.').next()?.parse::<usize>().ok());
    let other_part = |has: &Site| site.is_some_and(|site| has.in_tower(site.tower) == site.whole());
    CausalError::NoSuchSite {
        site: text.to_string(),
        blocks: block.filter(|block| *block >= n_layers).map(|_| n_layers),
        elsewhere: model.sites().iter().find(|has| other_part(has)).map(Site::to_string),
    }
}

/// Refuses sites and heads that the model does not have.
pub(crate) fn check_site(model: &impl SitedModel, inputs: &Inputs, site: Site) -> Result<(), CausalError> {
    if !model.sites().contains(&site.whole()) {
        return Err(no_such_site(model, &site.to_string()));
    }
    let Some(index) = site.head else { return Ok(()) };
    let axis = site.kind.axis(Axis::Head).ok_or_else(|| {
        let axes = crate::scope::axes_of(site.kind);
        CausalError::NoSuchAxis { site, axis: "head", axes }
    })?;
    // keys and values may have fewer heads than queries
    let len = model.site_shape(site, inputs)[axis];
    if index < len { Ok(()) } else { Err(CausalError::OutOfRange { site, axis: "head", index, len }) }
}

fn effect(site: Site, shape: &[usize], action: &Action) -> Result<Effect, CausalError> {
    Ok(match action {
        Action::Zero => Effect::Fill(0.0),
        Action::Interchange(from) => Effect::Replace(fits(site, shape, from, &[])?.clone()),
        Action::Freeze(from) => Effect::Replace(fits(site, shape, from, &[])?.detached()),
        Action::Mean(mean) => Effect::Replace(mean_of(site, shape, mean)?),
        Action::Resample { from, rows } => Effect::Replace(resampled(site, shape, from, rows)?),
        Action::Add(Addend::Whole(addend)) => Effect::Add(fits(site, shape, addend, &[])?.clone()),
        Action::Add(Addend::Direction(direction)) => {
            Effect::AddAlongLast(along_last(site, shape, direction)?)
        }
        // an infinite addend is sound: it is how attention from one position to another is cut off
        Action::Add(Addend::Value(value)) => Effect::AddValue(not_nan(site, "the addend", *value)?),
        Action::Scale(factor) => Effect::Scale(finite(site, "the factor", *factor)?),
        Action::Clamp { min, max } => {
            let (min, max) =
                (not_nan(site, "the lower limit", *min)?, not_nan(site, "the upper limit", *max)?);
            if max < min {
                let expected = "a number not below the lower limit";
                return Err(CausalError::BadNumber { site, what: "the upper limit", value: max, expected });
            }
            Effect::Clamp(min, max)
        }
    })
}

fn finite(site: Site, what: &'static str, value: f32) -> Result<f32, CausalError> {
    let bad = CausalError::BadNumber { site, what, value, expected: "a finite number" };
    if value.is_finite() { Ok(value) } else { Err(bad) }
}

fn not_nan(site: Site, what: &'static str, value: f32) -> Result<f32, CausalError> {
    let bad = CausalError::BadNumber { site, what, value, expected: "a number" };
    if value.is_nan() { Err(bad) } else { Ok(value) }
}

/// `from`, if it has the site's shape; `free` axes may have any length.
fn fits<'a>(
    site: Site,
    shape: &[usize],
    from: &'a Activation,
    free: &[usize],
) -> Result<&'a Activation, CausalError> {
    let got = from.dims();
    let head = site.head.and(site.kind.axis(Axis::Head));
    let fits = |(axis, len): (usize, &usize)| {
        free.contains(&axis) || got[axis] == *len || (head == Some(axis) && got[axis] == 1)
    };
    if got.len() == shape.len() && shape.iter().enumerate().all(fits) {
        return Ok(from);
    }
    let mut expected = shape.to_vec();
    for axis in free.iter().filter(|axis| **axis < got.len()) {
        expected[*axis] = got[*axis];
    }
    Err(CausalError::Shape { site, what: "activation given", got: got.to_vec(), expected })
}

fn mean_of(site: Site, shape: &[usize], mean: &MeanOf) -> Result<Activation, CausalError> {
    let batch = batch_axis(site.kind);
    let position = position_axis(site.kind).unwrap_or(batch);
    let free: &[usize] = if mean.per_position { &[batch] } else { &[batch, position] };
    let from = fits(site, shape, &mean.from, free)?;
    let cells = from.dims()[batch] * from.dims()[position];
    if let Some(counts) = mean.counts.as_ref().filter(|counts| counts.len() != cells) {
        let (got, expected) = (vec![counts.len()], vec![cells]);
        return Err(CausalError::Shape { site, what: "attention mask of the mean", got, expected });
    }
    from.mean(site, position, mean.per_position, mean.counts.as_deref())
}

fn resampled(
    site: Site,
    shape: &[usize],
    from: &Activation,
    rows: &Resample,
) -> Result<Activation, CausalError> {
    let batch = batch_axis(site.kind);
    let from = fits(site, shape, from, &[batch])?;
    let len = from.dims()[batch];
    let rows = rows.choose(shape[batch], len);
    if rows.len() != shape[batch] {
        let what = format!("`{site}`: the list of rows to resample");
        return Err(CausalError::RowCount { what, got: rows.len(), batch: shape[batch] });
    }
    match rows.iter().find(|row| **row >= len) {
        Some(&index) => Err(CausalError::OutOfRange { site, axis: "captured row", index, len }),
        None => Ok(from.rows(&rows)),
    }
}

fn along_last(site: Site, shape: &[usize], direction: &[f32]) -> Result<Vec<f32>, CausalError> {
    let width = shape.last().copied().unwrap_or(0);
    if direction.len() != width {
        let (got, expected) = (vec![direction.len()], vec![width]);
        return Err(CausalError::Shape { site, what: "direction", got, expected });
    }
    direction.iter().map(|component| finite(site, "a component of the direction", *component)).collect()
}

/// The batch is the first axis of every site.
fn batch_axis(kind: SiteKind) -> usize {
    kind.axis(Axis::Batch).unwrap_or(0)
}
