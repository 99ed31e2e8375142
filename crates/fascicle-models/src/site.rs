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
    /// A single number kept for broadcasting.
    One,
}

use Axis::{Batch, DHead, DMlp, DModel, Head, Key, One, Position, Query, Vocab};

/// What is computed at a site, whatever the layer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[non_exhaustive]
pub enum SiteKind {
    /// Token embedding.
    Embed,
    /// Learned position embedding.
    PosEmbed,
    /// Token-type (segment) embedding.
    TokenTypeEmbed,
    /// Residual stream entering a block.
    ResidPre,
    /// Standard deviation that the attention norm divides by.
    Ln1Scale,
    /// Output of the attention norm.
    Ln1Normalized,
    /// Queries.
    Q,
    /// Keys.
    K,
    /// Values.
    V,
    /// Attention scores, scaled and masked, before the softmax.
    AttnScores,
    /// Attention pattern, after the softmax.
    Pattern,
    /// Attention-weighted values, per head.
    Z,
    /// What each head adds to the residual stream (without the output bias).
    Result,
    /// What the attention layer adds to the residual stream.
    AttnOut,
    /// Residual stream between attention and MLP.
    ResidMid,
    /// Standard deviation that the MLP norm divides by.
    Ln2Scale,
    /// Output of the MLP norm.
    Ln2Normalized,
    /// MLP neurons before the activation function.
    MlpPre,
    /// MLP neurons after the activation function.
    MlpPost,
    /// What the MLP adds to the residual stream.
    MlpOut,
    /// Residual stream leaving a block.
    ResidPost,
    /// Standard deviation that the final norm divides by.
    LnFinalScale,
    /// Output of the final norm.
    LnFinalNormalized,
    /// Output scores over the vocabulary.
    Logits,
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

/// In the order of [`SiteKind`], which is the order of the forward pass.
const TABLE: &[Entry] = &[
    outside(SiteKind::Embed, "hook_embed", STREAM),
    outside(SiteKind::PosEmbed, "hook_pos_embed", STREAM),
    outside(SiteKind::TokenTypeEmbed, "hook_token_type_embed", STREAM),
    block(SiteKind::ResidPre, "hook_resid_pre", STREAM),
    block(SiteKind::Ln1Scale, "ln1.hook_scale", SCALE),
    block(SiteKind::Ln1Normalized, "ln1.hook_normalized", STREAM),
    block(SiteKind::Q, "attn.hook_q", PER_HEAD),
    block(SiteKind::K, "attn.hook_k", PER_HEAD),
    block(SiteKind::V, "attn.hook_v", PER_HEAD),
    block(SiteKind::AttnScores, "attn.hook_attn_scores", ATTENTION),
    block(SiteKind::Pattern, "attn.hook_pattern", ATTENTION),
    block(SiteKind::Z, "attn.hook_z", PER_HEAD),
    block(SiteKind::Result, "attn.hook_result", &[Batch, Position, Head, DModel]),
    block(SiteKind::AttnOut, "hook_attn_out", STREAM),
    block(SiteKind::ResidMid, "hook_resid_mid", STREAM),
    block(SiteKind::Ln2Scale, "ln2.hook_scale", SCALE),
    block(SiteKind::Ln2Normalized, "ln2.hook_normalized", STREAM),
    block(SiteKind::MlpPre, "mlp.hook_pre", NEURONS),
    block(SiteKind::MlpPost, "mlp.hook_post", NEURONS),
    block(SiteKind::MlpOut, "hook_mlp_out", STREAM),
    block(SiteKind::ResidPost, "hook_resid_post", STREAM),
    outside(SiteKind::LnFinalScale, "ln_final.hook_scale", SCALE),
    outside(SiteKind::LnFinalNormalized, "ln_final.hook_normalized", STREAM),
    outside(SiteKind::Logits, "hook_logits", &[Batch, Position, Vocab]),
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

/// One place in a forward pass: a kind, the block it is in, and, to address a single head, the head.
///
/// Written and read as TransformerLens writes it, with the head in brackets:
///
/// ```
/// use fascicle_models::{Site, SiteKind};
/// let site: Site = "blocks.3.attn.hook_z[5]".parse()?;
/// assert_eq!(site, Site::block(3, SiteKind::Z).with_head(5));
/// assert_eq!(site.to_string(), "blocks.3.attn.hook_z[5]");
/// # Ok::<(), fascicle_models::ModelError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Site {
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
        Self { layer: None, kind, head: None }
    }

    /// A site in block `layer`.
    pub fn block(layer: usize, kind: SiteKind) -> Self {
        Self { layer: Some(layer), kind, head: None }
    }

    /// The same site, narrowed to one head.
    pub fn with_head(self, head: usize) -> Self {
        Self { head: Some(head), ..self }
    }

    /// The same site with all its heads.
    pub fn whole(self) -> Self {
        Self { head: None, ..self }
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
    let rest = text.strip_prefix("blocks.").and_then(|rest| rest.split_once('.'));
    rest.map_or(text, |(_, name)| name)
}

fn parse(text: &str) -> Option<Site> {
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
    fits.then_some(Site { layer, kind, head })
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
            assert_eq!(site.to_string().parse::<Site>().unwrap(), site);
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
