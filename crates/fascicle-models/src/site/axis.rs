//! What the axes of a site's tensor count.

/// What one axis of a site's tensor counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Axis {
    /// Row of the batch.
    Batch,
    /// Token position.
    Position,
    /// Attention head.
    Head,
    /// Channel within a head.
    DHead,
    /// Channel of the residual stream.
    DModel,
    /// Hidden neuron of an MLP.
    DMlp,
    /// Position that attends.
    Query,
    /// Position attended to.
    Key,
    /// Token of the vocabulary.
    Vocab,
    /// Expert of a mixture.
    Expert,
    /// Class of a classifier.
    Class,
    /// Channel of a feature map.
    Channel,
    /// Row of a feature map.
    Height,
    /// Column of a feature map.
    Width,
    /// A single number kept for broadcasting.
    One,
}

impl Axis {
    /// Whether the axis is as long as the sequence.
    pub fn counts_positions(self) -> bool {
        matches!(self, Self::Position | Self::Query | Self::Key)
    }
}
