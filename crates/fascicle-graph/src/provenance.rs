//! Where a graph comes from.

use crate::Attributes;

/// What an edge's number is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quantity {
    /// A strength: synapse counts, contact areas, correlations.
    #[default]
    Weight,
    /// A score that some method gave the edge.
    Score,
}

impl Quantity {
    /// The key of an edge's number in JSON.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Weight => "weight",
            Self::Score => "score",
        }
    }
}

/// What produced a graph: for circuits `method`, `ablation`, `metric`, `model`; for connectomes `format`, `file`, `sha256`
/// and the policies that were followed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provenance {
    /// What the edges' numbers are.
    pub quantity: Quantity,
    /// All that is known, by name.
    pub entries: Attributes,
}
