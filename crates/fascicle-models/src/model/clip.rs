//! CLIP: a transformer of texts and one of images whose vectors share a space (Radford et al. 2021).

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::tower::InTower;
use super::{ModelConfig, SitedModel};
use crate::config::TransformerConfig;
use crate::error::ModelError;
use crate::inputs::Inputs;
use crate::outputs::{Outputs, unit_rows};
use crate::probe::Probe;
use crate::site::{Site, Tower};
use crate::transformer::Transformer;
use crate::transformer::linear::Linear;
use crate::transformer::params::Params;

/// Shape and choices of a CLIP. At least one of the two parts is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClipConfig {
    /// The transformer of texts.
    pub text: Option<TransformerConfig>,
    /// The transformer of images.
    pub vision: Option<TransformerConfig>,
    /// Width of the shared space.
    pub d_shared: usize,
}

/// Texts and images as vectors of one space.
///
/// Either part may be absent (`CLIPTextModelWithProjection`); then there are no similarities.
#[derive(Module, Debug)]
pub struct Clip {
    text: Option<Part>,
    vision: Option<Part>,
    /// Logarithm of what cosine similarities are multiplied by.
    logit_scale: Option<Param<Tensor<1>>>,
}

/// One transformer and the matrix from its pooled output to the shared space.
#[derive(Module, Debug)]
struct Part {
    tower: Transformer,
    projection: Linear,
}

impl Clip {
    pub(super) fn walk(config: &ClipConfig, params: &mut Params<'_>) -> Result<Self, ModelError> {
        let mut part = |config: &Option<TransformerConfig>, scope, projection: &str, d_shared| {
            let Some(config) = config else { return Ok(None) };
            let tower = params.within(scope, |params| Transformer::walk(config, params))?;
            let shape = [config.d_model, d_shared];
            let projection = Linear::build(params, projection, shape, false)?;
            Ok::<_, ModelError>(Some(Part { tower, projection }))
        };
        let text = part(&config.text, "text.tower.", "text.projection", config.d_shared)?;
        let vision = part(&config.vision, "vision.tower.", "vision.projection", config.d_shared)?;
        let both = text.is_some() && vision.is_some();
        let logit_scale = both.then(|| params.take("logit_scale", [1])).transpose()?;
        Ok(Self { text, vision, logit_scale })
    }

    /// Shape and choices.
    pub fn config(&self) -> ClipConfig {
        let config = |part: &Option<Part>| part.as_ref().map(|part| part.tower.config().clone());
        let d_shared = self.parts().next().map_or(0, |(_, part)| part.projection.weight.val().dims()[1]);
        ClipConfig { text: config(&self.text), vision: config(&self.vision), d_shared }
    }

    /// What cosine similarities are multiplied by before they become probabilities: `[1]`; `None` where a part is absent.
    pub fn scale(&self) -> Option<Tensor<1>> {
        self.logit_scale.as_ref().map(|scale| scale.val().exp())
    }

    fn parts(&self) -> impl Iterator<Item = (Tower, &Part)> {
        let (text, vision) = (self.text.as_ref(), self.vision.as_ref());
        text.map(|part| (Tower::Text, part)).into_iter().chain(vision.map(|part| (Tower::Vision, part)))
    }

    fn part(&self, tower: Tower) -> Option<&Part> {
        self.parts().find(|(found, _)| *found == tower).map(|(_, part)| part)
    }
}

impl Part {
    /// The tower's outputs, with its pooled output in the shared space and of length 1.
    fn run<P: Probe>(
        &self,
        tower: Tower,
        inputs: &Inputs,
        probe: &mut P,
    ) -> Result<(Outputs, Option<Tensor<2>>), ModelError> {
        let outputs = self.tower.forward_with(inputs, &mut InTower { tower, probe })?;
        let shared = outputs.pooler_output.clone().map(|pooled| self.projection.forward(pooled));
        Ok((outputs, shared))
    }
}

impl SitedModel for Clip {
    /// Texts, images, or both: what is given is what is run.
    fn forward_with<P: Probe>(&self, inputs: &Inputs, probe: &mut P) -> Result<Outputs, ModelError> {
        let (texts, images) = inputs.split();
        let run = |tower, inputs: Option<Inputs>, probe: &mut P| match (self.part(tower), inputs) {
            (Some(part), Some(inputs)) => part.run(tower, &inputs, probe).map(Some),
            _ => Ok(None),
        };
        if self.text.is_none() {
            inputs.only_images()?;
        }
        if self.vision.is_none() {
            inputs.only_tokens()?;
        }
        let text = run(Tower::Text, texts, probe)?;
        let vision = run(Tower::Vision, images, probe)?;
        let mut outputs = Outputs::default();
        // a part that is alone is a model of its own, and its outputs are the model's
        if let (Some((alone, _)), None) | (None, Some((alone, _))) = (&text, &vision) {
            outputs = alone.clone();
        }
        let both = self.text.is_some() && self.vision.is_some();
        // projections that stand alone are left as they are, as `transformers` does
        let scaled = |x: Tensor<2>| if both { unit_rows(x, 0.0) } else { x };
        outputs.text_embeds = text.and_then(|(_, shared)| shared).map(scaled);
        outputs.image_embeds = vision.and_then(|(_, shared)| shared).map(scaled);
        if let (Some(texts), Some(images), Some(scale)) =
            (&outputs.text_embeds, &outputs.image_embeds, &self.logit_scale)
        {
            let scale = scale.val().exp().unsqueeze();
            outputs.logits_per_image = Some(images.clone().matmul(texts.clone().transpose()) * scale);
        }
        Ok(outputs)
    }

    fn sites(&self) -> Vec<Site> {
        let sites = |(tower, part): (Tower, &Part)| {
            part.tower.sites().into_iter().map(move |site| site.in_tower(tower))
        };
        self.parts().flat_map(sites).collect()
    }

    fn site_shape(&self, site: Site, inputs: &Inputs) -> Vec<usize> {
        let (texts, images) = inputs.split();
        let own = if site.tower == Tower::Text { texts } else { images };
        match (self.part(site.tower), own) {
            (Some(part), Some(own)) => part.tower.site_shape(site.in_tower(Tower::Main), &own),
            _ => vec![0; site.kind.rank()],
        }
    }

    fn n_layers(&self) -> usize {
        self.parts().map(|(_, part)| part.tower.config().n_layers).max().unwrap_or(0)
    }

    fn model_config(&self) -> ModelConfig {
        ModelConfig::Clip(self.config())
    }
}
