//! Carrying out a relation path: breadth-first, each step by exactly its relation.

use super::{FactIndex, FactPath, FactPaths};
use crate::GraphError;

impl FactIndex<'_> {
    /// Where each step of a relation path leads to: the entities before the first step (only `from`), after the
    /// first, and so on, each rising; empty from a step on that no fact allows.
    ///
    /// A relation matches exactly, in its own direction. Entities may come again: `children` then `parents` leads
    /// back, too. O(facts about the entities that are reached).
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for an entity that is not there.
    pub fn levels(&self, from: usize, relations: &[u32]) -> Result<Vec<Vec<usize>>, GraphError> {
        self.check("the entity to begin with", from)?;
        let mut levels = Vec::with_capacity(relations.len() + 1);
        levels.push(vec![from]);
        for &relation in relations {
            let last: &[usize] = levels.last().map_or(&[][..], Vec::as_slice);
            let mut next: Vec<usize> = last.iter().flat_map(|&head| self.tails(head, relation)).collect();
            next.sort_unstable();
            next.dedup();
            levels.push(next);
        }
        Ok(levels)
    }

    /// The entities that a relation path leads to, rising; `from` itself for a path without steps.
    ///
    /// # Errors
    /// As [`FactIndex::levels`].
    pub fn ends(&self, from: usize, relations: &[u32]) -> Result<Vec<usize>, GraphError> {
        Ok(self.levels(from, relations)?.pop().unwrap_or_default())
    }

    /// The chains of facts that a relation path stands for, at most so many, in the order of their entities.
    ///
    /// There may be exponentially many of them; dead ends are known beforehand and cost nothing.
    ///
    /// # Errors
    /// As [`FactIndex::levels`].
    pub fn chains(&self, from: usize, relations: &[u32], most: usize) -> Result<FactPaths, GraphError> {
        let levels = self.levels(from, relations)?;
        // From the back: which entities of each level can be left all the way.
        let mut open = levels;
        for step in (0..relations.len()).rev() {
            let next = std::mem::take(&mut open[step + 1]);
            let leads = |&head: &usize| {
                self.tails(head, relations[step]).any(|tail| next.binary_search(&tail).is_ok())
            };
            open[step].retain(leads);
            open[step + 1] = next;
        }
        Ok(FactPaths::first(
            Chains { index: self, relations, open, nodes: Vec::new(), todo: vec![vec![from]] },
            most,
        ))
    }
}

/// A depth-first walk over chains of which each can be completed.
struct Chains<'a> {
    index: &'a FactIndex<'a>,
    relations: &'a [u32],
    open: Vec<Vec<usize>>,
    nodes: Vec<usize>,
    /// For each place of the chain, the entities still to be tried there, the next one last.
    todo: Vec<Vec<usize>>,
}

impl Iterator for Chains<'_> {
    type Item = FactPath;

    fn next(&mut self) -> Option<FactPath> {
        loop {
            let place = self.todo.len().checked_sub(1)?;
            self.nodes.truncate(place);
            let Some(node) = self.todo[place].pop() else {
                self.todo.pop();
                continue;
            };
            if self.open[place].binary_search(&node).is_err() {
                continue;
            }
            self.nodes.push(node);
            if place == self.relations.len() {
                return Some(FactPath { nodes: self.nodes.clone(), relations: self.relations.to_vec() });
            }
            let mut tails: Vec<usize> = self.index.tails(node, self.relations[place]).collect();
            tails.reverse();
            self.todo.push(tails);
        }
    }
}
