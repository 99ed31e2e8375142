//! Walks that lead astray: the negatives of KG-TRACES.

use std::collections::HashSet;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::{FactIndex, FactPath};
use crate::GraphError;

/// Random walks that do not end in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NegativeWalks {
    hops: usize,
    count: usize,
    tries: usize,
}

impl Default for NegativeWalks {
    fn default() -> Self {
        Self { hops: 2, count: 10, tries: 200 }
    }
}

impl NegativeWalks {
    /// Ten walks of two steps, from at most 200 tries. The paper says two hops; its code, which counts the entities of a
    /// walk, takes one step then, and keeps walks that end early.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many steps a walk has.
    #[must_use]
    pub fn hops(mut self, hops: usize) -> Self {
        self.hops = hops;
        self
    }

    /// How many different walks are wanted.
    #[must_use]
    pub fn count(mut self, count: usize) -> Self {
        self.count = count;
        self
    }

    /// How often to try: walks may end early, in an answer, or be there already.
    #[must_use]
    pub fn tries(mut self, tries: usize) -> Self {
        self.tries = tries;
        self
    }

    /// Different walks from an entity, as many as are found; each step is a fact about the entity reached, all of
    /// them equally likely. The same seed gives the same walks. O(tries · hops · log m).
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for an entity that is not there.
    pub fn from(
        &self,
        index: &FactIndex<'_>,
        start: usize,
        answers: &[usize],
        seed: u64,
    ) -> Result<Vec<FactPath>, GraphError> {
        index.check("the entity to begin with", start)?;
        let mut rng = StdRng::seed_from_u64(seed);
        let (mut walks, mut known) = (Vec::new(), HashSet::new());
        for _ in 0..self.tries {
            if walks.len() == self.count {
                break;
            }
            if let Some(walk) = self.walk(index, start, &mut rng)
                && walk.end().is_some_and(|end| !answers.contains(&end))
                && known.insert(walk.clone())
            {
                walks.push(walk);
            }
        }
        Ok(walks)
    }

    /// A walk, unless it ends before it is long enough.
    fn walk(&self, index: &FactIndex<'_>, start: usize, rng: &mut StdRng) -> Option<FactPath> {
        let mut path = FactPath { nodes: vec![start], relations: Vec::with_capacity(self.hops) };
        for _ in 0..self.hops {
            let mut facts = index.about(path.end()?);
            if facts.len() == 0 {
                return None;
            }
            let (relation, tail) = facts.nth(rng.random_range(0..facts.len()))?;
            path.relations.push(relation);
            path.nodes.push(tail);
        }
        Some(path)
    }
}
