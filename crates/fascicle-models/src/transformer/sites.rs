//! Which sites a model has, and how large each is.

use super::Transformer;
use crate::config::{NormKind, Positions};
use crate::site::{Axis, Site, SiteKind};

impl Transformer {
    /// Every site that this model visits, in the order of the forward pass.
    pub fn sites(&self) -> Vec<Site> {
        let config = &self.config;
        let has = |kind| match kind {
            SiteKind::PosEmbed => config.positions == Positions::Learned,
            SiteKind::TokenTypeEmbed => config.token_types > 0,
            SiteKind::Ln1Scale | SiteKind::Ln1Normalized => config.norm != NormKind::None,
            SiteKind::Ln2Scale | SiteKind::Ln2Normalized => {
                config.norm != NormKind::None && config.mlp.is_some()
            }
            SiteKind::ResidMid | SiteKind::MlpPre | SiteKind::MlpPost | SiteKind::MlpOut => {
                config.mlp.is_some()
            }
            SiteKind::LnFinalScale | SiteKind::LnFinalNormalized => self.ln_final.is_some(),
            SiteKind::Logits => self.unembed.is_some(),
            _ => true,
        };
        let outside = |kinds: std::ops::RangeInclusive<SiteKind>| {
            SiteKind::all().filter(move |kind| kinds.contains(kind) && has(*kind)).map(Site::new)
        };
        let block = |layer| {
            SiteKind::all()
                .filter(|kind| kind.in_block() && has(*kind))
                .map(move |kind| Site::block(layer, kind))
        };
        outside(SiteKind::Embed..=SiteKind::TokenTypeEmbed)
            .chain((0..config.n_layers).flat_map(block))
            .chain(outside(SiteKind::LnFinalScale..=SiteKind::Logits))
            .collect()
    }

    /// The shape of a site's whole tensor.
    pub fn site_shape(&self, site: Site, batch: usize, positions: usize) -> Vec<usize> {
        let config = &self.config;
        let size = |axis: &Axis| match axis {
            Axis::Batch => batch,
            Axis::Position | Axis::Query | Axis::Key => positions,
            Axis::Head => config.n_heads,
            Axis::DHead => config.d_head,
            Axis::DModel => config.d_model,
            Axis::DMlp => config.mlp.as_ref().map_or(0, |mlp| mlp.width),
            Axis::Vocab => config.vocab,
            Axis::One => 1,
        };
        site.kind.axes().iter().map(size).collect()
    }
}
