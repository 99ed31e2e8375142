//! What has been said of a continuation so far, and how fast.

use std::time::Instant;

use fascicle_models::{StopReason, StopTexts, TextStream};

use crate::error::CliError;

/// The text of one continuation, as far as it is certain; ids where there is no tokenizer.
pub(super) struct Said<'a> {
    stream: Option<TextStream<'a>>,
    stop: StopTexts,
    count: usize,
    pub(super) text: String,
    /// The text that stopped it, if one did.
    pub(super) stopped: Option<String>,
}

impl<'a> Said<'a> {
    pub(super) fn new(stream: Option<TextStream<'a>>, stop: StopTexts) -> Self {
        Self { stream, stop, count: 0, text: String::new(), stopped: None }
    }

    /// Takes in a token and gives what it adds.
    pub(super) fn push(&mut self, id: i64) -> Result<String, CliError> {
        self.count += 1;
        let piece = match &mut self.stream {
            Some(stream) => stream.push(id)?,
            None if self.count == 1 => id.to_string(),
            None => format!(",{id}"),
        };
        Ok(self.pass(&piece))
    }

    /// What is left when no more tokens come.
    pub(super) fn finish(&mut self) -> Result<String, CliError> {
        if self.stopped.is_some() {
            return Ok(String::new());
        }
        let left = self.stream.take().map(TextStream::finish).transpose()?.unwrap_or_default();
        let mut piece = self.pass(&left);
        if self.stopped.is_none() {
            let held = self.stop.take();
            self.text += &held;
            piece += &held;
        }
        Ok(piece)
    }

    fn pass(&mut self, piece: &str) -> String {
        let passed = self.stop.push(piece);
        self.text += &passed.text;
        self.stopped = passed.stopped;
        passed.text
    }

    /// Why the text ended, in the words of JSON.
    pub(super) fn ended(&self, reason: Option<StopReason>) -> &'static str {
        match (&self.stopped, reason) {
            (Some(_), _) => "stop-text",
            (None, Some(StopReason::EndToken(_))) => "end-token",
            (None, Some(StopReason::ContextFull(_))) => "context-full",
            (None, _) => "max-new-tokens",
        }
    }
}

/// How fast tokens came, without those that took the reading of prompts.
pub(super) struct Pace {
    start: Instant,
    last: Instant,
    /// Seconds until the first token.
    pub(super) first: Option<f64>,
    tokens: usize,
    seconds: f64,
}

impl Pace {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self { start: now, last: now, first: None, tokens: 0, seconds: 0.0 }
    }

    /// So many tokens came; `prompts` where prompts were read for them.
    pub(super) fn step(&mut self, tokens: usize, prompts: bool) {
        if !prompts {
            self.tokens += tokens;
            self.seconds += self.last.elapsed().as_secs_f64();
        }
        self.last = Instant::now();
        self.first.get_or_insert(self.start.elapsed().as_secs_f64());
    }

    /// Tokens a second, if there were any.
    pub(super) fn speed(&self) -> Option<f64> {
        (self.tokens > 0).then(|| self.tokens as f64 / self.seconds)
    }
}
