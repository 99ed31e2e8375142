//! The one configurable transformer that every family is a setting of.

mod attention;
mod block;
mod build;
mod embed;
mod experts;
mod forward;
mod heads;
pub(crate) mod linear;
mod mlp;
mod next;
mod norm;
pub(crate) mod params;
mod pass;
mod patches;
mod places;
pub(crate) mod resize;
mod rotary;
mod sites;
mod unembed;

use std::sync::Arc;

use burn::module::Module;
use burn::tensor::Device;
use fascicle_core::AttentionFn;

pub use attention::DenseAttention;
pub use params::Parameter;
pub use pass::Past;

use crate::config::TransformerConfig;
use crate::error::ModelError;
use attention::AttentionChoice;
use block::Block;
use embed::Embed;
use heads::Classifier;
use linear::Linear;
use norm::Norm;
use params::{Params, Values};
use unembed::Unembed;

/// A transformer with every site open to probes, and a burn module like any other.
///
/// Parameters do not require gradients until asked for (`set_require_grad`), so that gradients at sites cost
/// nothing for the weights.
#[derive(Module, Debug)]
pub struct Transformer {
    embed: Embed,
    blocks: Vec<Block>,
    ln_final: Option<Norm>,
    unembed: Option<Unembed>,
    pooler: Option<Linear>,
    classifier: Option<Classifier>,
    #[module(skip)]
    config: TransformerConfig,
    #[module(skip)]
    attention: AttentionChoice,
}

impl Transformer {
    /// Walks over the parameters in the order of the forward pass.
    pub(crate) fn walk(config: &TransformerConfig, params: &mut Params<'_>) -> Result<Self, ModelError> {
        config.validate()?;
        let d_model = config.d_model;
        Ok(Self {
            embed: Embed::build(params, config)?,
            blocks: (0..config.n_layers)
                .map(|layer| Block::build(params, config, layer))
                .collect::<Result<_, _>>()?,
            ln_final: if config.final_norm {
                Norm::build(params, "ln_final", d_model, config)?
            } else {
                None
            },
            unembed: config
                .unembed
                .as_ref()
                .map(|unembed| Unembed::build(params, config, unembed))
                .transpose()?,
            pooler: match config.pooler.width() {
                Some(width) => Some(Linear::build(params, "pooler", [d_model, width], true)?),
                None => None,
            },
            classifier: Classifier::build(params, config)?,
            config: config.clone(),
            attention: AttentionChoice(Arc::new(DenseAttention)),
        })
    }

    pub(crate) fn fill<'a>(
        config: &TransformerConfig,
        device: &Device,
        values: &'a mut Values<'a>,
    ) -> Result<Self, ModelError> {
        Self::walk(config, &mut Params::filler(device, values))
    }

    /// The same model with another attention; the weights are shared.
    #[must_use]
    pub fn with_attention(self, attention: Arc<dyn AttentionFn + Send + Sync>) -> Self {
        Self { attention: AttentionChoice(attention), ..self }
    }

    /// Shape and choices.
    pub fn config(&self) -> &TransformerConfig {
        &self.config
    }

    /// Where the weights are.
    pub fn device(&self) -> Device {
        self.devices().into_iter().next().unwrap_or_else(Device::flex)
    }
}
