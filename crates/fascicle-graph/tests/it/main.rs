//! Tests of the graph crate from outside.

mod adjacency;
mod measure;
