//! The experiments, one module each, and the list of them.

mod hmm_glm;
mod induction;
mod minilm;

use crate::Registry;

/// Every experiment of this version, in the order in which they run.
pub fn registry() -> Registry {
    Registry::new(vec![
        Box::new(induction::Induction),
        Box::new(minilm::MeaningInMiniLm),
        Box::new(hmm_glm::HmmGlms),
    ])
}
