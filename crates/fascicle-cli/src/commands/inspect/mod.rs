//! `fascicle inspect`.

mod shape;
mod sites;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use fascicle_models::{LoadReport, LoadedModel, LoadedTensor};
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
        let report = &model.report;
        let mut text = format!("{}\n\n", model.folder.display());
        text += &columns(&shape::rows(model));
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
        text += &sites::text(model);
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

fn has(model: &LoadedModel, file: &str) -> bool {
    model.folder.join(file).is_file()
}

/// Parameters by part of the model, in the order of the forward pass.
fn parts(report: &LoadReport) -> Vec<(String, usize)> {
    let mut parts: Vec<(String, usize)> = Vec::new();
    for tensor in &report.tensors {
        let (tower, name) = match tensor.name.split_once('.') {
            Some((tower @ ("text" | "vision" | "encoder" | "decoder"), rest)) => {
                (format!("{tower} "), rest.strip_prefix("tower.").unwrap_or(rest))
            }
            _ => (String::new(), tensor.name.as_str()),
        };
        let names: Vec<&str> = name.split('.').collect();
        let part = match names.as_slice() {
            ["blocks", _, part, ..] if part.starts_with("ln") => "blocks: norms".to_string(),
            ["blocks", _, part, ..] => format!("blocks: {part}"),
            [part, second, ..] if *part == "embed" => format!("{part}: {second}"),
            [part, ..] => (*part).to_string(),
            [] => String::new(),
        };
        let part = format!("{tower}{part}");
        let count = tensor.shape.iter().product::<usize>();
        match parts.iter_mut().find(|(known, _)| *known == part) {
            Some((_, sum)) => *sum += count,
            None => parts.push((part, count)),
        }
    }
    parts
}

fn as_json(model: &LoadedModel) -> Value {
    let report = &model.report;
    let parts: BTreeMap<_, _> = parts(report).into_iter().collect();
    let tensor = |t: &LoadedTensor| json!({ "name": t.name, "shape": t.shape, "key": t.key, "dtype": t.dtype, "file": t.file });
    let files: Vec<Value> =
        report.files.iter().map(|(path, bytes)| json!({ "file": path, "bytes": bytes })).collect();
    let unused: Vec<Value> =
        report.unused.iter().map(|(name, why)| json!({ "name": name, "why": why })).collect();
    let sites: Vec<Value> = sites::all(model)
        .iter()
        .map(|(site, axes)| json!({ "name": site.to_string(), "axes": axes }))
        .collect();
    json!({
        "model": model.folder, "family": report.family, "config": model.model.config(),
        "parameters": report.parameters(), "parameters_by_part": parts,
        "files": files, "tensors": report.tensors.iter().map(tensor).collect::<Vec<_>>(),
        "unused": unused, "not_finite": report.not_finite,
        "tokenizer": has(model, "tokenizer.json"), "pooling": shape::pooling_name(model.pooling), "labels": model.labels, "sites": sites,
    })
}
