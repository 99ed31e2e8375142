//! `fascicle generate`.

mod many;
mod one;
mod said;

use std::fs;
use std::path::PathBuf;

use clap::{ArgGroup, Args};
use fascicle_models::{
    GenerateError, GenerationDefaults, LoadedModel, ModelError, Sampling, StopTexts, Taken, Tokenizer,
};
use serde_json::{Value, json};

use crate::cli::Common;
use crate::error::CliError;
use crate::{items, model, output};

/// Continue texts with a decoder, a token at a time
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, group(ArgGroup::new("what to continue").required(true)))]
pub(crate) struct Generate {
    #[arg(help = model::MODEL_HELP)]
    model: PathBuf,
    /// The text to continue, through the model's tokenizer; may be repeated
    #[arg(long, value_name = "TEXT", group = "what to continue")]
    prompt: Vec<String>,
    /// A file with that text; a line break at its very end does not count
    #[arg(long, value_name = "FILE", group = "what to continue")]
    prompt_file: Option<PathBuf>,
    /// A file of texts to continue, one a line; `-` is stdin
    #[arg(long, value_name = "FILE", group = "what to continue")]
    prompts: Option<PathBuf>,
    /// Token ids to continue, for a model without a tokenizer or to be exact
    #[arg(long, value_name = "ID,ID", value_delimiter = ',', group = "what to continue")]
    ids: Vec<i64>,
    /// So many of several texts are continued at once
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..))]
    batch: u32,
    /// End after this many tokens
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..))]
    max_new_tokens: u32,
    /// Divide scores by this before drawing; 0 takes the likeliest token each time
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    temperature: Option<f64>,
    /// Draw from the K likeliest tokens alone
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u64).range(1..))]
    top_k: Option<u64>,
    /// Draw from the fewest tokens whose probabilities add up to P, at most 1
    #[arg(long, value_name = "P", allow_negative_numbers = true)]
    top_p: Option<f64>,
    /// Divide the scores of tokens that the text already has by this (negative ones are multiplied)
    #[arg(long, value_name = "R", allow_negative_numbers = true)]
    repetition_penalty: Option<f64>,
    /// What the draws depend on
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// End before this text, wherever it turns up; may be repeated
    #[arg(long, value_name = "TEXT", num_args = 1..)]
    stop: Vec<String>,
    /// Safetensors file to write: `input_ids` [1, all], `prompt_ids` [1, prompt], `new_ids` [1, new]; of several texts
    /// `input_ids` and `attention_mask` [text, position], `prompt_lengths` [text]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
What the model's generation_config.json asks for counts where nothing is said here; -v tells what
was taken from it, and --json lists it. Without either the likeliest token is taken each time;
--top-k or --top-p alone draw at temperature 1. A text ends at the model's end token, at N tokens,
before a --stop text, or where the model's context is full.

The continuation goes to stdout as it comes, as ids where the model has no tokenizer.json. Of
several texts each batch is printed when it is done; each continuation is the one that its text has
alone, with draws of its own from the seed.

Examples:
  fascicle generate path/to/gpt2 --prompt 'The capital of France is'
  fascicle generate path/to/llama --prompt-file story.txt --temperature 0.8 --top-p 0.95 --seed 3
  fascicle generate path/to/gpt2 --prompt 'Q: Why? A:' --stop 'Q:' --json
  fascicle generate path/to/gpt2 --prompt 'Once upon a time' --prompt 'In the beginning' --json
  fascicle generate path/to/gpt2 --prompts questions.txt --batch 16 --stop Q: --json
  fascicle generate path/to/gpt2 --ids 464,3139,286 --max-new-tokens 8 --out continued.safetensors";

/// What is to be done with which model.
struct Job<'a> {
    args: &'a Generate,
    common: &'a Common,
    model: &'a LoadedModel,
    tokenizer: Option<&'a Tokenizer>,
    defaults: &'a GenerationDefaults,
    sampling: Sampling,
    stop: StopTexts,
}

impl Generate {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        if let Some(out) = &self.out {
            output::check_path_of("safetensors", out)?;
        }
        let stop = StopTexts::new(self.stop.clone())?;
        let several = self.several()?;
        let (model, _device) = model::open(&self.model, common)?;
        let tokenizer = self.tokenizer(&model)?;
        let defaults = GenerationDefaults::read(&model.folder)?;
        for left_out in &defaults.left_out {
            let (setting, value, from) = (left_out.setting, &left_out.value, left_out.from);
            tracing::warn!("{from} says {setting} {value}, which is not done here");
        }
        let sampling = self.sampling(defaults.sampling);
        let job = Job {
            args: self,
            common,
            model: &model,
            tokenizer: tokenizer.as_ref(),
            defaults: &defaults,
            sampling,
            stop,
        };
        tracing::info!(?sampling, taken = ?defaults.taken, "settings");
        match (several, &tokenizer) {
            (Some(texts), Some(tokenizer)) => many::run(&job, tokenizer, &texts),
            _ => one::run(&job, &self.prompt_ids(tokenizer.as_ref())?),
        }
    }

    /// The texts, where they are not just one: those of a file of them count as several even so.
    fn several(&self) -> Result<Option<Vec<String>>, CliError> {
        let Some(path) = &self.prompts else {
            return Ok((self.prompt.len() > 1).then(|| self.prompt.clone()));
        };
        let texts: Vec<String> = items::read(path)?.lines().map(String::from).collect();
        if texts.is_empty() {
            return Err(CliError::NoTexts { path: path.clone() });
        }
        Ok(Some(texts))
    }

    /// The model's tokenizer: needed for text, welcome for ids.
    fn tokenizer(&self, model: &LoadedModel) -> Result<Option<Tokenizer>, CliError> {
        if self.ids.is_empty() || !self.stop.is_empty() {
            return Ok(Some(Tokenizer::load(&model.folder)?));
        }
        model::tokenizer_if_any(model)
    }

    fn prompt_ids(&self, tokenizer: Option<&Tokenizer>) -> Result<Vec<i64>, CliError> {
        let text = match (self.prompt.first(), &self.prompt_file) {
            (Some(text), _) => text.clone(),
            (None, Some(path)) => {
                let failed = |source| ModelError::Io { path: path.clone(), action: "read", source };
                let text = fs::read_to_string(path).map_err(failed)?;
                let line = text.strip_suffix('\n').unwrap_or(&text);
                line.strip_suffix('\r').unwrap_or(line).to_string()
            }
            (None, None) => return Ok(self.ids.clone()),
        };
        match tokenizer.map(|tokenizer| tokenizer.encode(&[&text], None)) {
            Some(Ok(inputs)) => Ok(inputs.ids().to_vec()),
            // an empty text has no tokens, unless there is one that begins every text
            Some(Err(error)) if !text.is_empty() => Err(error.into()),
            _ => Err(ModelError::from(GenerateError::EmptyPrompt).into()),
        }
    }

    fn sampling(&self, folder: Sampling) -> Sampling {
        let draws = self.top_k.is_some() || self.top_p.is_some();
        let unsaid = if draws && folder.temperature == 0.0 { 1.0 } else { folder.temperature };
        Sampling {
            temperature: self.temperature.unwrap_or(unsaid),
            top_k: self.top_k.map(|k| k as usize).or(folder.top_k),
            top_p: self.top_p.or(folder.top_p),
            repetition_penalty: self.repetition_penalty.or(folder.repetition_penalty),
            seed: self.seed,
        }
    }
}

impl Job<'_> {
    /// What continuations were made by, in JSON.
    fn settings(&self) -> Value {
        let (args, sampling) = (self.args, &self.sampling);
        let listed = |settings: &[Taken]| -> Vec<Value> {
            let entry =
                |taken: &Taken| json!({ "setting": taken.setting, "value": taken.value, "from": taken.from });
            settings.iter().map(entry).collect()
        };
        json!({
            "temperature": sampling.temperature, "top_k": sampling.top_k, "top_p": sampling.top_p,
            "repetition_penalty": sampling.repetition_penalty, "seed": sampling.seed,
            "max_new_tokens": args.max_new_tokens, "end_ids": self.defaults.end_ids, "stop": args.stop,
            "of_the_model": listed(&self.defaults.taken), "left_out": listed(&self.defaults.left_out),
        })
    }
}
