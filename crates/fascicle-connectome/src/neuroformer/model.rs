//! The network: embeddings, blocks that look at the past, the stimulus and the present, and heads.

use burn::module::Module;
use burn::tensor::{DType, Device, Tensor, TensorData, activation, module};

use super::attention::{Mask, Pass};
use super::batch::{Batch, Shape, Tokens};
use super::block::Block;
use super::config::{NeuroformerConfig, Partner, Stem};
use super::layers::{Embedding, LayerNorm, Linear, dropout};
use super::params::{First, Params};
use super::{NeuroformerError, Vocabulary, Window};

/// A transformer over spikes (Antoniades et al. 2023).
///
/// Each spike is a token, embedded as its neuron, its time and its place in the sequence. Blocks of cross-attention
/// look at the spikes of the past window and at the stimulus, blocks of causal self-attention at the present, and two
/// heads say which neuron spikes next and when.
#[derive(Module, Debug)]
pub struct Neuroformer {
    pub(super) token: Embedding,
    position: Embedding,
    past_position: Embedding,
    encoder: Vec<Block>,
    past: Vec<Block>,
    stimulus_in: Option<Linear>,
    stimulus_norm: Option<LayerNorm>,
    stimulus_position: Option<Embedding>,
    stimulus_encoder: Vec<Block>,
    stimulus: Vec<Block>,
    current: Vec<Block>,
    head_id: Linear,
    head_dt: Linear,
    pub(super) head_behaviour: Option<Linear>,
    head_classes: Vec<Linear>,
    contrast_state: Option<Linear>,
    contrast_partner: Option<Linear>,
    #[module(skip)]
    pub(super) config: NeuroformerConfig,
    #[module(skip)]
    vocabulary: Vocabulary,
}

/// What the network says of a batch.
#[derive(Clone, Debug)]
pub struct Outputs {
    /// Logits of the next id token, `[window, position, id token]`.
    pub ids: Tensor<3>,
    /// Logits of its time token, `[window, position, time token]`.
    pub dts: Tensor<3>,
    /// Mean of the last states over the positions that are no padding, `[window, d_model]`. (The authors' program
    /// includes the padding.)
    pub state: Tensor<2>,
    /// Predicted behaviour, `[window, variable]`, when the network has a head for it.
    pub behaviour: Option<Tensor<2>>,
    /// Logits of the classes of each classified variable, `[window, class]`.
    pub classes: Vec<Tensor<2>>,
    /// State and partner in the space of the contrastive loss, `[window, width]` each.
    pub(super) contrast: Option<[Tensor<2>; 2]>,
}

/// Attention patterns `[window, head, query, key]`, one for each block.
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    /// Keys are the positions of the past: start, spikes, end, padding.
    pub past: Vec<Tensor<4>>,
    /// Keys are the steps of the stimulus.
    pub stimulus: Vec<Tensor<4>>,
    /// Keys are the positions of the present: start, spikes, padding. Those of the encoder come first.
    pub current: Vec<Tensor<4>>,
}

impl Neuroformer {
    /// A network with first weights drawn from `seed`, in `dtype` on `device`; the same numbers on every device.
    ///
    /// # Errors
    /// Sizes that make no network; a dtype that the device does not have.
    pub fn new(
        config: NeuroformerConfig,
        vocabulary: Vocabulary,
        seed: u64,
        device: &Device,
        dtype: DType,
    ) -> Result<Self, NeuroformerError> {
        if !fascicle_core::dtype::supported(device).contains(&dtype) {
            let expected = "a number format that the device computes in";
            return Err(NeuroformerError::bad("the dtype", dtype.name(), expected));
        }
        let mut params = Params::random(config.init_std, seed, device, dtype);
        Self::build(&mut params, config, vocabulary)
    }

    pub(super) fn build(
        params: &mut Params<'_>,
        config: NeuroformerConfig,
        vocabulary: Vocabulary,
    ) -> Result<Self, NeuroformerError> {
        config.check(vocabulary)?;
        let (width, layers) = (config.d_model, config.layers);
        let blocks = |params: &mut Params<'_>, name: &str, count| {
            params.list(name, count, |params| Block::build(params, width, config.heads))
        };
        let table = |params: &mut Params<'_>, name: &str, rows| {
            Embedding::build(params, name, [rows, width], First::Zeros)
        };
        let stimulus = config.stimulus;
        let contrast = config.contrastive;
        let partner = contrast.map(|contrast| match contrast.partner {
            Partner::Stimulus => width,
            Partner::Behaviour => config.behaviour,
        });
        let dense = |params: &mut Params<'_>, name: &str, shape: Option<[usize; 2]>, bias| {
            shape.map(|shape| Linear::build(params, name, shape, bias)).transpose()
        };
        let to_space = |from| contrast.and_then(|contrast| Some([from?, contrast.width]));
        Ok(Self {
            token: Embedding::build(params, "token", [vocabulary.ids(), width], First::Normal)?,
            position: table(params, "position", config.block)?,
            past_position: table(params, "past_position", config.past_block)?,
            encoder: blocks(params, "encoder", layers.encoder)?,
            past: blocks(params, "past", layers.past)?,
            stimulus_in: dense(
                params,
                "stimulus_in",
                stimulus.map(|stimulus| [stimulus.features, width]),
                true,
            )?,
            stimulus_norm: stimulus
                .filter(|stimulus| stimulus.stem == Stem::Convolution)
                .map(|_| LayerNorm::build(params, "stimulus_norm", width))
                .transpose()?,
            stimulus_position: stimulus
                .map(|stimulus| table(params, "stimulus_position", stimulus.steps))
                .transpose()?,
            stimulus_encoder: blocks(params, "stimulus_encoder", layers.stimulus_encoder)?,
            stimulus: blocks(params, "stimulus", layers.stimulus)?,
            current: blocks(params, "current", layers.current)?,
            head_id: Linear::build(params, "head_id", [width, vocabulary.ids()], false)?,
            head_dt: Linear::build(params, "head_dt", [width, vocabulary.dts()], false)?,
            head_behaviour: dense(
                params,
                "head_behaviour",
                (config.behaviour > 0).then_some([width, config.behaviour]),
                true,
            )?,
            head_classes: params.part("head_classes", |params| {
                let head = |(at, classes): (usize, &usize)| {
                    Linear::build(params, &at.to_string(), [width, *classes], false)
                };
                config.classes.iter().enumerate().map(head).collect::<Result<_, _>>()
            })?,
            contrast_state: dense(params, "contrast_state", to_space(Some(width)), false)?,
            contrast_partner: dense(params, "contrast_partner", to_space(partner), false)?,
            config,
            vocabulary,
        })
    }

    /// The network's sizes.
    pub fn config(&self) -> &NeuroformerConfig {
        &self.config
    }

    /// The meaning of its tokens.
    pub fn vocabulary(&self) -> Vocabulary {
        self.vocabulary
    }

    /// Windows as a batch for this network.
    ///
    /// # Errors
    /// No windows; sequences longer than the blocks, or with tokens that the vocabulary lacks; stimulus or behaviour of
    /// another size than the network's.
    pub fn batch(&self, windows: &[&Window]) -> Result<Batch, NeuroformerError> {
        self.padded(windows, [0, 0])
    }

    pub(super) fn padded(
        &self,
        windows: &[&Window],
        at_least: [usize; 2],
    ) -> Result<Batch, NeuroformerError> {
        let weight = self.token.of_all();
        let (device, dtype) = (weight.device(), weight.dtype());
        let (config, vocabulary) = (&self.config, self.vocabulary);
        Batch::new(windows, &Shape { config, vocabulary, device: &device, dtype, at_least })
    }

    /// What the network says of `batch`, without dropout.
    pub fn forward(&self, batch: &Batch) -> Outputs {
        self.run(batch, 0.0, None)
    }

    /// [`forward`](Self::forward), with the attention patterns of all blocks.
    pub fn forward_watched(&self, batch: &Batch) -> (Outputs, Patterns) {
        let mut patterns = Patterns::default();
        let outputs = self.run(batch, 0.0, Some(&mut patterns));
        (outputs, patterns)
    }

    pub(super) fn run(&self, batch: &Batch, share: f64, mut patterns: Option<&mut Patterns>) -> Outputs {
        let embed = |tokens: &Tokens, positions: &Embedding| {
            let [_, length] = tokens.ids.dims();
            let x = self.token.of(tokens.ids.clone()) + self.times(tokens) + positions.first(length);
            dropout(x, share)
        };
        let past = embed(&batch.past, &self.past_position);
        let stimulus = self.embed_stimulus(batch, share);
        let mut x = embed(&batch.inputs, &self.position);
        let pass = |x: Tensor<3>,
                    blocks: &[Block],
                    source: Option<&Tensor<3>>,
                    mask: &Mask,
                    kept: Option<&mut Vec<Tensor<4>>>| {
            let mut pass = Pass { dropout: share, patterns: kept };
            blocks.iter().fold(x, |x, block| block.forward(x, source, mask, &mut pass))
        };
        x = pass(
            x,
            &self.encoder,
            None,
            &batch.causal,
            patterns.as_deref_mut().map(|kept| &mut kept.current),
        );
        x = pass(
            x,
            &self.past,
            Some(&past),
            &batch.past_mask,
            patterns.as_deref_mut().map(|kept| &mut kept.past),
        );
        if let Some((stimulus, mask)) = &stimulus {
            let kept = patterns.as_deref_mut().map(|kept| &mut kept.stimulus);
            x = pass(x, &self.stimulus, Some(stimulus), mask, kept);
        }
        x = pass(x, &self.current, None, &batch.causal, patterns.map(|kept| &mut kept.current));
        self.heads(x, batch, stimulus.map(|(stimulus, _)| stimulus))
    }

    fn heads(&self, x: Tensor<3>, batch: &Batch, stimulus: Option<Tensor<3>>) -> Outputs {
        let [windows, _, width] = x.dims();
        let real = batch.real.clone();
        let pooled = (x.clone() * real.clone().unsqueeze_dim(2)).sum_dim(1).reshape([windows, width]);
        let state = pooled / real.sum_dim(1);
        let partner = match self.config.contrastive.map(|contrast| contrast.partner) {
            Some(Partner::Stimulus) => {
                stimulus.map(|stimulus| stimulus.mean_dim(1).reshape([windows, width]))
            }
            Some(Partner::Behaviour) => batch.behaviour.clone(),
            None => None,
        };
        let contrast = match (&self.contrast_state, &self.contrast_partner, partner) {
            (Some(left), Some(right), Some(partner)) => {
                Some([left.forward(state.clone()), right.forward(partner)])
            }
            _ => None,
        };
        Outputs {
            ids: self.head_id.forward(x.clone()),
            dts: self.head_dt.forward(x),
            behaviour: self.head_behaviour.as_ref().map(|head| head.forward(state.clone())),
            classes: self.head_classes.iter().map(|head| head.forward(state.clone())).collect(),
            contrast,
            state,
        }
    }

    /// `[window, step, d_model]`, and the mask that forbids nothing.
    pub(super) fn embed_stimulus(&self, batch: &Batch, share: f64) -> Option<(Tensor<3>, Mask)> {
        let (features, mask) = batch.stimulus.clone()?;
        let [_, steps, _] = features.dims();
        let mut x = self.stimulus_in.as_ref()?.forward(features);
        if let Some(norm) = &self.stimulus_norm {
            x = activation::relu(norm.forward(x));
        }
        let x = dropout(x + self.stimulus_position.as_ref()?.first(steps), share);
        let mut pass = Pass { dropout: share, patterns: None };
        let x = self.stimulus_encoder.iter().fold(x, |x, block| block.forward(x, None, &mask, &mut pass));
        Some((x, mask))
    }

    /// Sines and cosines of the time token, interleaved, `[window, position, d_model]`.
    fn times(&self, tokens: &Tokens) -> Tensor<3> {
        let (tokens_of_time, width) = (self.vocabulary.dts(), self.config.d_model);
        let value = |at: usize| {
            let (token, channel) = (at / width, at % width);
            let angle = token as f64 * (-(10_000f64.ln()) * (channel / 2 * 2) as f64 / width as f64).exp();
            if channel % 2 == 0 { angle.sin() } else { angle.cos() }
        };
        let weight = self.token.of_all();
        let data = TensorData::new((0..tokens_of_time * width).map(value).collect(), [tokens_of_time, width]);
        let table = Tensor::<2>::from_data(data, (&weight.device(), weight.dtype()));
        module::embedding(table, tokens.dts.clone())
    }
}
