//! A graph as a set of triples: what relations hold between an ordered pair of nodes.

use std::collections::{BTreeSet, HashMap};

use crate::ops::edge_subgraph;
use crate::{Adjacency, EdgeIndex, GraphError, NodeIndex, PathwayGraph};

/// A relation, or its inverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Relation {
    /// The layer's index or the edge's label.
    pub label: u32,
    /// Whether an edge of this label goes the other way.
    pub inverse: bool,
}

/// A fact of the graph: an edge with its label, in the direction in which the graph has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Triple {
    /// Source.
    pub from: NodeIndex,
    /// The layer's index or the edge's label.
    pub label: u32,
    /// Target.
    pub to: NodeIndex,
}

/// A graph with at most one edge from a node to another: several relations of one ordered pair are one
/// composite relation.
#[derive(Clone, Debug)]
pub struct Relations<'g> {
    graph: &'g PathwayGraph,
    labels: Vec<u32>,
    pairs: Adjacency,
    /// The composite relation of each ordered pair, and what each consists of.
    composite: HashMap<(u32, u32), u32>,
    sets: Vec<Vec<Relation>>,
}

impl<'g> Relations<'g> {
    /// The relation of an edge is its layer. With `inverses`, each edge of a directed layer may also be
    /// walked backwards, as another relation; an undirected one is its own inverse. Self-loops are left out.
    /// O(m log m).
    ///
    /// # Errors
    /// None for a graph below 2³² edges; [`GraphError::TooMany`] else.
    pub fn by_layer(graph: &'g PathwayGraph, inverses: bool) -> Result<Self, GraphError> {
        let labels = graph.edges().map(|(_, _, edge)| edge.layer.index() as u32).collect();
        Self::labelled(graph, labels, inverses)
    }

    /// The relation of an edge is its label: one number for each edge, in the order of the edges.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] when there are more or fewer labels than edges.
    pub fn labelled(graph: &'g PathwayGraph, labels: Vec<u32>, inverses: bool) -> Result<Self, GraphError> {
        if labels.len() != graph.edge_count() {
            return Err(GraphError::argument(
                "the number of labels",
                labels.len(),
                format!("one for each of {} edges", graph.edge_count()),
            ));
        }
        let mut by_pair: HashMap<(u32, u32), BTreeSet<Relation>> = HashMap::new();
        for ((from, to, edge), &label) in graph.edges().zip(&labels) {
            if from == to {
                continue;
            }
            let (from, to) = (from.index() as u32, to.index() as u32);
            by_pair.entry((from, to)).or_default().insert(Relation { label, inverse: false });
            if inverses && graph.layers()[edge.layer.index()].directed {
                by_pair.entry((to, from)).or_default().insert(Relation { label, inverse: true });
            }
        }
        // Numbered in the order of the pairs, so that the numbers do not depend on hashing.
        let mut ordered: Vec<_> = by_pair.into_iter().collect();
        ordered.sort_unstable_by_key(|&(pair, _)| pair);
        let mut known: HashMap<Vec<Relation>, u32> = HashMap::new();
        let (mut composite, mut sets) = (HashMap::with_capacity(ordered.len()), Vec::new());
        for (pair, set) in ordered {
            let set: Vec<Relation> = set.into_iter().collect();
            let id = *known.entry(set).or_insert_with_key(|set| {
                sets.push(set.clone());
                sets.len() as u32 - 1
            });
            composite.insert(pair, id);
        }
        let ends = composite.keys().map(|&(from, to)| (from as usize, to as usize, 1.0));
        let pairs = Adjacency::from_edges(graph.node_count(), true, ends)?;
        Ok(Self { graph, labels, pairs, composite, sets })
    }

    /// The graph.
    #[must_use]
    pub fn graph(&self) -> &'g PathwayGraph {
        self.graph
    }

    /// The composite relation from one node to another.
    #[must_use]
    pub fn between(&self, from: usize, to: usize) -> Option<u32> {
        self.composite.get(&(from as u32, to as u32)).copied()
    }

    /// What a composite relation consists of, sorted.
    ///
    /// # Panics
    /// For a relation of another graph.
    #[must_use]
    pub fn parts(&self, composite: u32) -> &[Relation] {
        &self.sets[composite as usize]
    }

    /// How many ordered pairs are related: the edges once parallel relations are merged.
    #[must_use]
    pub fn pair_count(&self) -> usize {
        self.composite.len()
    }

    /// One edge for each ordered pair that is related.
    pub(super) fn pairs(&self) -> &Adjacency {
        &self.pairs
    }

    /// The facts behind a walk: every relation of every pair of successive nodes, inverse ones as the graph
    /// has them.
    pub fn triples<'s>(&'s self, nodes: &'s [usize]) -> impl Iterator<Item = Triple> + 's {
        nodes.windows(2).flat_map(move |pair| {
            let parts = self.between(pair[0], pair[1]).map_or(&[][..], |id| self.parts(id));
            let [from, to] = [pair[0], pair[1]].map(NodeIndex::new);
            parts.iter().map(move |&Relation { label, inverse }| {
                let (from, to) = if inverse { (to, from) } else { (from, to) };
                Triple { from, label, to }
            })
        })
    }

    /// The subgraph of all facts behind some walks, with the nodes of these walks. An edge of an undirected
    /// layer is kept in both directions.
    pub fn union<'w>(&self, walks: impl IntoIterator<Item = &'w [usize]>) -> PathwayGraph {
        let (mut nodes, mut triples) = (BTreeSet::new(), BTreeSet::new());
        for walk in walks {
            nodes.extend(walk.iter().map(|&node| NodeIndex::new(node)));
            triples.extend(self.triples(walk));
        }
        let edges: BTreeSet<EdgeIndex> =
            triples.into_iter().flat_map(|triple| self.edges_of(triple)).collect();
        edge_subgraph(self.graph, nodes, edges)
    }

    fn edges_of(&self, Triple { from, label, to }: Triple) -> impl Iterator<Item = EdgeIndex> {
        let with_label = move |(index, _): &(EdgeIndex, _)| self.labels[index.index()] == label;
        let there = self.graph.edges_between(from, to).filter(with_label);
        let back = self.graph.edges_between(to, from).filter(with_label);
        let undirected =
            |&(_, edge): &(EdgeIndex, &crate::Edge)| !self.graph.layers()[edge.layer.index()].directed;
        there.chain(back.filter(undirected)).map(|(index, _)| index)
    }
}
