//! A graph as a list of edges that may be moved about.

use crate::{Adjacency, GraphError};

/// An edge on its way from one graph to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Link {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) weight: f64,
}

impl Link {
    pub(crate) fn is_negative(&self) -> bool {
        self.weight < 0.0
    }
}

/// The edges of a simple graph; self-loops are set aside, for no model moves or makes them.
#[derive(Clone)]
pub(crate) struct Source {
    pub(crate) nodes: usize,
    pub(crate) directed: bool,
    pub(crate) links: Vec<Link>,
    loops: Vec<Link>,
}

impl Source {
    /// # Errors
    /// [`GraphError::BadArgument`] when there is no edge to be moved, or two share their ends.
    pub(crate) fn of(graph: &Adjacency) -> Result<Self, GraphError> {
        let (mut links, mut loops) = (Vec::with_capacity(graph.edge_count()), Vec::new());
        let mut before = None;
        for (from, to, weight) in graph.edges() {
            if before.replace((from, to)) == Some((from, to)) {
                return Err(GraphError::argument(
                    "the view",
                    "a multigraph",
                    "one edge a pair (Duplicates::Sum, Max or First)",
                ));
            }
            let link = Link { from: from as u32, to: to as u32, weight };
            if from == to { loops.push(link) } else { links.push(link) }
        }
        if links.is_empty() {
            return Err(GraphError::argument(
                "the number of edges between different nodes",
                0,
                "at least one edge to randomise",
            ));
        }
        Ok(Self { nodes: graph.node_count(), directed: graph.is_directed(), links, loops })
    }

    /// An undirected graph of these links, which are simple.
    pub(crate) fn simple(nodes: usize, links: Vec<Link>) -> Self {
        Self { nodes, directed: false, links, loops: Vec::new() }
    }

    /// How many pairs of nodes could be joined.
    pub(crate) fn possible(&self) -> usize {
        possible_pairs(self.nodes, self.directed)
    }

    /// The graph of the links as they are now, with the self-loops as they always were.
    pub(crate) fn finish(self) -> Result<Adjacency, GraphError> {
        let edges = self.links.iter().chain(&self.loops);
        Adjacency::from_edges(
            self.nodes,
            self.directed,
            edges.map(|link| (link.from as usize, link.to as usize, link.weight)),
        )
    }
}

/// How many pairs of different nodes there are.
pub(crate) fn possible_pairs(nodes: usize, directed: bool) -> usize {
    let ordered = nodes.saturating_mul(nodes.saturating_sub(1));
    if directed { ordered } else { ordered / 2 }
}
