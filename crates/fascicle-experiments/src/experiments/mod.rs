//! The experiments, one module each, and the list of them.

mod event_graphs;
mod dynamic_connectome;
mod induction;
mod k_paths;
mod kg_traces;
mod minilm;
mod ncap_swimmer;

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
    ])
}
