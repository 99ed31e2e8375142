//! The experiments, one module each, and the list of them.

mod bilateral;
mod induction;
mod minilm;
mod rnn_hmm;

use crate::Registry;

/// Every experiment of this version, in the order in which they run.
pub fn registry() -> Registry {
    Registry::new(vec![
        Box::new(induction::Induction),
        Box::new(minilm::MeaningInMiniLm),
        Box::new(rnn_hmm::RnnHmm),
        Box::new(bilateral::TwoSides),
    ])
}
