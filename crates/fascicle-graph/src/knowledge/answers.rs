//! How good predicted answers are: hit, accuracy, precision, F1, on sets.

use std::collections::BTreeSet;

use crate::GraphError;

/// When a predicted answer is one of the right ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Matching {
    /// When both are the same, once normalised.
    #[default]
    Exact,
    /// When the right one is a part of the predicted text, once normalised: the benchmarks' usual, generous rule,
    /// by which `north korea` is right where `korea` was asked for.
    Contains,
}

/// How good predicted answers to one question are; every number is from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AnswerScore {
    /// 1 if any prediction is right, as KG-TRACES counts hits.
    pub hit: f64,
    /// 1 if the first prediction is right: hits@1.
    pub first: f64,
    /// The share of the right answers that are predicted: the benchmarks call it accuracy, others recall.
    pub accuracy: f64,
    /// The share of the predictions that are right.
    pub precision: f64,
    /// The harmonic mean of precision and accuracy.
    pub f1: f64,
}

/// Compares predicted answers with the right ones. Both are sets: what is the same once [`normalised`] counts once,
/// and what is empty then does not count. The authors count the predictions as a list, yet look for answers in the
/// joined text, so that their precision can exceed 1; this one cannot.
///
/// Without predictions every number is 0. O(predictions · answers · length).
///
/// # Errors
/// [`GraphError::BadArgument`] when there is no right answer.
pub fn score_answers<S: AsRef<str>, T: AsRef<str>>(
    predicted: &[S],
    answers: &[T],
    matching: Matching,
) -> Result<AnswerScore, GraphError> {
    let right = set(answers);
    if right.is_empty() {
        return Err(GraphError::argument("the set of right answers", "empty", "at least one name"));
    }
    let guesses = set(predicted);
    let matches = |guess: &str, answer: &str| match matching {
        Matching::Exact => guess == answer,
        Matching::Contains => guess.contains(answer),
    };
    let is_right = |guess: &str| right.iter().any(|answer| matches(guess, answer));
    let share = |part: usize, all: usize| if all == 0 { 0.0 } else { part as f64 / all as f64 };

    let good = guesses.iter().filter(|guess| is_right(guess)).count();
    let covered = right.iter().filter(|answer| guesses.iter().any(|guess| matches(guess, answer))).count();
    let (precision, accuracy) = (share(good, guesses.len()), share(covered, right.len()));
    let first = predicted.iter().map(|text| normalised(text.as_ref())).find(|text| !text.is_empty());
    Ok(AnswerScore {
        hit: f64::from(good > 0),
        first: f64::from(first.is_some_and(|first| is_right(&first))),
        accuracy,
        precision,
        f1: if good == 0 { 0.0 } else { 2.0 * precision * accuracy / (precision + accuracy) },
    })
}

/// The texts that are left of some, once normalised.
fn set<S: AsRef<str>>(texts: &[S]) -> BTreeSet<String> {
    texts.iter().map(|text| normalised(text.as_ref())).filter(|text| !text.is_empty()).collect()
}

/// A text as answers are compared: lower case, without punctuation and English articles, single blanks.
///
/// Underscores and hyphens, which names have for blanks, become blanks. The benchmarks' own rule deletes them, so that
/// `north_korea` and `north korea` differ, and deletes punctuation of ASCII alone; names that have neither come out the same.
#[must_use]
pub fn normalised(text: &str) -> String {
    let plain: String = text
        .to_lowercase()
        .chars()
        .filter_map(|letter| match letter {
            '_' | '-' => Some(' '),
            letter if letter.is_alphanumeric() || letter.is_whitespace() => Some(letter),
            _ => None,
        })
        .collect();
    let words = plain.split_whitespace().filter(|word| !["a", "an", "the"].contains(word));
    words.collect::<Vec<_>>().join(" ")
}
