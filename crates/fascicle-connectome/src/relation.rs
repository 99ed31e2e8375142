//! The kinds of edges in connectomes, each a layer of the graph.

choice! {
    /// What connects two cells.
    pub enum Relation as "relation" {
        /// Chemical synapses, from pre- to post-synaptic.
        Chemical = "chemical",
        /// Gap junctions (electrical synapses).
        Gap = "gap",
        /// Measured responses: the source was stimulated, the target answered. May be negative.
        Functional = "functional",
        /// A monoamine's source and the cells with a receptor for it.
        Monoamine = "monoamine",
        /// A neuropeptide's source and the cells with a receptor for it.
        Peptide = "peptide",
        /// Membranes that touch.
        Contact = "contact",
    }
}

impl Relation {
    /// Whether an edge has a direction.
    #[must_use]
    pub fn directed(self) -> bool {
        !matches!(self, Self::Gap | Self::Contact)
    }

    /// Whether a weight below zero means something.
    pub(crate) fn may_be_negative(self) -> bool {
        self == Self::Functional
    }
}
