//! The command as a user meets it: the built binary, its files, its words and its exit codes.

mod bad_input;
mod connectomes;
mod describing;
mod fetching;
mod generating;
mod generating_many;
mod graphs;
mod items;
mod patching;
mod reproducing;
mod running;
mod support;
mod views;
