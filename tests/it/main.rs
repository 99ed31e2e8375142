//! The library crates together, as a program that depends on them uses them.

mod hand_built;
mod minilm;
mod own_probe;
mod same_numbers;
