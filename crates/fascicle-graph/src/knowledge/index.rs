//! A knowledge graph sorted for reasoning.

use crate::{Adjacency, Edge, GraphError, NodeIndex, PathwayGraph};

/// The facts of a graph, sorted by head, relation and tail: which tails a head has by a relation is answered in
/// O(log m). Entities are the nodes of the graph, relations its layers, both by index; a fact counts once.
///
/// Parallel relations between two entities stay apart, and facts from an entity to itself are kept.
#[derive(Clone, Debug)]
pub struct FactIndex<'g> {
    graph: &'g PathwayGraph,
    facts: Vec<(u32, u32, u32)>,
    pairs: Adjacency,
}

/// A chain of facts: each begins where the one before it ends. An entity may come again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactPath {
    /// The entities, one more than there are relations.
    pub nodes: Vec<usize>,
    /// The relations.
    pub relations: Vec<u32>,
}

impl FactPath {
    /// The last entity; none of a path without any.
    #[must_use]
    pub fn end(&self) -> Option<usize> {
        self.nodes.last().copied()
    }

    /// The facts: head, relation, tail.
    pub fn facts(&self) -> impl Iterator<Item = (usize, u32, usize)> + '_ {
        self.nodes.windows(2).zip(&self.relations).map(|(pair, &relation)| (pair[0], relation, pair[1]))
    }
}

/// Paths, as many as were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactPaths {
    /// The paths.
    pub paths: Vec<FactPath>,
    /// Whether there are more.
    pub capped: bool,
}

impl FactPaths {
    /// At most so many of them.
    pub(super) fn first(mut all: impl Iterator<Item = FactPath>, most: usize) -> Self {
        let paths = all.by_ref().take(most).collect();
        Self { paths, capped: all.next().is_some() }
    }
}

impl<'g> FactIndex<'g> {
    /// Sorts the facts of a graph. O(m log m).
    ///
    /// # Errors
    /// None for a graph below 2³² edges; [`GraphError::TooMany`] else.
    pub fn new(graph: &'g PathwayGraph) -> Result<Self, GraphError> {
        let fact = |(head, tail, edge): (NodeIndex, NodeIndex, &Edge)| {
            (head.index() as u32, edge.layer.index() as u32, tail.index() as u32)
        };
        let mut facts: Vec<_> = graph.edges().map(fact).collect();
        facts.sort_unstable();
        facts.dedup();
        Self::of(graph, facts)
    }

    fn of(graph: &'g PathwayGraph, facts: Vec<(u32, u32, u32)>) -> Result<Self, GraphError> {
        let mut ends: Vec<_> = facts.iter().map(|&(head, _, tail)| (head, tail)).collect();
        ends.sort_unstable();
        ends.dedup();
        let ends = ends.into_iter().map(|(head, tail)| (head as usize, tail as usize, 1.0));
        Ok(Self { graph, pairs: Adjacency::from_edges(graph.node_count(), true, ends)?, facts })
    }

    /// Only the facts (head, relation, tail) that are wanted; entities and relations keep their numbers. O(m log m).
    #[must_use]
    pub fn filtered(&self, mut wanted: impl FnMut(usize, u32, usize) -> bool) -> Self {
        let keep =
            |&&(head, relation, tail): &&(u32, u32, u32)| wanted(head as usize, relation, tail as usize);
        let facts = self.facts.iter().filter(keep).copied().collect();
        // invariant: fewer facts of the same nodes fit where all of them did
        Self::of(self.graph, facts).expect("a part of an index fits")
    }

    /// The graph.
    #[must_use]
    pub fn graph(&self) -> &'g PathwayGraph {
        self.graph
    }

    /// Which entities are related at all, one edge for each ordered pair.
    #[must_use]
    pub fn pairs(&self) -> &Adjacency {
        &self.pairs
    }

    /// How many facts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// The facts, sorted: head, relation, tail.
    pub fn facts(&self) -> impl ExactSizeIterator<Item = (usize, u32, usize)> + '_ {
        self.facts.iter().map(|&(head, relation, tail)| (head as usize, relation, tail as usize))
    }

    /// The entity of this name.
    ///
    /// # Errors
    /// [`GraphError::UnknownNode`] with the names nearest to it.
    pub fn entity(&self, name: &str) -> Result<usize, GraphError> {
        Ok(self.graph.find(name)?.index())
    }

    /// The relations of these names.
    ///
    /// # Errors
    /// [`GraphError::UnknownLayer`], which lists those there are.
    pub fn relations<S: AsRef<str>>(&self, names: &[S]) -> Result<Vec<u32>, GraphError> {
        let relation = |name: &S| self.graph.find_layer(name.as_ref()).map(|layer| layer.index() as u32);
        names.iter().map(relation).collect()
    }

    /// An entity's name.
    ///
    /// # Panics
    /// For an entity of another graph.
    #[must_use]
    pub fn name(&self, entity: usize) -> &'g str {
        self.graph.name(NodeIndex::new(entity))
    }

    /// A relation's name.
    ///
    /// # Panics
    /// For a relation of another graph.
    #[must_use]
    pub fn relation_name(&self, relation: u32) -> &'g str {
        &self.graph.layers()[relation as usize].name
    }

    /// Relation and tail of every fact about an entity, sorted; none for an entity that is not there.
    pub fn about(&self, head: usize) -> impl ExactSizeIterator<Item = (u32, usize)> + '_ {
        self.range((head, 0), (head.saturating_add(1), 0))
            .iter()
            .map(|&(_, relation, tail)| (relation, tail as usize))
    }

    /// The tails that a head has by a relation, rising.
    pub fn tails(&self, head: usize, relation: u32) -> impl ExactSizeIterator<Item = usize> + '_ {
        self.range((head, relation), (head, relation.saturating_add(1)))
            .iter()
            .map(|&(_, _, tail)| tail as usize)
    }

    /// The relations from one entity to another, rising. O(facts about the head).
    pub fn between(&self, head: usize, tail: usize) -> impl Iterator<Item = u32> + '_ {
        self.about(head).filter(move |fact| fact.1 == tail).map(|fact| fact.0)
    }

    /// Whether this is a fact.
    #[must_use]
    pub fn contains(&self, head: usize, relation: u32, tail: usize) -> bool {
        self.range((head, relation), (head, relation.saturating_add(1)))
            .binary_search_by_key(&tail, |fact| fact.2 as usize)
            .is_ok()
    }

    /// The facts from one (head, relation) to before another.
    fn range(&self, low: (usize, u32), high: (usize, u32)) -> &[(u32, u32, u32)] {
        let from = |end: (usize, u32)| {
            self.facts.partition_point(|&(head, relation, _)| (head as usize, relation) < end)
        };
        let start = from(low);
        &self.facts[start..from(high).max(start)]
    }

    /// Whether there is such an entity.
    pub(super) fn check(&self, name: &'static str, entity: usize) -> Result<(), GraphError> {
        let entities = self.graph.node_count();
        if entity < entities {
            Ok(())
        } else {
            Err(GraphError::argument(name, entity, format!("an entity below {entities}")))
        }
    }
}
