//! GraphML ([graphdrawing.org](http://graphml.graphdrawing.org/specification.html)), as NetworkX, igraph and yEd write it.
//!
//! Typed keys with defaults, directions by edge. Nodes are named by their data `name` where each has one of its own (as
//! igraph writes it), otherwise by their ids (as NetworkX does). Written: NetworkX's names, the name as the id.

mod read;
mod write;

pub use read::parse;
pub(super) use write::write;
