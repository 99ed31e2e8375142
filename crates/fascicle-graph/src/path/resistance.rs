//! Effective resistance: how far apart two nodes are when a current takes all ways at once.
//!
//! With edge weights as conductances, R(s, t) is the potential between s and t when a unit current enters at
//! s and leaves at t: (e_s − e_t)ᵀ L⁺ (e_s − e_t), a metric (Klein & Randić 1993, "Resistance distance").

use rayon::prelude::*;

use super::conjugate::Laplacian;
use super::{DistanceMatrix, check_node};
use crate::{Adjacency, GraphError};

/// An undirected graph as a network of resistors.
#[derive(Clone, Debug)]
pub struct Resistance<'a> {
    graph: &'a Adjacency,
    laplacian: Laplacian,
    /// The connected component of each node, and how many nodes each component has.
    component: Vec<u32>,
    sizes: Vec<usize>,
}

impl<'a> Resistance<'a> {
    /// Weights are conductances. Self-loops and weights of 0 carry nothing. O(n + m).
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a directed view, [`GraphError::BadWeight`] for a negative weight;
    /// nodes are named by their index.
    pub fn of(graph: &'a Adjacency) -> Result<Self, GraphError> {
        let laplacian = Laplacian::of(graph)?;
        let mut component = vec![u32::MAX; laplacian.len()];
        let mut sizes = Vec::new();
        for first in 0..laplacian.len() {
            if component[first] != u32::MAX {
                continue;
            }
            let (id, mut size, mut stack) = (sizes.len() as u32, 0, vec![first]);
            component[first] = id;
            while let Some(node) = stack.pop() {
                size += 1;
                for &(to, _) in laplacian.row(node) {
                    if component[to as usize] == u32::MAX {
                        component[to as usize] = id;
                        stack.push(to as usize);
                    }
                }
            }
            sizes.push(size);
        }
        Ok(Self { graph, laplacian, component, sizes })
    }

    /// Between two nodes; infinite where nothing connects them. Conjugate gradients, O(m √κ) for condition
    /// number κ.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a node that is not there; [`GraphError::Unsolved`] where weights
    /// differ so much that the solution is beyond f64.
    pub fn between(&self, source: usize, target: usize) -> Result<f64, GraphError> {
        check_node(self.graph, "source", source)?;
        check_node(self.graph, "target", target)?;
        if source == target {
            return Ok(0.0);
        }
        if self.component[source] != self.component[target] {
            return Ok(f64::INFINITY);
        }
        // The order of the ends must not show in the last bits.
        let (low, high) = (source.min(target), source.max(target));
        let mut current = vec![0.0; self.laplacian.len()];
        (current[low], current[high]) = (1.0, -1.0);
        let potential = self.laplacian.solve(&current)?;
        Ok(potential[low] - potential[high])
    }

    /// Between all pairs, on all threads: one solution for each node. 8 n² bytes, twice.
    ///
    /// # Errors
    /// [`GraphError::Unsolved`], as [`Resistance::between`].
    pub fn matrix(&self) -> Result<DistanceMatrix, GraphError> {
        let nodes = self.laplacian.len();
        // Columns of the pseudo-inverse, up to a constant on each component that cancels.
        let columns: Vec<Vec<f64>> =
            (0..nodes).into_par_iter().map(|node| self.column(node)).collect::<Result<_, _>>()?;
        let mut distances = vec![f64::INFINITY; nodes * nodes];
        distances.par_chunks_mut(nodes.max(1)).enumerate().for_each(|(s, row)| {
            for (t, cell) in row.iter_mut().enumerate() {
                if s == t {
                    *cell = 0.0;
                } else if self.component[s] == self.component[t] {
                    let (a, b) = (&columns[s.min(t)], &columns[s.max(t)]);
                    let (low, high) = (s.min(t), s.max(t));
                    *cell = (a[low] - a[high]) + (b[high] - b[low]);
                }
            }
        });
        Ok(DistanceMatrix::new(nodes, distances))
    }

    fn column(&self, node: usize) -> Result<Vec<f64>, GraphError> {
        let component = self.component[node];
        let share = 1.0 / self.sizes[component as usize] as f64;
        let inside = |&other: &u32| if other == component { -share } else { 0.0 };
        let mut current: Vec<f64> = self.component.iter().map(inside).collect();
        current[node] += 1.0;
        if self.sizes[component as usize] == 1 {
            return Ok(current);
        }
        self.laplacian.solve(&current)
    }
}
