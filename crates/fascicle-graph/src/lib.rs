//! The pathway graph: what a circuit discovery finds, what a connectome is, and what a sparse mask is made from.
//!
//! [`PathwayGraph`] is a directed multigraph on petgraph, stored `[source][target]` (pre-synaptic, post-synaptic). Its nodes
//! have a unique name, a kind and free attributes; its edges a weight, a layer and, where known, a sign. An undirected
//! layer (gap junctions) holds each edge in both directions and a self-loop once.
//!
//! Measures do not walk that structure: they take an [`Adjacency`], a compact, merged, weighted view, which says
//! explicitly what it made of layers, parallel edges, self-loops and directions.
//!
//! ```
//! use fascicle_graph::{PathwayGraph, View};
//!
//! # fn main() -> Result<(), fascicle_graph::GraphError> {
//! let mut worm = PathwayGraph::new();
//! let chemical = worm.layer("chemical", true)?;
//! let [awa, aiy] = ["AWAL", "AIYL"].map(|name| worm.node(name));
//! worm.connect(awa, aiy, chemical, 3.0)?;
//! let view = View::directed().of(&worm)?;
//! assert_eq!(view.out_degree(0), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # On its own
//!
//! ```toml
//! [dependencies]
//! fascicle-graph = { git = "https://github.com/fascicle-rs/fascicle", default-features = false }
//! ```
//!
//! Without default features it needs neither burn nor a LAPACK. `openblas-system` (default) adds the module `spectral` with the
//! system's OpenBLAS, `openblas-static` with one that is built from source, `lapack` with whatever LAPACK the crate that
//! links chooses through a feature of ndarray-linalg; `tensor` adds graphs as the sparse matrices of networks.

mod adjacency;
mod attributes;
pub mod community;
pub mod draw;
mod edge;
mod error;
pub mod events;
pub mod format;
mod graph;
mod group_by;
#[cfg(test)]
mod karate;
pub mod knowledge;
mod layer;
mod length;
pub mod matching;
pub mod measure;
mod names;
pub mod null;
pub mod ops;
pub mod path;
mod provenance;
mod rows;
#[cfg(feature = "lapack")]
pub mod spectral;
#[cfg(feature = "tensor")]
pub mod tensor;
mod view;

pub use adjacency::Adjacency;
pub use attributes::Attributes;
pub use edge::{Edge, Sign, Slot};
pub use error::GraphError;
pub use graph::{EdgeIndex, Node, NodeIndex, PathwayGraph};
pub use group_by::GroupBy;
pub use layer::{Layer, LayerId};
pub use length::Length;
pub use names::nearest_names;
pub use provenance::{Provenance, Quantity};
pub use view::{Autapses, Duplicates, View, Weighting};
