//! Text from tokens that come one at a time.

use crate::error::ModelError;
use crate::tokenizer::Tokenizer;

/// Decodes tokens as they come, and gives text as soon as it is certain.
///
/// A token's text depends on its neighbours: a character may be spread over several tokens, and tokenizers drop the
/// space before the first. So the window of tokens since the last text but one is decoded twice, without and with the
/// new token, and the difference is what the token adds, as text-generation servers do. All pieces together are
/// [`Tokenizer::decode`] of all tokens, but for what that drops before the first.
#[derive(Clone, Debug)]
pub struct TextStream<'a> {
    tokenizer: &'a Tokenizer,
    /// The window.
    ids: Vec<i64>,
    /// How many tokens of the window have their text out.
    out: usize,
}

impl<'a> TextStream<'a> {
    pub(crate) fn new(tokenizer: &'a Tokenizer, ids: &[i64]) -> Self {
        Self { tokenizer, ids: ids.to_vec(), out: ids.len() }
    }

    /// What the next token adds; empty while a character is incomplete.
    ///
    /// # Errors
    /// As [`Tokenizer::decode`].
    pub fn push(&mut self, id: i64) -> Result<String, ModelError> {
        self.ids.push(id);
        let (piece, complete) = self.unsaid()?;
        if piece.is_empty() || !complete {
            return Ok(String::new());
        }
        self.ids.drain(..self.out);
        self.out = self.ids.len();
        Ok(piece)
    }

    /// What is left when no more tokens come; half a character becomes U+FFFD.
    ///
    /// # Errors
    /// As [`Tokenizer::decode`].
    pub fn finish(self) -> Result<String, ModelError> {
        Ok(self.unsaid()?.0)
    }

    /// What the last tokens of the window add, and whether it ends with a whole character.
    fn unsaid(&self) -> Result<(String, bool), ModelError> {
        let before = self.tokenizer.decode(&self.ids[..self.out])?;
        let all = self.tokenizer.decode(&self.ids)?;
        let same = before.chars().zip(all.chars()).take_while(|(a, b)| a == b);
        let said: usize = same.map(|(a, _)| a.len_utf8()).sum();
        Ok((all[said..].to_string(), !all.ends_with(char::REPLACEMENT_CHARACTER)))
    }
}
