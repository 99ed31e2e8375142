//! Sites: the named places in a forward pass that can be observed or changed.
//!
//! The names are TransformerLens's, so that a notebook's hook names work here unchanged. One site means the
//! same thing in every family: `hook_resid_post` is the residual stream that leaves a block and enters the
//! next one. In post-norm models (BERT) the stream passes through a norm before it flows on, so there
//! `hook_resid_mid` and `hook_resid_post` are taken after that norm; this is also what `transformers`
//! reports as a hidden state.

use std::fmt;
use std::str::FromStr;

use crate::error::ModelError;
use crate::names::nearest;

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
        matches!(self, Position | Query | Key)
    }
}

use Axis::{
    Batch, Channel, Class, DHead, DMlp, DModel, Expert, Head, Height, Key, One, Position, Query, Vocab, Width,
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

    fn from_name(name: &str) -> Option<SiteKind> {
        TABLE.iter().find(|entry| entry.name == name).map(|entry| entry.kind)
    }
}

/// Which part of a model that has several a site is in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
#[non_exhaustive]
pub enum Tower {
    /// The only one, or the one that the others serve (MAE's encoder).
    #[default]
    Main,
    /// CLIP's text encoder.
    Text,
    /// CLIP's image encoder.
    Vision,
    /// MAE's decoder.
    Decoder,
}

impl Tower {
    pub(crate) const ALL: [Tower; 4] = [Tower::Main, Tower::Text, Tower::Vision, Tower::Decoder];

    /// What stands before the names of its sites, such as `text.`.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Main => "",
            Self::Text => "text.",
            Self::Vision => "vision.",
            Self::Decoder => "decoder.",
        }
    }

    /// The tower that a name begins with, and the rest of the name.
    fn split(text: &str) -> (Self, &str) {
        let named = Self::ALL.into_iter().skip(1);
        named
            .filter_map(|tower| Some((tower, text.strip_prefix(tower.prefix())?)))
            .next()
            .unwrap_or((Self::Main, text))
    }
}

/// One place in a forward pass: a kind, the block it is in, and, to address a single head, the head.
///
/// Written and read as TransformerLens writes it, with the head in brackets; models of several towers put the tower
/// before it:
///
/// ```
/// use fascicle_models::{Site, SiteKind, Tower};
/// let site: Site = "blocks.3.attn.hook_z[5]".parse()?;
/// assert_eq!(site, Site::block(3, SiteKind::Z).with_head(5));
/// assert_eq!(site.to_string(), "blocks.3.attn.hook_z[5]");
/// assert_eq!(Site::new(SiteKind::Embed).in_tower(Tower::Text).to_string(), "text.hook_embed");
/// # Ok::<(), fascicle_models::ModelError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Site {
    /// Part of the model.
    pub tower: Tower,
    /// Block, counted from 0; `None` for sites outside the blocks.
    pub layer: Option<usize>,
    /// What is computed there.
    pub kind: SiteKind,
    /// A single head, for sites with a head axis; `None` means all.
    pub head: Option<usize>,
}

impl Site {
    /// A site outside the blocks, such as `hook_embed`.
    pub fn new(kind: SiteKind) -> Self {
        Self { tower: Tower::Main, layer: None, kind, head: None }
    }

    /// A site in block `layer`.
    pub fn block(layer: usize, kind: SiteKind) -> Self {
        Self { layer: Some(layer), ..Self::new(kind) }
    }

    /// The same site, narrowed to one head.
    pub fn with_head(self, head: usize) -> Self {
        Self { head: Some(head), ..self }
    }

    /// The same site with all its heads.
    pub fn whole(self) -> Self {
        Self { head: None, ..self }
    }

    /// The same site in another part of a model.
    pub fn in_tower(self, tower: Tower) -> Self {
        Self { tower, ..self }
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tower.prefix())?;
        if let Some(layer) = self.layer {
            write!(f, "blocks.{layer}.")?;
        }
        f.write_str(self.kind.name())?;
        match self.head {
            Some(head) => write!(f, "[{head}]"),
            None => Ok(()),
        }
    }
}

impl FromStr for Site {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        parse(text).ok_or_else(|| ModelError::UnknownSite {
            text: text.to_string(),
            nearest: nearest(strip_layer(text), SiteKind::all().map(SiteKind::name)),
        })
    }
}

fn strip_layer(text: &str) -> &str {
    let (_, text) = Tower::split(text);
    let rest = text.strip_prefix("blocks.").and_then(|rest| rest.split_once('.'));
    rest.map_or(text, |(_, name)| name)
}

fn parse(text: &str) -> Option<Site> {
    let (tower, text) = Tower::split(text);
    let (text, head) = match text.strip_suffix(']') {
        Some(rest) => {
            let (name, head) = rest.split_once('[')?;
            (name, Some(head.parse().ok()?))
        }
        None => (text, None),
    };
    let (layer, name) = match text.strip_prefix("blocks.") {
        Some(rest) => {
            let (layer, name) = rest.split_once('.')?;
            (Some(layer.parse().ok()?), name)
        }
        None => (None, text),
    };
    let kind = SiteKind::from_name(name)?;
    let fits = kind.in_block() == layer.is_some() && (head.is_none() || kind.axis(Head).is_some());
    fits.then_some(Site { tower, layer, kind, head })
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

    #[test]
    fn every_site_is_read_as_it_is_written() {
        for kind in SiteKind::all() {
            let site = if kind.in_block() { Site::block(11, kind) } else { Site::new(kind) };
            for tower in Tower::ALL {
                let site = site.in_tower(tower);
                assert_eq!(site.to_string().parse::<Site>().unwrap(), site);
            }
            if kind.axis(Head).is_some() {
                let head = site.with_head(3);
                assert_eq!(head.to_string().parse::<Site>().unwrap(), head);
            }
        }
    }

    #[test]
    fn what_is_not_a_site_is_refused() {
        let bad = [
            "",
            "hook_resid_pre",
            "blocks.0.hook_embed",
            "blocks.x.hook_mlp_out",
            "blocks.0.hook_mlp_out[1]",
        ];
        for text in bad {
            assert!(text.parse::<Site>().is_err(), "{text}");
        }
        insta::assert_snapshot!(
            "blocks.0.attn.hook_zz".parse::<Site>().unwrap_err(),
            @"unknown site `blocks.0.attn.hook_zz`: did you mean `attn.hook_z`? (`fascicle inspect MODEL` lists a model's sites)"
        );
    }
}
