//! Conjugate gradients on a graph's Laplacian.

use crate::{Adjacency, GraphError};

/// The Laplacian D − W of an undirected graph without self-loops, in compressed rows.
#[derive(Clone, Debug)]
pub(super) struct Laplacian {
    starts: Vec<usize>,
    entries: Vec<(u32, f64)>,
    degrees: Vec<f64>,
}

/// A residual this small, relative to the right side, ends the iteration.
const TOLERANCE: f64 = 1e-12;

impl Laplacian {
    /// Self-loops and weights of 0 have no part in it.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a directed graph, [`GraphError::BadWeight`] for a negative weight.
    pub(super) fn of(graph: &Adjacency) -> Result<Self, GraphError> {
        if graph.is_directed() {
            return Err(GraphError::argument("the view", "directed", "an undirected one"));
        }
        let mut out = Self { starts: vec![0], entries: Vec::new(), degrees: Vec::new() };
        for node in 0..graph.node_count() {
            let mut degree = 0.0;
            for (to, weight) in graph.out_edges(node).filter(|&(to, weight)| to != node && weight != 0.0) {
                if weight < 0.0 {
                    return Err(GraphError::BadWeight {
                        from: node.to_string(),
                        to: to.to_string(),
                        weight,
                        expected: "a conductance of at least 0",
                    });
                }
                degree += weight;
                out.entries.push((to as u32, weight));
            }
            out.degrees.push(degree);
            out.starts.push(out.entries.len());
        }
        Ok(out)
    }

    pub(super) fn len(&self) -> usize {
        self.degrees.len()
    }

    /// A node's neighbours and the weights to them.
    pub(super) fn row(&self, node: usize) -> &[(u32, f64)] {
        &self.entries[self.starts[node]..self.starts[node + 1]]
    }

    fn times(&self, vector: &[f64], product: &mut [f64]) {
        for (node, out) in product.iter_mut().enumerate() {
            let around: f64 = self.row(node).iter().map(|&(to, weight)| weight * vector[to as usize]).sum();
            *out = self.degrees[node] * vector[node] - around;
        }
    }

    /// A potential x with L x = b, where b sums to 0 on every connected component. O(m) an iteration;
    /// preconditioned by the diagonal.
    ///
    /// # Errors
    /// [`GraphError::Unsolved`] after 10 n + 100 iterations.
    pub(super) fn solve(&self, right: &[f64]) -> Result<Vec<f64>, GraphError> {
        let nodes = self.len();
        let mut x = vec![0.0; nodes];
        let mut residual = right.to_vec();
        let enough = TOLERANCE * norm(right);
        let conditioned = |residual: &[f64]| -> Vec<f64> {
            let inverse = |&degree: &f64| if degree > 0.0 { 1.0 / degree } else { 0.0 };
            residual.iter().zip(&self.degrees).map(|(r, degree)| r * inverse(degree)).collect()
        };
        let mut z = conditioned(&residual);
        let mut direction = z.clone();
        let mut product = vec![0.0; nodes];
        let mut energy = dot(&residual, &z);
        let limit = 10 * nodes + 100;
        for _ in 0..limit {
            if norm(&residual) <= enough {
                return Ok(x);
            }
            self.times(&direction, &mut product);
            let step = energy / dot(&direction, &product);
            for node in 0..nodes {
                x[node] += step * direction[node];
                residual[node] -= step * product[node];
            }
            z = conditioned(&residual);
            let next = dot(&residual, &z);
            direction.iter_mut().zip(&z).for_each(|(d, z)| *d = z + next / energy * *d);
            energy = next;
        }
        Err(GraphError::Unsolved {
            what: "the potential of a unit current",
            iterations: limit,
            residual: norm(&residual) / norm(right),
        })
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}
