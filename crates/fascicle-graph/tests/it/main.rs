//! What the crate does, seen from outside.

mod adjacency;
mod formats;
mod measure;
mod ops;
mod path;
mod support;
