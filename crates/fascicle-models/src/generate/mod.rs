//! Continuing a text, or several: a token at a time, each read once.
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

mod batch;
mod defaults;
mod filters;
mod sampling;
mod stop_texts;
mod text;

use std::fmt;

pub use batch::BatchGenerator;
pub use defaults::{GenerationDefaults, Taken};
pub use sampling::{Sampler, Sampling};
pub use stop_texts::{Passed, StopTexts};

use crate::error::ModelError;
use crate::transformer::Transformer;

/// The tokens that a model puts after a prompt, one by one; an end token is the last of them.
///
/// Each step reads only what is new: the prompt first, then the token chosen before. For several prompts there is
/// [`BatchGenerator`].
#[derive(Debug)]
pub struct Generator<'a>(BatchGenerator<'a>);

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
    ///
    /// [`GenerateError::NotADecoder`]: crate::GenerateError::NotADecoder
    /// [`GenerateError::EmptyPrompt`]: crate::GenerateError::EmptyPrompt
    /// [`GenerateError::Sampling`]: crate::GenerateError::Sampling
    pub fn new(model: &'a Transformer, prompt: &[i64], sampling: Sampling) -> Result<Self, ModelError> {
        BatchGenerator::new(model, [(prompt, sampling)]).map(Self)
    }

    /// Ends after any of these tokens.
    #[must_use]
    pub fn with_end_ids(self, end_ids: Vec<i64>) -> Self {
        Self(self.0.with_end_ids(end_ids))
    }

    /// Ends after so many tokens.
    #[must_use]
    pub fn with_max_new_tokens(self, max_new_tokens: usize) -> Self {
        Self(self.0.with_max_new_tokens(max_new_tokens))
    }

    /// The prompt and the tokens so far.
    pub fn ids(&self) -> &[i64] {
        self.0.ids(0)
    }

    /// The tokens so far, without the prompt.
    pub fn new_ids(&self) -> &[i64] {
        self.0.new_ids(0)
    }

    /// Why no more tokens come; `None` while they do, and after an error.
    pub fn stop_reason(&self) -> Option<StopReason> {
        self.0.stop_reason(0)
    }
}

impl Iterator for Generator<'_> {
    type Item = Result<i64, ModelError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.0.next()? {
            // a text that goes on gets one token a step
            Ok(tokens) => tokens.first().map(|(_, id)| Ok(*id)),
            Err(error) => Some(Err(error)),
        }
    }
}
