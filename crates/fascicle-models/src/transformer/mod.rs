//! The one configurable transformer that every family is a setting of.

mod attention;
mod block;
mod embed;
mod linear;
mod mlp;
mod norm;
pub(crate) mod params;
mod sites;
mod unembed;

use std::collections::BTreeMap;
use std::sync::Arc;

use burn::module::Module;
use burn::tensor::{Bool, Device, Tensor, TensorData};
use fascicle_core::AttentionFn;

pub use attention::DenseAttention;
pub use params::Parameter;

use crate::config::{NormKind, TransformerConfig};
use crate::error::{ModelError, shown};
use crate::inputs::Inputs;
use crate::names::nearest;
use crate::outputs::Outputs;
use crate::probe::{NoProbe, Probe, visit};
use crate::site::{Site, SiteKind};
use attention::AttentionChoice;
use block::Block;
use embed::Embed;
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
    #[module(skip)]
    config: TransformerConfig,
    #[module(skip)]
    attention: AttentionChoice,
}

impl Transformer {
    /// Walks over the parameters in the order of the forward pass.
    fn walk(config: &TransformerConfig, params: &mut Params<'_>) -> Result<Self, ModelError> {
        config.validate()?;
        let d_model = config.d_model;
        Ok(Self {
            embed: Embed::build(params, config)?,
            blocks: (0..config.n_layers)
                .map(|layer| Block::build(params, config, layer))
                .collect::<Result<_, _>>()?,
            ln_final: if config.final_norm && config.norm != NormKind::None {
                Some(Norm::build(params, "ln_final", d_model, config.norm_eps)?)
            } else {
                None
            },
            unembed: config
                .unembed
                .as_ref()
                .map(|unembed| Unembed::build(params, config, unembed))
                .transpose()?,
            pooler: if config.pooler {
                Some(Linear::build(params, "pooler", [d_model, d_model], true)?)
            } else {
                None
            },
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
        self.embed.tokens.val().device()
    }

    /// Runs the model on a batch.
    ///
    /// # Errors
    /// [`ModelError`] for ids outside the vocabulary and sequences longer than the model takes.
    pub fn forward(&self, inputs: &Inputs) -> Result<Outputs, ModelError> {
        self.forward_with(inputs, &mut NoProbe)
    }

    /// Runs the model on a batch with a probe at its sites.
    ///
    /// # Errors
    /// As [`Transformer::forward`].
    pub fn forward_with<P: Probe>(&self, inputs: &Inputs, probe: &mut P) -> Result<Outputs, ModelError> {
        self.check(inputs)?;
        let x = self.embed.forward(inputs, probe);
        Ok(self.blocks_and_head(0, x, inputs, probe))
    }

    /// Starts at block `layer` from the residual stream that enters it, [batch, position, d_model]; with
    /// `layer` = number of blocks only the final norm and the head run. Earlier sites are not visited.
    ///
    /// `inputs` gives the attention mask and must have the stream's batch and positions.
    ///
    /// # Errors
    /// [`ModelError::NoSuchLayer`], or [`ModelError::InputShape`] when the stream does not fit.
    pub fn forward_from<P: Probe>(
        &self,
        layer: usize,
        resid_pre: Tensor<3>,
        inputs: &Inputs,
        probe: &mut P,
    ) -> Result<Outputs, ModelError> {
        self.check(inputs)?;
        let n_layers = self.config.n_layers;
        if layer > n_layers {
            return Err(ModelError::NoSuchLayer { layer, n_layers });
        }
        let expected = [inputs.batch(), inputs.positions(), self.config.d_model];
        if resid_pre.dims() != expected {
            return Err(ModelError::InputShape {
                name: "resid_pre".into(),
                got: format!("{:?}", resid_pre.dims()),
                expected: format!("{expected:?}"),
            });
        }
        Ok(self.blocks_and_head(layer, resid_pre, inputs, probe))
    }

    fn check(&self, inputs: &Inputs) -> Result<(), ModelError> {
        inputs.check(self.config.vocab, self.config.n_ctx, self.config.token_types)
    }

    fn blocks_and_head<P: Probe>(
        &self,
        first: usize,
        x: Tensor<3>,
        inputs: &Inputs,
        probe: &mut P,
    ) -> Outputs {
        let blocked = self.blocked(inputs, &x.device());
        let mut x = x;
        for (layer, block) in self.blocks.iter().enumerate().skip(first) {
            if probe.finished() {
                return Outputs::default();
            }
            x = block.forward(x, layer, blocked.clone(), &self.attention, probe);
        }
        if probe.finished() {
            return Outputs::default();
        }
        if let Some(norm) = &self.ln_final {
            let (scale, normalized) =
                (Site::new(SiteKind::LnFinalScale), Site::new(SiteKind::LnFinalNormalized));
            x = norm.forward(x, scale, normalized, probe);
        }
        let logits = self.unembed.as_ref().map(|unembed| {
            let scores = unembed.forward(x.clone(), &self.embed.tokens);
            visit(probe, Site::new(SiteKind::Logits), scores)
        });
        let pooler_output = self.pooler.as_ref().map(|pooler| {
            let [batch, _, d_model] = x.dims();
            let first = x.clone().slice([0..batch, 0..1, 0..d_model]).reshape([batch, d_model]);
            pooler.forward(first).tanh()
        });
        Outputs { logits, last_hidden_state: Some(x), pooler_output }
    }

    /// True where attention is forbidden, [batch or 1, 1, query, key]; `None` when nothing is.
    fn blocked(&self, inputs: &Inputs, device: &Device) -> Option<Tensor<4, Bool>> {
        let causal = self.config.attention.causal;
        let padding = inputs.attention_mask().filter(|mask| mask.contains(&0));
        if !causal && padding.is_none() {
            return None;
        }
        let n = inputs.positions();
        let rows = if padding.is_some() { inputs.batch() } else { 1 };
        let mut blocked = Vec::with_capacity(rows * n * n);
        for row in 0..rows {
            for query in 0..n {
                blocked.extend((0..n).map(|key| {
                    (causal && key > query) || padding.is_some_and(|mask| mask[row * n + key] == 0)
                }));
            }
        }
        Some(Tensor::from_data(TensorData::new(blocked, [rows, 1, n, n]), device))
    }
}

impl TransformerConfig {
    /// Every parameter of a model with this configuration: canonical name and shape.
    ///
    /// # Errors
    /// [`ModelError::Config`] when the configuration makes no model.
    pub fn parameters(&self) -> Result<Vec<Parameter>, ModelError> {
        let mut lister = Params::lister();
        Transformer::walk(self, &mut lister)?;
        Ok(lister.into_listed())
    }

    /// Builds a model from values by canonical name: shape, and numbers in row-major order.
    ///
    /// # Errors
    /// [`ModelError::Config`]; [`ModelError::MissingTensor`] or [`ModelError::WrongTensor`] when a parameter is
    /// absent, unknown or of another shape.
    pub fn build(
        &self,
        device: &Device,
        mut values: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
    ) -> Result<Transformer, ModelError> {
        let held = values.keys().cloned().collect::<Vec<_>>();
        let model = Transformer::fill(self, device, &mut |name, shape| {
            let (got, numbers) = values.remove(name).ok_or_else(|| ModelError::MissingTensor {
                path: "parameters given".into(),
                name: name.to_string(),
                nearest: nearest(name, held.iter().map(String::as_str)),
                held: held.join(", "),
            })?;
            if got != shape || numbers.len() != shape.iter().product::<usize>() {
                let got = format!("{} of {} numbers", shown("f32", &got), numbers.len());
                return Err(wrong(name, got, shown("f32", shape)));
            }
            Ok(TensorData::new(numbers, shape.to_vec()))
        })?;
        match values.keys().next() {
            Some(name) => Err(wrong(name, "given".into(), "no such parameter in this configuration".into())),
            None => Ok(model),
        }
    }
}

fn wrong(name: &str, got: String, expected: String) -> ModelError {
    ModelError::WrongTensor { path: "parameters given".into(), name: name.to_string(), got, expected }
}
