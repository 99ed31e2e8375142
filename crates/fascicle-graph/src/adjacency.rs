//! A graph laid out for measuring: the neighbours of each node one after the other, both ways.

use crate::rows::{Building, Entry, Rows};
use crate::view::{Autapses, Duplicates, View, Weighting};
use crate::{EdgeIndex, GraphError, NodeIndex, PathwayGraph};

/// The edges of a graph in compressed rows, outgoing and incoming, sorted by neighbour. Nodes are 0…n−1 as in the
/// [`PathwayGraph`] that it is a view of.
///
/// 12 bytes an edge and direction (16 in a multigraph, where each edge knows what it was); an undirected graph is held
/// once, each edge in the rows of both ends, a self-loop once.
#[derive(Clone, Debug, PartialEq)]
pub struct Adjacency {
    directed: bool,
    out: Rows,
    /// Absent in an undirected graph, whose rows serve both ways.
    into: Option<Rows>,
}

impl Adjacency {
    /// A simple graph from (source, target, weight) triples; parallel ones are summed, self-loops kept. O(n + m).
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] when an end is not below `nodes`, or a weight is not finite; [`GraphError::TooMany`] at
    /// 2³² nodes or edges.
    pub fn from_edges(
        nodes: usize,
        directed: bool,
        edges: impl IntoIterator<Item = (usize, usize, f64)>,
    ) -> Result<Self, GraphError> {
        fits("nodes", nodes)?;
        let edges = edges.into_iter();
        let mut held: Vec<(u32, u32, f64)> = Vec::with_capacity(edges.size_hint().0);
        for (from, to, weight) in edges {
            for end in [from, to] {
                if end >= nodes {
                    return Err(GraphError::argument("an edge's end", end, format!("a node below {nodes}")));
                }
            }
            if !weight.is_finite() {
                return Err(GraphError::argument("an edge's weight", weight, "a finite number"));
            }
            held.push((from as u32, to as u32, weight));
        }
        fits("edges", held.len())?;
        let mut building = Building { nodes, directed, ..Building::default() };
        building.sort(|| {
            held.iter().enumerate().map(|(origin, &(from, to, weight))| Entry {
                from,
                to,
                weight,
                origin: origin as u32,
            })
        });
        drop(held);
        Ok(building.finish())
    }

    pub(crate) fn of(graph: &PathwayGraph, view: &View) -> Result<Self, GraphError> {
        let wanted = view.wanted_layers(graph)?;
        let layers = graph.layers();
        let entries = || {
            graph.edges().enumerate().filter_map(|(index, (from, to, edge))| {
                let (from, to) = (from.index() as u32, to.index() as u32);
                if !wanted[edge.layer.index()] || (view.autapses == Autapses::Drop && from == to) {
                    return None;
                }
                // The graph holds the edges of undirected layers both ways: one of them is enough here.
                if !view.directed && !layers[edge.layer.index()].directed && from > to {
                    return None;
                }
                let weight = match view.weighting {
                    Weighting::Weight => edge.weight,
                    Weighting::Signed => edge.weight * edge.sign.map_or(1.0, |sign| f64::from(sign.number())),
                    Weighting::Magnitude => edge.weight.abs(),
                    Weighting::Unit => 1.0,
                };
                Some(Entry { from, to, weight, origin: index as u32 })
            })
        };
        let mut building = Building {
            nodes: graph.node_count(),
            directed: view.directed,
            duplicates: view.duplicates,
            threshold: view.threshold,
            ..Building::default()
        };
        building.sort(entries);
        Ok(building.finish())
    }

    pub(crate) fn from_rows(directed: bool, out: Rows, into: Option<Rows>) -> Self {
        Self { directed, out, into }
    }

    /// How many nodes there are.
    #[must_use]
    #[inline]
    pub fn node_count(&self) -> usize {
        self.out.starts.len().saturating_sub(1)
    }

    /// How many edges there are; an undirected one counts once.
    #[must_use]
    pub fn edge_count(&self) -> usize {
        if self.directed { self.out.neighbours.len() } else { (self.out.neighbours.len() + self.loops()) / 2 }
    }

    /// How many edges go from a node to itself. O(m).
    #[must_use]
    pub fn loops(&self) -> usize {
        (0..self.node_count())
            .map(|node| self.out(node).iter().filter(|&&to| to as usize == node).count())
            .sum()
    }

    /// Whether edges have a direction.
    #[must_use]
    pub fn is_directed(&self) -> bool {
        self.directed
    }

    /// The same edges with weight 1, parallel ones as one: what binary forms of weighted measures take. O(n + m).
    #[must_use]
    pub fn binary(&self) -> Self {
        let mut building = Building {
            nodes: self.node_count(),
            directed: self.directed,
            duplicates: Duplicates::First,
            ..Building::default()
        };
        building.sort(|| {
            self.edges().map(|(from, to, _)| Entry {
                from: from as u32,
                to: to as u32,
                weight: 1.0,
                origin: 0,
            })
        });
        building.finish()
    }

    pub(crate) fn outgoing(&self) -> &Rows {
        &self.out
    }

    pub(crate) fn incoming_rows(&self) -> &Rows {
        self.into.as_ref().unwrap_or(&self.out)
    }

    /// The targets of a node's edges, rising. In an undirected graph: its neighbours.
    #[must_use]
    #[inline]
    pub fn out(&self, node: usize) -> &[u32] {
        self.out.neighbours(node)
    }

    /// The weights of [`Adjacency::out`].
    #[must_use]
    #[inline]
    pub fn out_weights(&self, node: usize) -> &[f64] {
        &self.out.weights[self.out.row(node)]
    }

    /// The sources of the edges into a node, rising.
    #[must_use]
    #[inline]
    pub fn incoming(&self, node: usize) -> &[u32] {
        self.incoming_rows().neighbours(node)
    }

    /// The weights of [`Adjacency::incoming`].
    #[must_use]
    #[inline]
    pub fn incoming_weights(&self, node: usize) -> &[f64] {
        let rows = self.incoming_rows();
        &rows.weights[rows.row(node)]
    }

    /// Where a node's entries stand among all outgoing ones.
    pub(crate) fn out_row(&self, node: usize) -> std::ops::Range<usize> {
        self.out.row(node)
    }

    /// Where a node's entries stand among all incoming ones.
    pub(crate) fn in_row(&self, node: usize) -> std::ops::Range<usize> {
        self.incoming_rows().row(node)
    }

    /// The edges of the graph that the entries of [`Adjacency::out`] are; empty unless the view keeps parallel edges.
    #[must_use]
    pub fn out_origins(&self, node: usize) -> &[EdgeIndex] {
        if self.out.origins.is_empty() { &[] } else { &self.out.origins[self.out.row(node)] }
    }

    /// Target and weight of a node's edges.
    #[inline]
    pub fn out_edges(&self, node: usize) -> impl ExactSizeIterator<Item = (usize, f64)> + '_ {
        self.out(node).iter().zip(self.out_weights(node)).map(|(&to, &weight)| (to as usize, weight))
    }

    /// Source and weight of the edges into a node.
    #[inline]
    pub fn incoming_edges(&self, node: usize) -> impl ExactSizeIterator<Item = (usize, f64)> + '_ {
        self.incoming(node)
            .iter()
            .zip(self.incoming_weights(node))
            .map(|(&from, &weight)| (from as usize, weight))
    }

    /// Every edge as (source, target, weight); an undirected one once, with source ≤ target.
    pub fn edges(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        (0..self.node_count())
            .flat_map(move |from| self.out_edges(from).map(move |(to, weight)| (from, to, weight)))
            .filter(|&(from, to, _)| self.directed || from <= to)
    }

    /// How many edges leave a node (in an undirected graph: touch it; a self-loop once).
    #[must_use]
    #[inline]
    pub fn out_degree(&self, node: usize) -> usize {
        self.out(node).len()
    }

    /// How many edges enter a node.
    #[must_use]
    #[inline]
    pub fn in_degree(&self, node: usize) -> usize {
        self.incoming(node).len()
    }

    /// The weight from one node to another, if they are connected; that of the first of parallel edges. O(log d).
    #[must_use]
    pub fn weight(&self, from: usize, to: usize) -> Option<f64> {
        let row = self.out(from);
        let at = row.partition_point(|&neighbour| (neighbour as usize) < to);
        (row.get(at).copied() == Some(to as u32)).then(|| self.out_weights(from)[at])
    }

    /// Whether there is an edge from one node to another. O(log d).
    #[must_use]
    pub fn has_edge(&self, from: usize, to: usize) -> bool {
        self.out(from).binary_search(&(to as u32)).is_ok()
    }

    /// A node's index here, from its index in the graph.
    #[must_use]
    pub fn index(node: NodeIndex) -> usize {
        node.index()
    }
}

fn fits(what: &'static str, count: usize) -> Result<(), GraphError> {
    let limit = u32::MAX as usize;
    if count > limit { Err(GraphError::TooMany { what, count, limit }) } else { Ok(()) }
}

impl View {
    /// For each layer of the graph, whether it is looked at.
    pub(crate) fn wanted_layers(&self, graph: &PathwayGraph) -> Result<Vec<bool>, GraphError> {
        let count = graph.layers().len();
        let Some(layers) = &self.layers else { return Ok(vec![true; count]) };
        let mut wanted = vec![false; count];
        for layer in layers {
            *wanted.get_mut(layer.index()).ok_or_else(|| GraphError::UnknownLayer {
                name: format!("number {}", layer.index()),
                known: graph.layers().iter().map(|layer| layer.name.clone()).collect(),
            })? = true;
        }
        Ok(wanted)
    }
}
