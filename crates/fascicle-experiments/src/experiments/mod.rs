//! The experiments, one module each, and the list of them.

mod activity_pipeline;
mod bilateral;
mod bilateral_wiring;
#[cfg(test)]
mod checked;
mod dynamic_connectome;
mod event_graphs;
mod hmm_glm;
mod induction;
mod k_paths;
mod kg_traces;
mod minilm;
mod ncap_swimmer;
mod neuroformer;
mod rich_club;
mod rnn_hmm;
mod worm_connectomes;

use crate::Registry;

/// Every experiment of this version, in the order in which they run.
pub fn registry() -> Registry {
    Registry::new(vec![
        Box::new(induction::Induction),
        Box::new(minilm::MeaningInMiniLm),
        Box::new(event_graphs::EventGraphs),
        Box::new(dynamic_connectome::DynamicConnectome),
        Box::new(dynamic_connectome::ZebrafishAssemblies),
        Box::new(ncap_swimmer::NcapSwimmer),
        Box::new(k_paths::KPathsOnUmls),
        Box::new(kg_traces::KgTraces),
        Box::new(worm_connectomes::WormConnectomes),
        Box::new(rich_club::RichClub),
        Box::new(bilateral_wiring::BilateralWiring),
        Box::new(activity_pipeline::ActivityPipeline),
        Box::new(rnn_hmm::RnnHmm),
        Box::new(bilateral::TwoSides),
        Box::new(neuroformer::SpikeTransformer),
        Box::new(hmm_glm::HmmGlms),
    ])
}
