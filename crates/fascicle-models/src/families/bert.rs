//! BERT (and MiniLM, which is one): post-norm encoder, token types, optional pooler and masked-language head.

use serde_json::json;

use super::{Adapted, Layout, Place, in_block};
use crate::checkpoint::RawConfig;
use crate::config::{
    Activation, AttentionConfig, ClassifierConfig, ClassifierInput, MlpConfig, NormPlace, Pooler,
    TransformerConfig, UnembedConfig,
};
use crate::error::ModelError;
use crate::model::ModelConfig;

pub(super) fn adapt(raw: &RawConfig, has: &dyn Fn(&str) -> bool) -> Result<Adapted, ModelError> {
    raw.only("position_embedding_type", &json!("absolute"))?;
    raw.only("is_decoder", &json!(false))?;
    raw.only("add_cross_attention", &json!(false))?;
    let (d_model, n_heads) = (raw.usize("hidden_size")?, raw.usize("num_attention_heads")?);
    let architecture = raw.architecture().unwrap_or_else(|| "BertModel".into());
    let masked_lm = matches!(architecture.as_str(), "BertForMaskedLM" | "BertForPreTraining");
    let tied = raw.bool_or("tie_word_embeddings", true)?;
    let activation = raw.activation("hidden_act")?;
    let classes = architecture == "BertForSequenceClassification";
    // many encoders are published without the pooler, which only sentence-pair heads use
    let pooler = architecture != "BertForMaskedLM" && has("pooler.dense.weight");
    let config = TransformerConfig {
        d_head: raw.d_head("num_attention_heads", d_model, n_heads)?,
        token_types: raw.usize("type_vocab_size")?,
        embed_norm: true,
        norm_eps: raw.f64("layer_norm_eps")?,
        norm_place: NormPlace::Post,
        final_norm: false,
        attention: AttentionConfig::new(false, true),
        mlp: Some(MlpConfig::new(raw.usize("intermediate_size")?, activation, true)),
        unembed: masked_lm.then(|| UnembedConfig {
            bias: true,
            transform: Some(activation),
            ..UnembedConfig::new(tied)
        }),
        classifier: if classes {
            Some(ClassifierConfig { classes: raw.classes()?, from: ClassifierInput::Pooler })
        } else {
            None
        },
        pooler: if pooler || classes {
            Pooler::Dense { width: d_model, activation: Activation::Tanh }
        } else {
            Pooler::None
        },
        ..TransformerConfig::new(
            raw.usize("num_hidden_layers")?,
            n_heads,
            d_model,
            raw.usize("vocab_size")?,
            raw.usize("max_position_embeddings")?,
        )
    };
    let repeats = match (masked_lm, tied) {
        (true, true) => {
            vec![
                ("cls.predictions.decoder.weight", "embed.tokens"),
                ("cls.predictions.decoder.bias", "unembed.bias"),
            ]
        }
        _ => Vec::new(),
    };
    let place: fn(&str) -> Option<Place> = if tied { place } else { place_untied };
    let place = Box::new(place);
    let config = ModelConfig::Transformer(config);
    let labels = if classes { raw.labels()? } else { Vec::new() };
    Ok(Adapted { config, labels, family: "bert", prefix: "bert.", place, unused, repeats })
}

/// An untied head has its bias with its matrix; `transformers` then ignores `cls.predictions.bias`.
fn place_untied(name: &str) -> Option<Place> {
    match name {
        "unembed.bias" => Some(Place::new("cls.predictions.decoder.bias", Layout::Same).unprefixed()),
        _ => place(name),
    }
}

fn place(name: &str) -> Option<Place> {
    use Layout::{Same, Transposed};
    let norm = |module: &str, leaf: &str| {
        let (leaf, old) = if leaf == "gain" { ("weight", "gamma") } else { ("bias", "beta") };
        Place::new(format!("{module}.LayerNorm.{leaf}"), Same).alias(format!("{module}.LayerNorm.{old}"))
    };
    let dense = |module: &str, leaf: &str| {
        Place::new(format!("{module}.{leaf}"), if leaf == "weight" { Transposed } else { Same })
    };
    if let Some((layer, rest)) = in_block(name) {
        let (module, leaf) = rest.rsplit_once('.')?;
        let at = |module: &str| format!("encoder.layer.{layer}.{module}");
        return Some(match module {
            "ln1" => norm(&at("attention.output"), leaf),
            "ln2" => norm(&at("output"), leaf),
            "attn.q" => dense(&at("attention.self.query"), leaf),
            "attn.k" => dense(&at("attention.self.key"), leaf),
            "attn.v" => dense(&at("attention.self.value"), leaf),
            "attn.o" => dense(&at("attention.output.dense"), leaf),
            "mlp.up" => dense(&at("intermediate.dense"), leaf),
            "mlp.down" => dense(&at("output.dense"), leaf),
            _ => return None,
        });
    }
    if let Some(leaf) = name.strip_prefix("unembed.transform.norm.") {
        return Some(norm("cls.predictions.transform", leaf).unprefixed());
    }
    if let Some(leaf) = name.strip_prefix("unembed.transform.dense.") {
        return Some(dense("cls.predictions.transform.dense", leaf).unprefixed());
    }
    Some(match name {
        "embed.tokens" => Place::new("embeddings.word_embeddings.weight", Same),
        "embed.positions" => Place::new("embeddings.position_embeddings.weight", Same),
        "embed.types" => Place::new("embeddings.token_type_embeddings.weight", Same),
        "embed.norm.gain" => norm("embeddings", "gain"),
        "embed.norm.bias" => norm("embeddings", "bias"),
        "classifier.first.weight" => dense("classifier", "weight").unprefixed(),
        "classifier.first.bias" => dense("classifier", "bias").unprefixed(),
        "pooler.weight" => dense("pooler.dense", "weight"),
        "pooler.bias" => dense("pooler.dense", "bias"),
        "unembed.weight" => Place::new("cls.predictions.decoder.weight", Transposed).unprefixed(),
        "unembed.bias" => Place::new("cls.predictions.bias", Same).unprefixed(),
        _ => return None,
    })
}

fn unused(key: &str) -> Option<&'static str> {
    match key {
        "embeddings.position_ids" => Some("0, 1, 2 …, computed instead"),
        // what follows is in the list only when the configuration has no use for it
        "cls.predictions.bias" => Some("bias of a tied head, and this head is not tied"),
        "pooler.dense.weight" | "pooler.dense.bias" => Some("pooler, which this architecture leaves out"),
        _ if key.starts_with("cls.seq_relationship.") => Some("next-sentence head, not supported"),
        _ if key.starts_with("classifier.") => Some("classification head, not supported"),
        _ if key.starts_with("qa_outputs.") => Some("question-answering head, not supported"),
        _ => None,
    }
}
