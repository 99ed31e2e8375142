//! Neighbours in either direction.

use crate::Adjacency;

/// Visits each neighbour of a node in either direction, rising, once, never the node itself, with the weight of the
/// edges to it and of those from it (parallel ones in sum). In an undirected graph both are the weight of the edge.
/// O(degree).
pub(super) fn each_neighbour(
    adjacency: &Adjacency,
    node: usize,
    mut visit: impl FnMut(usize, Option<f64>, Option<f64>),
) {
    let mut out = Run { nodes: adjacency.out(node), weights: adjacency.out_weights(node) };
    let mut into = Run { nodes: adjacency.incoming(node), weights: adjacency.incoming_weights(node) };
    loop {
        let next = match (out.nodes.first(), into.nodes.first()) {
            (Some(&a), Some(&b)) => a.min(b),
            (Some(&a), None) | (None, Some(&a)) => a,
            (None, None) => return,
        };
        let (to, from) = (out.take(next), into.take(next));
        if next as usize != node {
            visit(next as usize, to, from);
        }
    }
}

/// What is left of a row.
struct Run<'a> {
    nodes: &'a [u32],
    weights: &'a [f64],
}

impl Run<'_> {
    /// The weight of this neighbour, if it is next.
    fn take(&mut self, node: u32) -> Option<f64> {
        let mut sum = None;
        while let Some((&first, rest)) = self.nodes.split_first()
            && first == node
        {
            sum = Some(sum.unwrap_or(0.0) + self.weights[0]);
            self.nodes = rest;
            self.weights = &self.weights[1..];
        }
        sum
    }
}
