//! Llama and its kin (Qwen2, Qwen3, OLMoE, Gemma 2): pre-norm decoders with root-mean-square norms, rotary positions,
//! shared key and value heads and gated MLPs. What sets each apart stands in `adapt`, and nowhere else.

use serde_json::json;

use super::{Adapted, Layout, Place, in_block, rope};
use crate::checkpoint::RawConfig;
use crate::config::{
    AttentionConfig, AttentionScale, Experts, MlpConfig, NormKind, NormPlace, Positions, QkNorm, Rotary,
    Sliding, TransformerConfig, UnembedConfig,
};
use crate::error::ModelError;
use crate::model::ModelConfig;

/// More blocks than a model has; they are counted through below.
const MOST_BLOCKS: usize = 1 << 16;

pub(super) fn adapt(raw: &RawConfig, has: &dyn Fn(&str) -> bool) -> Result<Adapted, ModelError> {
    let family = match raw.optional_str("model_type")?.as_deref() {
        Some("qwen2") => "qwen2",
        Some("qwen3") => "qwen3",
        Some("olmoe") => "olmoe",
        Some("gemma2") => "gemma2",
        _ => "llama",
    };
    let (gemma, olmoe) = (family == "gemma2", family == "olmoe");
    raw.only("use_bidirectional_attention", &json!(false))?;
    raw.only("is_causal", &json!(true))?;
    raw.only("use_mrope", &json!(false))?;
    let (d_model, n_heads) = (raw.usize("hidden_size")?, raw.usize("num_attention_heads")?);
    let d_head = match (raw.optional_usize("head_dim")?, family) {
        (Some(d_head), _) => d_head,
        // what `transformers` documents
        (None, "qwen3") => 128,
        (None, "gemma2") => 256,
        (None, _) => raw.d_head("num_attention_heads", d_model, n_heads)?,
    };
    whole_heads_turn(raw)?;
    let n_layers = raw.usize("num_hidden_layers")?;
    if n_layers > MOST_BLOCKS {
        let expected = format!("at most {MOST_BLOCKS}");
        return Err(raw.bad("num_hidden_layers", &n_layers.to_string(), &expected));
    }
    let kv_heads = raw.optional_usize("num_key_value_heads")?.unwrap_or(n_heads);
    if kv_heads == 0 || !n_heads.is_multiple_of(kv_heads) {
        let expected = format!("a divisor of the {n_heads} heads (num_attention_heads)");
        return Err(raw.bad("num_key_value_heads", &kv_heads.to_string(), &expected));
    }
    let tied = raw.bool_or("tie_word_embeddings", gemma)?;
    let headless =
        raw.architecture().is_some_and(|name| !name.contains("ForCausalLM")) && !has("lm_head.weight");
    let bias = family == "qwen2" || raw.bool_or("attention_bias", false)?;
    let activation = match gemma {
        // `hidden_act` is there too and `transformers` does not read it
        true => raw.activation("hidden_activation")?,
        false => raw.activation("hidden_act")?,
    };
    let experts = match olmoe {
        true => Some(Experts {
            count: raw.usize_or_as("num_experts", "num_local_experts")?,
            per_token: raw.usize("num_experts_per_tok")?,
            renormalise: raw.bool_or("norm_topk_prob", false)?,
        }),
        false => None,
    };
    let config = TransformerConfig {
        n_kv_heads: Some(kv_heads),
        d_head,
        positions: Positions::Rotary(Rotary {
            dims: d_head,
            theta: rope::setting(raw, "rope_theta", "rope_theta")?.unwrap_or(10_000.0),
            scaling: rope::scaling(raw)?,
        }),
        embed_scale: gemma.then(|| f64::from((d_model as f32).sqrt())),
        norm: if gemma { NormKind::RmsPlusOne } else { NormKind::Rms },
        norm_eps: raw.f64("rms_norm_eps")?,
        norm_place: if gemma { NormPlace::Around } else { NormPlace::Pre },
        attention: AttentionConfig {
            out_bias: family != "qwen2" && bias,
            scale: match gemma {
                true => AttentionScale::Fixed(
                    raw.optional_f64("query_pre_attn_scalar")?.unwrap_or(256.0).powf(-0.5),
                ),
                false => AttentionScale::InverseSqrt,
            },
            softcap: if gemma { raw.f64_unless_null("attn_logit_softcapping", 50.0)? } else { None },
            sliding: sliding(raw, family, n_layers)?,
            qk_norm: match family {
                "qwen3" => Some(QkNorm::PerHead),
                "olmoe" => Some(QkNorm::Whole),
                _ => None,
            },
            clip_qkv: if olmoe { raw.optional_f64("clip_qkv")? } else { None },
            ..AttentionConfig::new(true, bias)
        },
        mlp: Some(MlpConfig {
            gated: true,
            experts,
            ..MlpConfig::new(raw.usize("intermediate_size")?, activation, raw.bool_or("mlp_bias", false)?)
        }),
        unembed: match headless {
            true => None,
            false => Some(UnembedConfig {
                softcap: if gemma { raw.f64_unless_null("final_logit_softcapping", 30.0)? } else { None },
                ..UnembedConfig::new(tied)
            }),
        },
        ..TransformerConfig::new(
            n_layers,
            n_heads,
            d_model,
            raw.usize("vocab_size")?,
            raw.usize("max_position_embeddings")?,
        )
    };
    // transformers 5 holds the experts of a block in two tensors, and may save them so
    let fused = experts.filter(|_| has("layers.0.mlp.experts.gate_up_proj")).map(|experts| experts.count);
    Ok(Adapted {
        config: ModelConfig::Transformer(config),
        labels: Vec::new(),
        family,
        prefix: "model.",
        place: Box::new(move |name| place(name, gemma, fused)),
        unused,
        repeats: if tied { vec![("lm_head.weight", "embed.tokens")] } else { Vec::new() },
    })
}

/// Refuses heads of which a part alone is rotated: `transformers` has no such thing in these families.
fn whole_heads_turn(raw: &RawConfig) -> Result<(), ModelError> {
    const NAME: &str = "partial_rotary_factor";
    match rope::setting(raw, NAME, NAME)?.filter(|share| *share != 1.0) {
        Some(share) => Err(raw.bad(NAME, &share.to_string(), "1 (nothing else is supported)")),
        None => Ok(()),
    }
}

/// The blocks with a sliding window: those that `layer_types` names; without it every other one, from the first, in
/// Gemma 2, those from `max_window_layers` on in Qwen where it says `use_sliding_window`, and none elsewhere.
fn sliding(raw: &RawConfig, family: &str, n_layers: usize) -> Result<Option<Sliding>, ModelError> {
    let qwen = matches!(family, "qwen2" | "qwen3");
    if !qwen && family != "gemma2" {
        return Ok(None);
    }
    let named = sliding_layers(raw, n_layers)?;
    let on = !raw.is_null("sliding_window") && (!qwen || raw.bool_or("use_sliding_window", false)?);
    if !on {
        return match named.and_then(|layers| layers.first().copied()).filter(|_| qwen) {
            Some(layer) => Err(raw.bad(
                "layer_types",
                &format!("`sliding_attention` for block {layer}"),
                "`full_attention` alone, since use_sliding_window is false or sliding_window null",
            )),
            None => Ok(None),
        };
    }
    let layers = match (named, qwen) {
        (Some(layers), _) => layers,
        // what `transformers` documents
        (None, true) => (raw.optional_usize("max_window_layers")?.unwrap_or(28)..n_layers).collect(),
        (None, false) => (0..n_layers).step_by(2).collect(),
    };
    let window = raw.optional_usize("sliding_window")?.unwrap_or(4096);
    Ok(Some(Sliding { window, layers }).filter(|sliding| !qwen || !sliding.layers.is_empty()))
}

/// The blocks that `layer_types` gives a sliding window, if it is there.
fn sliding_layers(raw: &RawConfig, n_layers: usize) -> Result<Option<Vec<usize>>, ModelError> {
    let Some(types) = raw.field("layer_types") else { return Ok(None) };
    let expected = format!("{n_layers} of `sliding_attention` and `full_attention`");
    let bad = || raw.bad("layer_types", &types.to_string(), &expected);
    let types = types.as_array().filter(|types| types.len() == n_layers).ok_or_else(bad)?;
    let mut layers = Vec::new();
    for (layer, kind) in types.iter().enumerate() {
        match kind.as_str() {
            Some("sliding_attention") => layers.push(layer),
            Some("full_attention") => {}
            _ => return Err(bad()),
        }
    }
    Ok(Some(layers))
}

fn place(name: &str, gemma: bool, fused: Option<usize>) -> Option<Place> {
    use Layout::{Same, Transposed};
    if let Some((layer, rest)) = in_block(name) {
        let (module, leaf) = rest.rsplit_once('.')?;
        let layout = if leaf == "weight" { Transposed } else { Same };
        let leaf = if leaf == "gain" { "weight" } else { leaf };
        let at = |module: &str| Place::new(format!("layers.{layer}.{module}.{leaf}"), layout);
        if let Some((expert, which)) =
            module.strip_prefix("mlp.experts.").and_then(|rest| rest.split_once('.'))
        {
            let Some(experts) = fused else { return Some(at(&format!("mlp.experts.{expert}.{which}_proj"))) };
            let (key, part, parts) = match which {
                "gate" => ("gate_up_proj", 0, 2),
                "up" => ("gate_up_proj", 1, 2),
                _ => ("down_proj", 0, 1),
            };
            let layout = Layout::Expert { expert: expert.parse().ok()?, experts, part, parts };
            return Some(Place::new(format!("layers.{layer}.mlp.experts.{key}"), layout));
        }
        return Some(at(match (module, gemma) {
            ("ln1", _) => "input_layernorm",
            ("ln1_post", _) | ("ln2", false) => "post_attention_layernorm",
            ("ln2", true) => "pre_feedforward_layernorm",
            ("ln2_post", _) => "post_feedforward_layernorm",
            ("attn.q", _) => "self_attn.q_proj",
            ("attn.k", _) => "self_attn.k_proj",
            ("attn.v", _) => "self_attn.v_proj",
            ("attn.o", _) => "self_attn.o_proj",
            ("attn.q_norm", _) => "self_attn.q_norm",
            ("attn.k_norm", _) => "self_attn.k_norm",
            ("mlp.gate", _) => "mlp.gate_proj",
            ("mlp.up", _) => "mlp.up_proj",
            ("mlp.down", _) => "mlp.down_proj",
            ("mlp.router", _) => "mlp.gate",
            _ => return None,
        }));
    }
    Some(match name {
        "embed.tokens" => Place::new("embed_tokens.weight", Same),
        "ln_final.gain" => Place::new("norm.weight", Same),
        "unembed.weight" => Place::new("lm_head.weight", Transposed).unprefixed(),
        _ => return None,
    })
}

fn unused(key: &str) -> Option<&'static str> {
    key.ends_with("rotary_emb.inv_freq").then_some("rotary frequencies, computed instead")
}
