//! What the crate does, seen from outside.

mod adjacency;
mod by_hand;
mod formats;
mod measure;
mod ops;
mod path;
mod published;
mod support;
mod table;
