//! What one configurable transformer can be: every family is a setting of this.

mod attention;
mod heads;
mod input;
mod mlp;
mod norms;
mod positions;
mod validate;

use serde::{Deserialize, Serialize};

pub use attention::{AttentionConfig, AttentionScale, QkNorm, Sliding};
pub use heads::{ClassifierConfig, ClassifierInput, Pooler, UnembedConfig};
pub use input::{InputKind, PatchConfig, PositionResize};
pub use mlp::{Activation, Experts, MlpConfig};
pub use norms::{NormKind, NormPlace};
pub use positions::{Positions, Rotary, RotaryScaling};
pub(crate) use validate::MOST_IN_A_PATCH;

/// The shape and the choices of a transformer. Saved as `config.json` of Fascicle's own model folders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransformerConfig {
    /// Number of blocks.
    pub n_layers: usize,
    /// Attention heads in each block.
    pub n_heads: usize,
    /// Heads of keys and values, each shared by `n_heads / n_kv_heads` heads of queries; `None` for as many as those.
    #[serde(default)]
    pub n_kv_heads: Option<usize>,
    /// Width of the residual stream.
    pub d_model: usize,
    /// Width of a head; need not be `d_model / n_heads`.
    pub d_head: usize,
    /// Size of the vocabulary: ids that may come in, and scores that come out.
    pub vocab: usize,
    /// Longest sequence.
    pub n_ctx: usize,
    /// What enters.
    #[serde(default)]
    pub input: InputKind,
    /// How positions enter.
    pub positions: Positions,
    /// Number of token types (segments); 0 for none.
    #[serde(default)]
    pub token_types: usize,
    /// What token embeddings are multiplied by (Gemma: √d_model).
    #[serde(default)]
    pub embed_scale: Option<f64>,
    /// A norm over the sum of the embeddings.
    #[serde(default)]
    pub embed_norm: bool,
    /// Kind of every norm.
    pub norm: NormKind,
    /// Added to the variance inside every norm.
    pub norm_eps: f64,
    /// Where a block's norms stand.
    pub norm_place: NormPlace,
    /// Whether attention and MLP both read the stream that enters the block (GPT-NeoX), not one after the other.
    #[serde(default)]
    pub parallel: bool,
    /// A learned gain per channel on what attention and MLP add (LayerScale, Touvron et al. 2021).
    #[serde(default)]
    pub layer_scale: bool,
    /// The norm after the last block.
    pub final_norm: bool,
    /// Attention settings.
    pub attention: AttentionConfig,
    /// The MLP of each block; `None` for attention-only models.
    pub mlp: Option<MlpConfig>,
    /// From the residual stream to scores over the vocabulary; `None` for encoders without a head.
    pub unembed: Option<UnembedConfig>,
    /// From the residual stream to scores over classes.
    #[serde(default)]
    pub classifier: Option<ClassifierConfig>,
    /// How the stream becomes one vector a row (`pooler_output`).
    #[serde(default)]
    pub pooler: Pooler,
}

impl TransformerConfig {
    /// A plain pre-norm decoder (GPT-2's shape without biases or a head) to change from:
    /// `TransformerConfig { positions: Positions::None, ..TransformerConfig::new(2, 4, 64, 50, 32) }`.
    pub fn new(n_layers: usize, n_heads: usize, d_model: usize, vocab: usize, n_ctx: usize) -> Self {
        Self {
            n_layers,
            n_heads,
            n_kv_heads: None,
            d_model,
            d_head: d_model.checked_div(n_heads).unwrap_or(0),
            vocab,
            n_ctx,
            input: InputKind::Tokens,
            positions: Positions::Learned,
            token_types: 0,
            embed_scale: None,
            embed_norm: false,
            norm: NormKind::Layer,
            norm_eps: 1e-5,
            norm_place: NormPlace::Pre,
            parallel: false,
            layer_scale: false,
            final_norm: true,
            attention: AttentionConfig::new(true, false),
            mlp: Some(MlpConfig::new(4 * d_model, Activation::Gelu, false)),
            unembed: None,
            classifier: None,
            pooler: Pooler::None,
        }
    }

    /// Heads of keys and values.
    pub fn kv_heads(&self) -> usize {
        self.n_kv_heads.unwrap_or(self.n_heads)
    }

    /// How an image is cut into patches, if images are what enters.
    pub fn patches(&self) -> Option<&PatchConfig> {
        match &self.input {
            InputKind::Patches(patches) => Some(patches),
            _ => None,
        }
    }

    /// Whether the model can continue a text: it takes token ids, sees no later positions, and has scores over its
    /// vocabulary.
    pub fn is_decoder(&self) -> bool {
        self.input == InputKind::Tokens && self.attention.causal && self.unembed.is_some()
    }

    /// Whether block `layer` sees only the last few positions, and how many.
    pub fn window(&self, layer: usize) -> Option<usize> {
        self.attention.sliding.as_ref().filter(|sliding| sliding.layers.contains(&layer)).map(|s| s.window)
    }
}
