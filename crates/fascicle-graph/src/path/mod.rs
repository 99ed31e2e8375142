//! Paths: how far, which way, by how many ways, how much gets through.
//!
//! [`Paths`] looks for paths in an [`Adjacency`], with edges as long as [`Length`] says. Where the view keeps
//! parallel edges ([`Duplicates::Keep`](crate::Duplicates::Keep)), they are different paths, and a [`Path`]
//! names its edges.
//!
//! ```
//! use fascicle_graph::path::Paths;
//! use fascicle_graph::{Duplicates, PathwayGraph, View};
//!
//! # fn main() -> Result<(), fascicle_graph::GraphError> {
//! let mut worm = PathwayGraph::new();
//! let chemical = worm.layer("chemical", true)?;
//! let [asel, aiyl, rial] = ["ASEL", "AIYL", "RIAL"].map(|name| worm.node(name));
//! worm.connect(asel, aiyl, chemical, 13.0)?;
//! worm.connect(aiyl, rial, chemical, 7.0)?;
//! worm.connect(asel, rial, chemical, 1.0)?;
//! let view = View::directed().duplicates(Duplicates::Keep).of(&worm)?;
//! let routes: Vec<_> = Paths::hops(&view).k_shortest(0, 2)?.take(10).collect();
//! assert_eq!(routes[1].names(&worm), ["ASEL", "AIYL", "RIAL"]);
//! # Ok(())
//! # }
//! ```

mod all_shortest;
mod conjugate;
mod distance;
mod exits;
mod flow;
mod hop_matrix;
mod k_paths;
mod k_shortest;
mod relations;
mod resistance;
mod simple;
mod to_target;
mod unit_spur;
mod walk;
mod weighted_spur;

pub use crate::length::Length;
pub use all_shortest::AllShortest;
pub use distance::DistanceMatrix;
pub use flow::{Flow, FlowEdge, max_flow};
pub use hop_matrix::HopMatrix;
pub use k_paths::{Fallback, KPathMode, KPaths, KPathsFound, RelationPath};
pub use k_shortest::KShortest;
pub use relations::{Relation, Relations, Triple};
pub use resistance::Resistance;
pub use simple::SimplePaths;

use std::sync::Arc;

use crate::{Adjacency, EdgeIndex, GraphError, NodeIndex, PathwayGraph};

/// A way from one node to another that meets no node twice.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The nodes, from source to target; one more than there are edges.
    pub nodes: Vec<usize>,
    /// The edges of the [`PathwayGraph`], in order; empty unless the view keeps parallel edges.
    pub edges: Vec<EdgeIndex>,
    /// The sum of the edges' lengths, added from the source on.
    pub length: f64,
}

impl Path {
    /// How many edges the path has.
    #[must_use]
    pub fn hops(&self) -> usize {
        self.nodes.len() - 1
    }

    /// The nodes' names in the graph that the view was of.
    ///
    /// # Panics
    /// When it is another graph, with fewer nodes.
    #[must_use]
    pub fn names<'a>(&self, graph: &'a PathwayGraph) -> Vec<&'a str> {
        self.nodes.iter().map(|&node| graph.name(NodeIndex::new(node))).collect()
    }
}

/// A graph in which paths are looked for: a view of it, and how long its edges are.
///
/// Results do not depend on chance or threads. Paths of one length are ordered by their number of edges, then
/// step by step by the index of the next node and that of the edge to it.
#[derive(Clone, Debug)]
pub struct Paths<'a> {
    graph: &'a Adjacency,
    /// None where every edge is 1 long.
    lengths: Option<Arc<Lengths>>,
}

/// The lengths of all outgoing and incoming entries, in the order of the rows.
#[derive(Clone, Debug)]
struct Lengths {
    out: Vec<f64>,
    into: Vec<f64>,
}

impl<'a> Paths<'a> {
    /// Every edge is 1 long.
    #[must_use]
    pub fn hops(graph: &'a Adjacency) -> Self {
        Self { graph, lengths: None }
    }

    /// Edges are as long as `length` says. O(m).
    ///
    /// # Errors
    /// [`GraphError::BadWeight`] for a weight that has no length of 0 or more; nodes are named by their
    /// index.
    pub fn new(graph: &'a Adjacency, length: Length) -> Result<Self, GraphError> {
        if length == Length::Hops {
            return Ok(Self::hops(graph));
        }
        let (mut out, mut into) = (Vec::new(), Vec::new());
        for node in 0..graph.node_count() {
            for (to, weight) in graph.out_edges(node) {
                out.push(length.of(weight).map_err(|expected| GraphError::BadWeight {
                    from: node.to_string(),
                    to: to.to_string(),
                    weight,
                    expected,
                })?);
            }
        }
        for node in 0..graph.node_count() {
            // Each of these edges has just been found good as an outgoing one.
            into.extend(graph.incoming_weights(node).iter().filter_map(|&weight| length.of(weight).ok()));
        }
        Ok(Self { graph, lengths: Some(Arc::new(Lengths { out, into })) })
    }

    /// The view.
    #[must_use]
    pub fn graph(&self) -> &'a Adjacency {
        self.graph
    }

    /// The shortest path; none where there is no path, one without edges from a node to itself.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a node that is not there.
    pub fn shortest(&self, source: usize, target: usize) -> Result<Option<Path>, GraphError> {
        Ok(self.k_shortest(source, target)?.next())
    }

    /// Number (in the order of the rows), target and length of the edges that leave a node.
    fn out(&self, node: usize) -> impl Iterator<Item = (u32, u32, f64)> + '_ {
        let row = self.graph.out_row(node);
        let lengths = self.lengths.as_ref().map(|lengths| &lengths.out[row.clone()]);
        let heads = self.graph.out(node).iter().enumerate();
        heads.map(move |(at, &head)| {
            ((row.start + at) as u32, head, lengths.map_or(1.0, |lengths| lengths[at]))
        })
    }

    /// Source and length of the edges that enter a node.
    fn into(&self, node: usize) -> impl Iterator<Item = (u32, f64)> + '_ {
        let row = self.graph.in_row(node);
        let lengths = self.lengths.as_ref().map(|lengths| &lengths.into[row]);
        let tails = self.graph.incoming(node).iter().enumerate();
        tails.map(move |(at, &tail)| (tail, lengths.map_or(1.0, |lengths| lengths[at])))
    }

    /// Target and length of an edge that leaves `node`.
    fn step(&self, node: usize, slot: u32) -> (usize, f64) {
        let at = slot as usize - self.graph.out_row(node).start;
        let length = self.lengths.as_ref().map_or(1.0, |lengths| lengths.out[slot as usize]);
        (self.graph.out(node)[at] as usize, length)
    }

    /// The path that leaves `source` by these edges, one after the other.
    fn path(&self, source: usize, slots: &[u32]) -> Path {
        let mut path = Path { nodes: Vec::with_capacity(slots.len() + 1), edges: Vec::new(), length: 0.0 };
        let mut node = source;
        path.nodes.push(node);
        for &slot in slots {
            if let Some(&edge) =
                self.graph.out_origins(node).get(slot as usize - self.graph.out_row(node).start)
            {
                path.edges.push(edge);
            }
            let (next, length) = self.step(node, slot);
            node = next;
            path.nodes.push(node);
            path.length += length;
        }
        path
    }

    /// Whether there is such a node.
    fn check(&self, name: &'static str, node: usize) -> Result<(), GraphError> {
        check_node(self.graph, name, node)
    }
}

/// Whether there is such a node.
fn check_node(graph: &Adjacency, name: &'static str, node: usize) -> Result<(), GraphError> {
    let nodes = graph.node_count();
    if node < nodes { Ok(()) } else { Err(GraphError::argument(name, node, format!("a node below {nodes}"))) }
}
