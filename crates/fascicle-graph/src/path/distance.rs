//! Shortest distances from one node and between all.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rayon::prelude::*;

use super::to_target::{Backwards, Levels};
use super::{HopMatrix, Paths};
use crate::GraphError;

/// A length in a heap; never NaN.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Key(pub(super) f64);

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// The distance from every node to every other.
#[derive(Clone, Debug, PartialEq)]
pub struct DistanceMatrix {
    nodes: usize,
    distances: Vec<f64>,
}

impl DistanceMatrix {
    /// Row after row.
    pub(super) fn new(nodes: usize, distances: Vec<f64>) -> Self {
        Self { nodes, distances }
    }

    /// From one node to another; infinite where there is no path.
    #[must_use]
    pub fn get(&self, source: usize, target: usize) -> f64 {
        self.row(source)[target]
    }

    /// From one node to all.
    #[must_use]
    pub fn row(&self, source: usize) -> &[f64] {
        &self.distances[source * self.nodes..(source + 1) * self.nodes]
    }

    /// How many nodes there are.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.nodes
    }
}

impl Paths<'_> {
    /// The distance from a node to every node; infinite where there is no path.
    ///
    /// Breadth-first where every edge is 1 long, in O(n + m); else Dijkstra's algorithm, in O(m log n).
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a node that is not there.
    pub fn distances(&self, source: usize) -> Result<Vec<f64>, GraphError> {
        self.check("source", source)?;
        let mut distances = vec![f64::INFINITY; self.graph.node_count()];
        match self.lengths {
            None => self.breadth_first(source, &mut distances),
            Some(_) => self.dijkstra(source, &mut distances),
        }
        Ok(distances)
    }

    /// The distance from every node to one; infinite where there is no path. As [`Paths::distances`],
    /// backwards.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a node that is not there.
    pub fn distances_to(&self, target: usize) -> Result<Vec<f64>, GraphError> {
        self.check("target", target)?;
        Ok(match self.lengths {
            None => Levels::around(self, target).all(self),
            Some(_) => Backwards::from(self, target).all(self),
        })
    }

    /// The distance from every node to every other: [`Paths::distances`] from each, on all threads. 8 n²
    /// bytes.
    #[must_use]
    pub fn distance_matrix(&self) -> DistanceMatrix {
        let nodes = self.graph.node_count();
        let mut distances = vec![f64::INFINITY; nodes * nodes];
        distances.par_chunks_mut(nodes.max(1)).enumerate().for_each(|(source, row)| match self.lengths {
            None => self.breadth_first(source, row),
            Some(_) => self.dijkstra(source, row),
        });
        DistanceMatrix::new(nodes, distances)
    }

    /// The number of edges on the shortest way from every node to every other, whatever their lengths.
    ///
    /// # Errors
    /// As [`HopMatrix::of`].
    pub fn hop_matrix(&self) -> Result<HopMatrix, GraphError> {
        HopMatrix::of(self.graph)
    }

    fn breadth_first(&self, source: usize, distances: &mut [f64]) {
        distances[source] = 0.0;
        let (mut frontier, mut next) = (vec![source as u32], Vec::new());
        let mut hops = 0.0;
        while !frontier.is_empty() {
            hops += 1.0;
            for &node in &frontier {
                for &to in self.graph.out(node as usize) {
                    if distances[to as usize] == f64::INFINITY {
                        distances[to as usize] = hops;
                        next.push(to);
                    }
                }
            }
            frontier.clear();
            std::mem::swap(&mut frontier, &mut next);
        }
    }

    fn dijkstra(&self, source: usize, distances: &mut [f64]) {
        distances[source] = 0.0;
        let mut heap = BinaryHeap::from([Reverse((Key(0.0), source as u32))]);
        while let Some(Reverse((Key(distance), node))) = heap.pop() {
            if distance > distances[node as usize] {
                continue;
            }
            for (_, to, length) in self.out(node as usize) {
                let through = distance + length;
                if through < distances[to as usize] {
                    distances[to as usize] = through;
                    heap.push(Reverse((Key(through), to)));
                }
            }
        }
    }
}
