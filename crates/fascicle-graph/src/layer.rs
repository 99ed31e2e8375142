//! Layers: kinds of edges between the same nodes (chemical, gap, functional; or none at all for a circuit).

/// A kind of edges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The name in files; empty for a graph that knows no layers.
    pub name: String,
    /// Whether edges have a direction. Where not, each edge is held in both directions, a self-loop once.
    pub directed: bool,
}

/// A layer of one graph, as an index into [`PathwayGraph::layers`](crate::PathwayGraph::layers).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LayerId(pub(crate) u16);

impl LayerId {
    /// The index into the graph's layers.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}
