//! Graph matching: which node of one graph is which of another, and how alike the two are.
//!
//! A [`Likeness`] says how alike two nodes and two edges are. From it [`Affinity`] makes the sparse symmetric matrix M over
//! candidate pairs of nodes, M\[(i, a), (j, b)\] = likeness of the edges i → j and a → b, with the likeness of nodes on the
//! diagonal; a matching is a one-to-one choice x of pairs, and its score xᵀMx. To find the best is a quadratic assignment
//! problem, which no known method solves in reasonable time for more than a few nodes. Two that come near:
//!
//! - [`Spectral`]: the leading eigenvector of M, made one-to-one (Leordeanu & Hebert 2005).
//! - [`FixedPoint`]: improves on that by integer projected fixed points (Leordeanu, Hebert & Sukthankar 2009), which are
//!   Frank–Wolfe steps, as FAQ's are (Vogelstein et al. 2015), on sparse affinities.
//!
//! Scores are normalised by the graphs' scores with themselves. [`assign`] is the linear assignment problem beneath.
//!
//! ```
//! use fascicle_graph::PathwayGraph;
//! use fascicle_graph::matching::{Affinity, FixedPoint, SameKind};
//!
//! # fn main() -> Result<(), fascicle_graph::GraphError> {
//! let path = |names: [&str; 3]| {
//!     let mut graph = PathwayGraph::new();
//!     let layer = graph.layer("then", true)?;
//!     let nodes = names.map(|name| graph.node(name));
//!     graph.connect(nodes[0], nodes[1], layer, 1.0)?;
//!     graph.connect(nodes[1], nodes[2], layer, 1.0)?;
//!     Ok::<_, fascicle_graph::GraphError>(graph)
//! };
//! let affinity = Affinity::between(&path(["a", "b", "c"])?, &path(["x", "y", "z"])?, &SameKind)?;
//! let matching = FixedPoint::default().run(&affinity)?;
//! assert_eq!(matching.pairs, [(0, 0), (1, 1), (2, 2)]);
//! assert!((matching.normalised - 1.0).abs() < 1e-12);
//! # Ok(())
//! # }
//! ```

mod affinity;
mod assignment;
mod edges;
mod fixed_point;
mod likeness;
mod spectral;
#[cfg(test)]
mod tests;

pub use affinity::Affinity;
pub use assignment::{Assignment, assign, assign_max};
pub use fixed_point::FixedPoint;
pub use likeness::{Likeness, SameKind};
pub use spectral::{Discretisation, Leading, Spectral};

/// Which node is which, and how good that is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matching {
    /// (left node, right node), rising in the left; nodes without a partner are not in it.
    pub pairs: Vec<(usize, usize)>,
    /// xᵀMx: the likenesses of the nodes paired, and twice those of the edges between them.
    pub score: f64,
    /// The score over the geometric mean of what both graphs score with themselves, node for node; see
    /// [`Affinity::normalised`].
    pub normalised: f64,
    /// How many rounds it took.
    pub rounds: usize,
    /// Whether the rounds ended because nothing changed any more, rather than at their limit.
    pub settled: bool,
}
