//! GEXF 1.2 and 1.3 ([gexf.net](https://gexf.net/)), static graphs, as Gephi and NetworkX write them.
//!
//! Nodes are named by their labels where each has one of its own, otherwise by their ids. Graphs that change in time and
//! nodes within nodes are errors.

mod read;
mod write;

pub use read::parse;
pub(super) use write::write;
