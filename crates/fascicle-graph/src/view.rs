//! What a measure is to see of a graph: which layers, what becomes of parallel edges, self-loops, directions, weights.

use crate::{Adjacency, GraphError, LayerId, PathwayGraph};

/// What becomes of several edges from one node to another (in one layer or in several).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Duplicates {
    /// One edge with the sum of the weights.
    #[default]
    Sum,
    /// One edge with the greatest weight.
    Max,
    /// One edge with the least weight: of parallel lengths the shortest.
    Min,
    /// One edge with the weight of the first.
    First,
    /// All of them, as a multigraph.
    Keep,
}

/// What becomes of edges from a node to itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Autapses {
    /// They stay.
    Keep,
    /// They are left out, as most measures are defined without them.
    #[default]
    Drop,
}

/// Which number an edge has in the view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weighting {
    /// The edge's weight as it is.
    #[default]
    Weight,
    /// The weight times the sign, where there is one.
    Signed,
    /// The weight's absolute value.
    Magnitude,
    /// 1 for every edge (parallel edges that are summed count).
    Unit,
}

/// How to look at a graph. [`View::of`] makes the [`Adjacency`] that measures take.
#[derive(Clone, Debug)]
pub struct View {
    pub(crate) layers: Option<Vec<LayerId>>,
    pub(crate) directed: bool,
    pub(crate) duplicates: Duplicates,
    pub(crate) autapses: Autapses,
    pub(crate) weighting: Weighting,
    pub(crate) threshold: f64,
}

impl View {
    /// All layers, directions kept, parallel edges summed, self-loops dropped.
    #[must_use]
    pub fn directed() -> Self {
        Self {
            layers: None,
            directed: true,
            duplicates: Duplicates::default(),
            autapses: Autapses::default(),
            weighting: Weighting::default(),
            threshold: f64::NEG_INFINITY,
        }
    }

    /// As [`View::directed`], but an edge either way joins two nodes; its weight is that of both directions together
    /// as [`Duplicates`] says. An edge of an undirected layer, which the graph holds in both directions, counts once.
    #[must_use]
    pub fn undirected() -> Self {
        Self { directed: false, ..Self::directed() }
    }

    /// Only these layers.
    #[must_use]
    pub fn layers(mut self, layers: impl IntoIterator<Item = LayerId>) -> Self {
        self.layers = Some(layers.into_iter().collect());
        self
    }

    /// What becomes of parallel edges.
    #[must_use]
    pub fn duplicates(mut self, duplicates: Duplicates) -> Self {
        self.duplicates = duplicates;
        self
    }

    /// What becomes of self-loops.
    #[must_use]
    pub fn autapses(mut self, autapses: Autapses) -> Self {
        self.autapses = autapses;
        self
    }

    /// Which number an edge has.
    #[must_use]
    pub fn weighting(mut self, weighting: Weighting) -> Self {
        self.weighting = weighting;
        self
    }

    /// Drops edges whose merged weight is below this.
    #[must_use]
    pub fn at_least(mut self, threshold: f64) -> Self {
        self.threshold = threshold;
        self
    }

    /// The view of a graph. O(n + m log d) time for n nodes, m edges, degree d.
    ///
    /// # Errors
    /// [`GraphError::UnknownLayer`] for a layer of another graph; [`GraphError::TooMany`] at 2³² edges.
    pub fn of(&self, graph: &PathwayGraph) -> Result<Adjacency, GraphError> {
        Adjacency::of(graph, self)
    }
}
