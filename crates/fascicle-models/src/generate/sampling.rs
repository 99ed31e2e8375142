//! From scores to a token.

use fascicle_core::seed::Seeds;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::filters::{self, Candidate};
use crate::error::{GenerateError, ModelError};

/// How the next token is chosen from the scores. The default is the highest score.
///
/// The filters are those of `transformers`, in its order: repetition penalty, temperature, top-k, top-p. What remains
/// is drawn from with its probabilities, computed in f64 on the host, so that one seed gives one text on every device.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sampling {
    /// Scores are divided by this; 0 takes the token with the highest score (of equal ones the lowest id) and makes
    /// `top_k`, `top_p` and `seed` moot.
    pub temperature: f64,
    /// Only the tokens with the k highest scores (Fan et al. 2018); of equal ones the lower ids count as higher, so
    /// that there are never more than k.
    pub top_k: Option<usize>,
    /// Only the smallest set of the most probable tokens whose probability reaches this (Holtzman et al. 2020).
    pub top_p: Option<f64>,
    /// Scores of the tokens that the text already has, prompt included, are divided by this, negative ones multiplied
    /// (Keskar et al. 2019).
    pub repetition_penalty: Option<f64>,
    /// What the draws depend on.
    pub seed: u64,
}

/// A setting that cannot be used: its name, its value, what it may be.
pub(super) struct Problem {
    pub(super) setting: &'static str,
    pub(super) value: String,
    pub(super) expected: &'static str,
}

impl Sampling {
    /// Checks every setting.
    ///
    /// # Errors
    /// [`GenerateError::Sampling`] naming the setting.
    pub fn validate(&self) -> Result<(), ModelError> {
        match self.problem() {
            Some(Problem { setting, value, expected }) => {
                Err(GenerateError::Sampling { setting, value, expected }.into())
            }
            None => Ok(()),
        }
    }

    pub(super) fn problem(&self) -> Option<Problem> {
        let problem =
            |setting, value: f64, expected| Some(Problem { setting, value: value.to_string(), expected });
        if !(self.temperature.is_finite() && self.temperature >= 0.0) {
            return problem("temperature", self.temperature, "a number ≥ 0 (0 takes the likeliest token)");
        }
        if self.top_k == Some(0) {
            return problem("top_k", 0.0, "at least 1 (leave it out to consider all tokens)");
        }
        if let Some(top_p) = self.top_p.filter(|p| !(*p > 0.0 && *p <= 1.0)) {
            return problem("top_p", top_p, "a number above 0 and at most 1");
        }
        if let Some(penalty) = self.repetition_penalty.filter(|p| !(p.is_finite() && *p > 0.0)) {
            return problem("repetition_penalty", penalty, "a number above 0 (1 changes nothing)");
        }
        None
    }

    /// The tokens that may come next with their probabilities, in rising order of their ids; the probabilities add up
    /// to 1. With temperature 0 it is one token.
    ///
    /// `scores`, `[vocab]`, are a model's for the next token; `seen` is the text so far.
    ///
    /// # Errors
    /// [`GenerateError::Sampling`]; [`GenerateError::NotFiniteScores`] when a score is NaN or +∞, or all are −∞.
    pub fn probabilities(&self, scores: &[f32], seen: &[i64]) -> Result<Vec<(i64, f64)>, ModelError> {
        self.validate()?;
        let mut scores: Vec<f64> = scores.iter().map(|score| f64::from(*score)).collect();
        let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if !highest.is_finite() || scores.iter().any(|score| score.is_nan()) {
            return Err(GenerateError::NotFiniteScores { position: seen.len() }.into());
        }
        if let Some(penalty) = self.repetition_penalty {
            filters::penalise(&mut scores, seen, penalty);
        }
        if self.temperature == 0.0 {
            return Ok(filters::first(&scores).map(|id| (id, 1.0)).into_iter().collect());
        }
        let mut candidates: Vec<Candidate> =
            scores.into_iter().enumerate().map(|(id, score)| Candidate { id: id as i64, score }).collect();
        filters::cool(&mut candidates, self.temperature);
        if let Some(k) = self.top_k {
            filters::top_k(&mut candidates, k);
        }
        if let Some(p) = self.top_p {
            filters::top_p(&mut candidates, p);
        }
        let probabilities = filters::softmax(&candidates);
        Ok(candidates.iter().map(|candidate| candidate.id).zip(probabilities).collect())
    }
}

/// Draws one token after another.
#[derive(Clone, Debug)]
pub struct Sampler {
    sampling: Sampling,
    rng: StdRng,
}

impl Sampler {
    /// Starts the draws of a seed.
    ///
    /// # Errors
    /// [`GenerateError::Sampling`].
    pub fn new(sampling: Sampling) -> Result<Self, ModelError> {
        sampling.validate()?;
        let rng = StdRng::seed_from_u64(Seeds::new(sampling.seed).named("sampling"));
        Ok(Self { sampling, rng })
    }

    /// The next token, from [`Sampling::probabilities`].
    ///
    /// # Errors
    /// As [`Sampling::probabilities`].
    pub fn draw(&mut self, scores: &[f32], seen: &[i64]) -> Result<i64, ModelError> {
        let probabilities = self.sampling.probabilities(scores, seen)?;
        let drawn: f64 = self.rng.random();
        let mut sum = 0.0;
        let reached = |(_, probability): &&(i64, f64)| {
            sum += probability;
            sum > drawn
        };
        // rounding may leave the sum a hair below 1
        let likely = probabilities.iter().rev().find(|(_, probability)| *probability > 0.0);
        let chosen = probabilities.iter().find(reached).or(likely);
        chosen.map(|(id, _)| *id).ok_or(GenerateError::NotFiniteScores { position: seen.len() }.into())
    }
}
