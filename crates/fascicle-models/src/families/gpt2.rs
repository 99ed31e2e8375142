//! GPT-2: pre-norm, learned positions, fused q|k|v with `[in, out]` weights, tied head.

use serde_json::json;

use super::{Adapted, Layout, Place, in_block};
use crate::checkpoint::RawConfig;
use crate::config::{AttentionConfig, AttentionScale, MlpConfig, TransformerConfig, UnembedConfig};
use crate::error::ModelError;
use crate::model::ModelConfig;

pub(super) fn adapt(raw: &RawConfig, has: &dyn Fn(&str) -> bool) -> Result<Adapted, ModelError> {
    raw.only("add_cross_attention", &json!(false))?;
    raw.only("is_causal", &json!(true))?;
    // the general names are aliases in `transformers`
    let d_model = raw.usize_or_as("n_embd", "hidden_size")?;
    let n_heads = raw.usize_or_as("n_head", "num_attention_heads")?;
    let tied = raw.bool_or("tie_word_embeddings", true)?;
    // an untied bare trunk (GPT2Model) has no head at all; a tied one still has the matrix
    let headless =
        !tied && raw.architecture().is_some_and(|name| name == "GPT2Model") && !has("lm_head.weight");
    let config = TransformerConfig {
        d_head: raw.d_head("n_head", d_model, n_heads)?,
        norm_eps: raw.f64("layer_norm_epsilon")?,
        attention: AttentionConfig {
            scale: match (
                raw.bool_or("scale_attn_weights", true)?,
                raw.bool_or("scale_attn_by_inverse_layer_idx", false)?,
            ) {
                (true, false) => AttentionScale::InverseSqrt,
                (true, true) => AttentionScale::InverseSqrtByLayer,
                (false, false) => AttentionScale::One,
                (false, true) => AttentionScale::ByLayer,
            },
            ..AttentionConfig::new(true, true)
        },
        mlp: Some(MlpConfig::new(
            raw.optional_usize("n_inner")?.unwrap_or(4 * d_model),
            raw.activation("activation_function")?,
            true,
        )),
        unembed: (!headless).then(|| UnembedConfig::new(tied)),
        ..TransformerConfig::new(
            raw.usize_or_as("n_layer", "num_hidden_layers")?,
            n_heads,
            d_model,
            raw.usize("vocab_size")?,
            raw.usize_or_as("n_positions", "max_position_embeddings")?,
        )
    };
    let repeats = if tied { vec![("lm_head.weight", "embed.tokens")] } else { Vec::new() };
    let config = ModelConfig::Transformer(config);
    Ok(Adapted {
        config,
        labels: Vec::new(),
        family: "gpt2",
        prefix: "transformer.",
        place: Box::new(place),
        unused,
        repeats,
    })
}

fn place(name: &str) -> Option<Place> {
    use Layout::{Columns, Same, Transposed};
    if let Some((layer, rest)) = in_block(name) {
        let (module, leaf) = rest.rsplit_once('.')?;
        let (module, layout) = match module {
            "ln1" => ("ln_1", Same),
            "ln2" => ("ln_2", Same),
            "attn.q" => ("attn.c_attn", Columns { part: 0, parts: 3 }),
            "attn.k" => ("attn.c_attn", Columns { part: 1, parts: 3 }),
            "attn.v" => ("attn.c_attn", Columns { part: 2, parts: 3 }),
            "attn.o" => ("attn.c_proj", Same),
            "mlp.up" => ("mlp.c_fc", Same),
            "mlp.down" => ("mlp.c_proj", Same),
            _ => return None,
        };
        let leaf = if leaf == "gain" { "weight" } else { leaf };
        return Some(Place::new(format!("h.{layer}.{module}.{leaf}"), layout));
    }
    Some(match name {
        "embed.tokens" => Place::new("wte.weight", Same),
        "embed.positions" => Place::new("wpe.weight", Same),
        "ln_final.gain" => Place::new("ln_f.weight", Same),
        "ln_final.bias" => Place::new("ln_f.bias", Same),
        "unembed.weight" => Place::new("lm_head.weight", Transposed).unprefixed(),
        _ => return None,
    })
}

fn unused(key: &str) -> Option<&'static str> {
    let mask = key.ends_with(".attn.bias") || key.ends_with(".attn.masked_bias");
    mask.then_some("causal mask, computed instead")
}
