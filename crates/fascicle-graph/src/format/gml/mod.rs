//! GML ([Himsolt 1997](https://networkx.org/documentation/stable/reference/readwrite/gml.html)), as NetworkX and igraph
//! write it.
//!
//! Nodes are named by `label` (or igraph's `name`) where each has one of its own, otherwise by `id`. Texts are ASCII with
//! character references (`&quot;`, `&#916;`), as the format wants it; booleans travel as JSON.

mod read;
mod tokens;
mod write;

pub use read::parse;
pub(super) use write::write;
