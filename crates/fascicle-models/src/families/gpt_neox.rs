//! GPT-NeoX (Pythia): rotary positions on part of each head, attention and MLP side by side, queries, keys and values
//! of each head beside one another in one matrix.

use serde_json::json;

use super::{Adapted, Layout, Place, in_block};
use crate::checkpoint::RawConfig;
use crate::config::{AttentionConfig, MlpConfig, Positions, Rotary, TransformerConfig, UnembedConfig};
use crate::error::ModelError;
use crate::families::rope;
use crate::model::ModelConfig;

pub(super) fn adapt(raw: &RawConfig, has: &dyn Fn(&str) -> bool) -> Result<Adapted, ModelError> {
    let (d_model, n_heads) = (raw.usize("hidden_size")?, raw.usize("num_attention_heads")?);
    let d_head = raw.d_head("num_attention_heads", d_model, n_heads)?;
    raw.only("head_dim", &json!(d_head))?;
    raw.only("is_causal", &json!(true))?;
    let share = rope::setting(raw, "partial_rotary_factor", "rotary_pct")?.unwrap_or(0.25);
    let tied = raw.bool_or("tie_word_embeddings", false)?;
    // the second name is what transformers 5 calls the first, and writes with `save_original_format=False`
    let headless = raw.architecture().is_some_and(|name| name == "GPTNeoXModel")
        && !has("embed_out.weight")
        && !has("lm_head.weight");
    let bias = raw.bool_or("attention_bias", true)?;
    let config = TransformerConfig {
        d_head,
        positions: Positions::Rotary(Rotary {
            dims: (d_head as f64 * share) as usize,
            theta: rope::setting(raw, "rope_theta", "rotary_emb_base")?.unwrap_or(10_000.0),
            scaling: rope::scaling(raw)?,
        }),
        norm_eps: raw.f64("layer_norm_eps")?,
        parallel: raw.bool_or("use_parallel_residual", true)?,
        attention: AttentionConfig::new(true, bias),
        mlp: Some(MlpConfig::new(raw.usize("intermediate_size")?, raw.activation("hidden_act")?, true)),
        unembed: (!headless).then(|| UnembedConfig::new(tied)),
        ..TransformerConfig::new(
            raw.usize("num_hidden_layers")?,
            n_heads,
            d_model,
            raw.usize("vocab_size")?,
            raw.usize("max_position_embeddings")?,
        )
    };
    Ok(Adapted {
        config: ModelConfig::Transformer(config),
        labels: Vec::new(),
        family: "gpt_neox",
        prefix: "gpt_neox.",
        place: Box::new(move |name| place(name, n_heads)),
        unused,
        repeats: match tied {
            true => vec![("embed_out.weight", "embed.tokens"), ("lm_head.weight", "embed.tokens")],
            false => Vec::new(),
        },
    })
}

fn place(name: &str, heads: usize) -> Option<Place> {
    use Layout::{HeadRows, Same, Transposed};
    if let Some((layer, rest)) = in_block(name) {
        let (module, leaf) = rest.rsplit_once('.')?;
        let dense = if leaf == "weight" { Transposed } else { Same };
        let fused = |part| ("attention.query_key_value", HeadRows { part, parts: 3, heads });
        let (module, layout) = match module {
            "ln1" => ("input_layernorm", Same),
            "ln2" => ("post_attention_layernorm", Same),
            "attn.q" => fused(0),
            "attn.k" => fused(1),
            "attn.v" => fused(2),
            "attn.o" => ("attention.dense", dense),
            "mlp.up" => ("mlp.dense_h_to_4h", dense),
            "mlp.down" => ("mlp.dense_4h_to_h", dense),
            _ => return None,
        };
        let leaf = if leaf == "gain" { "weight" } else { leaf };
        return Some(Place::new(format!("layers.{layer}.{module}.{leaf}"), layout));
    }
    Some(match name {
        "embed.tokens" => Place::new("embed_in.weight", Same),
        "ln_final.gain" => Place::new("final_layer_norm.weight", Same),
        "ln_final.bias" => Place::new("final_layer_norm.bias", Same),
        "unembed.weight" => {
            Place::new("embed_out.weight", Transposed).alias("lm_head.weight".into()).unprefixed()
        }
        _ => return None,
    })
}

fn unused(key: &str) -> Option<&'static str> {
    let mask = key.ends_with(".attention.bias") || key.ends_with(".attention.masked_bias");
    let angles = key.ends_with("rotary_emb.inv_freq");
    match (mask, angles) {
        (true, _) => Some("causal mask, computed instead"),
        (_, true) => Some("rotary frequencies, computed instead"),
        _ => None,
    }
}
