//! Communities: groups of nodes with more between them than chance would put there.
//!
//! [`Louvain`] and [`Leiden`] optimise a [`Quality`], [`Modularity`] or [`Cpm`]; [`LabelPropagation`] optimises nothing and
//! is fast; [`Consensus`] makes one result of many runs. [`BlockModel`] finds groups of nodes with like neighbours, be they
//! communities or not, and tells structure from chance. What two partitions have in common say [`nmi`], [`ami`],
//! [`adjusted_rand_index`] and [`variation_of_information`].
//!
//! ```
//! use fascicle_graph::Adjacency;
//! use fascicle_graph::community::{Leiden, Modularity};
//!
//! # fn main() -> Result<(), fascicle_graph::GraphError> {
//! let edges = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (2, 3)];
//! let graph = Adjacency::from_edges(6, false, edges.map(|(a, b)| (a, b, 1.0)))?;
//! let found = Leiden::seeded(7).run(&graph, &Modularity::default())?;
//! assert_eq!(found.partition.labels(), [0, 0, 0, 1, 1, 1]);
//! # Ok(())
//! # }
//! ```

mod compare;
mod consensus;
mod label_propagation;
mod leiden;
mod louvain;
mod moving;
mod network;
mod partition;
mod quality;
mod sbm;

pub use compare::{Normaliser, adjusted_rand_index, ami, nmi, variation_of_information};
pub use consensus::Consensus;
pub use label_propagation::LabelPropagation;
pub use leiden::Leiden;
pub use louvain::Louvain;
pub use partition::Partition;
pub use quality::{Cpm, Expectation, Modularity, Quality, Terms};
pub use sbm::{BlockModel, Degrees, NestedBlocks, Weights};

use crate::{Adjacency, GraphError};

/// What a method found.
#[derive(Clone, Debug, PartialEq)]
pub struct Detected {
    /// The communities.
    pub partition: Partition,
    /// Their quality, by the function that was optimised.
    pub quality: f64,
}

impl Detected {
    fn new(graph: &Adjacency, quality: &dyn Quality, labels: &[u32]) -> Result<Self, GraphError> {
        let partition = Partition::new(labels);
        Ok(Self { quality: quality.of(graph, &partition)?, partition })
    }
}

#[cfg(test)]
mod tests;
