//! Paths ranked without a question: the alternative retrieval of KG-TRACES.

use super::{FactIndex, FactPath};
use crate::GraphError;
use crate::measure::{Iteration, PageRank, hits};

/// What makes an entity, and so a fact, important.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RankBy {
    /// The head as a hub plus the tail as an authority (Kleinberg 1999). All hubs together are a vector of length 1, and
    /// so are all authorities, as in the authors' code: with scores that sum to 1 the two would weigh otherwise.
    #[default]
    Hits,
    /// PageRank of head plus tail, as in the authors' code.
    PageRank,
    /// Facts about the head plus facts that lead to the tail, each as a share of all. A reconstruction: the
    /// authors' code has this choice, but fails on it.
    Degree,
}

/// A path and how important its facts are.
#[derive(Clone, Debug, PartialEq)]
pub struct RankedPath {
    /// The path.
    pub path: FactPath,
    /// The mean over its facts.
    pub score: f64,
}

/// Scores of all entities of a graph, with which paths are ranked.
#[derive(Clone, Debug)]
pub struct Ranking<'i> {
    index: &'i FactIndex<'i>,
    heads: Vec<f64>,
    tails: Vec<f64>,
    max_hops: usize,
    found: usize,
    keep: usize,
}

impl<'i> Ranking<'i> {
    /// Scores the entities of a graph, in which a pair that is related at all counts once. Paths have at most 2
    /// steps, and the best 15 of the first 150 are kept, as in the paper.
    ///
    /// HITS and PageRank end when two normalised vectors in a row agree; the authors' HITS compares one that is
    /// normalised with one that is not. Which 150 paths come first is this project's own (see [`Ranking::from`]): the
    /// authors go from target to target in the order in which entities came into their graph.
    ///
    /// # Errors
    /// [`GraphError::NotConverged`], where the iteration does not end within its
    /// rounds.
    pub fn new(index: &'i FactIndex<'i>, by: RankBy, iteration: Iteration) -> Result<Self, GraphError> {
        let pairs = index.pairs();
        let (heads, tails) = match by {
            RankBy::Hits => {
                let scores = hits(pairs, iteration)?;
                (of_length_one(scores.hubs), of_length_one(scores.authorities))
            }
            RankBy::PageRank => {
                let ranks = PageRank::new().iteration(iteration).of(pairs)?;
                (ranks.clone(), ranks)
            }
            RankBy::Degree => {
                let share = |degree: usize| degree as f64 / index.len() as f64;
                let mut into = vec![0; pairs.node_count()];
                index.facts().for_each(|(_, _, tail)| into[tail] += 1);
                let heads = (0..pairs.node_count()).map(|node| share(index.about(node).len())).collect();
                (heads, into.into_iter().map(share).collect())
            }
        };
        Ok(Self { index, heads, tails, max_hops: 2, found: 150, keep: 15 })
    }

    /// At most so many steps in a path.
    #[must_use]
    pub fn max_hops(mut self, hops: usize) -> Self {
        self.max_hops = hops;
        self
    }

    /// How many paths are looked at.
    #[must_use]
    pub fn found(mut self, paths: usize) -> Self {
        self.found = paths;
        self
    }

    /// How many paths are kept.
    #[must_use]
    pub fn keep(mut self, paths: usize) -> Self {
        self.keep = paths;
        self
    }

    /// How important a fact is.
    ///
    /// # Panics
    /// For an entity of another graph.
    #[must_use]
    pub fn of_fact(&self, head: usize, tail: usize) -> f64 {
        self.heads[head] + self.tails[tail]
    }

    /// The best paths that leave an entity and meet none twice, best first; equally good ones in the order in which
    /// they are found: shorter ones first, then by relations and tails.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for an entity that is not there.
    pub fn from(&self, start: usize) -> Result<Vec<RankedPath>, GraphError> {
        self.index.check("the entity to begin with", start)?;
        let mut ranked: Vec<RankedPath> =
            self.first(start).into_iter().map(|path| self.scored(path)).collect();
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
        ranked.truncate(self.keep);
        Ok(ranked)
    }

    fn scored(&self, path: FactPath) -> RankedPath {
        let sum: f64 = path.facts().map(|(head, _, tail)| self.of_fact(head, tail)).sum();
        RankedPath { score: sum / path.relations.len() as f64, path }
    }

    /// The first paths, breadth-first.
    fn first(&self, start: usize) -> Vec<FactPath> {
        let mut paths = Vec::new();
        let mut level = vec![FactPath { nodes: vec![start], relations: Vec::new() }];
        for _ in 0..self.max_hops {
            let mut next = Vec::new();
            for path in &level {
                for (relation, tail) in path.end().into_iter().flat_map(|end| self.index.about(end)) {
                    if paths.len() + next.len() >= self.found {
                        break;
                    }
                    if !path.nodes.contains(&tail) {
                        let mut longer = path.clone();
                        longer.nodes.push(tail);
                        longer.relations.push(relation);
                        next.push(longer);
                    }
                }
            }
            paths.extend(next.iter().cloned());
            level = next;
        }
        paths
    }
}

/// A vector in units of its euclidean length; zeros stay.
fn of_length_one(mut values: Vec<f64>) -> Vec<f64> {
    let length = values.iter().map(|value| value * value).sum::<f64>().sqrt();
    if length > 0.0 {
        values.iter_mut().for_each(|value| *value /= length);
    }
    values
}
