//! What a reader does where a file leaves a choice.

use serde::Serialize;

use crate::{AwcNames, NameScheme};

choice! {
    /// What becomes of an edge that a file gives several times.
    #[derive(Default)]
    pub enum DuplicatePolicy as "duplicate policy" {
        /// One edge with the sum: every row counts synapses of its own.
        #[default]
        Sum = "sum",
        /// One edge with the greatest weight.
        Max = "max",
        /// The first row counts.
        First = "first",
        /// The file is refused.
        Error = "error",
    }
}

choice! {
    /// What becomes of an undirected edge whose two directions carry different weights. A direction that a matrix leaves
    /// empty has weight 0; in a list that names each pair once, the other direction is not missing.
    #[derive(Default)]
    pub enum GapPolicy as "gap junction policy" {
        /// Both directions get the greater weight: what was seen from one side is there.
        #[default]
        Max = "max",
        /// Both get the mean of the two.
        Mean = "mean",
        /// Both get the sum of the two.
        Sum = "sum",
        /// The file is refused.
        Require = "require",
        /// Each direction stays as the file has it, and the layer becomes a directed one.
        Keep = "keep",
    }
}

choice! {
    /// What becomes of a cell's connections to itself.
    #[derive(Default)]
    pub enum AutapsePolicy as "autapse policy" {
        /// They stay, as in the published matrices.
        #[default]
        Keep = "keep",
        /// They are left out.
        Drop = "drop",
    }
}

choice! {
    /// What becomes of a cell that the organism's list of cells (or the node table beside the edges) does not have.
    #[derive(Default)]
    pub enum UnknownPolicy as "unknown cell policy" {
        /// It stays, under the name that the file gives it.
        #[default]
        Keep = "keep",
        /// It and its edges are left out.
        Drop = "drop",
        /// The file is refused.
        Error = "error",
    }
}

/// Everything that a reader is told to do where a file leaves a choice. The defaults keep what was published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Policies {
    /// Edges given several times.
    pub duplicates: DuplicatePolicy,
    /// Undirected edges of two weights.
    pub gaps: GapPolicy,
    /// Connections of a cell to itself.
    pub autapses: AutapsePolicy,
    /// Cells that nobody knows.
    pub unknown: UnknownPolicy,
    /// How cells of the worm are spelled.
    pub names: NameScheme,
    /// How the two AWC neurons are called.
    pub awc: AwcNames,
}
