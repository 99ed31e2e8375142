//! How alike two nodes are, and two edges.

use crate::{Edge, Layer, Node};

/// What a matching is to preserve: how alike two nodes are, and two edges. Zero and above.
///
/// Where both are inner products of features (every equality is, and sums and products of such), the normalised score of
/// a matching is at most 1.
pub trait Likeness {
    /// Of a node of the left graph and one of the right. At 0 the two are never paired.
    fn nodes(&self, left: &Node, right: &Node) -> f64;

    /// Of an edge of the left graph and one of the right, with their layers; both are directed, or both are not.
    fn edges(&self, left: (&Edge, &Layer), right: (&Edge, &Layer)) -> f64;
}

/// Alike are nodes of the same kind, and edges in layers of the same name: 1, else 0. Weights do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SameKind;

impl Likeness for SameKind {
    fn nodes(&self, left: &Node, right: &Node) -> f64 {
        f64::from(left.kind == right.kind)
    }

    fn edges(&self, left: (&Edge, &Layer), right: (&Edge, &Layer)) -> f64 {
        f64::from(left.1.name == right.1.name)
    }
}
