//! Texts and images that a command is given many of: read, checked, and run in batches.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;
use fascicle_causal::Activation;
use fascicle_models::{ImageError, ImageProcessor, Inputs, LoadedModel, ModelConfig, ModelError, Tokenizer};

use crate::cli::Common;
use crate::error::CliError;
use crate::output;
use crate::progress::Bar;

/// What is given.
#[derive(Args, Debug)]
pub(crate) struct Items {
    /// A text; may be repeated
    #[arg(long, value_name = "TEXT")]
    pub(crate) text: Vec<String>,
    /// A file of texts, one a line; `-` is stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) texts: Option<PathBuf>,
    /// PNG, JPEG or WebP files
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) image: Vec<PathBuf>,
    #[command(flatten)]
    batching: Batching,
}

#[derive(Args, Debug)]
struct Batching {
    /// So many texts or images are run at once
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..))]
    batch: u32,
    /// Cut texts to this many tokens; without it a text that is too long is an error
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max_tokens: Option<u32>,
}

/// Texts or images that a model can take.
pub(crate) struct Batches {
    kind: Kind,
    /// What each is called.
    pub(crate) names: Vec<String>,
    /// The rows of each batch: texts of like lengths together, so that little is padding.
    rows: Vec<Vec<usize>>,
}

enum Kind {
    Texts { tokenizer: Box<Tokenizer>, limit: Option<usize> },
    Images { processor: ImageProcessor, files: Vec<PathBuf> },
}

/// Texts that are tokenized at once to learn their lengths.
const AT_ONCE: usize = 1024;

impl Items {
    /// The texts, if any are given.
    pub(crate) fn texts(&self, model: &LoadedModel) -> Result<Option<Batches>, CliError> {
        let mut texts = self.text.clone();
        if let Some(path) = &self.texts {
            let lines = read(path)?;
            texts.extend(lines.lines().map(String::from));
            if texts.is_empty() {
                return Err(CliError::NoTexts { path: path.clone() });
            }
        }
        if texts.is_empty() {
            return Ok(None);
        }
        let tokenizer = Box::new(Tokenizer::load(&model.folder)?);
        let limit = self.batching.max_tokens.map(|n| n as usize);
        let mut lengths = Vec::with_capacity(texts.len());
        for some in texts.chunks(AT_ONCE) {
            lengths.extend(tokenizer.lengths(some, limit)?);
        }
        check_lengths(model, &texts, &lengths)?;
        let mut rows: Vec<usize> = (0..texts.len()).collect();
        // the longest first: if memory does not suffice, that shows at once
        rows.sort_by_key(|row| std::cmp::Reverse(lengths[*row]));
        let rows = rows.chunks(self.batching.batch as usize).map(<[usize]>::to_vec).collect();
        Ok(Some(Batches { kind: Kind::Texts { tokenizer, limit }, names: texts, rows }))
    }

    /// The images, if any are given.
    pub(crate) fn images(&self, model: &LoadedModel) -> Result<Option<Batches>, CliError> {
        if self.image.is_empty() {
            return Ok(None);
        }
        let processor = match ImageProcessor::load(&model.folder) {
            Err(ModelError::Images(ImageError::NoProcessor { .. })) => {
                ImageProcessor::for_model(&model.model.config())
            }
            read => read,
        }?;
        let rows: Vec<usize> = (0..self.image.len()).collect();
        Ok(Some(Batches {
            kind: Kind::Images { processor, files: self.image.clone() },
            names: self.image.iter().map(|path| path.display().to_string()).collect(),
            rows: rows.chunks(self.batching.batch as usize).map(<[usize]>::to_vec).collect(),
        }))
    }
}

impl Batches {
    pub(crate) fn are_images(&self) -> bool {
        matches!(self.kind, Kind::Images { .. })
    }

    /// What the items are, in JSON.
    pub(crate) fn word(&self) -> &'static str {
        if self.are_images() { "images" } else { "texts" }
    }

    /// Runs all batches, whose results are [item, …]; gives a row of numbers for each item, in the order in which
    /// they were given.
    pub(crate) fn run(
        &self,
        common: &Common,
        doing: &str,
        run: impl Fn(&Inputs) -> Result<Activation, CliError>,
    ) -> Result<Vec<Vec<f32>>, CliError> {
        let bar = Bar::steps(common, doing);
        let mut found = vec![Vec::new(); self.names.len()];
        let mut done = 0;
        for rows in &self.rows {
            bar.at(done, self.names.len() as u64);
            let numbers = run(&self.inputs(rows)?)?;
            let width = numbers.dims().iter().skip(1).product::<usize>().max(1);
            for (row, numbers) in rows.iter().zip(numbers.to_vec()?.chunks(width)) {
                found[*row] = numbers.to_vec();
            }
            done += rows.len() as u64;
        }
        Ok(found)
    }

    fn inputs(&self, rows: &[usize]) -> Result<Inputs, CliError> {
        Ok(match &self.kind {
            Kind::Texts { tokenizer, limit } => {
                let texts: Vec<&str> = rows.iter().map(|row| self.names[*row].as_str()).collect();
                tokenizer.encode(&texts, *limit)?
            }
            Kind::Images { processor, files } => {
                let files: Vec<&Path> = rows.iter().map(|row| files[*row].as_path()).collect();
                Inputs::from_images(processor.read(&files)?)
            }
        })
    }
}

/// The text of a file, or of stdin for `-`.
pub(crate) fn read(path: &Path) -> Result<String, CliError> {
    if path == Path::new("-") {
        let mut text = String::new();
        let failed = |source| ModelError::Io { path: "stdin".into(), action: "read", source };
        io::stdin().lock().read_to_string(&mut text).map_err(failed)?;
        return Ok(text);
    }
    let failed = |source| ModelError::Io { path: path.into(), action: "read", source };
    Ok(std::fs::read_to_string(path).map_err(failed)?)
}

/// Refuses texts that the model cannot take, by the numbers of their tokens.
pub(crate) fn check_lengths(
    model: &LoadedModel,
    texts: &[String],
    lengths: &[usize],
) -> Result<(), CliError> {
    let limit = positions(&model.model.config());
    let number = |at: usize| (at + 1, output::shortened(&texts[at]));
    if let Some((row, _)) = lengths.iter().position(|length| *length == 0).map(number) {
        return Err(CliError::EmptyText { row });
    }
    match lengths.iter().position(|length| *length > limit) {
        Some(at) => {
            let (row, text) = number(at);
            Err(CliError::TextTooLong { row, text, tokens: lengths[at], limit })
        }
        None => Ok(()),
    }
}

/// The most tokens that a text may have.
fn positions(config: &ModelConfig) -> usize {
    let text = match config {
        ModelConfig::Transformer(config) => Some(config),
        ModelConfig::Clip(config) => config.text.as_ref(),
        ModelConfig::Mae(_) | ModelConfig::ResNet(_) => None,
    };
    text.map_or(usize::MAX, |config| config.n_ctx)
}
