//! Readers on files that the tests write, and on the published ones where `FASCICLE_DATA` says where they are.

mod compared;
mod errors;
mod laws;
mod policies;
mod published;
mod tables;
mod workbooks;
mod world;
mod worm_measures;
