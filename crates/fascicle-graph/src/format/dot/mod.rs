//! DOT of Graphviz ([the language](https://graphviz.org/doc/info/lang.html)).
//!
//! Read are graphs and digraphs with node and edge statements, chains (`a -> b -> c`), sets (`a -> {b c}`), defaults,
//! quoted names and comments; subgraphs are flattened, ports dropped; a strict graph has at most one edge between two nodes. Names are the nodes' ids. In quoted texts `\"` and
//! `\\` stand for the character alone, everything else for itself.

mod read;
mod tokens;
mod write;

pub use read::parse;
pub(super) use write::write;
