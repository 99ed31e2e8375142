//! What is computed at the sites: their kinds, with the name and the axes of each.

use super::Axis::{
    self, Batch, Channel, Class, DHead, DMlp, DModel, Expert, Head, Height, Key, One, Position, Query, Vocab,
    Width,
};

/// What is computed at a site, whatever the layer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub enum SiteKind {
    /// Token embedding, or the patches of an image with the tokens before them.
    Embed,
    /// Learned position embedding.
    PosEmbed,
    /// Token-type (segment) embedding.
    TokenTypeEmbed,
    /// Feature map that enters the first block of a convolutional network.
    MapStem,
    /// Residual stream entering a block.
    ResidPre,
    /// What the attention norm divides by: the standard deviation, or the root mean square.
    Ln1Scale,
    /// Output of the attention norm.
    Ln1Normalized,
    /// Queries, as projected.
    Q,
    /// Keys, as projected.
    K,
    /// Values.
    V,
    /// Queries after their norm and rotation, where a model has these.
    RotQ,
    /// Keys after their norm and rotation, where a model has these.
    RotK,
    /// Attention scores, scaled and masked, before the softmax.
    AttnScores,
    /// Attention pattern, after the softmax.
    Pattern,
    /// Attention-weighted values, per head.
    Z,
    /// What each head adds to the residual stream (without the output bias, and before LayerScale or a norm).
    Result,
    /// What the norm after attention divides by, where norms stand around.
    Ln1PostScale,
    /// Output of the norm after attention, where norms stand around.
    Ln1PostNormalized,
    /// What the attention layer adds to the residual stream.
    AttnOut,
    /// Residual stream between attention and MLP.
    ResidMid,
    /// What the MLP norm divides by.
    Ln2Scale,
    /// Output of the MLP norm.
    Ln2Normalized,
    /// MLP neurons before the activation function.
    MlpPre,
    /// What a gated MLP's neurons are multiplied by after the activation function.
    MlpPreLinear,
    /// MLP neurons as the last layer reads them: after the activation function and the gate.
    MlpPost,
    /// Scores of the experts, before the softmax.
    RouterLogits,
    /// Weights of the experts: zero for those that are not chosen.
    ExpertWeights,
    /// What each expert adds, its weight included; zero for those that are not chosen.
    ExpertOut,
    /// What the norm after the MLP divides by, where norms stand around.
    Ln2PostScale,
    /// Output of the norm after the MLP, where norms stand around.
    Ln2PostNormalized,
    /// What the MLP adds to the residual stream.
    MlpOut,
    /// Residual stream leaving a block.
    ResidPost,
    /// Feature map entering a convolutional block.
    MapResidPre,
    /// A convolutional block's first convolution, normalised, before the activation function.
    MapConv1,
    /// Its second.
    MapConv2,
    /// Its third, in bottleneck blocks.
    MapConv3,
    /// What the block's way around its convolutions gives.
    MapShortcut,
    /// Feature map leaving a convolutional block.
    MapResidPost,
    /// What the final norm divides by.
    LnFinalScale,
    /// Output of the final norm.
    LnFinalNormalized,
    /// Output scores over the vocabulary.
    Logits,
    /// Feature map averaged over its rows and columns.
    MapPooled,
    /// Output scores over classes.
    ClassLogits,
}

struct Entry {
    kind: SiteKind,
    name: &'static str,
    in_block: bool,
    axes: &'static [Axis],
}

const fn outside(kind: SiteKind, name: &'static str, axes: &'static [Axis]) -> Entry {
    Entry { kind, name, in_block: false, axes }
}

const fn block(kind: SiteKind, name: &'static str, axes: &'static [Axis]) -> Entry {
    Entry { kind, name, in_block: true, axes }
}

const STREAM: &[Axis] = &[Batch, Position, DModel];
const SCALE: &[Axis] = &[Batch, Position, One];
const PER_HEAD: &[Axis] = &[Batch, Position, Head, DHead];
const ATTENTION: &[Axis] = &[Batch, Head, Query, Key];
const NEURONS: &[Axis] = &[Batch, Position, DMlp];
const EXPERTS: &[Axis] = &[Batch, Position, Expert];
const MAP: &[Axis] = &[Batch, Channel, Height, Width];

/// In the order of [`SiteKind`], which is the order of the forward pass.
const TABLE: &[Entry] = &[
    outside(SiteKind::Embed, "hook_embed", STREAM),
    outside(SiteKind::PosEmbed, "hook_pos_embed", STREAM),
    outside(SiteKind::TokenTypeEmbed, "hook_token_type_embed", STREAM),
    outside(SiteKind::MapStem, "map.hook_stem", MAP),
    block(SiteKind::ResidPre, "hook_resid_pre", STREAM),
    block(SiteKind::Ln1Scale, "ln1.hook_scale", SCALE),
    block(SiteKind::Ln1Normalized, "ln1.hook_normalized", STREAM),
    block(SiteKind::Q, "attn.hook_q", PER_HEAD),
    block(SiteKind::K, "attn.hook_k", PER_HEAD),
    block(SiteKind::V, "attn.hook_v", PER_HEAD),
    block(SiteKind::RotQ, "attn.hook_rot_q", PER_HEAD),
    block(SiteKind::RotK, "attn.hook_rot_k", PER_HEAD),
    block(SiteKind::AttnScores, "attn.hook_attn_scores", ATTENTION),
    block(SiteKind::Pattern, "attn.hook_pattern", ATTENTION),
    block(SiteKind::Z, "attn.hook_z", PER_HEAD),
    block(SiteKind::Result, "attn.hook_result", &[Batch, Position, Head, DModel]),
    block(SiteKind::Ln1PostScale, "ln1_post.hook_scale", SCALE),
    block(SiteKind::Ln1PostNormalized, "ln1_post.hook_normalized", STREAM),
    block(SiteKind::AttnOut, "hook_attn_out", STREAM),
    block(SiteKind::ResidMid, "hook_resid_mid", STREAM),
    block(SiteKind::Ln2Scale, "ln2.hook_scale", SCALE),
    block(SiteKind::Ln2Normalized, "ln2.hook_normalized", STREAM),
    block(SiteKind::MlpPre, "mlp.hook_pre", NEURONS),
    block(SiteKind::MlpPreLinear, "mlp.hook_pre_linear", NEURONS),
    block(SiteKind::MlpPost, "mlp.hook_post", NEURONS),
    block(SiteKind::RouterLogits, "mlp.hook_router_logits", EXPERTS),
    block(SiteKind::ExpertWeights, "mlp.hook_expert_weights", EXPERTS),
    block(SiteKind::ExpertOut, "mlp.hook_expert_out", &[Batch, Position, Expert, DModel]),
    block(SiteKind::Ln2PostScale, "ln2_post.hook_scale", SCALE),
    block(SiteKind::Ln2PostNormalized, "ln2_post.hook_normalized", STREAM),
    block(SiteKind::MlpOut, "hook_mlp_out", STREAM),
    block(SiteKind::ResidPost, "hook_resid_post", STREAM),
    block(SiteKind::MapResidPre, "map.hook_resid_pre", MAP),
    block(SiteKind::MapConv1, "map.hook_conv1", MAP),
    block(SiteKind::MapConv2, "map.hook_conv2", MAP),
    block(SiteKind::MapConv3, "map.hook_conv3", MAP),
    block(SiteKind::MapShortcut, "map.hook_shortcut", MAP),
    block(SiteKind::MapResidPost, "map.hook_resid_post", MAP),
    outside(SiteKind::LnFinalScale, "ln_final.hook_scale", SCALE),
    outside(SiteKind::LnFinalNormalized, "ln_final.hook_normalized", STREAM),
    outside(SiteKind::Logits, "hook_logits", &[Batch, Position, Vocab]),
    outside(SiteKind::MapPooled, "map.hook_pooled", &[Batch, Channel]),
    outside(SiteKind::ClassLogits, "hook_class_logits", &[Batch, Class]),
];

impl SiteKind {
    /// Every kind, in the order of the forward pass.
    pub fn all() -> impl Iterator<Item = SiteKind> {
        TABLE.iter().map(|entry| entry.kind)
    }

    fn entry(self) -> &'static Entry {
        &TABLE[self as usize]
    }

    /// The name without its block, such as `attn.hook_z`.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// Whether every block has one (else the model has one).
    pub fn in_block(self) -> bool {
        self.entry().in_block
    }

    /// Whether the tensor is a feature map of a convolutional network, or its average.
    pub(crate) fn is_map(self) -> bool {
        self.axis(Channel).is_some()
    }

    /// What each axis of the tensor counts.
    pub fn axes(self) -> &'static [Axis] {
        self.entry().axes
    }

    /// Number of axes.
    pub fn rank(self) -> usize {
        self.axes().len()
    }

    /// The index of the axis that counts `axis`, if there is one.
    pub fn axis(self, axis: Axis) -> Option<usize> {
        self.axes().iter().position(|a| *a == axis)
    }

    pub(super) fn from_name(name: &str) -> Option<SiteKind> {
        TABLE.iter().find(|entry| entry.name == name).map(|entry| entry.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_in_the_order_of_the_kinds() {
        for (i, entry) in TABLE.iter().enumerate() {
            assert_eq!(entry.kind as usize, i, "{}", entry.name);
        }
    }
}
