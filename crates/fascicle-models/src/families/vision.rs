//! What the vision transformers of Hugging Face share: settings, key names, and what of a file goes unused.

use serde_json::json;

use super::keys::{Keys, Module, alone, module, patches};
use super::{Adapted, Layout};
use crate::checkpoint::RawConfig;
use crate::config::{
    AttentionConfig, InputKind, MOST_IN_A_PATCH, MlpConfig, PatchConfig, PositionResize, TransformerConfig,
};
use crate::error::ModelError;
use crate::model::ModelConfig;

/// What comes in before the first block.
pub(super) const EMBEDDINGS: &[Module] = &[
    alone("embed.patch.class", "embeddings.cls_token", Layout::Units(2)),
    alone("embed.patch.distillation", "embeddings.distillation_token", Layout::Units(2)),
    alone("embed.patch.registers", "embeddings.register_tokens", Layout::Units(1)),
    alone("embed.positions", "embeddings.position_embeddings", Layout::Units(1)),
    patches("embeddings.patch_embeddings.projection"),
];

/// Attention.
pub(super) const ATTENTION: &[Module] = &[
    module("attn.q", "attention.attention.query"),
    module("attn.k", "attention.attention.key"),
    module("attn.v", "attention.attention.value"),
    module("attn.o", "attention.output.dense"),
];

/// Attention as transformers 5 calls its modules: what it writes with `save_original_format=False`.
pub(super) const ATTENTION_5: &[Module] = &[
    module("attn.q", "attention.q_proj"),
    module("attn.k", "attention.k_proj"),
    module("attn.v", "attention.v_proj"),
    module("attn.o", "attention.o_proj"),
];

/// How images are cut: square patches behind a class token, positions stretched to other sizes.
pub(super) fn patch_config(raw: &RawConfig) -> Result<PatchConfig, ModelError> {
    patch_config_or(raw, None)
}

/// The same with `[image, patch]` sides for configurations that leave them out.
pub(super) fn patch_config_or(raw: &RawConfig, usual: Option<[usize; 2]>) -> Result<PatchConfig, ModelError> {
    let sides = |name: &str, usual: Option<usize>| match (raw.sides(name)?, usual) {
        (Some(sides), _) => Ok(sides),
        (None, Some(side)) => Ok([side; 2]),
        (None, None) => Err(raw.missing(name)),
    };
    let image = sides("image_size", usual.map(|[image, _]| image))?;
    let [height, width] = sides("patch_size", usual.map(|[_, patch]| patch))?;
    if height != width {
        return Err(raw.bad("patch_size", &format!("[{height}, {width}]"), "a square patch"));
    }
    let channels = raw.optional_usize("num_channels")?.unwrap_or(3);
    for (name, value) in [("patch_size", height), ("num_channels", channels)] {
        if value > MOST_IN_A_PATCH {
            return Err(raw.bad(name, &value.to_string(), &format!("at most {MOST_IN_A_PATCH}")));
        }
    }
    Ok(PatchConfig { resize: PositionResize::Bicubic, ..PatchConfig::new(channels, image, height) })
}

/// A pre-norm encoder of images with a plain width and depth.
pub(super) fn encoder(
    raw: &RawConfig,
    patches: PatchConfig,
    mlp: MlpConfig,
) -> Result<TransformerConfig, ModelError> {
    let (d_model, n_heads) = (raw.usize("hidden_size")?, raw.usize("num_attention_heads")?);
    let d_head = raw.d_head("num_attention_heads", d_model, n_heads)?;
    raw.only("head_dim", &json!(d_head))?;
    Ok(TransformerConfig {
        d_head,
        norm_eps: raw.f64("layer_norm_eps")?,
        attention: AttentionConfig {
            qkv_bias: raw.bool_or("qkv_bias", true)?,
            ..AttentionConfig::new(false, true)
        },
        mlp: Some(mlp),
        ..of_patches(raw.usize("num_hidden_layers")?, n_heads, d_model, patches)
    })
}

/// A transformer whose longest sequence is that of a native image.
pub(super) fn of_patches(
    n_layers: usize,
    n_heads: usize,
    d_model: usize,
    patches: PatchConfig,
) -> TransformerConfig {
    TransformerConfig {
        input: InputKind::Patches(patches),
        ..TransformerConfig::new(n_layers, n_heads, d_model, 0, patches.positions())
    }
}

/// A single transformer of images under the names of `keys`.
pub(super) fn adapted(
    raw: &RawConfig,
    config: TransformerConfig,
    family: &'static str,
    prefix: &'static str,
    keys: &'static Keys,
) -> Result<Adapted, ModelError> {
    let patches = config.patches().copied();
    Ok(Adapted {
        labels: if config.classifier.is_some() { raw.labels()? } else { Vec::new() },
        config: ModelConfig::Transformer(config),
        family,
        prefix,
        place: Box::new(move |name| keys.place(name, patches.as_ref())),
        unused,
        repeats: Vec::new(),
    })
}

/// Asked only for tensors that the configuration has no use for.
pub(super) fn unused(key: &str) -> Option<&'static str> {
    const HEADS: [&str; 3] = ["classifier.", "cls_classifier.", "distillation_classifier."];
    match key {
        "embeddings.mask_token" => Some("stands for patches that are hidden in training alone"),
        "pooler.dense.weight" | "pooler.dense.bias" => Some("pooler, which this architecture leaves out"),
        _ if HEADS.iter().any(|head| key.starts_with(head)) => {
            Some("classification head, which this architecture leaves out")
        }
        _ if key.starts_with("decoder.") => {
            Some("decoder of hidden patches, which this architecture leaves out")
        }
        _ => None,
    }
}
