//! A model's shape and choices in words.

use fascicle_models::{
    ClipConfig, InputKind, LoadedModel, MaeConfig, MlpConfig, ModelConfig, NormKind, NormPlace, Pooling,
    Positions, ResNetConfig, TransformerConfig,
};
use serde::Serialize;

use crate::output::thousands;

/// Rows of name and value.
pub(super) fn rows(model: &LoadedModel) -> Vec<Vec<String>> {
    let mut rows = vec![("family".to_string(), model.report.family.to_string())];
    match model.model.config() {
        ModelConfig::Transformer(config) => {
            let texts = config.input == InputKind::Tokens;
            rows.extend(transformer(&config));
            if texts {
                rows.push(("tokenizer".into(), tokenizer(model)));
                rows.push(("pooling".into(), pooling(model, &config)));
            }
        }
        ModelConfig::Clip(ClipConfig { text, vision, d_shared }) => {
            rows.push(("shared space".into(), format!("{d_shared} numbers")));
            rows.extend(text.iter().flat_map(|config| named("text", config)));
            rows.extend(vision.iter().flat_map(|config| named("vision", config)));
            rows.push(("tokenizer".into(), tokenizer(model)));
        }
        ModelConfig::Mae(MaeConfig { encoder, decoder }) => {
            rows.extend(named("encoder", &encoder));
            rows.extend(named("decoder", &decoder));
        }
        ModelConfig::ResNet(config) => rows.extend(resnet(&config)),
    }
    if !model.labels.is_empty() {
        let first: Vec<&str> = model.labels.iter().take(3).map(String::as_str).collect();
        let more = if model.labels.len() > first.len() { ", …" } else { "" };
        rows.push(("labels".into(), format!("{}: {}{more}", model.labels.len(), first.join(", "))));
    }
    rows.into_iter().map(|(name, value)| vec![name, value]).collect()
}

type Row = (String, String);

/// The rows of one part of a model of several.
fn named(part: &str, config: &TransformerConfig) -> Vec<Row> {
    transformer(config).into_iter().map(|(name, value)| (format!("{part}: {name}"), value)).collect()
}

fn transformer(config: &TransformerConfig) -> Vec<Row> {
    let mut rows = vec![
        ("layers", config.n_layers.to_string()),
        ("heads", heads(config)),
        ("d_model", config.d_model.to_string()),
        ("MLP", config.mlp.as_ref().map_or("none".to_string(), mlp)),
    ];
    match &config.input {
        InputKind::Tokens => {
            rows.push(("vocabulary", thousands(config.vocab)));
            rows.push(("context", format!("{} positions", config.n_ctx)));
        }
        InputKind::Patches(patches) => {
            let [height, width] = patches.image;
            let (channels, side) = (patches.channels, patches.patch);
            let image =
                format!("{height} × {width} pixels, {channels} channels, in patches of {side} × {side}");
            rows.push(("image", image));
            rows.push(("tokens", format!("{} before the patches", patches.prefix())));
        }
        InputKind::Stream => {}
    }
    if let Some(positions) = positions(config.positions) {
        rows.push(("positions", positions));
    }
    rows.push(("attention", attention(config)));
    rows.push(("norms", norms(config)));
    rows.push(("output", output(config)));
    rows.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
}

fn heads(config: &TransformerConfig) -> String {
    let (heads, kv) = (config.n_heads, config.kv_heads());
    let shared = if kv == heads { String::new() } else { format!(", {kv} of keys and values") };
    format!("{heads} of width {}{shared}", config.d_head)
}

fn mlp(mlp: &MlpConfig) -> String {
    let gated = if mlp.gated { ", gated" } else { "" };
    let neurons = format!("{} neurons, {}{gated}", mlp.width, word(mlp.activation));
    match mlp.experts {
        Some(experts) => {
            format!("{} experts of {neurons}; {} for each position", experts.count, experts.per_token)
        }
        None => neurons,
    }
}

/// Learned positions are the rule and go without saying.
fn positions(positions: Positions) -> Option<String> {
    match positions {
        Positions::Learned => None,
        Positions::None => Some("none".into()),
        Positions::Rotary(rotary) => {
            Some(format!("rotary, {} channels of each head, base {}", rotary.dims, rotary.theta))
        }
        Positions::Axial { theta } => Some(format!("rotary by row and column, base {theta}")),
    }
}

fn attention(config: &TransformerConfig) -> String {
    let seen = if config.attention.causal {
        "causal: a position sees itself and what comes before"
    } else {
        "every position sees every other"
    };
    match &config.attention.sliding {
        Some(sliding) => {
            let (count, of, window) = (sliding.layers.len(), config.n_layers, sliding.window);
            format!("{seen}; the last {window} positions in {count} of {of} layers")
        }
        None => seen.into(),
    }
}

fn norms(config: &TransformerConfig) -> String {
    let place = match (config.norm_place, config.parallel) {
        (_, true) => "before attention and MLP, side by side",
        (NormPlace::Pre, _) => "before attention and MLP",
        (NormPlace::Post, _) => "after attention and MLP",
        (NormPlace::Around, _) => "before and after attention and MLP",
    };
    if config.norm == NormKind::None { "none".into() } else { format!("{}, {place}", word(config.norm)) }
}

fn output(config: &TransformerConfig) -> String {
    match (&config.unembed, config.classifier) {
        (_, Some(classifier)) => format!("{} classes", classifier.classes),
        (None, None) => "none: no logits".into(),
        (Some(unembed), _) if unembed.tied => "tied to the token embedding".into(),
        (Some(_), _) => "a matrix of its own".into(),
    }
}

fn resnet(config: &ResNetConfig) -> Vec<Row> {
    let stages: Vec<String> = config
        .depths
        .iter()
        .zip(&config.widths)
        .map(|(depth, width)| format!("{depth} of {width}"))
        .collect();
    let kind = if config.bottleneck { "bottlenecks" } else { "blocks of two convolutions" };
    vec![
        ("blocks".into(), format!("{} channels: {kind}", stages.join(", "))),
        ("stem".into(), format!("{} channels", config.stem)),
        ("image".into(), format!("{} channels, any size", config.channels)),
        (
            "output".into(),
            match config.classes {
                0 => "none: no classes".into(),
                classes => format!("{classes} classes"),
            },
        ),
    ]
}

/// A setting as it is written in configurations: `gelu-tanh`.
fn word(setting: impl Serialize) -> String {
    serde_json::to_value(setting).ok().and_then(|value| value.as_str().map(String::from)).unwrap_or_default()
}

fn tokenizer(model: &LoadedModel) -> String {
    let there = super::has(model, "tokenizer.json");
    if there { "tokenizer.json" } else { "none: give token ids" }.to_string()
}

pub(super) fn pooling_name(pooling: Pooling) -> &'static str {
    match pooling {
        Pooling::Mean => "mean",
        Pooling::Cls => "first position",
        Pooling::Last => "last position",
        Pooling::Max => "largest of each channel",
        Pooling::MeanSqrtLen => "sum over the root of the length",
        Pooling::WeightedMean => "mean, later positions counting more",
    }
}

fn pooling(model: &LoadedModel, config: &TransformerConfig) -> String {
    if config.attention.causal && !model.pooling_stated {
        return "none: sentence embeddings are for encoders".into();
    }
    let stated =
        if model.pooling_stated { "as the folder states" } else { "the default; the folder states none" };
    let further: String = model.further_modules.iter().map(|module| format!(", then {module}")).collect();
    format!("{} ({stated}){further}", pooling_name(model.pooling))
}
