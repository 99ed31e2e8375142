//! Text to token ids and back, through the `tokenizers` crate.

use std::path::{Path, PathBuf};

use tokenizers::PostProcessor as _;

use crate::error::ModelError;
use crate::inputs::Inputs;
use crate::text_stream::TextStream;

/// A model folder's `tokenizer.json`.
#[derive(Clone, Debug)]
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    path: PathBuf,
    pad: i64,
}

impl Tokenizer {
    /// Reads `tokenizer.json` of a model folder.
    ///
    /// Truncation and padding settings in the file are switched off: length is the caller's business, padding is
    /// done by [`Tokenizer::encode`] for each batch.
    ///
    /// # Errors
    /// [`ModelError::Tokenizer`] when the file is absent or unreadable.
    pub fn load(folder: impl AsRef<Path>) -> Result<Self, ModelError> {
        let path = folder.as_ref().join("tokenizer.json");
        if !path.is_file() {
            let reason = "no such file: this model cannot take text (give token ids instead)".to_string();
            return Err(ModelError::Tokenizer { path, reason });
        }
        let fail = |error: tokenizers::Error| ModelError::Tokenizer {
            path: path.clone(),
            reason: format!("not a readable tokenizer: {error}"),
        };
        let mut inner = tokenizers::Tokenizer::from_file(&path).map_err(fail)?;
        let pad = inner.get_padding().map_or(0, |padding| i64::from(padding.pad_id));
        inner.with_truncation(None).map_err(fail)?;
        inner.with_padding(None);
        Ok(Self { inner, path, pad })
    }

    /// Texts to a padded and masked batch, with the special tokens that the model was trained with.
    ///
    /// `limit` cuts longer texts, keeping the closing special token; without it a model refuses what is too long.
    ///
    /// # Errors
    /// [`ModelError::Tokenizer`] when a text cannot be encoded, or `limit` leaves room for special tokens alone;
    /// [`ModelError::InputShape`] when there is no text.
    pub fn encode<S: AsRef<str>>(&self, texts: &[S], limit: Option<usize>) -> Result<Inputs, ModelError> {
        Inputs::padded(&self.ids(texts, limit)?, self.pad)
    }

    /// The number of tokens of each text, special tokens included, as [`Tokenizer::encode`] would have them.
    ///
    /// # Errors
    /// [`ModelError::Tokenizer`] when a text cannot be encoded.
    pub fn lengths<S: AsRef<str>>(
        &self,
        texts: &[S],
        limit: Option<usize>,
    ) -> Result<Vec<usize>, ModelError> {
        Ok(self.ids(texts, limit)?.iter().map(Vec::len).collect())
    }

    fn ids<S: AsRef<str>>(&self, texts: &[S], limit: Option<usize>) -> Result<Vec<Vec<i64>>, ModelError> {
        let fail = |error: tokenizers::Error| self.failed(&error);
        let mut inner = self.inner.clone();
        // below that the crate subtracts one number from a smaller one
        let special = inner.get_post_processor().map_or(0, |processor| processor.added_tokens(false));
        if let Some(limit) = limit.filter(|limit| *limit <= special) {
            let reason = format!(
                "texts cannot be cut to {limit}: {special} tokens around each are special, so that the limit is at least {}",
                special + 1
            );
            return Err(ModelError::Tokenizer { path: self.path.clone(), reason });
        }
        let truncation =
            limit.map(|max_length| tokenizers::TruncationParams { max_length, ..Default::default() });
        inner.with_truncation(truncation).map_err(fail)?;
        let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        let encoded = inner.encode_batch(texts, true).map_err(fail)?;
        Ok(encoded.iter().map(|row| row.get_ids().iter().map(|id| i64::from(*id)).collect()).collect())
    }

    /// The text of these ids, without special tokens and ids that the tokenizer does not have; bytes that are no UTF-8
    /// become U+FFFD.
    ///
    /// # Errors
    /// [`ModelError::Tokenizer`] when the tokenizer's decoder fails on them.
    pub fn decode(&self, ids: &[i64]) -> Result<String, ModelError> {
        let ids: Vec<u32> = ids.iter().filter_map(|id| u32::try_from(*id).ok()).collect();
        self.inner.decode(&ids, true).map_err(|error| self.failed(&error))
    }

    /// Decodes what comes after `ids` a token at a time.
    pub fn stream(&self, ids: &[i64]) -> TextStream<'_> {
        TextStream::new(self, ids)
    }

    fn failed(&self, error: &tokenizers::Error) -> ModelError {
        ModelError::Tokenizer { path: self.path.clone(), reason: error.to_string() }
    }

    /// The token of each id as it stands in the vocabulary; unknown ids as `<id>`.
    pub fn tokens(&self, ids: &[i64]) -> Vec<String> {
        let token = |id: &i64| u32::try_from(*id).ok().and_then(|id| self.inner.id_to_token(id));
        ids.iter().map(|id| token(id).unwrap_or_else(|| format!("<{id}>"))).collect()
    }
}
