//! Pairs of edges that a pair of pairs of nodes would lay on each other.

use petgraph::visit::EdgeRef;

use super::Likeness;
use crate::{GraphError, NodeIndex, PathwayGraph};

/// Two edges that may be laid on each other, i → j on a → b, and how alike they are.
pub(super) struct Pairing {
    pub(super) from: (usize, usize),
    pub(super) to: (usize, usize),
    pub(super) likeness: f64,
}

/// Every pairing of likeness above 0 whose two pairs of nodes can stand in one matching: `candidates` lists, rising, the
/// right nodes that a left node may be paired with.
///
/// Undirected edges are held in both directions; in the left graph one of them is enough.
pub(super) fn pairings<'c>(
    left: &PathwayGraph,
    right: &PathwayGraph,
    likeness: &impl Likeness,
    candidates: impl Fn(usize) -> &'c [u32],
    mut visit: impl FnMut(Pairing),
) -> Result<(), GraphError> {
    for (i, j, edge) in left.edges() {
        let layer = &left.layers()[edge.layer.index()];
        if !layer.directed && i > j {
            continue;
        }
        for &a in candidates(i.index()) {
            for other in right.petgraph().edges(NodeIndex::new(a as usize)) {
                let (a, b) = (other.source(), other.target());
                let other_layer = &right.layers()[other.weight().layer.index()];
                let one_to_one = (i == j) == (a == b);
                if !one_to_one
                    || layer.directed != other_layer.directed
                    || candidates(j.index()).binary_search(&(b.index() as u32)).is_err()
                {
                    continue;
                }
                let value = likeness.edges((edge, layer), (other.weight(), other_layer));
                check("the likeness of two edges", value)?;
                if value > 0.0 {
                    visit(Pairing {
                        from: (i.index(), a.index()),
                        to: (j.index(), b.index()),
                        likeness: value,
                    });
                }
            }
        }
    }
    Ok(())
}

pub(super) fn check(name: &'static str, likeness: f64) -> Result<(), GraphError> {
    if likeness.is_finite() && likeness >= 0.0 {
        Ok(())
    } else {
        Err(GraphError::argument(name, likeness, "a finite number from 0 up"))
    }
}
