//! The graph as Louvain and Leiden see it, at each of their levels.

use crate::community::Terms;
use crate::{Adjacency, GraphError};

/// Symmetric: the weight between two nodes is that of the edges of both directions, which is all that a move needs to
/// know of a directed graph. Self-loops are gone, as no move changes what they count.
#[derive(Clone, Debug, Default)]
pub(super) struct Network {
    starts: Vec<usize>,
    neighbours: Vec<u32>,
    weights: Vec<f64>,
    /// A null model's `scale`, one each.
    scales: Vec<f64>,
    /// For each node what it sends and receives, null model by null model.
    masses: Vec<f64>,
}

impl Network {
    /// The first level. O(n + m).
    pub(super) fn new(graph: &Adjacency, terms: &Terms) -> Result<Self, GraphError> {
        let nodes = graph.node_count();
        for expectation in &terms.expectations {
            for masses in std::iter::once(&expectation.sends).chain(&expectation.receives) {
                if masses.len() != nodes {
                    let expected = format!("one number for each of the {nodes} nodes");
                    return Err(GraphError::argument("the null model's length", masses.len(), expected));
                }
            }
        }
        let mut network =
            Self::with_capacity(nodes, if graph.is_directed() { 0 } else { 2 * graph.edge_count() });
        network.scales = terms.expectations.iter().map(|expectation| expectation.scale).collect();
        for node in 0..nodes {
            for expectation in &terms.expectations {
                network.masses.push(expectation.sends[node]);
                network.masses.push(expectation.received(node));
            }
            if graph.is_directed() {
                network.push_merged(node, graph.out_edges(node), graph.incoming_edges(node));
            } else {
                network.push_merged(node, graph.out_edges(node), std::iter::empty());
            }
            network.close_row();
        }
        Ok(network)
    }

    fn with_capacity(nodes: usize, entries: usize) -> Self {
        let mut starts = Vec::with_capacity(nodes + 1);
        starts.push(0);
        Self {
            starts,
            neighbours: Vec::with_capacity(entries),
            weights: Vec::with_capacity(entries),
            ..Self::default()
        }
    }

    /// A row from two lists that rise by neighbour.
    fn push_merged(
        &mut self,
        node: usize,
        first: impl Iterator<Item = (usize, f64)>,
        second: impl Iterator<Item = (usize, f64)>,
    ) {
        let (mut first, mut second) = (first.peekable(), second.peekable());
        let begin = self.neighbours.len();
        loop {
            let from_first = match (first.peek(), second.peek()) {
                (None, None) => break,
                (Some(a), Some(b)) => a.0 <= b.0,
                (a, _) => a.is_some(),
            };
            let next = if from_first { first.next() } else { second.next() };
            let Some((neighbour, weight)) = next else { break };
            if neighbour == node {
                continue;
            }
            // Both directions and parallel edges are one.
            match self.weights.last_mut() {
                Some(last)
                    if self.neighbours.len() > begin
                        && self.neighbours.last() == Some(&(neighbour as u32)) =>
                {
                    *last += weight;
                }
                _ => {
                    self.neighbours.push(neighbour as u32);
                    self.weights.push(weight);
                }
            }
        }
    }

    fn close_row(&mut self) {
        self.starts.push(self.neighbours.len());
    }

    pub(super) fn node_count(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many numbers each node has in [`Network::masses`].
    pub(super) fn stride(&self) -> usize {
        2 * self.scales.len()
    }

    pub(super) fn edges(&self, node: usize) -> impl ExactSizeIterator<Item = (usize, f64)> + '_ {
        let row = self.starts[node]..self.starts[node + 1];
        self.neighbours[row.clone()]
            .iter()
            .zip(&self.weights[row])
            .map(|(&neighbour, &weight)| (neighbour as usize, weight))
    }

    pub(super) fn masses(&self, node: usize) -> &[f64] {
        let stride = self.stride();
        &self.masses[node * stride..(node + 1) * stride]
    }

    /// The weight expected between two groups of these masses, in both directions together.
    pub(super) fn expected(&self, a: &[f64], b: &[f64]) -> f64 {
        self.scales
            .iter()
            .zip(a.chunks_exact(2).zip(b.chunks_exact(2)))
            .map(|(scale, (a, b))| scale * (a[0] * b[1] + a[1] * b[0]))
            .sum()
    }

    /// The mean of the weights' absolute values, the unit of a gain; 1 without edges.
    pub(super) fn mean_weight(&self) -> f64 {
        let total = self.total_weight();
        if total > 0.0 { total / self.weights.len() as f64 } else { 1.0 }
    }

    /// The sum of the weights' absolute values, each edge in both rows.
    pub(super) fn total_weight(&self) -> f64 {
        self.weights.iter().map(|weight| weight.abs()).sum()
    }

    /// The next level: `labels` 0…count−1 become nodes. O(n + m).
    pub(super) fn aggregated(&self, labels: &[u32], count: usize) -> Self {
        let (starts, members) = grouped(labels, count);
        let stride = self.stride();
        let mut next = Self::with_capacity(count, 0);
        next.scales.clone_from(&self.scales);
        next.masses = vec![0.0; count * stride];
        let mut sums = vec![0.0; count];
        let mut seen = vec![false; count];
        let mut touched = Vec::new();
        for community in 0..count {
            for &node in &members[starts[community]..starts[community + 1]] {
                let masses = &mut next.masses[community * stride..(community + 1) * stride];
                masses.iter_mut().zip(self.masses(node as usize)).for_each(|(sum, mass)| *sum += mass);
                for (neighbour, weight) in self.edges(node as usize) {
                    let other = labels[neighbour] as usize;
                    if other != community {
                        if !seen[other] {
                            seen[other] = true;
                            touched.push(other as u32);
                        }
                        sums[other] += weight;
                    }
                }
            }
            for other in touched.drain(..) {
                next.neighbours.push(other);
                next.weights.push(std::mem::take(&mut sums[other as usize]));
                seen[other as usize] = false;
            }
            next.close_row();
        }
        next
    }
}

/// The nodes of each label, label after label: where each begins, and the nodes.
pub(super) fn grouped(labels: &[u32], count: usize) -> (Vec<usize>, Vec<u32>) {
    let mut starts = vec![0; count + 1];
    for &label in labels {
        starts[label as usize + 1] += 1;
    }
    for label in 0..count {
        starts[label + 1] += starts[label];
    }
    let mut next = starts.clone();
    let mut members = vec![0; labels.len()];
    for (node, &label) in labels.iter().enumerate() {
        members[next[label as usize]] = node as u32;
        next[label as usize] += 1;
    }
    (starts, members)
}

/// Renumbers labels 0…k−1 in the order of their first node, and says k.
pub(super) fn renumber(labels: &mut [u32]) -> usize {
    let top = labels.iter().max().map_or(0, |&label| label as usize + 1);
    let mut new = vec![u32::MAX; top];
    let mut count = 0;
    for label in labels {
        let slot = &mut new[*label as usize];
        if *slot == u32::MAX {
            *slot = count;
            count += 1;
        }
        *label = *slot;
    }
    count as usize
}
