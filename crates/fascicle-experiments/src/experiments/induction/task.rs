//! The sequences: a first token that never returns, a random half, then the same half again.
//!
//! The first token keeps the previous-token head, which has nothing before position 0 to look at, from noting a token
//! of the half as its own predecessor.

use fascicle_models::{Inputs, ModelError, Outputs};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::planted::{POSITIONS, VOCAB};
use crate::{Doing, ExperimentError};

/// Length of one half; its tokens differ from one another, so that what follows is never ambiguous.
pub(super) const HALF: usize = (POSITIONS - 1) / 2;

/// Begins every sequence and stands nowhere else.
const FIRST: i64 = VOCAB as i64 - 1;

/// What a guess among the tokens seen would score.
pub(super) const CHANCE: f64 = 1.0 / HALF as f64;

/// Sequences for measuring accuracy, and pairs for patching.
pub(super) struct Task {
    halves: Vec<Vec<i64>>,
}

impl Task {
    pub(super) fn new(rows: usize, seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let half = |_| {
            let mut tokens: Vec<i64> = (0..FIRST).collect();
            tokens.shuffle(&mut rng);
            tokens.truncate(HALF);
            tokens
        };
        Self { halves: (0..rows).map(half).collect() }
    }

    /// Each half twice over.
    pub(super) fn repeated(&self) -> Result<Inputs, ModelError> {
        let sequence = |half: &Vec<i64>| [&[FIRST], half.as_slice(), half.as_slice()].concat();
        Inputs::new(self.halves.iter().flat_map(sequence).collect(), [self.halves.len(), POSITIONS])
    }

    /// The share of second-half positions where the most likely token is the one that comes next.
    pub(super) fn accuracy(&self, outputs: &Outputs) -> Result<f64, ExperimentError> {
        let missing = "this model has no logits";
        let logits = outputs.logits.clone().ok_or(missing).doing("measuring accuracy")?;
        let best = logits.argmax(2).into_data().try_into_vec_as::<i64>();
        let best = best.map_err(|error| format!("{error:?}")).doing("reading predictions")?;
        let hit = |(row, half): (usize, &Vec<i64>)| {
            // the second half begins at 1 + HALF; its token i has token i + 1 to predict
            (0..HALF - 1).filter(|i| best[row * POSITIONS + 1 + HALF + i] == half[i + 1]).count()
        };
        let hits: usize = self.halves.iter().enumerate().map(hit).sum();
        Ok(hits as f64 / (self.halves.len() * (HALF - 1)) as f64)
    }

    /// Clean and corrupt sequences with the token that follows in each: "… A B … X W … A" asks for B; with A and X
    /// exchanged in the first half it asks for W. Nothing else differs.
    pub(super) fn pairs(&self) -> Result<Pairs, ModelError> {
        let (a, x) = (2, HALF - 4);
        let length = 1 + HALF + 1;
        let sequence = |half: &Vec<i64>, swap: bool| {
            let mut tokens = half.clone();
            if swap {
                tokens.swap(a, x);
            }
            tokens.push(half[a]);
            tokens.insert(0, FIRST);
            tokens
        };
        let inputs = |swap| {
            let ids = self.halves.iter().flat_map(|half| sequence(half, swap)).collect();
            Inputs::new(ids, [self.halves.len(), length])
        };
        Ok(Pairs {
            clean: inputs(false)?,
            corrupt: inputs(true)?,
            answer: self.halves.iter().map(|half| half[a + 1]).collect(),
            wrong: self.halves.iter().map(|half| half[x + 1]).collect(),
        })
    }
}

/// Input for activation patching.
pub(super) struct Pairs {
    pub(super) clean: Inputs,
    pub(super) corrupt: Inputs,
    pub(super) answer: Vec<i64>,
    pub(super) wrong: Vec<i64>,
}
