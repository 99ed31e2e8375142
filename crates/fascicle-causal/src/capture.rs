//! Runs with selected sites kept.

use std::collections::BTreeMap;

use burn::tensor::Tensor;
use fascicle_models::{Axis, Inputs, Outputs, Probe, Site, SiteSelector, SitedModel};

use crate::activation::Activation;
use crate::error::CausalError;
use crate::intervention::Intervention;
use crate::prepare::{check_site, select};
use crate::probe::InterventionProbe;

/// Keeps what the given sites hold while a model runs.
///
/// Only these sites are kept, so a model never holds on to more than was asked for. A site narrowed to one head is
/// kept with a head axis of length 1.
#[derive(Clone, Debug)]
pub struct Capture {
    wanted: Vec<Site>,
    kept: BTreeMap<Site, Activation>,
    stop: bool,
}

impl Capture {
    /// A probe for these sites.
    pub fn new(sites: &[Site]) -> Self {
        Self { wanted: sites.to_vec(), kept: BTreeMap::new(), stop: false }
    }

    /// Lets the pass stop once every site was kept: for runs whose outputs nobody wants.
    #[must_use]
    pub fn stop_when_done(self) -> Self {
        Self { stop: true, ..self }
    }

    /// What was kept.
    ///
    /// # Errors
    /// [`CausalError::NeverReached`] when the pass did not visit a wanted site.
    pub fn into_activations(self) -> Result<BTreeMap<Site, Activation>, CausalError> {
        let sites: Vec<Site> = self.wanted.into_iter().filter(|site| !self.kept.contains_key(site)).collect();
        if sites.is_empty() { Ok(self.kept) } else { Err(CausalError::NeverReached { sites }) }
    }
}

impl Probe for Capture {
    fn wants(&self, site: Site) -> bool {
        self.wanted.iter().any(|wanted| wanted.whole() == site)
    }

    fn at<const D: usize>(&mut self, site: Site, x: Tensor<D>) -> Tensor<D> {
        for wanted in self.wanted.iter().filter(|wanted| wanted.whole() == site) {
            let kept = match (wanted.head, wanted.kind.axis(Axis::Head)) {
                // a head that the site does not have is not kept, and missed at the end
                (Some(head), Some(axis)) if head < x.dims()[axis] => {
                    Activation::compact(&x.clone().narrow(axis, head, 1))
                }
                (Some(_), _) => continue,
                (None, _) => Activation::new(x.clone()),
            };
            self.kept.insert(*wanted, kept);
        }
        x
    }

    fn finished(&self) -> bool {
        self.stop && self.wanted.iter().all(|site| self.kept.contains_key(site))
    }
}

/// What a run gave and what was kept of it.
#[derive(Clone, Debug)]
pub struct Captured {
    /// The model's outputs; all absent when they were not wanted.
    pub outputs: Outputs,
    /// What each selected site held.
    pub activations: BTreeMap<Site, Activation>,
}

impl Captured {
    /// What one site held.
    ///
    /// # Errors
    /// [`CausalError::NotCaptured`] when it was not among the selected.
    pub fn get(&self, site: Site) -> Result<&Activation, CausalError> {
        let missing =
            || CausalError::NotCaptured { site, captured: self.activations.keys().copied().collect() };
        self.activations.get(&site).ok_or_else(missing)
    }
}

/// How much may be kept, and whether the pass has to go to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaptureOptions {
    /// Most bytes that the kept sites may take, at four bytes a number; `None` for no limit.
    pub byte_budget: Option<u64>,
    /// Whether the outputs are wanted. Without them the pass stops after the block of the last selected site.
    pub outputs: bool,
}

impl Default for CaptureOptions {
    fn default() -> Self {
        Self { byte_budget: None, outputs: true }
    }
}

/// Runs a model and keeps the selected sites.
///
/// # Errors
/// As [`capture_with`].
pub fn capture(
    model: &impl SitedModel,
    inputs: &Inputs,
    sites: &SiteSelector,
) -> Result<Captured, CausalError> {
    capture_with(model, inputs, sites, &[], CaptureOptions::default())
}

/// Keeps the selected sites and stops as soon as the last of them was visited.
///
/// # Errors
/// As [`capture_with`].
pub fn capture_only(
    model: &impl SitedModel,
    inputs: &Inputs,
    sites: &SiteSelector,
) -> Result<BTreeMap<Site, Activation>, CausalError> {
    let options = CaptureOptions { outputs: false, ..CaptureOptions::default() };
    Ok(capture_with(model, inputs, sites, &[], options)?.activations)
}

/// Runs a model with interventions and keeps the selected sites as the interventions leave them.
///
/// # Errors
/// [`CausalError::OverBudget`] before anything is run; [`CausalError::Model`] for patterns that select nothing and
/// for inputs that the model refuses; as [`InterventionProbe`] for the interventions.
pub fn capture_with(
    model: &impl SitedModel,
    inputs: &Inputs,
    sites: &SiteSelector,
    interventions: &[Intervention],
    options: CaptureOptions,
) -> Result<Captured, CausalError> {
    let selected = select(model, sites)?;
    capture_sites(model, inputs, &selected, interventions, options)
}

pub(crate) fn capture_sites(
    model: &impl SitedModel,
    inputs: &Inputs,
    sites: &[Site],
    interventions: &[Intervention],
    options: CaptureOptions,
) -> Result<Captured, CausalError> {
    for site in sites {
        check_site(model, inputs, *site)?;
    }
    if let Some(budget) = options.byte_budget {
        check_budget(model, inputs, sites, budget)?;
    }
    let (mut capture, mut changes) =
        (Capture::new(sites), InterventionProbe::new(model, inputs, interventions)?);
    if !options.outputs {
        (capture, changes) = (capture.stop_when_done(), changes.stop_when_done());
    }
    let mut probes = (changes, capture);
    let outputs = model.forward_with(inputs, &mut probes)?;
    let (changes, capture) = probes;
    changes.finish()?;
    // a pass may be over by the time it could stop: what nobody wanted is absent either way
    let outputs = if options.outputs { outputs } else { Outputs::default() };
    Ok(Captured { outputs, activations: capture.into_activations()? })
}

/// Bytes that a site's tensor takes, at four bytes a number.
pub(crate) fn site_bytes(model: &impl SitedModel, inputs: &Inputs, site: Site) -> u64 {
    let shape = model.site_shape(site, inputs);
    let bytes = shape.iter().map(|len| *len as u64).product::<u64>() * 4;
    match (site.head, site.kind.axis(Axis::Head)) {
        (Some(_), Some(axis)) => bytes / shape[axis].max(1) as u64,
        _ => bytes,
    }
}

fn check_budget(
    model: &impl SitedModel,
    inputs: &Inputs,
    sites: &[Site],
    budget: u64,
) -> Result<(), CausalError> {
    let mut sizes: Vec<(Site, u64)> =
        sites.iter().map(|site| (*site, site_bytes(model, inputs, *site))).collect();
    let needed = sizes.iter().map(|(_, bytes)| bytes).sum();
    if needed <= budget {
        return Ok(());
    }
    sizes.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    sizes.truncate(3);
    Err(CausalError::OverBudget { count: sites.len(), needed, budget, largest: sizes })
}
