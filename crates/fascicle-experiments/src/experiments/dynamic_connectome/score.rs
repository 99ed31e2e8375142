//! How well the communities of a graph of pairs are those that they should be.

use fascicle_connectome::dynamic::{AffinityTensor, ComponentCommunities, communities};
use fascicle_graph::community::{Normaliser, Partition, nmi};

use crate::{Doing, ExperimentError};

/// Pairs below this share of the strongest are no edge: where a factor is 0 it holds a tiny number.
const LEAST: f64 = 1e-6;

/// The two ways of finding communities.
pub(super) const WAYS: [&str; 2] = ["Leiden", "block model"];

/// The communities of the graph that has these values for weights.
pub(super) fn found(
    affinity: &AffinityTensor,
    values: &[f64],
    seed: u64,
) -> Result<ComponentCommunities, ExperimentError> {
    let graph = affinity.graph(values, LEAST).doing("making a graph of pairs")?;
    communities(&graph, seed).doing("finding communities")
}

/// Normalised mutual information with the truth: of Leiden's communities, and of that level of the nested block model that has
/// most of it.
pub(super) fn agreement(
    found: &ComponentCommunities,
    truth: &Partition,
) -> Result<[f64; 2], ExperimentError> {
    let of =
        |partition: &Partition| nmi(partition, truth, Normaliser::Arithmetic).doing("comparing partitions");
    let mut best = 0.0_f64;
    for level in &found.blocks.levels {
        best = best.max(of(level)?);
    }
    Ok([of(&found.leiden.partition)?, best])
}
