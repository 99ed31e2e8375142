//! Which neurons belong together in a component.

use fascicle_graph::community::{BlockModel, Degrees, Detected, Leiden, Modularity, NestedBlocks, Weights};
use fascicle_graph::{PathwayGraph, View};

use crate::ConnectomeError;

/// The communities of one component.
#[derive(Clone, Debug, PartialEq)]
pub struct ComponentCommunities {
    /// The nested stochastic block model with the shortest description, degree-corrected or plain: every level, from the
    /// finest to the one in which all are together.
    pub blocks: NestedBlocks,
    /// What Leiden finds by modularity.
    pub leiden: Detected,
}

/// The communities of a graph of affinities, in two ways.
///
/// As in Dyballa et al. 2024 a nested block model is fitted, weights being exponentially distributed between two blocks, both
/// degree-corrected and plain, and the one with the shorter description is kept; see [`BlockModel`] for how this search
/// differs from graph-tool's. Leiden's result by weighted modularity stands beside it. About O(m log² n).
///
/// # Errors
/// [`ConnectomeError::Graph`] for a graph without nodes or with weights that are not above 0.
pub fn communities(graph: &PathwayGraph, seed: u64) -> Result<ComponentCommunities, ConnectomeError> {
    let view = View::undirected().of(graph)?;
    let model = BlockModel { weights: Weights::Exponential, degrees: Degrees::Either, seed };
    Ok(ComponentCommunities {
        blocks: model.fit(&view)?,
        leiden: Leiden::seeded(seed).run(&view, &Modularity::default())?,
    })
}
