//! A graph's matrices, as what they do to a vector.

use crate::{Adjacency, GraphError};

/// A square real matrix that is only ever multiplied with vectors.
pub trait Operator {
    /// How many rows and columns it has.
    fn size(&self) -> usize;

    /// Writes the product with `x` into `y`; both are of [`Operator::size`].
    fn apply(&self, x: &[f64], y: &mut [f64]);

    /// The matrix itself, row by row. O(n) products.
    fn dense(&self) -> Vec<f64> {
        let size = self.size();
        let mut matrix = vec![0.0; size * size];
        let (mut unit, mut column) = (vec![0.0; size], vec![0.0; size]);
        for at in 0..size {
            unit[at] = 1.0;
            self.apply(&unit, &mut column);
            unit[at] = 0.0;
            for (row, &value) in column.iter().enumerate() {
                matrix[row * size + at] = value;
            }
        }
        matrix
    }
}

/// The weighted adjacency matrix W, w_ij being the weight from i to j: y = W x.
#[derive(Clone, Copy, Debug)]
pub struct WeightMatrix<'a>(pub &'a Adjacency);

impl Operator for WeightMatrix<'_> {
    fn size(&self) -> usize {
        self.0.node_count()
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        for (node, y) in y.iter_mut().enumerate() {
            *y = self.0.out_edges(node).map(|(to, weight)| weight * x[to]).sum();
        }
    }
}

/// A Laplacian of an undirected graph without negative weights, with d_i = Σ_j w_ij. A self-loop counts once in d_i and
/// in w_ii, so the combinatorial one does not see it.
#[derive(Clone, Debug)]
pub struct Laplacian<'a> {
    graph: &'a Adjacency,
    kind: Kind,
    degrees: Vec<f64>,
    /// d^-½, 0 for isolated nodes.
    roots: Vec<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Combinatorial,
    Normalised,
    RandomWalk,
}

impl<'a> Laplacian<'a> {
    /// L = D − W.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a directed graph or a negative weight.
    pub fn combinatorial(graph: &'a Adjacency) -> Result<Self, GraphError> {
        Self::new(graph, Kind::Combinatorial)
    }

    /// L = I − D^-½ W D^-½, with eigenvalues from 0 to 2 (Chung 1997). Rows of isolated nodes are 0.
    ///
    /// # Errors
    /// As [`Laplacian::combinatorial`].
    pub fn normalised(graph: &'a Adjacency) -> Result<Self, GraphError> {
        Self::new(graph, Kind::Normalised)
    }

    /// L = I − D⁻¹ W: not symmetric, but with the eigenvalues of the normalised one, whose eigenvectors times D^-½
    /// are its own.
    ///
    /// # Errors
    /// As [`Laplacian::combinatorial`].
    pub fn random_walk(graph: &'a Adjacency) -> Result<Self, GraphError> {
        Self::new(graph, Kind::RandomWalk)
    }

    fn new(graph: &'a Adjacency, kind: Kind) -> Result<Self, GraphError> {
        is_undirected(graph)?;
        if let Some((from, to, weight)) = graph.edges().find(|edge| edge.2 < 0.0) {
            let expected =
                format!("a weight from 0 for a Laplacian (the edge from node {from} to node {to})");
            return Err(GraphError::argument("an edge's weight", weight, expected));
        }
        let degrees: Vec<f64> =
            (0..graph.node_count()).map(|node| graph.out_weights(node).iter().sum()).collect();
        let root = |&degree: &f64| if degree > 0.0 { degree.sqrt().recip() } else { 0.0 };
        let roots = degrees.iter().map(root).collect();
        Ok(Self { graph, kind, degrees, roots })
    }

    /// The symmetric matrix with the same eigenvalues, and by what its eigenvectors are multiplied to be this one's.
    pub(super) fn symmetric(&self) -> (Self, Option<&[f64]>) {
        match self.kind {
            Kind::RandomWalk => (Self { kind: Kind::Normalised, ..self.clone() }, Some(&self.roots)),
            Kind::Combinatorial | Kind::Normalised => (self.clone(), None),
        }
    }

    /// No eigenvalue is greater.
    pub(super) fn bound(&self) -> f64 {
        match self.kind {
            Kind::Combinatorial => 2.0 * self.degrees.iter().copied().fold(0.0, f64::max),
            Kind::Normalised | Kind::RandomWalk => 2.0,
        }
    }
}

impl Operator for Laplacian<'_> {
    fn size(&self) -> usize {
        self.graph.node_count()
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        for (node, y) in y.iter_mut().enumerate() {
            let edges = self.graph.out_edges(node);
            *y = match self.kind {
                Kind::Combinatorial => {
                    self.degrees[node] * x[node] - edges.map(|(to, weight)| weight * x[to]).sum::<f64>()
                }
                _ if self.degrees[node] == 0.0 => 0.0,
                Kind::Normalised => {
                    let sum: f64 = edges.map(|(to, weight)| weight * self.roots[to] * x[to]).sum();
                    x[node] - self.roots[node] * sum
                }
                Kind::RandomWalk => {
                    x[node] - edges.map(|(to, weight)| weight * x[to]).sum::<f64>() / self.degrees[node]
                }
            };
        }
    }
}

pub(super) fn is_undirected(graph: &Adjacency) -> Result<(), GraphError> {
    if graph.is_directed() {
        return Err(GraphError::argument("the graph", "directed", "an undirected view"));
    }
    Ok(())
}
