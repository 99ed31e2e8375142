//! `fascicle run`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use fascicle_causal::{Activation, capture};
use fascicle_models::{
    Inputs, LoadedModel, NamedTensor, SiteSelector, SitedModel, TensorFile, Tokenizer, sentence_embeddings,
};
use serde_json::json;

use crate::cli::Common;
use crate::error::CliError;
use crate::{inputs, items, model, output};

/// Run a model and keep its outputs, and what any of its sites hold, in a file
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, group(ArgGroup::new("what to run on").required(true)))]
pub(crate) struct Run {
    #[arg(help = model::MODEL_HELP)]
    model: PathBuf,
    /// Safetensors file with `input_ids` [batch, position], and `attention_mask`, `token_type_ids` where needed; for
    /// images `pixel_values` [batch, channel, height, width], and `noise` [batch, patch] for MAE
    #[arg(long, value_name = "FILE", group = "what to run on")]
    inputs: Option<PathBuf>,
    /// A text, through the model's tokenizer; once for each row of the batch
    #[arg(long, value_name = "TEXT", group = "what to run on")]
    text: Vec<String>,
    /// Cut texts to this many tokens; without it a text that is too long is an error
    #[arg(long, value_name = "N", requires = "text", value_parser = clap::value_parser!(u32).range(1..))]
    max_tokens: Option<u32>,
    /// Keep what these sites hold: names or patterns, such as '*hook_resid_post'; may be repeated
    #[arg(long, value_name = "GLOB", num_args = 1..)]
    capture: Vec<String>,
    /// Safetensors file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

const EXAMPLES: &str = "\
The file holds, in f32 and where the model has them: logits [batch, position, vocab] (a
classifier's: [batch, class]), last_hidden_state [batch, position, d_model], pooler_output
[batch, d_model], text_embeds, image_embeds, logits_per_image [image, text], mask, and each
captured site under its name. With --text also input_ids and attention_mask, and for an encoder
sentence_embeddings [batch, d_model], pooled as the model's folder says, of length 1.

Examples:
  fascicle run path/to/gpt2 --inputs inputs.safetensors --out outputs.safetensors
  fascicle run path/to/gpt2 --inputs inputs.safetensors --capture '*hook_z' --out z.safetensors
  fascicle run minilm --text 'A cat sleeps.' --text 'A dog sleeps.' --max-tokens 256 \\
      --out embeddings.safetensors";

impl Run {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        output::check_path_of("safetensors", &self.out)?;
        let selector = SiteSelector::parse(&self.capture)?;
        let (model, _device) = model::open(&self.model, common)?;
        let inputs = self.read_inputs(&model)?;
        let file = self.outputs(&model, &inputs, &selector)?;
        file.write(&self.out)?;
        self.tell(common, &model, &inputs, &file)
    }

    fn read_inputs(&self, model: &LoadedModel) -> Result<Inputs, CliError> {
        match &self.inputs {
            Some(path) => Ok(inputs::from_file(path)?.0),
            None => {
                let limit = self.max_tokens.map(|n| n as usize);
                let tokenizer = Tokenizer::load(&model.folder)?;
                items::check_lengths(model, &self.text, &tokenizer.lengths(&self.text, limit)?)?;
                Ok(tokenizer.encode(&self.text, limit)?)
            }
        }
    }

    fn outputs(
        &self,
        model: &LoadedModel,
        inputs: &Inputs,
        sites: &SiteSelector,
    ) -> Result<TensorFile, CliError> {
        let captured = capture(&model.model, inputs, sites)?;
        let outputs = captured.outputs;
        let mut file = TensorFile::default();
        let mut keep = |name: String, kept: &Activation| -> Result<(), CliError> {
            file.push(name, NamedTensor::F32 { shape: kept.dims().to_vec(), values: kept.to_vec()? });
            Ok(())
        };
        let encoder =
            model.model.transformer().is_some_and(|transformer| !transformer.config().attention.causal);
        let embedded = match &outputs.last_hidden_state {
            Some(_) if encoder && self.inputs.is_none() && !model.further_modules.is_empty() => {
                tracing::warn!(
                    "no sentence_embeddings: modules.json puts {} behind the pooling, which is not supported",
                    model.further_modules.join(", ")
                );
                None
            }
            Some(hidden) if encoder && self.inputs.is_none() => {
                Some(sentence_embeddings(hidden.clone(), inputs, model.pooling))
            }
            _ => None,
        };
        if let Some(embedded) = embedded {
            keep("sentence_embeddings".into(), &Activation::new(embedded))?;
        }
        for (site, kept) in &captured.activations {
            keep(site.to_string(), kept)?;
        }
        if self.inputs.is_none() {
            let shape = inputs.shape().to_vec();
            file.push("input_ids", NamedTensor::I64 { shape: shape.clone(), values: inputs.ids().to_vec() });
            if let Some(mask) = inputs.attention_mask() {
                file.push("attention_mask", NamedTensor::I64 { shape, values: mask.to_vec() });
            }
        }
        let named = outputs.named()?.into_iter().map(|(name, tensor)| (name.to_string(), tensor));
        Ok(TensorFile::from_tensors(named.chain(file.into_tensors()).collect()))
    }

    fn tell(
        &self,
        common: &Common,
        model: &LoadedModel,
        inputs: &Inputs,
        file: &TensorFile,
    ) -> Result<(), CliError> {
        if common.json {
            return output::print_json(&json!({
                "model": model.folder, "family": model.report.family, "device": common.device,
                "batch": inputs.batch(), "inputs": inputs.dims(), "out": self.out, "tensors": output::shapes(file.iter()),
            }));
        }
        let rows: Vec<Vec<String>> = file
            .iter()
            .map(|(name, tensor)| vec![format!("  {name}"), format!("{:?}", tensor.shape())])
            .collect();
        output::print(&format!("wrote {}\n{}", self.out.display(), output::columns(&rows)))
    }
}
