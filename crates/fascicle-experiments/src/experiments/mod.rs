//! The experiments, one module each, and the list of them.

mod induction;
mod k_paths;
mod kg_traces;
mod minilm;

use crate::Registry;

/// Every experiment of this version, in the order in which they run.
pub fn registry() -> Registry {
    Registry::new(vec![
        Box::new(induction::Induction),
        Box::new(minilm::MeaningInMiniLm),
        Box::new(k_paths::KPathsOnUmls),
        Box::new(kg_traces::KgTraces),
    ])
}
