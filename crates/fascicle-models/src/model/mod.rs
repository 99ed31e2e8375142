//! What every loaded model is to whoever runs it: a forward pass with sites.

mod clip;
mod mae;
mod tower;

use burn::module::Module;
use burn::tensor::Device;
use serde::{Deserialize, Serialize};

pub use clip::{Clip, ClipConfig};
pub use mae::{Mae, MaeConfig};

use crate::config::TransformerConfig;
use crate::error::ModelError;
use crate::images::Images;
use crate::inputs::Inputs;
use crate::outputs::Outputs;
use crate::probe::{NoProbe, Probe};
use crate::resnet::{ResNet, ResNetConfig};
use crate::site::Site;
use crate::transformer::params::{Params, Values};
use crate::transformer::{Parameter, Transformer};

/// A model whose forward pass visits sites.
pub trait SitedModel {
    /// Runs the model on a batch with a probe at its sites.
    ///
    /// # Errors
    /// [`ModelError`] for inputs that the model does not take.
    fn forward_with<P: Probe>(&self, inputs: &Inputs, probe: &mut P) -> Result<Outputs, ModelError>;

    /// Runs the model on a batch.
    ///
    /// # Errors
    /// As [`SitedModel::forward_with`].
    fn forward(&self, inputs: &Inputs) -> Result<Outputs, ModelError> {
        self.forward_with(inputs, &mut NoProbe)
    }

    /// Every site that this model visits, in the order of the forward pass.
    fn sites(&self) -> Vec<Site>;

    /// The shape of a site's whole tensor in a run on `inputs`.
    fn site_shape(&self, site: Site, inputs: &Inputs) -> Vec<usize>;

    /// Number of blocks; of the deepest part, in a model of several.
    fn n_layers(&self) -> usize;

    /// Shape and choices.
    fn model_config(&self) -> ModelConfig;

    /// How many scores a prediction has: over the vocabulary or over classes; `None` for a model that predicts neither.
    fn scores(&self) -> Option<usize> {
        None
    }

    /// The transformer that is the whole model, which can start at any block; `None` where the model is more, or
    /// something else.
    fn transformer(&self) -> Option<&Transformer> {
        None
    }
}

impl SitedModel for Transformer {
    fn forward_with<P: Probe>(&self, inputs: &Inputs, probe: &mut P) -> Result<Outputs, ModelError> {
        Transformer::forward_with(self, inputs, probe)
    }

    fn sites(&self) -> Vec<Site> {
        Transformer::sites(self)
    }

    fn site_shape(&self, site: Site, inputs: &Inputs) -> Vec<usize> {
        Transformer::site_shape(self, site, inputs)
    }

    fn n_layers(&self) -> usize {
        self.config().n_layers
    }

    fn model_config(&self) -> ModelConfig {
        ModelConfig::Transformer(self.config().clone())
    }

    fn scores(&self) -> Option<usize> {
        let config = self.config();
        let vocab = config.unembed.as_ref().map(|_| config.vocab);
        vocab.or(config.classifier.map(|classifier| classifier.classes))
    }

    fn transformer(&self) -> Option<&Transformer> {
        Some(self)
    }
}

/// Any model that a folder can hold.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant)]
pub enum Model {
    /// One transformer: of texts or of images.
    Transformer(Transformer),
    /// A transformer of texts and one of images that share a space.
    Clip(Clip),
    /// A transformer that sees some patches of an image, and one that guesses the others.
    Mae(Mae),
    /// A residual convolutional network.
    ResNet(ResNet),
}

/// Calls the same thing on whatever the model is.
macro_rules! each {
    ($self:expr, $model:ident => $body:expr) => {
        match $self {
            Model::Transformer($model) => $body,
            Model::Clip($model) => $body,
            Model::Mae($model) => $body,
            Model::ResNet($model) => $body,
        }
    };
}

impl SitedModel for Model {
    fn forward_with<P: Probe>(&self, inputs: &Inputs, probe: &mut P) -> Result<Outputs, ModelError> {
        each!(self, model => model.forward_with(inputs, probe))
    }

    fn sites(&self) -> Vec<Site> {
        each!(self, model => model.sites())
    }

    fn site_shape(&self, site: Site, inputs: &Inputs) -> Vec<usize> {
        each!(self, model => model.site_shape(site, inputs))
    }

    fn n_layers(&self) -> usize {
        each!(self, model => model.n_layers())
    }

    fn model_config(&self) -> ModelConfig {
        each!(self, model => model.model_config())
    }

    fn scores(&self) -> Option<usize> {
        each!(self, model => model.scores())
    }

    fn transformer(&self) -> Option<&Transformer> {
        match self {
            Self::Transformer(model) => Some(model),
            _ => None,
        }
    }
}

impl Model {
    /// Where the weights are.
    pub fn device(&self) -> Device {
        self.devices().into_iter().next().unwrap_or_else(Device::flex)
    }

    /// The smallest inputs that this model takes: one token, one blank image of its native size, or both. For asking
    /// about shapes.
    pub fn blank_inputs(&self) -> Inputs {
        match self {
            Self::Transformer(model) => blank(Some(model.config()), None),
            Self::Clip(model) => {
                let config = model.config();
                blank(config.text.as_ref(), config.vision.as_ref())
            }
            Self::Mae(model) => blank(None, Some(&model.config().encoder)),
            Self::ResNet(model) => blank_image(model.config().channels, [224, 224], 0),
        }
    }

    /// Shape and choices.
    pub fn config(&self) -> ModelConfig {
        self.model_config()
    }
}

/// One token for a model of texts, one image for a model of images.
fn blank(first: Option<&TransformerConfig>, second: Option<&TransformerConfig>) -> Inputs {
    let mut all: Option<Inputs> = None;
    for config in [first, second].into_iter().flatten() {
        let own = match config.patches() {
            Some(patches) => {
                let count = patches.grid(patches.image).iter().product();
                blank_image(patches.channels, patches.image, count)
            }
            None => Inputs::blank_token(),
        };
        all = Some(match (all, own.images()) {
            (Some(tokens), Some(images)) => tokens.with_images(images.clone()),
            _ => own,
        });
    }
    all.unwrap_or_else(Inputs::blank_token)
}

fn blank_image(channels: usize, size: [usize; 2], patches: usize) -> Inputs {
    Inputs::from_images(Images::blank([1, channels, size[0], size[1]], patches))
}

/// Shape and choices of any model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(clippy::large_enum_variant)]
pub enum ModelConfig {
    /// Of a transformer.
    Transformer(TransformerConfig),
    /// Of a CLIP.
    Clip(ClipConfig),
    /// Of a masked autoencoder.
    Mae(MaeConfig),
    /// Of a residual convolutional network.
    ResNet(ResNetConfig),
}

impl ModelConfig {
    /// The kinds of model, as configurations are written under them.
    pub(crate) const KINDS: [&str; 4] = ["transformer", "clip", "mae", "res-net"];

    /// The transformer's, if the model is one.
    pub fn transformer(&self) -> Option<&TransformerConfig> {
        match self {
            Self::Transformer(config) => Some(config),
            _ => None,
        }
    }

    /// Every parameter of a model with this configuration: canonical name and shape.
    ///
    /// # Errors
    /// [`ModelError::Config`] when the configuration makes no model.
    pub fn parameters(&self) -> Result<Vec<Parameter>, ModelError> {
        let mut lister = Params::lister();
        self.walk(&mut lister)?;
        Ok(lister.into_listed())
    }

    pub(crate) fn fill<'a>(&self, device: &Device, values: &'a mut Values<'a>) -> Result<Model, ModelError> {
        self.walk(&mut Params::filler(device, values))
    }

    fn walk(&self, params: &mut Params<'_>) -> Result<Model, ModelError> {
        Ok(match self {
            Self::Transformer(config) => Model::Transformer(Transformer::walk(config, params)?),
            Self::Clip(config) => Model::Clip(Clip::walk(config, params)?),
            Self::Mae(config) => Model::Mae(Mae::walk(config, params)?),
            Self::ResNet(config) => Model::ResNet(ResNet::walk(config, params)?),
        })
    }
}
