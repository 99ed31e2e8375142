//! Cores: how deep in the densest part of the graph a node is.

use super::degree::Direction;
use crate::Adjacency;

/// The core number of each node: the greatest k for which it is in the k-core, the largest part of the graph in which
/// every node has at least k edges (Seidman 1983), of those that enter, leave or both.
///
/// Nodes are removed by rising degree, which buckets keep in order (Batagelj & Zaveršnik 2003). Self-loops do not count;
/// parallel edges count each, as does each direction in [`Direction::Total`]. In an undirected graph the direction does
/// not matter. O(n + m).
#[must_use]
pub fn core_numbers(adjacency: &Adjacency, direction: Direction) -> Vec<u32> {
    let (counts_out, counts_in) = match direction {
        _ if !adjacency.is_directed() => (true, false),
        Direction::In => (false, true),
        Direction::Out => (true, false),
        Direction::Total => (true, true),
    };
    let mut degrees = vec![0; adjacency.node_count()];
    let other = |node: usize| move |neighbour: &&u32| **neighbour as usize != node;
    for (node, degree) in degrees.iter_mut().enumerate() {
        if counts_out {
            *degree += adjacency.out(node).iter().filter(other(node)).count() as u32;
        }
        if counts_in {
            *degree += adjacency.incoming(node).iter().filter(other(node)).count() as u32;
        }
    }
    let mut buckets = Buckets::new(degrees);
    for place in 0..buckets.order.len() {
        let node = buckets.order[place] as usize;
        // An edge that counts at one end is found from the other.
        if counts_out {
            for &from in adjacency.incoming(node) {
                buckets.lower(from as usize, node);
            }
        }
        if counts_in {
            for &to in adjacency.out(node) {
                buckets.lower(to as usize, node);
            }
        }
    }
    buckets.degrees
}

/// Nodes by rising degree; the degree of one node can fall by one in constant time.
struct Buckets {
    degrees: Vec<u32>,
    order: Vec<u32>,
    place: Vec<u32>,
    /// Where in `order` the nodes of each degree begin.
    starts: Vec<u32>,
}

impl Buckets {
    fn new(degrees: Vec<u32>) -> Self {
        let greatest = degrees.iter().max().map_or(0, |&greatest| greatest as usize);
        let mut starts = vec![0; greatest + 2];
        for &degree in &degrees {
            starts[degree as usize + 1] += 1;
        }
        for degree in 0..=greatest {
            starts[degree + 1] += starts[degree];
        }
        let (mut order, mut place) = (vec![0; degrees.len()], vec![0; degrees.len()]);
        let mut next = starts.clone();
        for (node, &degree) in degrees.iter().enumerate() {
            let at = &mut next[degree as usize];
            order[*at as usize] = node as u32;
            place[node] = *at;
            *at += 1;
        }
        Self { degrees, order, place, starts }
    }

    /// A neighbour of `removed` loses an edge, unless it is no deeper.
    #[inline]
    fn lower(&mut self, node: usize, removed: usize) {
        let degree = self.degrees[node];
        if degree <= self.degrees[removed] {
            return;
        }
        // It changes places with the first of its degree, whose bucket then begins one later.
        let start = &mut self.starts[degree as usize];
        let (at, first) = (self.place[node], self.order[*start as usize]);
        self.order.swap(at as usize, *start as usize);
        self.place[node] = *start;
        self.place[first as usize] = at;
        *start += 1;
        self.degrees[node] = degree - 1;
    }
}
