//! DINOv3's vision transformers (Siméoni et al. 2025): rotary positions by row and column, registers.

use super::keys::{Keys, alone, module, patches};
use super::{Adapted, Layout, dinov2, rope, vision};
use crate::checkpoint::RawConfig;
use crate::config::{
    AttentionConfig, MlpConfig, PatchConfig, Pooler, PositionResize, Positions, TransformerConfig,
};
use crate::error::ModelError;

static KEYS: Keys = Keys {
    blocks: "layer.",
    block: &[dinov2::BLOCK, vision::ATTENTION_5, dinov2::GATED_5],
    outside: &[&[
        alone("embed.patch.class", "embeddings.cls_token", Layout::Units(2)),
        alone("embed.patch.registers", "embeddings.register_tokens", Layout::Units(1)),
        patches("embeddings.patch_embeddings"),
        module("ln_final", "norm"),
    ]],
    heads: &[],
};

pub(super) fn adapt(raw: &RawConfig, _has: &dyn Fn(&str) -> bool) -> Result<Adapted, ModelError> {
    let patches = PatchConfig {
        registers: raw.optional_usize("num_register_tokens")?.unwrap_or(0),
        // nothing is learned that would need it
        resize: PositionResize::Refuse,
        ..vision::patch_config(raw)?
    };
    let mlp = MlpConfig {
        bias: raw.bool_or("mlp_bias", true)?,
        gated: raw.bool_or("use_gated_mlp", false)?,
        ..MlpConfig::new(raw.usize("intermediate_size")?, raw.activation("hidden_act")?, true)
    };
    let config = TransformerConfig {
        positions: Positions::Axial {
            theta: rope::setting(raw, "rope_theta", "rope_theta")?.unwrap_or(100.0),
        },
        layer_scale: true,
        pooler: Pooler::First,
        attention: AttentionConfig {
            qkv_bias: raw.bool_or("query_bias", true)?,
            k_bias: Some(raw.bool_or("key_bias", false)?),
            v_bias: Some(raw.bool_or("value_bias", true)?),
            out_bias: raw.bool_or("proj_bias", true)?,
            ..AttentionConfig::new(false, true)
        },
        ..vision::encoder(raw, patches, mlp)?
    };
    // the encoder was a module of its own for a time, with this name
    vision::adapted(raw, config, "dinov3_vit", "model.", &KEYS)
}
