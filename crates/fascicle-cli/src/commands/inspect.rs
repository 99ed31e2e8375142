//! `fascicle inspect`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use fascicle_models::{
    Axis, LoadReport, LoadedModel, LoadedTensor, NormKind, NormPlace, Pooling, Site, SiteKind,
    TransformerConfig,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::Common;
use crate::error::CliError;
use crate::output::{bytes, columns, thousands};
use crate::{model, output};

/// What a model is: family, shape, parameters, where its tensors came from, its sites
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Inspect {
    #[arg(help = model::MODEL_HELP)]
    model: PathBuf,
    /// List every tensor with its shape, type, file and name there
    #[arg(long)]
    tensors: bool,
}

const EXAMPLES: &str = "\
A site is a place in the forward pass that can be kept (`run --capture`) or patched
(`patch --sites`). A name such as attn.hook_z means that site in every block,
blocks.0.attn.hook_z the one in the first block.

Examples:
  fascicle inspect minilm
  fascicle inspect path/to/gpt2 --tensors
  fascicle inspect path/to/gpt2 --json";

impl Inspect {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        let (model, _device) = model::open(&self.model, common)?;
        if common.json {
            return output::print_json(&as_json(&model));
        }
        output::print(&self.text(&model))
    }

    fn text(&self, model: &LoadedModel) -> String {
        let (config, report) = (model.transformer.config(), &model.report);
        let mut text = format!("{}\n\n", model.folder.display());
        text += &columns(&shape(model).map(|(name, value)| vec![name.to_string(), value]));
        let _ = write!(text, "\nparameters: {}\n", thousands(report.parameters()));
        text += &columns(
            &parts(report)
                .into_iter()
                .map(|(part, n)| vec![format!("  {part}"), thousands(n)])
                .collect::<Vec<_>>(),
        );
        text += "\nfiles\n";
        text += &columns(
            &files(report)
                .map(|(name, size, count)| {
                    vec![format!("  {name}"), bytes(size as u64), format!("{count} tensors")]
                })
                .collect::<Vec<_>>(),
        );
        if self.tensors {
            text += "\ntensors: parameter, shape, type in the file, file, name there\n";
            text += &columns(&report.tensors.iter().map(tensor).collect::<Vec<_>>());
        }
        if !report.unused.is_empty() {
            text += "\nnot used\n";
            text += &columns(
                &report
                    .unused
                    .iter()
                    .map(|(name, why)| vec![format!("  {name}"), why.to_string()])
                    .collect::<Vec<_>>(),
            );
        }
        if !report.not_finite.is_empty() {
            text += "\nwarning: these parameters hold NaN or infinite values, so what the model gives is worthless\n";
            for name in &report.not_finite {
                let _ = writeln!(text, "  {name}");
            }
        }
        text += &sites(&model.transformer.sites(), config);
        text
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn tensor(tensor: &LoadedTensor) -> Vec<String> {
    let place = vec![file_name(&tensor.file), tensor.key.clone()];
    [vec![format!("  {}", tensor.name), format!("{:?}", tensor.shape), tensor.dtype.clone()], place].concat()
}

/// Each file with its size and how many of its tensors are used. A fused tensor counts once.
fn files(report: &LoadReport) -> impl Iterator<Item = (String, usize, usize)> {
    report.files.iter().map(|(path, size)| {
        let mut keys: Vec<&str> =
            report.tensors.iter().filter(|t| t.file == *path).map(|t| t.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        (file_name(path), *size, keys.len())
    })
}

fn shape(model: &LoadedModel) -> [(&'static str, String); 12] {
    let config = model.transformer.config();
    let attention = if config.attention.causal {
        "causal: a position sees itself and what comes before"
    } else {
        "every position sees every other"
    };
    let mlp = config
        .mlp
        .as_ref()
        .map_or("none".to_string(), |mlp| format!("{} neurons, {}", mlp.width, word(mlp.activation)));
    let head = match &config.unembed {
        None => "none: no logits",
        Some(unembed) if unembed.tied => "tied to the token embedding",
        Some(_) => "a matrix of its own",
    };
    [
        ("family", model.report.family.to_string()),
        ("layers", config.n_layers.to_string()),
        ("heads", format!("{} of width {}", config.n_heads, config.d_head)),
        ("d_model", config.d_model.to_string()),
        ("MLP", mlp),
        ("vocabulary", thousands(config.vocab)),
        ("context", format!("{} positions", config.n_ctx)),
        ("attention", attention.to_string()),
        ("norms", norms(config)),
        ("output", head.to_string()),
        (
            "tokenizer",
            if has(model, "tokenizer.json") { "tokenizer.json" } else { "none: give token ids" }.to_string(),
        ),
        ("pooling", pooling(model)),
    ]
}

/// A setting as it is written in configurations: `gelu-tanh`.
fn word(setting: impl Serialize) -> String {
    serde_json::to_value(setting).ok().and_then(|value| value.as_str().map(String::from)).unwrap_or_default()
}

fn norms(config: &TransformerConfig) -> String {
    let place = match config.norm_place {
        NormPlace::Pre => "before attention and MLP",
        NormPlace::Post => "after attention and MLP",
    };
    if config.norm == NormKind::None { "none".into() } else { format!("{}, {place}", word(config.norm)) }
}

fn has(model: &LoadedModel, file: &str) -> bool {
    model.folder.join(file).is_file()
}

fn pooling_name(pooling: Pooling) -> &'static str {
    match pooling {
        Pooling::Mean => "mean",
        Pooling::Cls => "first position",
    }
}

fn pooling(model: &LoadedModel) -> String {
    if model.transformer.config().attention.causal {
        return "none: sentence embeddings are for encoders".into();
    }
    let stated = if has(model, "1_Pooling/config.json") {
        "1_Pooling/config.json"
    } else {
        "the default; the folder states none"
    };
    format!("{} ({stated})", pooling_name(model.pooling))
}

/// Parameters by part of the model, in the order of the forward pass.
fn parts(report: &LoadReport) -> Vec<(String, usize)> {
    let mut parts: Vec<(String, usize)> = Vec::new();
    for tensor in &report.tensors {
        let names: Vec<&str> = tensor.name.split('.').collect();
        let part = match names.as_slice() {
            ["blocks", _, part, ..] if part.starts_with("ln") => "blocks: norms".to_string(),
            ["blocks", _, part, ..] => format!("blocks: {part}"),
            [part, second, ..] if *part == "embed" => format!("{part}: {second}"),
            [part, ..] => (*part).to_string(),
            [] => String::new(),
        };
        let count = tensor.shape.iter().product::<usize>();
        match parts.iter_mut().find(|(known, _)| *known == part) {
            Some((_, sum)) => *sum += count,
            None => parts.push((part, count)),
        }
    }
    parts
}

/// A site's axes with their sizes where the model fixes them: `[batch, position, head 4, d_head 8]`.
fn axes(kind: SiteKind, config: &TransformerConfig) -> Vec<String> {
    let axis = |axis: &Axis| match axis {
        Axis::Batch => "batch".to_string(),
        Axis::Position => "position".to_string(),
        Axis::Query => "query position".to_string(),
        Axis::Key => "key position".to_string(),
        Axis::Head => format!("head {}", config.n_heads),
        Axis::DHead => format!("d_head {}", config.d_head),
        Axis::DModel => format!("d_model {}", config.d_model),
        Axis::DMlp => format!("neuron {}", config.mlp.as_ref().map_or(0, |mlp| mlp.width)),
        Axis::Vocab => format!("vocab {}", config.vocab),
        Axis::One => "1".to_string(),
    };
    kind.axes().iter().map(axis).collect()
}

fn sites(sites: &[Site], config: &TransformerConfig) -> String {
    let row = |site: &Site| {
        vec![format!("  {}", site.kind.name()), format!("[{}]", axes(site.kind, config).join(", "))]
    };
    let outside = sites.iter().filter(|site| site.layer.is_none()).map(row);
    let first = sites.iter().filter(|site| site.layer == Some(0)).map(row);
    let (outside, first): (Vec<_>, Vec<_>) = (outside.collect(), first.collect());
    let mut text = format!("\nsites: {}\n{}", sites.len(), columns(&outside));
    if !first.is_empty() {
        let which = match config.n_layers {
            1 => "in the one block, blocks.0".to_string(),
            n => format!("in each block, blocks.0 to blocks.{}", n - 1),
        };
        let _ = write!(text, "{which}\n{}", columns(&first));
    }
    text
}

fn as_json(model: &LoadedModel) -> Value {
    let (config, report) = (model.transformer.config(), &model.report);
    let parts: BTreeMap<_, _> = parts(report).into_iter().collect();
    let tensor = |t: &LoadedTensor| json!({ "name": t.name, "shape": t.shape, "key": t.key, "dtype": t.dtype, "file": t.file });
    let files: Vec<Value> =
        report.files.iter().map(|(path, bytes)| json!({ "file": path, "bytes": bytes })).collect();
    let unused: Vec<Value> =
        report.unused.iter().map(|(name, why)| json!({ "name": name, "why": why })).collect();
    let sites = model.transformer.sites();
    let sites: Vec<Value> = sites
        .iter()
        .map(|site| json!({ "name": site.to_string(), "axes": axes(site.kind, config) }))
        .collect();
    json!({
        "model": model.folder, "family": report.family, "config": config,
        "parameters": report.parameters(), "parameters_by_part": parts,
        "files": files, "tensors": report.tensors.iter().map(tensor).collect::<Vec<_>>(),
        "unused": unused, "not_finite": report.not_finite,
        "tokenizer": has(model, "tokenizer.json"), "pooling": pooling_name(model.pooling), "sites": sites,
    })
}
