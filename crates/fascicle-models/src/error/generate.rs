//! What can go wrong where a text is continued.

/// A text that cannot be continued.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// A model that cannot continue a text.
    #[error("this model cannot continue a text: it needs causal attention and scores over its vocabulary")]
    NotADecoder,
    /// Nothing to continue.
    #[error("the prompt is empty: give at least one token id")]
    EmptyPrompt,
    /// Nothing to continue in one of several prompts.
    #[error("prompt {number} of {count} is empty: give at least one token id, or leave it out")]
    EmptyPromptOfMany {
        /// Its number, from 1.
        number: usize,
        /// How many prompts there are.
        count: usize,
    },
    /// A setting of sampling that cannot be used.
    #[error("{setting} is {value}, expected {expected}")]
    Sampling {
        /// The setting.
        setting: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
    /// Scores that leave nothing to choose from.
    #[error(
        "the scores for position {position} hold NaN or infinite values: the weights are damaged, or the model overflows on this text"
    )]
    NotFiniteScores {
        /// Position of the token to be chosen.
        position: usize,
    },
    /// A text to stop at that every text has.
    #[error("a text to stop at is empty: it would stop before the first token")]
    EmptyStopText,
}
