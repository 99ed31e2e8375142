//! Attention: who sees whom, and how scores are made.

use serde::{Deserialize, Serialize};

/// Attention settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttentionConfig {
    /// Whether a position sees only itself and what comes before it.
    pub causal: bool,
    /// Biases of queries, and of keys and values where nothing else is said of those.
    pub qkv_bias: bool,
    /// Bias of the keys, where it is unlike the others' (DINOv3 has none).
    #[serde(default)]
    pub k_bias: Option<bool>,
    /// Bias of the values, where it is unlike that of the queries.
    #[serde(default)]
    pub v_bias: Option<bool>,
    /// Bias of the output projection.
    pub out_bias: bool,
    /// What scores are multiplied by before the softmax.
    #[serde(default)]
    pub scale: AttentionScale,
    /// Scores s become c·tanh(s/c) before the mask (Gemma 2).
    #[serde(default)]
    pub softcap: Option<f64>,
    /// Blocks in which a position sees only the last few.
    #[serde(default)]
    pub sliding: Option<Sliding>,
    /// A norm over queries and over keys, before their rotation.
    #[serde(default)]
    pub qk_norm: Option<QkNorm>,
    /// Queries, keys and values are limited to ±this (OLMoE's `clip_qkv`).
    #[serde(default)]
    pub clip_qkv: Option<f64>,
}

/// Sliding-window attention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sliding {
    /// How many positions are seen, the own one included.
    pub window: usize,
    /// The blocks that have it.
    pub layers: Vec<usize>,
}

/// What a norm over queries and keys takes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QkNorm {
    /// Each head by itself, with one gain for all heads (Qwen3).
    PerHead,
    /// All heads together (OLMoE).
    Whole,
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

impl AttentionConfig {
    /// Plain attention over all positions, or the earlier ones, with or without biases.
    pub fn new(causal: bool, bias: bool) -> Self {
        Self {
            causal,
            qkv_bias: bias,
            k_bias: None,
            v_bias: None,
            out_bias: bias,
            scale: AttentionScale::InverseSqrt,
            softcap: None,
            sliding: None,
            qk_norm: None,
            clip_qkv: None,
        }
    }
}
