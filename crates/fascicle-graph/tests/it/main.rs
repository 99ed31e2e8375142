//! Tests of the graph crate from outside.

mod adjacency;
mod measure;
//! What the crate does, seen from outside.
mod ops;
mod path;
mod support;
//! The crate as its users see it.
mod formats;
