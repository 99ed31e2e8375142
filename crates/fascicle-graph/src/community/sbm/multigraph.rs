//! What is modelled: a graph, or the blocks of the level below it.

use super::Weights;
use crate::{Adjacency, GraphError};

/// Edges between two nodes or blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cell {
    /// How many.
    pub(super) count: u64,
    /// The sum of their weights.
    pub(super) weight: f64,
}

impl Cell {
    pub(super) fn plus(self, other: Self) -> Self {
        Self { count: self.count + other.count, weight: self.weight + other.weight }
    }
}

/// Counted edges in rows; of an undirected one both ends have the edge, a self-loop once.
#[derive(Clone, Debug)]
pub(super) struct Multigraph {
    pub(super) directed: bool,
    pub(super) out: Vec<Vec<(u32, Cell)>>,
    /// Empty if undirected.
    pub(super) into: Vec<Vec<(u32, Cell)>>,
    /// How many edges there are.
    pub(super) edges: u64,
}

impl Multigraph {
    /// Of a graph whose weights mean what is said.
    pub(super) fn of(graph: &Adjacency, weights: Weights) -> Result<Self, GraphError> {
        let refuse = |(from, to, weight): (usize, usize, f64), what: &str| {
            let expected = format!("{what} (the edge from node {from} to node {to})");
            GraphError::argument("an edge's weight", weight, expected)
        };
        for edge in graph.edges() {
            match weights {
                Weights::Exponential if edge.2 <= 0.0 => return Err(refuse(edge, "a weight above 0")),
                Weights::Poisson | Weights::Multiplicity if edge.2 < 0.0 || edge.2.fract() != 0.0 => {
                    return Err(refuse(edge, "a whole number from 0"));
                }
                Weights::Multiplicity if edge.2 > 1e9 => return Err(refuse(edge, "at most 1e9 edges")),
                _ => {}
            }
        }
        let cell = |(to, weight): (usize, f64)| {
            let count = if weights == Weights::Multiplicity { weight as u64 } else { 1 };
            (count > 0).then_some((to as u32, Cell { count, weight }))
        };
        let nodes = 0..graph.node_count();
        let out: Vec<Vec<_>> =
            nodes.clone().map(|node| graph.out_edges(node).filter_map(cell).collect()).collect();
        let into = if graph.is_directed() {
            nodes.map(|node| graph.incoming_edges(node).filter_map(cell).collect()).collect()
        } else {
            Vec::new()
        };
        Ok(Self::new(graph.is_directed(), out, into))
    }

    pub(super) fn new(directed: bool, out: Vec<Vec<(u32, Cell)>>, into: Vec<Vec<(u32, Cell)>>) -> Self {
        let ends: u64 = out
            .iter()
            .enumerate()
            .flat_map(|(node, row)| row.iter().map(move |(to, cell)| (node == *to as usize, cell.count)))
            .map(|(alone, count)| if directed || alone { 2 * count } else { count })
            .sum();
        Self { directed, out, into, edges: ends / 2 }
    }

    pub(super) fn node_count(&self) -> usize {
        self.out.len()
    }

    /// How many edges leave and enter a node; in an undirected graph touch it, a self-loop twice, and 0.
    pub(super) fn degrees(&self, node: usize) -> (u64, u64) {
        let sum = |row: &[(u32, Cell)]| row.iter().map(|(_, cell)| cell.count).sum::<u64>();
        if self.directed {
            return (sum(&self.out[node]), sum(&self.into[node]));
        }
        let loops = self.out[node].iter().filter(|(to, _)| *to as usize == node);
        let twice: u64 = loops.map(|(_, cell)| cell.count).sum();
        (sum(&self.out[node]) + twice, 0)
    }

    /// Every edge as (source, target, cell), an undirected one once.
    pub(super) fn cells(&self) -> impl Iterator<Item = (usize, usize, Cell)> + '_ {
        self.out
            .iter()
            .enumerate()
            .flat_map(|(from, row)| row.iter().map(move |&(to, cell)| (from, to as usize, cell)))
            .filter(|&(from, to, _)| self.directed || from <= to)
    }
}
