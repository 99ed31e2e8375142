//! Which sites a model has, and how large each is.

use super::Transformer;
use crate::config::{NormKind, NormPlace, Pooler, Positions};
use crate::inputs::Inputs;
use crate::site::{Axis, Site, SiteKind};

impl Transformer {
    /// Every site that this model visits, in the order of the forward pass.
    pub fn sites(&self) -> Vec<Site> {
        let outside = |kinds: std::ops::RangeInclusive<SiteKind>| {
            SiteKind::all()
                .filter(move |kind| kinds.contains(kind) && !kind.in_block() && self.has(*kind))
                .map(Site::new)
        };
        let block = |layer| {
            SiteKind::all()
                .filter(|kind| kind.in_block() && self.has(*kind))
                .map(move |kind| Site::block(layer, kind))
        };
        outside(SiteKind::Embed..=SiteKind::TokenTypeEmbed)
            .chain((0..self.config.n_layers).flat_map(block))
            .chain(outside(SiteKind::LnFinalScale..=SiteKind::ClassLogits))
            .collect()
    }

    fn has(&self, kind: SiteKind) -> bool {
        let config = &self.config;
        let norms = config.norm != NormKind::None;
        let around = norms && config.norm_place == NormPlace::Around;
        let mlp = config.mlp.as_ref();
        let mixture = mlp.is_some_and(|mlp| mlp.experts.is_some());
        let turned = config.attention.qk_norm.is_some()
            || matches!(config.positions, Positions::Rotary(_) | Positions::Axial { .. });
        match kind {
            SiteKind::Embed => self.embed.tokens.is_some() || self.embed.patch.is_some(),
            SiteKind::PosEmbed => config.positions == Positions::Learned,
            SiteKind::TokenTypeEmbed => config.token_types > 0,
            SiteKind::Ln1Scale | SiteKind::Ln1Normalized => norms,
            SiteKind::RotQ | SiteKind::RotK => turned,
            SiteKind::Ln1PostScale | SiteKind::Ln1PostNormalized => around,
            SiteKind::ResidMid => mlp.is_some() && !config.parallel,
            SiteKind::Ln2Scale | SiteKind::Ln2Normalized => norms && mlp.is_some(),
            SiteKind::MlpPre | SiteKind::MlpPost => mlp.is_some() && !mixture,
            SiteKind::MlpPreLinear => !mixture && mlp.is_some_and(|mlp| mlp.gated),
            SiteKind::RouterLogits | SiteKind::ExpertWeights | SiteKind::ExpertOut => mixture,
            SiteKind::Ln2PostScale | SiteKind::Ln2PostNormalized => around && mlp.is_some(),
            SiteKind::MlpOut => mlp.is_some(),
            SiteKind::LnFinalScale | SiteKind::LnFinalNormalized => self.ln_final.is_some(),
            SiteKind::Logits => self.unembed.is_some(),
            SiteKind::ClassLogits => self.classifier.is_some(),
            SiteKind::MapStem | SiteKind::MapPooled => false,
            kind => !kind.is_map(),
        }
    }

    /// The shape of a site's whole tensor in a run on `inputs`.
    pub fn site_shape(&self, site: Site, inputs: &Inputs) -> Vec<usize> {
        let config = &self.config;
        let positions = match (site.kind, config.pooler) {
            (SiteKind::LnFinalScale | SiteKind::LnFinalNormalized, Pooler::FirstNormed) => 1,
            _ => self.positions(inputs),
        };
        let heads = match site.kind {
            SiteKind::K | SiteKind::V | SiteKind::RotK => config.kv_heads(),
            _ => config.n_heads,
        };
        let size = |axis: &Axis| match axis {
            Axis::Batch => inputs.batch(),
            Axis::Position | Axis::Query | Axis::Key => positions,
            Axis::Head => heads,
            Axis::DHead => config.d_head,
            Axis::DModel => config.d_model,
            Axis::DMlp => config.mlp.as_ref().map_or(0, |mlp| mlp.width),
            Axis::Expert => {
                config.mlp.as_ref().and_then(|mlp| mlp.experts).map_or(0, |experts| experts.count)
            }
            Axis::Vocab => config.vocab,
            Axis::Class => config.classifier.map_or(0, |classifier| classifier.classes),
            Axis::One => 1,
            Axis::Channel | Axis::Height | Axis::Width => 0,
        };
        site.kind.axes().iter().map(size).collect()
    }
}
