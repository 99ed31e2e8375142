//! Continuing a text: a token at a time, each read once.
//!
//! ```no_run
//! use fascicle_models::{GenerationDefaults, Generator, Tokenizer, load};
//!
//! let device = fascicle_core::device("cpu")?;
//! let model = load("path/to/gpt2", &device)?;
//! let (tokenizer, defaults) = (Tokenizer::load(&model.folder)?, GenerationDefaults::read(&model.folder)?);
//! let prompt = tokenizer.encode(&["The quick brown"], None)?;
//!
//! let mut generator = Generator::new(model.transformer()?, prompt.ids(), defaults.sampling)?
//!     .with_end_ids(defaults.end_ids)
//!     .with_max_new_tokens(20);
//! let mut stream = tokenizer.stream(prompt.ids());
//! let mut text = String::new();
//! for id in generator.by_ref() {
//!     text += &stream.push(id?)?;
//! }
//! text += &stream.finish()?;
//! println!("{text} ({})", generator.stop_reason().expect("it came to an end"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod defaults;
mod filters;
mod sampling;
mod stop_texts;

use std::fmt;

pub use defaults::{GenerationDefaults, Taken};
pub use sampling::{Sampler, Sampling};
pub use stop_texts::{Passed, StopTexts};

use crate::error::{GenerateError, ModelError};
use crate::inputs::Inputs;
use crate::transformer::{Past, Transformer};

/// The tokens that a model puts after a prompt, one by one; an end token is the last of them.
///
/// Each step reads only what is new: the prompt first, then the token chosen before.
#[derive(Debug)]
pub struct Generator<'a> {
    model: &'a Transformer,
    past: Past,
    /// The prompt and what came after it; those that `past` does not have are yet to be read.
    ids: Vec<i64>,
    prompt: usize,
    sampler: Sampler,
    end_ids: Vec<i64>,
    max_new_tokens: usize,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Going,
    Stopped(StopReason),
    Failed,
}

/// Why no more tokens come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// The model said that the text ends, with this token.
    EndToken(i64),
    /// There are as many as were asked for.
    MaxNewTokens,
    /// The model takes no more than this many positions, and all are taken.
    ContextFull(usize),
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndToken(id) => write!(f, "end token {id}"),
            Self::MaxNewTokens => write!(f, "as many tokens as asked for"),
            Self::ContextFull(n_ctx) => write!(f, "the model's context of {n_ctx} positions is full"),
        }
    }
}

impl<'a> Generator<'a> {
    /// A continuation of `prompt` that ends where the context is full; nothing is computed before the first token is
    /// asked for.
    ///
    /// # Errors
    /// [`GenerateError::NotADecoder`]; [`GenerateError::EmptyPrompt`]; [`ModelError::TooLong`] and
    /// [`ModelError::IdOutsideVocabulary`] for a prompt that the model cannot read; [`GenerateError::Sampling`].
    pub fn new(model: &'a Transformer, prompt: &[i64], sampling: Sampling) -> Result<Self, ModelError> {
        let config = model.config();
        if !config.is_decoder() {
            return Err(GenerateError::NotADecoder.into());
        }
        if prompt.is_empty() {
            return Err(GenerateError::EmptyPrompt.into());
        }
        Inputs::new(prompt.to_vec(), [1, prompt.len()])?.check(
            config.vocab,
            config.n_ctx,
            config.token_types,
        )?;
        Ok(Self {
            model,
            past: Past::new(),
            ids: prompt.to_vec(),
            prompt: prompt.len(),
            sampler: Sampler::new(sampling)?,
            end_ids: Vec::new(),
            max_new_tokens: usize::MAX,
            state: State::Going,
        })
    }

    /// Ends after any of these tokens.
    #[must_use]
    pub fn with_end_ids(self, end_ids: Vec<i64>) -> Self {
        Self { end_ids, ..self }
    }

    /// Ends after so many tokens.
    #[must_use]
    pub fn with_max_new_tokens(self, max_new_tokens: usize) -> Self {
        Self { max_new_tokens, ..self }
    }

    /// The prompt and the tokens so far.
    pub fn ids(&self) -> &[i64] {
        &self.ids
    }

    /// The tokens so far, without the prompt.
    pub fn new_ids(&self) -> &[i64] {
        &self.ids[self.prompt..]
    }

    /// Why no more tokens come; `None` while they do, and after an error.
    pub fn stop_reason(&self) -> Option<StopReason> {
        match self.state {
            State::Stopped(reason) => Some(reason),
            State::Going | State::Failed => None,
        }
    }

    fn step(&mut self) -> Result<i64, ModelError> {
        let unread = self.ids[self.past.positions()..].to_vec();
        let inputs = Inputs::new(unread, [1, self.ids.len() - self.past.positions()])?;
        let scores = self.model.forward_next(&inputs, &mut self.past)?;
        let scores: Vec<f32> = scores.into_data().try_into_vec_as().map_err(|error| ModelError::Read {
            what: "scores over the vocabulary".into(),
            reason: error.to_string(),
        })?;
        self.sampler.draw(&scores, &self.ids)
    }

    /// Why nothing comes after the last token, if nothing does.
    fn end(&self) -> Option<StopReason> {
        let n_ctx = self.model.config().n_ctx;
        match self.new_ids().last() {
            Some(id) if self.end_ids.contains(id) => Some(StopReason::EndToken(*id)),
            _ if self.new_ids().len() >= self.max_new_tokens => Some(StopReason::MaxNewTokens),
            _ if self.ids.len() > n_ctx => Some(StopReason::ContextFull(n_ctx)),
            _ => None,
        }
    }
}

impl Iterator for Generator<'_> {
    type Item = Result<i64, ModelError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state != State::Going {
            return None;
        }
        // only a generator that may make no token at all is at its end here
        if let Some(reason) = self.end() {
            self.state = State::Stopped(reason);
            return None;
        }
        let drawn = self.step();
        match drawn {
            Ok(id) => {
                self.ids.push(id);
                self.state = self.end().map_or(State::Going, State::Stopped);
            }
            Err(_) => self.state = State::Failed,
        }
        Some(drawn)
    }
}
