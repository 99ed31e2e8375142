//! What two connectomes, or a connectome and a functional atlas, have in common.

pub(crate) mod agreement;
pub(crate) mod consensus;
pub(crate) mod structure_function;
