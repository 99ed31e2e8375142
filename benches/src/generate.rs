//! Continuing texts with a GPT-2-small-shaped transformer of random weights.

use std::time::Instant;

use burn::tensor::Device;
use fascicle_models::{BatchGenerator, Sampling, Transformer};

use crate::forward::{build, gpt2};

/// Tokens of each prompt.
pub const PROMPT: usize = 32;

/// Tokens that are put after each.
pub const NEW: usize = 33;

/// A model to continue texts with.
pub struct Continuation {
    model: Transformer,
}

/// How long it took.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Seconds until all texts had their first token.
    pub first: f64,
    /// Seconds from then on, until all had [`NEW`] tokens.
    pub others: f64,
}

impl Continuation {
    /// GPT-2 small with random weights.
    pub fn new(device: &Device) -> Self {
        Self { model: build(&gpt2(), device) }
    }

    /// Continues so many texts at once, by the likeliest tokens.
    ///
    /// # Panics
    /// When the device fails.
    pub fn run(&self, texts: usize) -> Times {
        let prompt = |text: usize| {
            (0..PROMPT).map(|at| ((text * 31 + at * 7919) % 50_257) as i64).collect::<Vec<i64>>()
        };
        let prompts = (0..texts).map(|text| (prompt(text), Sampling::default()));
        let mut batch =
            BatchGenerator::new(&self.model, prompts).expect("a decoder").with_max_new_tokens(NEW);
        let start = Instant::now();
        batch.next().expect("a first token").expect("a forward pass");
        let first = start.elapsed().as_secs_f64();
        for step in batch.by_ref() {
            step.expect("a forward pass");
        }
        assert_eq!(batch.new_ids(texts - 1).len(), NEW);
        Times { first, others: start.elapsed().as_secs_f64() - first }
    }
}
