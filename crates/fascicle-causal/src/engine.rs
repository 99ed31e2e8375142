//! Many places of a model changed one at a time, many of them in one forward pass.
//!
//! The base batch is repeated once for each place, and each copy is changed at its own place. What lies before the
//! changed layer is the same in all copies, so the pass starts there, from the residual stream of the base run.

use std::collections::{BTreeMap, BTreeSet};

use fascicle_models::{Inputs, Site, SiteKind, SitedModel};

use crate::activation::Activation;
use crate::capture::site_bytes;
use crate::error::CausalError;
use crate::mask::PlaceMask;
use crate::place::{Grid, Per};
use crate::prepare::{Effect, Prepared, check_site};
use crate::probe::InterventionProbe;
use crate::scope::Scope;
use crate::score::{Metric, mean};

/// How many rows go into one forward pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batching {
    /// Rows of one pass, rounded down to whole batches and never less than one batch; `None` lets
    /// [`memory_bytes`](Self::memory_bytes) decide.
    pub rows_per_forward: Option<usize>,
    /// About how much memory the tensors of one pass may take.
    pub memory_bytes: u64,
}

impl Default for Batching {
    fn default() -> Self {
        Self { rows_per_forward: None, memory_bytes: 256 << 20 }
    }
}

impl Batching {
    /// This many rows in one pass.
    pub fn rows(rows_per_forward: usize) -> Self {
        Self { rows_per_forward: Some(rows_per_forward), ..Self::default() }
    }

    /// How often the base batch goes into one pass, which computes scores over the vocabulary at one position of each row
    /// if it is `spared` the others.
    fn copies(self, model: &impl SitedModel, base: &Inputs, spared: bool) -> Result<usize, CausalError> {
        let rows = match self.rows_per_forward {
            Some(0) => return Err(CausalError::NoRows),
            Some(rows) => rows,
            None => {
                // blocks are alike, and one is computed at a time
                let at_once = |site: &Site| site.layer.unwrap_or(0) == 0;
                let bytes = |site: Site| match site.kind {
                    SiteKind::Logits if spared => {
                        site_bytes(model, base, site) / base.positions().max(1) as u64
                    }
                    _ => site_bytes(model, base, site),
                };
                let a_batch: u64 = model.sites().into_iter().filter(at_once).map(bytes).sum();
                let a_row = (a_batch / base.batch() as u64).max(1);
                usize::try_from(self.memory_bytes / a_row).unwrap_or(usize::MAX)
            }
        };
        Ok((rows / base.batch()).max(1))
    }
}

/// One site and the places in it.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    site: Site,
    shape: Vec<usize>,
    per: Per,
    axis: Option<usize>,
    places: usize,
}

/// Checks a sweep over `sites` before anything is run.
pub(crate) fn plan(
    model: &impl SitedModel,
    base: &Inputs,
    sites: &[Site],
    per: Per,
) -> Result<Vec<Task>, CausalError> {
    if sites.is_empty() {
        return Err(CausalError::NothingSelected);
    }
    let lacking: Vec<Site> = sites.iter().copied().filter(|site| per.axis(*site).is_err()).collect();
    if !lacking.is_empty() {
        return Err(CausalError::SweepAxis { per, sites: lacking });
    }
    let task = |site: &Site| {
        check_site(model, base, *site)?;
        let shape = model.site_shape(*site, base);
        let axis = per.axis(*site)?;
        let places = axis.map_or(1, |axis| shape[axis]);
        Ok(Task { site: *site, shape, per, axis, places })
    };
    sites.iter().map(task).collect()
}

/// Where the pass starts for changes at `site`: a block, the end of the last block, or `None` for the beginning.
fn start(model: &impl SitedModel, site: Site) -> Option<usize> {
    // what is not one transformer runs from its beginning
    model.transformer()?;
    match site.layer {
        Some(layer) => Some(layer),
        None if site.kind < SiteKind::ResidPre => None,
        None => Some(model.n_layers()).filter(|n_layers| *n_layers > 0),
    }
}

/// The site that holds the residual stream from which a pass starts at block `layer`.
fn stream_site(model: &impl SitedModel, layer: usize) -> Site {
    if layer < model.n_layers() {
        Site::block(layer, SiteKind::ResidPre)
    } else {
        Site::block(layer.saturating_sub(1), SiteKind::ResidPost)
    }
}

/// What has to be kept of the base run so that `tasks` can start where they differ from it.
pub(crate) fn stream_sites(model: &impl SitedModel, tasks: &[Task]) -> Vec<Site> {
    let starts: BTreeSet<usize> = tasks.iter().filter_map(|task| start(model, task.site)).collect();
    starts.into_iter().map(|layer| stream_site(model, layer)).collect()
}

/// A base run, changed at one place after another.
pub(crate) struct Engine<'a, M> {
    pub(crate) model: &'a M,
    pub(crate) base: &'a Inputs,
    /// Residual streams of the base run, at [`stream_sites`].
    pub(crate) streams: &'a BTreeMap<Site, Activation>,
    pub(crate) metric: &'a Metric,
    pub(crate) batching: Batching,
}

impl<M: SitedModel> Engine<'_, M> {
    /// The metric of the base run with each place of each task changed by `effect`, averaged over the batch.
    ///
    /// `progress` hears how many places of how many are done.
    pub(crate) fn run(
        &self,
        tasks: &[Task],
        effect: &dyn Fn(Site) -> Result<Effect, CausalError>,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Vec<Vec<f64>>, CausalError> {
        let copies = self.batching.copies(self.model, self.base, self.metric.head(self.model).is_some())?;
        let total = tasks.iter().map(|task| task.places).sum();
        let (mut done, mut results) = (0, Vec::with_capacity(tasks.len()));
        progress(done, total);
        for task in tasks {
            let effect = effect(task.site)?;
            // passes of nearly the same size, rather than full ones and a small rest
            let passes = task.places.div_ceil(copies);
            let mut values = Vec::with_capacity(task.places);
            for pass in 0..passes {
                let places = task.places * pass / passes..task.places * (pass + 1) / passes;
                let (first, groups) = (places.start, places.len());
                values.extend(self.pass(task, &effect, first, groups)?);
                done += groups;
                progress(done, total);
            }
            results.push(values);
        }
        tracing::debug!(places = total, copies, "sweep done");
        Ok(results)
    }

    /// One forward pass over `groups` copies of the base batch, copy `i` changed at place `first + i`.
    fn pass(
        &self,
        task: &Task,
        effect: &Effect,
        first: usize,
        groups: usize,
    ) -> Result<Vec<f64>, CausalError> {
        let batch = self.base.batch();
        let inputs = self.base.repeat(groups);
        let mut shape = task.shape.clone();
        shape[0] *= groups;
        let own = Scope::all().mask(task.site, &task.shape)?;
        let mask = match task.axis {
            Some(axis) => {
                PlaceMask::one_a_group(shape.len(), batch, groups, axis, shape[axis], first).and(&own)
            }
            None => own,
        };
        let effect = match effect {
            Effect::Replace(kept) if kept.dims()[0] == batch => Effect::Replace(kept.repeated(groups)),
            other => other.clone(),
        };
        let head = self.metric.head(self.model);
        let prepared = Prepared { site: task.site.whole(), shape, mask, effect };
        let mut probe = InterventionProbe::from_prepared(vec![prepared]).sparing_logits(head.is_some());
        let outputs = match self.model.transformer().zip(start(self.model, task.site)) {
            Some((transformer, layer)) => {
                let site = stream_site(self.model, layer);
                let missing =
                    || CausalError::NotCaptured { site, captured: self.streams.keys().copied().collect() };
                let stream = self.streams.get(&site).ok_or_else(missing)?.repeated(groups);
                transformer.forward_from(layer, stream.tensor()?, &inputs, &mut probe)?
            }
            None => self.model.forward_with(&inputs, &mut probe)?,
        };
        probe.finish()?;
        let run = |group: usize| match task.per {
            Per::Layer => format!("the run changed at `{}`", task.site),
            per => format!("the run changed at `{}`, {per} {}", task.site, first + group),
        };
        Ok(self.metric.values_of(head, &outputs, &inputs, &run)?.chunks(batch).map(mean).collect())
    }
}

/// One grid for each kind of site (and head), one row for each of its tasks.
pub(crate) fn grids(tasks: &[Task], values: Vec<Vec<f64>>) -> Vec<Grid> {
    let mut grids: Vec<Grid> = Vec::new();
    for (task, values) in tasks.iter().zip(values) {
        let Site { tower, layer, kind, head } = task.site;
        match grids.iter_mut().find(|grid| (grid.tower, grid.kind, grid.head) == (tower, kind, head)) {
            Some(grid) => {
                grid.layers.push(layer);
                grid.values.extend(values);
            }
            None => {
                grids.push(Grid {
                    tower,
                    kind,
                    head,
                    per: task.per,
                    layers: vec![layer],
                    cols: task.places,
                    values,
                });
            }
        }
    }
    grids
}
