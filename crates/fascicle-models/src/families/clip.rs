//! CLIP (Radford et al. 2021): both towers, or either alone.
//!
//! What `text_config` and `vision_config` leave out has the value that `transformers` documents: published
//! configurations name little more than what sets them apart from ViT-B/32.

use serde_json::json;

use super::keys::{Keys, Module, alone, module, patches};
use super::{Adapted, Layout, Place, Places, vision};
use crate::checkpoint::RawConfig;
use crate::config::{Activation, AttentionConfig, MlpConfig, PatchConfig, Pooler, TransformerConfig};
use crate::error::ModelError;
use crate::model::{ClipConfig, ModelConfig};

const BLOCK: &[Module] = &[
    module("ln1", "layer_norm1"),
    module("attn.q", "self_attn.q_proj"),
    module("attn.k", "self_attn.k_proj"),
    module("attn.v", "self_attn.v_proj"),
    module("attn.o", "self_attn.out_proj"),
    module("ln2", "layer_norm2"),
    module("mlp.up", "mlp.fc1"),
    module("mlp.down", "mlp.fc2"),
];

static TEXT: Keys = Keys {
    blocks: "encoder.layers.",
    block: &[BLOCK],
    outside: &[&[
        alone("embed.tokens", "embeddings.token_embedding.weight", Layout::Same),
        alone("embed.positions", "embeddings.position_embedding.weight", Layout::Same),
        module("ln_final", "final_layer_norm"),
    ]],
    heads: &[],
};

static VISION: Keys = Keys {
    blocks: "encoder.layers.",
    block: &[BLOCK],
    outside: &[&[
        alone("embed.patch.class", "embeddings.class_embedding", Layout::Same),
        alone("embed.positions", "embeddings.position_embedding.weight", Layout::Same),
        patches("embeddings.patch_embedding"),
        // as it is spelt in every file
        module("embed.norm", "pre_layrnorm"),
        module("ln_final", "post_layernorm"),
    ]],
    heads: &[],
};

/// Width of the shared space where a configuration says nothing.
const SHARED: usize = 512;

/// What a tower is where its configuration says nothing: ViT-B/32's.
struct Usual {
    d_model: usize,
    n_heads: usize,
    width: usize,
}

pub(super) fn adapt(raw: &RawConfig, _has: &dyn Fn(&str) -> bool) -> Result<Adapted, ModelError> {
    let part = |name: &str| match raw.object(&format!("{name}_dict"))? {
        // where both are there, `transformers` reads this one
        Some(part) => Ok(part),
        None => raw.object(name)?.ok_or_else(|| raw.missing(name)),
    };
    let (text, vision) = (text(&part("text_config")?)?, vision(&part("vision_config")?)?);
    let patches = vision.patches().copied();
    let config = ClipConfig {
        text: Some(text),
        vision: Some(vision),
        d_shared: raw.optional_usize("projection_dim")?.unwrap_or(SHARED),
    };
    Ok(adapted(ModelConfig::Clip(config), "clip", "", Box::new(move |name| place(name, patches.as_ref()))))
}

pub(super) fn adapt_text(raw: &RawConfig, _has: &dyn Fn(&str) -> bool) -> Result<Adapted, ModelError> {
    let tower = text(raw)?;
    let config = match raw.architecture().as_deref() {
        Some("CLIPTextModelWithProjection") => {
            ModelConfig::Clip(ClipConfig { text: Some(tower), vision: None, d_shared: shared(raw)? })
        }
        _ => ModelConfig::Transformer(tower),
    };
    let place = Box::new(|name: &str| match name {
        "text.projection.weight" => place(name, None),
        _ => TEXT.place(name.strip_prefix("text.tower.").unwrap_or(name), None),
    });
    Ok(adapted(config, "clip_text_model", "text_model.", place))
}

pub(super) fn adapt_vision(raw: &RawConfig, _has: &dyn Fn(&str) -> bool) -> Result<Adapted, ModelError> {
    let tower = vision(raw)?;
    let patches = tower.patches().copied();
    let config = match raw.architecture().as_deref() {
        Some("CLIPVisionModelWithProjection") => {
            ModelConfig::Clip(ClipConfig { text: None, vision: Some(tower), d_shared: shared(raw)? })
        }
        _ => ModelConfig::Transformer(tower),
    };
    let place = Box::new(move |name: &str| match name {
        "vision.projection.weight" => place(name, None),
        _ => VISION.place(name.strip_prefix("vision.tower.").unwrap_or(name), patches.as_ref()),
    });
    Ok(adapted(config, "clip_vision_model", "vision_model.", place))
}

fn shared(raw: &RawConfig) -> Result<usize, ModelError> {
    Ok(raw.optional_usize("projection_dim")?.unwrap_or(SHARED))
}

fn adapted(config: ModelConfig, family: &'static str, prefix: &'static str, place: Places) -> Adapted {
    Adapted {
        config,
        labels: Vec::new(),
        family,
        prefix,
        place,
        unused: |key| key.ends_with("embeddings.position_ids").then_some("0, 1, 2 …, computed instead"),
        repeats: Vec::new(),
    }
}

fn text(raw: &RawConfig) -> Result<TransformerConfig, ModelError> {
    raw.only("is_causal", &json!(true))?;
    let vocab = raw.optional_usize("vocab_size")?.unwrap_or(49_408);
    let n_ctx = raw.optional_usize("max_position_embeddings")?.unwrap_or(77);
    let end = raw.optional_usize("eos_token_id")?.unwrap_or(49_407);
    let usual = Usual { d_model: 512, n_heads: 8, width: 2048 };
    let tower = tower(raw, &usual, true, |n_layers, n_heads, d_model| {
        TransformerConfig::new(n_layers, n_heads, d_model, vocab, n_ctx)
    })?;
    Ok(TransformerConfig {
        pooler: match end {
            // the first conversions said so of a vocabulary whose end is its highest id
            2 => Pooler::HighestId,
            end => Pooler::EndOfText(end as i64),
        },
        ..tower
    })
}

fn vision(raw: &RawConfig) -> Result<TransformerConfig, ModelError> {
    let patches = PatchConfig { bias: false, ..vision::patch_config_or(raw, Some([224, 32]))? };
    let usual = Usual { d_model: 768, n_heads: 12, width: 3072 };
    let tower = tower(raw, &usual, false, |n_layers, n_heads, d_model| {
        vision::of_patches(n_layers, n_heads, d_model, patches)
    })?;
    Ok(TransformerConfig { embed_norm: true, pooler: Pooler::FirstNormed, ..tower })
}

fn tower(
    raw: &RawConfig,
    usual: &Usual,
    causal: bool,
    plain: impl FnOnce(usize, usize, usize) -> TransformerConfig,
) -> Result<TransformerConfig, ModelError> {
    let or = |name: &str, usual: usize| -> Result<usize, ModelError> {
        Ok(raw.optional_usize(name)?.unwrap_or(usual))
    };
    let d_model = or("hidden_size", usual.d_model)?;
    let n_heads = or("num_attention_heads", usual.n_heads)?;
    let activation = raw.optional_activation("hidden_act")?.unwrap_or(Activation::QuickGelu);
    Ok(TransformerConfig {
        d_head: raw.d_head("num_attention_heads", d_model, n_heads)?,
        norm_eps: raw.optional_f64("layer_norm_eps")?.unwrap_or(1e-5),
        attention: AttentionConfig::new(causal, true),
        mlp: Some(MlpConfig::new(or("intermediate_size", usual.width)?, activation, true)),
        ..plain(or("num_hidden_layers", 12)?, n_heads, d_model)
    })
}

/// Both towers in one folder.
fn place(name: &str, patches: Option<&PatchConfig>) -> Option<Place> {
    let under = |module: &str, place: Place| Place { key: format!("{module}.{}", place.key), ..place };
    if let Some(name) = name.strip_prefix("text.tower.") {
        return Some(under("text_model", TEXT.place(name, None)?));
    }
    if let Some(name) = name.strip_prefix("vision.tower.") {
        return Some(under("vision_model", VISION.place(name, patches)?));
    }
    let place = match name {
        "text.projection.weight" => Place::new("text_projection.weight", Layout::Transposed),
        "vision.projection.weight" => Place::new("visual_projection.weight", Layout::Transposed),
        "logit_scale" => Place::new("logit_scale", Layout::Scalar),
        _ => return None,
    };
    Some(place.unprefixed())
}
