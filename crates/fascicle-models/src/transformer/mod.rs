//! The one configurable transformer that every family is a setting of.

mod attention;
mod block;
mod embed;
mod experts;
mod heads;
pub(crate) mod linear;
mod mlp;
mod norm;
pub(crate) mod params;
mod pass;
mod patches;
mod resize;
mod rotary;
mod sites;
mod unembed;

use std::collections::BTreeMap;
use std::sync::Arc;

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor, TensorData};
use fascicle_core::AttentionFn;

pub use attention::DenseAttention;
pub use params::Parameter;
pub use pass::Past;

use crate::config::{InputKind, PatchConfig, Pooler, Positions, TransformerConfig};
use crate::error::{ModelError, shown};
use crate::inputs::Inputs;
use crate::names::nearest;
use crate::outputs::{Outputs, at_positions};
use crate::probe::{NoProbe, Probe, visit};
use crate::site::{Site, SiteKind};
use attention::AttentionChoice;
use block::Block;
use embed::Embed;
use heads::Classifier;
use linear::Linear;
use norm::Norm;
use params::{Params, Values};
use pass::{LayerPast, Pass};
use rotary::Rotation;
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

    /// Runs the model on a batch.
    ///
    /// # Errors
    /// [`ModelError`] for ids outside the vocabulary, sequences longer than the model takes, and images of other
    /// channels or sizes.
    pub fn forward(&self, inputs: &Inputs) -> Result<Outputs, ModelError> {
        self.forward_with(inputs, &mut NoProbe)
    }

    /// Runs the model on a batch with a probe at its sites.
    ///
    /// # Errors
    /// As [`Transformer::forward`].
    pub fn forward_with<P: Probe>(&self, inputs: &Inputs, probe: &mut P) -> Result<Outputs, ModelError> {
        self.check(inputs)?;
        let x = self.embed.forward(inputs, 0, probe);
        let pass = self.pass(inputs, 0, &x);
        Ok(self
            .blocks(0, x, &pass, None, probe)
            .map_or_else(Outputs::default, |x| self.heads(x, inputs, probe)))
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
        let expected = [inputs.batch(), self.positions(inputs), self.config.d_model];
        if resid_pre.dims() != expected {
            return Err(ModelError::InputShape {
                name: "resid_pre".into(),
                got: format!("{:?}", resid_pre.dims()),
                expected: format!("{expected:?}"),
            });
        }
        let pass = self.pass(inputs, 0, &resid_pre);
        let last = self.blocks(layer, resid_pre, &pass, None, probe);
        Ok(last.map_or_else(Outputs::default, |x| self.heads(x, inputs, probe)))
    }

    /// Reads the positions that follow those in `past`, adds them to it, and gives the scores [batch, vocab] of what
    /// comes after the last of them; the scores of the other positions are not computed.
    ///
    /// Rows are of one length: `inputs` has no padding.
    ///
    /// # Errors
    /// As [`Transformer::forward`]; [`ModelError::NotADecoder`] for a model that sees later positions or has no scores;
    /// [`ModelError::InputShape`] when the rows are not those of `past`, or `past` is another model's.
    pub fn forward_next(&self, inputs: &Inputs, past: &mut Past) -> Result<Tensor<2>, ModelError> {
        let unembed = match &self.unembed {
            Some(unembed) if self.config.is_decoder() => unembed,
            _ => return Err(ModelError::NotADecoder),
        };
        self.check(inputs)?;
        let (offset, positions) = (past.positions(), inputs.positions());
        self.check_past(inputs, past)?;
        if offset + positions > self.config.n_ctx {
            return Err(ModelError::TooLong { positions: offset + positions, limit: self.config.n_ctx });
        }
        let x = self.embed.forward(inputs, offset, &mut NoProbe);
        let pass = self.pass(inputs, offset, &x);
        past.read = Some([inputs.batch(), offset + positions]);
        let last = self.blocks(0, x, &pass, Some(past), &mut NoProbe).map(|x| x.narrow(1, positions - 1, 1));
        // invariant: `NoProbe` stops no pass
        let last = last.expect("a pass that nobody stops");
        let last = match &self.ln_final {
            Some(norm) => norm.plain(last),
            None => last,
        };
        Ok(unembed.forward(last, self.embed.tokens.as_ref()).squeeze_dim(1))
    }

    /// Refuses rows that do not continue those of `past`, and a `past` of another model.
    fn check_past(&self, inputs: &Inputs, past: &Past) -> Result<(), ModelError> {
        let refuse = |name: &str, got: String, expected: String| {
            Err(ModelError::InputShape { name: name.into(), got, expected })
        };
        if inputs.attention_mask().is_some_and(|mask| mask.contains(&0)) {
            let expected = "none: rows of different lengths are continued one by one";
            return refuse("attention_mask", "padding".into(), expected.into());
        }
        let Some([batch, positions]) = past.read else { return Ok(()) };
        if batch != inputs.batch() {
            let expected = format!("{batch}, as many as were read before");
            return refuse("input_ids", format!("{} rows", inputs.batch()), expected);
        }
        let own = [batch, self.config.kv_heads(), positions, self.config.d_head];
        let layers = &past.layers;
        if let Some(other) = layers.iter().map(LayerPast::dims).find(|dims| *dims != own) {
            return refuse("past", format!("{other:?}"), format!("{own:?}: what this model read"));
        }
        if layers.len() != self.blocks.len() {
            let expected = format!("{} blocks: what this model read", self.blocks.len());
            return refuse("past", format!("{} blocks", layers.len()), expected);
        }
        Ok(())
    }

    /// Length of the sequence that a batch becomes: of its token ids, or of the patches of its images with the tokens
    /// before them.
    pub fn positions(&self, inputs: &Inputs) -> usize {
        match (self.config.patches(), inputs.images()) {
            (Some(patches), Some(images)) => {
                patches.prefix() + patches.kept(patches.grid(images.size()).iter().product())
            }
            _ => inputs.positions(),
        }
    }

    fn check(&self, inputs: &Inputs) -> Result<(), ModelError> {
        match &self.config.input {
            InputKind::Patches(patches) => patches.check(inputs, self.config.positions == Positions::Learned),
            InputKind::Tokens => {
                inputs.only_tokens()?;
                inputs.check(self.config.vocab, self.config.n_ctx, self.config.token_types)
            }
            InputKind::Stream => Err(inputs.instead_of("a residual stream")),
        }
    }

    fn pass(&self, inputs: &Inputs, offset: usize, x: &Tensor<3>) -> Pass<'_> {
        let (positions, target) = (x.dims()[1], (&x.device(), x.dtype()));
        let span = [offset, positions];
        let rotation = self.rotation(inputs, span, target);
        Pass::new(&self.config, &self.attention, rotation, inputs, span, target.0)
    }

    fn rotation(&self, inputs: &Inputs, span: [usize; 2], target: (&Device, DType)) -> Option<Rotation> {
        match &self.config.positions {
            Positions::None | Positions::Learned => None,
            Positions::Rotary(rotary) => Some(Rotation::of_positions(rotary, span, target)),
            Positions::Axial { theta } => {
                let (patches, images) = (self.config.patches()?, inputs.images()?);
                let grid = patches.grid(images.size());
                Some(Rotation::of_patches(*theta, self.config.d_head, patches, grid, target))
            }
        }
    }

    /// The stream after the last block; `None` when a probe stopped the pass.
    fn blocks<P: Probe>(
        &self,
        first: usize,
        mut x: Tensor<3>,
        pass: &Pass<'_>,
        mut past: Option<&mut Past>,
        probe: &mut P,
    ) -> Option<Tensor<3>> {
        if let Some(past) = &mut past {
            past.layers.resize_with(self.blocks.len(), Default::default);
        }
        for (layer, block) in self.blocks.iter().enumerate().skip(first) {
            if probe.finished() {
                return None;
            }
            let past = past.as_mut().map(|past| &mut past.layers[layer]);
            x = block.forward(x, layer, pass, past, probe);
        }
        (!probe.finished()).then_some(x)
    }

    /// What comes after the last block.
    pub(crate) fn heads<P: Probe>(&self, x: Tensor<3>, inputs: &Inputs, probe: &mut P) -> Outputs {
        let (scale, normalized) = (Site::new(SiteKind::LnFinalScale), Site::new(SiteKind::LnFinalNormalized));
        let alone = self.config.pooler == Pooler::FirstNormed;
        let x = match &self.ln_final {
            Some(norm) if !alone => norm.forward(x, scale, normalized, probe),
            _ => x,
        };
        let pooled = heads::pooled(self.config.pooler, self.pooler.as_ref(), &x, inputs);
        let pooled = match (&self.ln_final, pooled) {
            (Some(norm), Some(pooled)) if alone => {
                Some(norm.forward(pooled.unsqueeze_dim(1), scale, normalized, probe).squeeze_dim(1))
            }
            (_, pooled) => pooled,
        };
        let spared = probe.spares_logits() && !probe.wants(Site::new(SiteKind::Logits));
        let logits = self.unembed.as_ref().filter(|_| !spared).map(|unembed| {
            let scores = unembed.forward(x.clone(), self.embed.tokens.as_ref());
            visit(probe, Site::new(SiteKind::Logits), scores)
        });
        let class_logits = self.classifier.as_ref().map(|classifier| {
            let prefix = self.config.patches().map_or(1, PatchConfig::prefix);
            let scores = classifier.forward(&x, pooled.as_ref(), prefix);
            visit(probe, Site::new(SiteKind::ClassLogits), scores)
        });
        Outputs {
            logits,
            class_logits,
            last_hidden_state: Some(x),
            pooler_output: pooled,
            ..Outputs::default()
        }
    }

    /// Scores over the vocabulary at one position of each row alone, [batch, vocab], from the last hidden state
    /// ([`Outputs::last_hidden_state`]); `None` for a model without such scores. What looks at single positions needs
    /// no other, and the matrix over the vocabulary is often the largest of all: a probe that
    /// [spares](Probe::spares_logits) the pass the others has them nowhere computed.
    pub fn logits_at(&self, last_hidden_state: &Tensor<3>, positions: &[usize]) -> Option<Tensor<2>> {
        let chosen = at_positions(last_hidden_state, positions).unsqueeze_dim(1);
        Some(self.unembed.as_ref()?.forward(chosen, self.embed.tokens.as_ref()).squeeze_dim(1))
    }

    /// Runs the blocks and the heads on a stream that another model made, [batch, position, d_model].
    pub(crate) fn forward_stream<P: Probe>(&self, x: Tensor<3>, inputs: &Inputs, probe: &mut P) -> Outputs {
        let pass = self.pass(inputs, 0, &x);
        self.blocks(0, x, &pass, None, probe).map_or_else(Outputs::default, |x| self.heads(x, inputs, probe))
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
