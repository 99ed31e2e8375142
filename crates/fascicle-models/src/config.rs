//! What one configurable transformer can be: every family is a setting of this.

use serde::{Deserialize, Serialize};

use crate::error::ModelError;

/// The shape and the choices of a transformer. Saved as `config.json` of Fascicle's own model folders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransformerConfig {
    /// Number of blocks.
    pub n_layers: usize,
    /// Attention heads in each block.
    pub n_heads: usize,
    /// Width of the residual stream.
    pub d_model: usize,
    /// Width of a head; need not be `d_model / n_heads`.
    pub d_head: usize,
    /// Size of the vocabulary.
    pub vocab: usize,
    /// Longest sequence.
    pub n_ctx: usize,
    /// How positions enter.
    pub positions: Positions,
    /// Number of token types (segments); 0 for none.
    #[serde(default)]
    pub token_types: usize,
    /// A norm over the sum of the embeddings.
    #[serde(default)]
    pub embed_norm: bool,
    /// Kind of every norm.
    pub norm: NormKind,
    /// Added to the variance inside every norm.
    pub norm_eps: f64,
    /// Where a block's norms stand.
    pub norm_place: NormPlace,
    /// A norm after the last block.
    pub final_norm: bool,
    /// Attention settings.
    pub attention: AttentionConfig,
    /// The MLP of each block; `None` for attention-only models.
    pub mlp: Option<MlpConfig>,
    /// From the residual stream to scores over the vocabulary; `None` for encoders without a head.
    pub unembed: Option<UnembedConfig>,
    /// A tanh layer over the first position (BERT).
    #[serde(default)]
    pub pooler: bool,
}

/// How positions enter the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Positions {
    /// Not at all.
    None,
    /// A learned vector per position, added to the token embedding.
    Learned,
}

/// Kind of norm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NormKind {
    /// No norms at all.
    None,
    /// Mean and variance over the channels, then gain and bias (Ba et al. 2016).
    Layer,
}

/// Where a block's norms stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NormPlace {
    /// Before attention and MLP: `x + f(norm(x))` (GPT-2).
    Pre,
    /// After the residual addition: `norm(x + f(x))` (BERT).
    Post,
}

/// Attention settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttentionConfig {
    /// Whether a position sees only itself and what comes before it.
    pub causal: bool,
    /// Biases of queries, keys and values.
    pub qkv_bias: bool,
    /// Bias of the output projection.
    pub out_bias: bool,
    /// What scores are multiplied by before the softmax.
    #[serde(default)]
    pub scale: AttentionScale,
}

/// What attention scores are multiplied by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttentionScale {
    /// 1/√d_head.
    #[default]
    InverseSqrt,
    /// 1/(√d_head · (layer + 1)): GPT-2's `scale_attn_by_inverse_layer_idx`.
    InverseSqrtByLayer,
    /// 1: GPT-2's `scale_attn_weights: false`.
    One,
    /// 1/(layer + 1): both GPT-2 settings together.
    ByLayer,
    /// A number.
    Fixed(f64),
}

impl AttentionScale {
    /// The factor in block `layer`.
    pub fn factor(self, d_head: usize, layer: usize) -> f64 {
        let inverse_sqrt = 1.0 / (d_head as f64).sqrt();
        let by_layer = 1.0 / (layer + 1) as f64;
        match self {
            Self::InverseSqrt => inverse_sqrt,
            Self::InverseSqrtByLayer => inverse_sqrt * by_layer,
            Self::One => 1.0,
            Self::ByLayer => by_layer,
            Self::Fixed(factor) => factor,
        }
    }
}

/// MLP settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MlpConfig {
    /// Number of hidden neurons.
    pub width: usize,
    /// Their activation function.
    pub activation: Activation,
    /// Biases of both layers.
    pub bias: bool,
}

/// From the residual stream to scores over the vocabulary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnembedConfig {
    /// Whether the matrix is the token embedding's, transposed.
    pub tied: bool,
    /// A bias over the vocabulary.
    pub bias: bool,
    /// A dense layer, this activation and a norm before the matrix (BERT's masked-language-model head).
    #[serde(default)]
    pub transform: Option<Activation>,
}

/// Activation function of hidden neurons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// x·Φ(x), with the exact Gaussian distribution function.
    Gelu,
    /// The tanh approximation of [`Activation::Gelu`].
    GeluTanh,
    /// max(x, 0).
    Relu,
    /// x·σ(x).
    Silu,
    /// tanh(x).
    Tanh,
    /// x.
    Identity,
}

impl Activation {
    /// The names that Hugging Face configurations use.
    pub(crate) const NAMES: &[(&'static str, Activation)] = &[
        ("gelu", Activation::Gelu),
        ("gelu_new", Activation::GeluTanh),
        ("gelu_pytorch_tanh", Activation::GeluTanh),
        ("gelu_fast", Activation::GeluTanh),
        ("relu", Activation::Relu),
        ("silu", Activation::Silu),
        ("swish", Activation::Silu),
        ("tanh", Activation::Tanh),
        ("linear", Activation::Identity),
    ];
}

impl TransformerConfig {
    /// Checks that the numbers make a model.
    ///
    /// # Errors
    /// [`ModelError::Config`] naming the field and what it may be.
    pub fn validate(&self) -> Result<(), ModelError> {
        let positive = [
            ("n_heads", self.n_heads),
            ("d_model", self.d_model),
            ("d_head", self.d_head),
            ("vocab", self.vocab),
            ("n_ctx", self.n_ctx),
            ("mlp.width", self.mlp.as_ref().map_or(1, |mlp| mlp.width)),
        ];
        for (field, value) in positive {
            if value == 0 {
                return Err(bad(field, "0".into(), "at least 1"));
            }
        }
        if !(self.norm_eps.is_finite() && self.norm_eps >= 0.0) {
            return Err(bad("norm_eps", self.norm_eps.to_string(), "a number ≥ 0"));
        }
        Ok(())
    }
}

fn bad(field: &str, value: String, expected: &str) -> ModelError {
    ModelError::Config { path: "configuration".into(), field: field.into(), value, expected: expected.into() }
}
