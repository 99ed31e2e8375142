//! Texts that end a continuation wherever they turn up, also when they come in several pieces.

use crate::error::{GenerateError, ModelError};

/// Lets a streamed text pass until one of several texts turns up in it.
///
/// What may yet become the beginning of such a text is held back until that is settled.
#[derive(Clone, Debug)]
pub struct StopTexts {
    texts: Vec<String>,
    held: String,
}

/// What [`StopTexts`] let pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// What is certain to come before any of the texts.
    pub text: String,
    /// The text that turned up; nothing passes after it.
    pub stopped: Option<String>,
}

impl StopTexts {
    /// Stops at any of `texts`; at none when there are none.
    ///
    /// # Errors
    /// [`GenerateError::EmptyStopText`] when one is empty: it would turn up everywhere.
    pub fn new(texts: Vec<String>) -> Result<Self, ModelError> {
        match texts.iter().any(String::is_empty) {
            true => Err(GenerateError::EmptyStopText.into()),
            false => Ok(Self { texts, held: String::new() }),
        }
    }

    /// Takes in the next piece.
    pub fn push(&mut self, piece: &str) -> Passed {
        self.held += piece;
        let found = self.texts.iter().filter_map(|text| self.held.find(text.as_str()).map(|at| (at, text)));
        // the first to turn up; of two that begin at one place, the longer
        if let Some((at, text)) = found.min_by_key(|(at, text)| (*at, usize::MAX - text.len())) {
            let stopped = Some(text.clone());
            self.held.truncate(at);
            return Passed { text: std::mem::take(&mut self.held), stopped };
        }
        let open = self.texts.iter().map(|text| open_end(&self.held, text)).max().unwrap_or(0);
        let held = self.held.split_off(self.held.len() - open);
        Passed { text: std::mem::replace(&mut self.held, held), stopped: None }
    }

    /// What was held back, now that nothing more comes.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.held)
    }
}

/// Length in bytes of the longest end of `text` that `stop` begins with.
fn open_end(text: &str, stop: &str) -> usize {
    let lengths = stop.char_indices().map(|(at, _)| at).rev();
    lengths.into_iter().find(|length| text.ends_with(&stop[..*length])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `pieces` one by one: what passes at each, `|` between; the stop text after `!`; what is left after `+`.
    fn through(stops: &[&str], pieces: &[&str]) -> String {
        let mut stop = StopTexts::new(stops.iter().map(ToString::to_string).collect()).unwrap();
        let mut said = Vec::new();
        for piece in pieces {
            let passed = stop.push(piece);
            said.push(passed.text);
            if let Some(text) = passed.stopped {
                return format!("{}!{text}", said.join("|"));
            }
        }
        format!("{}+{}", said.join("|"), stop.take())
    }

    #[test]
    fn texts_stop_wherever_they_turn_up() {
        assert_eq!(through(&[], &["a", "b"]), "a|b+");
        assert_eq!(through(&["END"], &["so E", "N", "D of it"]), "so ||!END");
        assert_eq!(through(&["END"], &["EN", "EN", "D"]), "|EN|!END");
        assert_eq!(through(&["END"], &["EN", "OUGH"]), "|ENOUGH+");
        assert_eq!(through(&["END"], &["in the EN"]), "in the +EN");
        assert_eq!(through(&["b", "a"], &["xaby"]), "x!a");
        assert_eq!(through(&["\n", "\n\n"], &["x\n\ny"]), "x!\n\n");
        assert_eq!(through(&["aab"], &["a", "a", "a", "b"]), "||a|!aab");
        assert_eq!(through(&["é→"], &["caf", "é", "→"]), "caf||!é→");
    }

    #[test]
    fn an_empty_text_is_refused() {
        insta::assert_snapshot!(StopTexts::new(vec![String::new()]).unwrap_err(), @"a text to stop at is empty: it would stop before the first token");
    }
}
