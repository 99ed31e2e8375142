//! The experiments, one module each, and the list of them.

mod activity_pipeline;
mod bilateral_wiring;
#[cfg(test)]
mod checked;
mod induction;
mod minilm;
mod rich_club;
mod worm_connectomes;

use crate::Registry;

/// Every experiment of this version, in the order in which they run.
pub fn registry() -> Registry {
    Registry::new(vec![
        Box::new(induction::Induction),
        Box::new(minilm::MeaningInMiniLm),
        Box::new(worm_connectomes::WormConnectomes),
        Box::new(rich_club::RichClub),
        Box::new(bilateral_wiring::BilateralWiring),
        Box::new(activity_pipeline::ActivityPipeline),
    ])
}
