//! `fascicle verify`.

use std::path::PathBuf;

use clap::Args;
use fascicle_models::{GOLDEN_TOLERANCE, GoldenReport, LoadedModel, TensorFile, verify};
use serde_json::json;

use crate::cli::Common;
use crate::error::CliError;
use crate::output::columns;
use crate::{model, output};

/// Compare a model with what a reference implementation made of the same inputs
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Verify {
    #[arg(help = model::MODEL_HELP)]
    model: PathBuf,
    /// Safetensors file with inputs and the reference's numbers; without it golden.safetensors in the model's folder
    #[arg(long, value_name = "FILE")]
    golden: Option<PathBuf>,
    /// How far a number may be off: absolutely, and relative to the expected one where that is above 1
    #[arg(long, value_name = "X", default_value_t = GOLDEN_TOLERANCE, value_parser = tolerance)]
    tolerance: f32,
}

const EXAMPLES: &str = "\
The golden file holds input_ids (or pixel_values, or both) and any of: logits, last_hidden_state,
pooler_output, text_embeds, image_embeds, logits_per_image; hidden states h.0, h.1, …, patterns
attn.0, … and router scores router.0, … as transformers reports them; sites under their names.
Exit code 1 when anything differs.

Examples:
  fascicle verify path/to/llama
  fascicle verify path/to/llama --golden reference.safetensors --device ndarray";

/// Name of the golden file in a model's folder.
const NAME: &str = "golden.safetensors";

impl Verify {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        let (model, _device) = model::open(&self.model, common)?;
        let golden = match &self.golden {
            Some(given) => given.clone(),
            None => beside(&model)?,
        };
        let report = verify(&model.model, &TensorFile::read(&golden)?, self.tolerance)?;
        if common.json {
            output::print_json(&as_json(&report))?;
        } else {
            output::print(&text(&report))?;
        }
        if report.passed() { Ok(()) } else { Err(CliError::Differs { model: model.folder, golden }) }
    }
}

/// A number that differences can be compared with: nothing is beyond NaN.
fn tolerance(text: &str) -> Result<f32, String> {
    let number: Option<f32> = text.parse().ok();
    number.filter(|x| x.is_finite() && *x >= 0.0).ok_or_else(|| "expected a number ≥ 0".into())
}

/// The golden file in a model's own folder.
fn beside(model: &LoadedModel) -> Result<PathBuf, CliError> {
    let golden = model.folder.join(NAME);
    if golden.exists() { Ok(golden) } else { Err(CliError::NoGolden { folder: model.folder.clone() }) }
}

fn text(report: &GoldenReport) -> String {
    let rows: Vec<Vec<String>> = report
        .tensors
        .iter()
        .map(|tensor| {
            let verdict = if tensor.beyond == 0 { "ok" } else { "differs" };
            vec![format!("  {}", tensor.name), verdict.into(), format!("{:.1e}", tensor.worst)]
        })
        .collect();
    format!("{}{report}\n", columns(&rows))
}

fn as_json(report: &GoldenReport) -> serde_json::Value {
    let tensors: Vec<_> = report
        .tensors
        .iter()
        .map(|t| json!({ "name": t.name, "worst": t.worst, "beyond": t.beyond, "elements": t.elements }))
        .collect();
    let misshapen: Vec<_> = report
        .misshapen
        .iter()
        .map(|t| json!({ "name": t.name, "got": t.got, "expected": t.expected }))
        .collect();
    json!({
        "passed": report.passed(), "tolerance": report.tolerance, "tensors": tensors,
        "missing": report.missing, "misshapen": misshapen,
    })
}
