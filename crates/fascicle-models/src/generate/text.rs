//! One text that grows, and where it ends.

use super::StopReason;
use super::sampling::{Sampler, Sampling};
use crate::error::ModelError;

/// A prompt and what came after it.
#[derive(Clone, Debug)]
pub(super) struct Text {
    ids: Vec<i64>,
    prompt: usize,
    sampler: Sampler,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Going,
    Stopped(StopReason),
    /// By who reads it, who knows why.
    Ended,
}

/// Where texts end.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    pub(super) end_ids: Vec<i64>,
    pub(super) max_new_tokens: usize,
    /// Positions that the model takes.
    pub(super) n_ctx: usize,
}

impl Text {
    pub(super) fn new(prompt: &[i64], sampling: Sampling) -> Result<Self, ModelError> {
        let (ids, prompt) = (prompt.to_vec(), prompt.len());
        Ok(Self { ids, prompt, sampler: Sampler::new(sampling)?, state: State::Going })
    }

    pub(super) fn ids(&self) -> &[i64] {
        &self.ids
    }

    pub(super) fn new_ids(&self) -> &[i64] {
        &self.ids[self.prompt..]
    }

    pub(super) fn is_going(&self) -> bool {
        self.state == State::Going
    }

    pub(super) fn stop_reason(&self) -> Option<StopReason> {
        match self.state {
            State::Stopped(reason) => Some(reason),
            State::Going | State::Ended => None,
        }
    }

    pub(super) fn end(&mut self) {
        if self.is_going() {
            self.state = State::Ended;
        }
    }

    /// Adds a token drawn by `scores`.
    pub(super) fn grow(&mut self, scores: &[f32], limits: &Limits) -> Result<i64, ModelError> {
        let id = self.sampler.draw(scores, &self.ids)?;
        self.ids.push(id);
        self.settle(limits);
        Ok(id)
    }

    /// Stops where nothing comes after the last token.
    pub(super) fn settle(&mut self, limits: &Limits) {
        let reason = match self.new_ids().last() {
            Some(id) if limits.end_ids.contains(id) => StopReason::EndToken(*id),
            _ if self.new_ids().len() >= limits.max_new_tokens => StopReason::MaxNewTokens,
            _ if self.ids.len() > limits.n_ctx => StopReason::ContextFull(limits.n_ctx),
            _ => return,
        };
        if self.is_going() {
            self.state = State::Stopped(reason);
        }
    }
}
