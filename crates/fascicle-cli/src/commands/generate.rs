//! `fascicle generate`.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use clap::{ArgGroup, Args};
use fascicle_models::{
    GenerateError, GenerationDefaults, Generator, LoadedModel, ModelError, NamedTensor, Sampling, StopReason,
    StopTexts, TensorFile, TextStream, Tokenizer,
};
use serde_json::{Value, json};

use crate::cli::Common;
use crate::error::CliError;
use crate::{model, output};

/// Continue a text with a decoder, a token at a time
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, group(ArgGroup::new("what to continue").required(true)))]
pub(crate) struct Generate {
    #[arg(help = model::MODEL_HELP)]
    model: PathBuf,
    /// The text to continue, through the model's tokenizer
    #[arg(long, value_name = "TEXT", group = "what to continue")]
    prompt: Option<String>,
    /// A file with that text; a line break at its very end does not count
    #[arg(long, value_name = "FILE", group = "what to continue")]
    prompt_file: Option<PathBuf>,
    /// Token ids to continue, for a model without a tokenizer or to be exact
    #[arg(long, value_name = "ID,ID", value_delimiter = ',', group = "what to continue")]
    ids: Vec<i64>,
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
    /// Safetensors file to write: `input_ids` [1, all], `prompt_ids` [1, prompt], `new_ids` [1, new]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
What the model's generation_config.json asks for counts where nothing is said here; -v tells what was
taken from it, and --json lists it. Without either the likeliest token is taken each time; --top-k or
--top-p alone draw at temperature 1. A text ends at the model's end token, at N tokens, before a --stop
text, or where the model's context is full.

The continuation goes to stdout as it comes, as ids where the model has no tokenizer.json.

Examples:
  fascicle generate path/to/gpt2 --prompt 'The capital of France is'
  fascicle generate path/to/llama --prompt-file story.txt --temperature 0.8 --top-p 0.95 --seed 3
  fascicle generate path/to/gpt2 --prompt 'Q: Why? A:' --stop 'Q:' --json
  fascicle generate path/to/gpt2 --ids 464,3139,286 --max-new-tokens 8 --out continued.safetensors";

impl Generate {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        if let Some(out) = &self.out {
            output::check_path_of("safetensors", out)?;
        }
        let mut stop = StopTexts::new(self.stop.clone())?;
        let (loaded, _device) = model::open(&self.model, common)?;
        let tokenizer = self.tokenizer(&loaded)?;
        let prompt = self.prompt_ids(tokenizer.as_ref())?;
        let defaults = GenerationDefaults::read(&loaded.folder)?;
        let sampling = self.sampling(defaults.sampling);
        let mut generator = Generator::new(loaded.transformer()?, &prompt, sampling)?
            .with_end_ids(defaults.end_ids.clone())
            .with_max_new_tokens(self.max_new_tokens as usize);
        tracing::info!(?sampling, taken = ?defaults.taken, "settings");

        let mut said = Said::new(!common.json, tokenizer.as_ref().map(|tokenizer| tokenizer.stream(&prompt)));
        let stopped = said.all(&mut generator, &mut stop)?;
        let ended = match (&stopped, generator.stop_reason()) {
            (Some(_), _) => "stop-text",
            (None, Some(StopReason::EndToken(_))) => "end-token",
            (None, Some(StopReason::ContextFull(n_ctx))) => {
                tracing::warn!("the text ends here because the model's context of {n_ctx} positions is full");
                "context-full"
            }
            (None, _) => "max-new-tokens",
        };
        tracing::info!(ended, tokens = generator.new_ids().len(), tokens_per_second = said.speed(), "done");
        if let Some(out) = &self.out {
            tensors(&prompt, generator.new_ids()).write(out)?;
        }
        if !common.json {
            return said.last_line();
        }
        output::print_json(&json!({
            "model": loaded.folder, "family": loaded.report.family, "device": common.device,
            "prompt_ids": prompt, "ids": generator.new_ids(),
            "text": tokenizer.is_some().then_some(&said.text),
            "ended": ended, "stop_text": stopped, "out": self.out,
            "seconds_to_first_token": said.first, "tokens_per_second": said.speed(),
            "settings": self.settings(&sampling, &defaults),
        }))
    }

    /// The model's tokenizer: needed for text, welcome for ids.
    fn tokenizer(&self, model: &LoadedModel) -> Result<Option<Tokenizer>, CliError> {
        if self.ids.is_empty() || !self.stop.is_empty() {
            return Ok(Some(Tokenizer::load(&model.folder)?));
        }
        model::tokenizer_if_any(model)
    }

    fn prompt_ids(&self, tokenizer: Option<&Tokenizer>) -> Result<Vec<i64>, CliError> {
        let text = match (&self.prompt, &self.prompt_file) {
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

    fn settings(&self, sampling: &Sampling, defaults: &GenerationDefaults) -> Value {
        let taken: Vec<Value> = defaults
            .taken
            .iter()
            .map(|taken| json!({ "setting": taken.setting, "value": taken.value, "from": taken.from }))
            .collect();
        json!({
            "temperature": sampling.temperature, "top_k": sampling.top_k, "top_p": sampling.top_p,
            "repetition_penalty": sampling.repetition_penalty, "seed": sampling.seed,
            "max_new_tokens": self.max_new_tokens, "end_ids": defaults.end_ids, "stop": self.stop,
            "of_the_model": taken,
        })
    }
}

/// What has been said so far, and how fast.
struct Said<'a> {
    aloud: bool,
    stream: Option<TextStream<'a>>,
    text: String,
    start: Instant,
    /// Seconds until the first token, and until the last.
    first: Option<f64>,
    last: f64,
    count: usize,
}

impl<'a> Said<'a> {
    fn new(aloud: bool, stream: Option<TextStream<'a>>) -> Self {
        Self { aloud, stream, text: String::new(), start: Instant::now(), first: None, last: 0.0, count: 0 }
    }

    /// Says what the generator makes as it comes; gives the text that stopped it, if one did.
    fn all(
        &mut self,
        generator: &mut Generator<'_>,
        stop: &mut StopTexts,
    ) -> Result<Option<String>, CliError> {
        for id in generator {
            let id = id?;
            self.count += 1;
            self.last = self.start.elapsed().as_secs_f64();
            self.first.get_or_insert(self.last);
            let piece = match &mut self.stream {
                Some(stream) => stream.push(id)?,
                None if self.count == 1 => id.to_string(),
                None => format!(",{id}"),
            };
            let passed = stop.push(&piece);
            self.say(&passed.text)?;
            if passed.stopped.is_some() {
                return Ok(passed.stopped);
            }
        }
        let left = self.stream.take().map(TextStream::finish).transpose()?.unwrap_or_default();
        let passed = stop.push(&left);
        self.say(&passed.text)?;
        if passed.stopped.is_none() {
            self.say(&stop.take())?;
        }
        Ok(passed.stopped)
    }

    fn say(&mut self, piece: &str) -> Result<(), CliError> {
        self.text += piece;
        if self.aloud { output::stream(piece) } else { Ok(()) }
    }

    /// Ends the last line, if the text did not.
    fn last_line(&self) -> Result<(), CliError> {
        if self.text.ends_with('\n') { Ok(()) } else { output::stream("\n") }
    }

    /// Tokens a second after the first one, which took the reading of the prompt.
    fn speed(&self) -> Option<f64> {
        let first = self.first.filter(|_| self.count > 1)?;
        Some((self.count - 1) as f64 / (self.last - first))
    }
}

fn tensors(prompt: &[i64], new: &[i64]) -> TensorFile {
    let row = |name: &str, ids: Vec<i64>| {
        (name.to_string(), NamedTensor::I64 { shape: vec![1, ids.len()], values: ids })
    };
    TensorFile::from_tensors(vec![
        row("input_ids", [prompt, new].concat()),
        row("prompt_ids", prompt.to_vec()),
        row("new_ids", new.to_vec()),
    ])
}
