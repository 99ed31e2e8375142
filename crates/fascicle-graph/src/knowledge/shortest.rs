//! All shortest paths from what a question is about to its answer: what KG-TRACES is trained on.

use super::{FactIndex, FactPath, FactPaths};
use crate::GraphError;
use crate::path::Paths;

impl FactIndex<'_> {
    /// All shortest chains of facts from one entity to another, at most so many, in the order of their entities, then
    /// relations; one without facts from an entity to itself, none where there is no way.
    ///
    /// The authors' graph has one relation for each ordered pair; here parallel relations make different paths.
    /// O(n + m) and then O(degree) a step.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for an entity that is not there.
    pub fn shortest(&self, from: usize, to: usize, most: usize) -> Result<FactPaths, GraphError> {
        self.check("the entity to begin with", from)?;
        self.check("the entity to arrive at", to)?;
        let by_nodes = Paths::hops(self.pairs()).all_shortest(from, to)?;
        Ok(FactPaths::first(by_nodes.flat_map(|path| self.by_relations(path.nodes)), most))
    }

    /// Every choice of one relation for each step, the last step's changing first.
    fn by_relations(&self, nodes: Vec<usize>) -> impl Iterator<Item = FactPath> {
        let choices: Vec<Vec<u32>> =
            nodes.windows(2).map(|pair| self.between(pair[0], pair[1]).collect()).collect();
        let mut next = Some(vec![0; choices.len()]);
        std::iter::from_fn(move || {
            let mut places = next.take()?;
            let relations = choices.iter().zip(&places).map(|(choices, &place)| choices[place]).collect();
            let another = choices.iter().zip(&mut places).rev().any(|(choices, place)| {
                *place = (*place + 1) % choices.len();
                *place > 0
            });
            next = another.then_some(places);
            Some(FactPath { nodes: nodes.clone(), relations })
        })
    }
}
