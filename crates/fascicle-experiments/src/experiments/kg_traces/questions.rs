//! Questions as numbers, and which of them are held out.

use std::collections::{BTreeSet, HashMap, HashSet};

use fascicle_graph::knowledge::{FactIndex, Question};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use crate::{Doing, ExperimentError};

/// What stands for the entity that a question is about.
const MASK: &str = "[entity]";
/// The number of a word that was not trained on.
const UNKNOWN: i32 = 0;
/// One wording in so many is held out.
const ONE_IN: usize = 5;

/// A question with its path, in numbers of the graph.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    /// The words, the entity masked.
    pub(super) words: Vec<String>,
    pub(super) subject: usize,
    pub(super) relations: Vec<u32>,
    pub(super) answers: Vec<usize>,
}

impl Asked {
    pub(super) fn new(question: &Question, index: &FactIndex<'_>) -> Result<Self, ExperimentError> {
        let entity =
            |name: &str| index.entity(name).doing(format!("looking for what “{}” is about", question.text));
        Ok(Self {
            words: question.masked(MASK).map(str::to_owned).collect(),
            subject: entity(question.subject())?,
            relations: index
                .relations(&question.relations)
                .doing(format!("reading the path of “{}”", question.text))?,
            answers: question.answers.iter().map(|name| entity(name)).collect::<Result<_, _>>()?,
        })
    }
}

/// Questions to learn from, and questions of other wordings.
pub(super) struct Split {
    pub(super) train: Vec<Asked>,
    pub(super) test: Vec<Asked>,
}

impl Split {
    /// All questions that share a wording, once the entity is masked, go to the same side.
    pub(super) fn by_wording(all: Vec<Asked>, seed: u64) -> Self {
        let wordings: BTreeSet<&Vec<String>> = all.iter().map(|asked| &asked.words).collect();
        let mut wordings: Vec<Vec<String>> = wordings.into_iter().cloned().collect();
        wordings.shuffle(&mut StdRng::seed_from_u64(seed));
        let held_out: HashSet<Vec<String>> = wordings.drain(..wordings.len() / ONE_IN).collect();
        let (test, train) = all.into_iter().partition(|asked| held_out.contains(&asked.words));
        Self { train, test }
    }
}

/// The words that were trained on, by number.
pub(super) struct Words {
    numbers: HashMap<String, i32>,
}

impl Words {
    pub(super) fn of(train: &[Asked]) -> Self {
        let all: BTreeSet<&String> = train.iter().flat_map(|asked| &asked.words).collect();
        Self { numbers: all.into_iter().cloned().zip(UNKNOWN + 1..).collect() }
    }

    /// How many numbers there are, the unknown word's among them.
    pub(super) fn len(&self) -> usize {
        self.numbers.len() + 1
    }

    pub(super) fn number(&self, word: &str) -> i32 {
        self.numbers.get(word).copied().unwrap_or(UNKNOWN)
    }
}

/// Training questions to compare others with, one of each wording.
pub(super) struct Lookup<'a> {
    known: Vec<(HashSet<&'a str>, &'a Asked)>,
}

impl<'a> Lookup<'a> {
    pub(super) fn of(train: &'a [Asked]) -> Self {
        let mut wordings = HashSet::new();
        let new = train.iter().filter(|asked| wordings.insert(&asked.words));
        Self { known: new.map(|asked| (word_set(asked), asked)).collect() }
    }

    /// The question that shares most words with this one (those in common over those in either), the first of equals.
    pub(super) fn most_similar(&self, asked: &Asked) -> Option<&'a Asked> {
        let own = word_set(asked);
        let mut best: Option<(&'a Asked, f64)> = None;
        for (words, other) in &self.known {
            let common = own.iter().filter(|word| words.contains(*word)).count();
            let like = common as f64 / (own.len() + words.len() - common) as f64;
            if best.is_none_or(|(_, most)| like > most) {
                best = Some((other, like));
            }
        }
        best.map(|(other, _)| other)
    }
}

fn word_set(asked: &Asked) -> HashSet<&str> {
    asked.words.iter().map(String::as_str).collect()
}
