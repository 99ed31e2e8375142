//! Continuing several texts at once.

use super::StopReason;
use super::sampling::Sampling;
use super::text::{Limits, Text};
use crate::error::{GenerateError, ModelError};
use crate::inputs::Inputs;
use crate::transformer::{Past, Transformer};

/// Stands where a row has no more tokens; no row sees it.
const PAD: i64 = 0;

/// The tokens that a model puts after each of several prompts, a token of every text at a time.
///
/// Prompts may be of different lengths. Each text is what [`Generator`](super::Generator) makes of its prompt alone: it
/// has its own positions, draws and end, and sees no padding. A text that has ended is computed no further. Sums are
/// rounded in another order where many texts stand together, so that two tokens whose scores are level to the last bits may
/// change places.
///
/// Reading the weights is most of the work of a step, and is done once for all texts.
///
/// ```no_run
/// use fascicle_models::{BatchGenerator, Sampling, load};
///
/// let model = load("path/to/gpt2", &fascicle_core::device("cpu")?)?.into_transformer()?;
/// let (prompts, sampling) = ([vec![464, 3139, 286], vec![40, 716]], Sampling::default());
/// let mut batch = BatchGenerator::new(&model, prompts.iter().map(|prompt| (prompt, sampling)))?
///     .with_max_new_tokens(20);
/// for step in batch.by_ref() {
///     for (text, id) in step? {
///         println!("text {text} goes on with {id}");
///     }
/// }
/// assert!(batch.new_ids(0).len() <= 20);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct BatchGenerator<'a> {
    model: &'a Transformer,
    past: Past,
    texts: Vec<Text>,
    /// The texts that are continued, in the order of the rows of `past`.
    rows: Vec<usize>,
    limits: Limits,
    failed: bool,
}

impl<'a> BatchGenerator<'a> {
    /// Continuations of prompts, each with its own sampling, that end where the context is full; nothing is computed
    /// before the first step.
    ///
    /// # Errors
    /// [`GenerateError::NotADecoder`]; [`GenerateError::EmptyPrompt`]; [`ModelError::TooLong`] and
    /// [`ModelError::IdOutsideVocabulary`] for a prompt that the model cannot read; [`GenerateError::Sampling`].
    pub fn new<P: AsRef<[i64]>>(
        model: &'a Transformer,
        prompts: impl IntoIterator<Item = (P, Sampling)>,
    ) -> Result<Self, ModelError> {
        let config = model.config();
        if !config.is_decoder() {
            return Err(GenerateError::NotADecoder.into());
        }
        let texts: Vec<Text> = prompts
            .into_iter()
            .map(|(prompt, sampling)| Text::new(prompt.as_ref(), sampling))
            .collect::<Result<_, _>>()?;
        if let Some(row) = texts.iter().position(|text| text.ids().is_empty()) {
            return Err(match texts.len() {
                1 => GenerateError::EmptyPrompt,
                count => GenerateError::EmptyPromptOfMany { number: row + 1, count },
            }
            .into());
        }
        if !texts.is_empty() {
            let prompts: Vec<Vec<i64>> = texts.iter().map(|text| text.ids().to_vec()).collect();
            Inputs::padded(&prompts, PAD)?.check(config.vocab, config.n_ctx, config.token_types)?;
        }
        let limits = Limits { end_ids: Vec::new(), max_new_tokens: usize::MAX, n_ctx: config.n_ctx };
        let rows = (0..texts.len()).collect();
        Ok(Self { model, past: Past::new(), texts, rows, limits, failed: false })
    }

    /// Ends each text after any of these tokens.
    #[must_use]
    pub fn with_end_ids(self, end_ids: Vec<i64>) -> Self {
        Self { limits: Limits { end_ids, ..self.limits }, ..self }
    }

    /// Ends each text after so many tokens.
    #[must_use]
    pub fn with_max_new_tokens(self, max_new_tokens: usize) -> Self {
        Self { limits: Limits { max_new_tokens, ..self.limits }, ..self }
    }

    /// Ends a text before its time, as where a word was found in it; the others go on.
    pub fn end(&mut self, text: usize) {
        if let Some(text) = self.texts.get_mut(text) {
            text.end();
        }
    }

    /// A prompt and its tokens so far; none for a text that is not there.
    pub fn ids(&self, text: usize) -> &[i64] {
        self.texts.get(text).map_or(&[], Text::ids)
    }

    /// The tokens of a text so far, without its prompt.
    pub fn new_ids(&self, text: usize) -> &[i64] {
        self.texts.get(text).map_or(&[], Text::new_ids)
    }

    /// Why no more tokens of a text come; `None` while they do, after [`end`](Self::end) and after an error.
    pub fn stop_reason(&self, text: usize) -> Option<StopReason> {
        self.texts.get(text)?.stop_reason()
    }

    /// One more token of every text that goes on.
    fn step(&mut self) -> Result<Vec<(usize, i64)>, ModelError> {
        // settles a batch that may make no token at all
        self.texts.iter_mut().for_each(|text| text.settle(&self.limits));
        self.leave_out_what_ended()?;
        if self.rows.is_empty() {
            return Ok(Vec::new());
        }
        let read = |row: usize| self.past.lengths().get(row).copied().unwrap_or(0);
        let unread: Vec<Vec<i64>> = self
            .rows
            .iter()
            .enumerate()
            .map(|(row, text)| self.texts[*text].ids()[read(row)..].to_vec())
            .collect();
        let scores = self.model.forward_next(&Inputs::padded(&unread, PAD)?, &mut self.past)?;
        let [_, vocab] = scores.dims();
        let scores: Vec<f32> = scores.into_data().try_into_vec_as().map_err(|error| ModelError::Read {
            what: "scores over the vocabulary".into(),
            reason: error.to_string(),
        })?;
        let mut tokens = Vec::with_capacity(self.rows.len());
        for (text, scores) in self.rows.iter().zip(scores.chunks(vocab)) {
            tokens.push((*text, self.texts[*text].grow(scores, &self.limits)?));
        }
        Ok(tokens)
    }

    fn leave_out_what_ended(&mut self) -> Result<(), ModelError> {
        let going = |row: &usize| self.texts[self.rows[*row]].is_going();
        let kept: Vec<usize> = (0..self.rows.len()).filter(going).collect();
        if kept.len() < self.rows.len() {
            if !kept.is_empty() && !self.past.lengths().is_empty() {
                self.past.keep_rows(&kept)?;
            }
            self.rows = kept.into_iter().map(|row| self.rows[row]).collect();
        }
        Ok(())
    }
}

impl Iterator for BatchGenerator<'_> {
    type Item = Result<Vec<(usize, i64)>, ModelError>;

    /// The next token of each text that has not ended, with the text's number.
    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let step = self.step();
        self.failed = step.is_err();
        match step {
            Ok(tokens) if tokens.is_empty() => None,
            step => Some(step),
        }
    }
}
