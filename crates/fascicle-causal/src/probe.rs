//! Interventions as a probe.

use burn::tensor::Tensor;
use fascicle_models::{Inputs, Outputs, Probe, Site, SitedModel};

use crate::error::CausalError;
use crate::intervention::Intervention;
use crate::prepare::Prepared;

/// Applies interventions while a model runs.
///
/// It is checked against the model and the inputs when it is made, and once more, by [`finish`](Self::finish), after
/// the pass: an intervention that was never reached is an error. It composes with other probes as a tuple; what
/// stands to its right sees the changed tensors.
///
/// ```no_run
/// # use fascicle_causal::{Action, Capture, Intervention, InterventionProbe};
/// # use fascicle_models::{Inputs, Site, SiteKind, Transformer};
/// # fn example(model: Transformer, inputs: Inputs) -> Result<(), Box<dyn std::error::Error>> {
/// let mute = Intervention::new(Site::block(0, SiteKind::Z).with_head(3), Action::Zero);
/// let probe = InterventionProbe::new(&model, &inputs, &[mute])?;
/// let mut probes = (probe, Capture::new(&[Site::block(1, SiteKind::ResidPost)]));
/// let outputs = model.forward_with(&inputs, &mut probes)?;
/// probes.0.finish()?;
/// let kept = probes.1.into_activations()?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct InterventionProbe {
    prepared: Vec<Prepared>,
    reached: Vec<bool>,
    failure: Option<CausalError>,
    stop: bool,
    spare_logits: bool,
}

impl InterventionProbe {
    /// Checks `interventions` against the model and the run that they are for.
    ///
    /// # Errors
    /// [`CausalError`] for a site that the model does not have, a scope out of range or over an axis that the site
    /// lacks, a tensor that does not fit, a number that cannot be used.
    pub fn new(
        model: &impl SitedModel,
        inputs: &Inputs,
        interventions: &[Intervention],
    ) -> Result<Self, CausalError> {
        let prepared = interventions
            .iter()
            .map(|wanted| Prepared::new(model, inputs, wanted))
            .collect::<Result<_, _>>()?;
        Ok(Self::from_prepared(prepared))
    }

    pub(crate) fn from_prepared(prepared: Vec<Prepared>) -> Self {
        let reached = vec![false; prepared.len()];
        Self { reached, prepared, failure: None, stop: false, spare_logits: false }
    }

    /// Lets the pass stop once every intervention was applied: for runs whose outputs nobody wants.
    #[must_use]
    pub fn stop_when_done(self) -> Self {
        Self { stop: true, ..self }
    }

    /// Whether the pass may leave out the scores over the vocabulary: for runs judged at single positions.
    #[must_use]
    pub(crate) fn sparing_logits(self, spare_logits: bool) -> Self {
        Self { spare_logits, ..self }
    }

    /// Says whether everything was applied.
    ///
    /// # Errors
    /// [`CausalError::NeverReached`], or [`CausalError::Shape`] when the pass had other inputs than the probe was
    /// made for.
    pub fn finish(self) -> Result<(), CausalError> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let missed = self.prepared.iter().zip(&self.reached).filter(|(_, reached)| !**reached);
        let sites: Vec<Site> = missed.map(|(prepared, _)| prepared.site).collect();
        if sites.is_empty() { Ok(()) } else { Err(CausalError::NeverReached { sites }) }
    }
}

impl Probe for InterventionProbe {
    fn wants(&self, site: Site) -> bool {
        self.prepared.iter().any(|prepared| prepared.site == site)
    }

    fn at<const D: usize>(&mut self, site: Site, x: Tensor<D>) -> Tensor<D> {
        let mut x = x;
        for (prepared, reached) in self.prepared.iter().zip(&mut self.reached) {
            if prepared.site != site || self.failure.is_some() {
                continue;
            }
            match prepared.apply(x.clone()) {
                Ok(changed) => (x, *reached) = (changed, true),
                Err(failure) => self.failure = Some(failure),
            }
        }
        x
    }

    fn finished(&self) -> bool {
        self.failure.is_some() || (self.stop && self.reached.iter().all(|reached| *reached))
    }

    fn spares_logits(&self) -> bool {
        self.spare_logits
    }
}

/// Runs a model with interventions; none at all is the plain run.
///
/// # Errors
/// As [`InterventionProbe::new`] and [`InterventionProbe::finish`], and the model's own.
pub fn run_with(
    model: &impl SitedModel,
    inputs: &Inputs,
    interventions: &[Intervention],
) -> Result<Outputs, CausalError> {
    let mut probe = InterventionProbe::new(model, inputs, interventions)?;
    let outputs = model.forward_with(inputs, &mut probe)?;
    probe.finish()?;
    Ok(outputs)
}
