//! What the crate does, seen from outside.

mod ops;
mod path;
mod support;
