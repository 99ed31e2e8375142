//! Sites under the names that `transformers` has for them.

use crate::config::{InputKind, Pooler, TransformerConfig};
use crate::model::ModelConfig;
use crate::site::{Site, SiteKind, Tower};

/// The site that holds a golden file's tensor `name`: a site's own name, or a hidden state, a pattern or router scores as
/// `transformers` numbers them (`h.0` is the embedding, `h.3` what leaves the third block, `vision.attn.0`, `router.1`).
///
/// `transformers` reports the last hidden state of a decoder after its final norm. `shape` tells scores over classes, which
/// it calls logits as well, from those over a vocabulary.
pub fn golden_site(name: &str, shape: &[usize], config: &ModelConfig) -> Option<Site> {
    if let Ok(site) = name.parse::<Site>() {
        let classes = site.kind == SiteKind::Logits && shape.len() == 2;
        return Some(if classes { Site::new(SiteKind::ClassLogits) } else { site });
    }
    let (tower, config) = match (config, name.split('.').next()?) {
        (ModelConfig::Transformer(config), _) => (Tower::Main, config),
        (ModelConfig::Mae(config), _) => (Tower::Main, &config.encoder),
        (ModelConfig::Clip(config), "text") => (Tower::Text, config.text.as_ref()?),
        (ModelConfig::Clip(config), "vision") => (Tower::Vision, config.vision.as_ref()?),
        // a tower that is alone goes without its name there
        (ModelConfig::Clip(config), _) => match (&config.text, &config.vision) {
            (Some(text), None) => (Tower::Text, text),
            (None, Some(vision)) => (Tower::Vision, vision),
            _ => return None,
        },
        (ModelConfig::ResNet(config), _) => return stage(name, &config.depths),
    };
    let name = name.strip_prefix(tower.prefix()).unwrap_or(name);
    let (kind, number) = name.split_once('.')?;
    let number: usize = number.parse().ok()?;
    let site = match kind {
        "attn" => Site::block(number, SiteKind::Pattern),
        "router" => Site::block(number, SiteKind::RouterLogits),
        "h" if number == 0 => Site::block(0, SiteKind::ResidPre),
        "h" if number == config.n_layers && ends_normed(tower, config) => {
            Site::new(SiteKind::LnFinalNormalized)
        }
        "h" => Site::block(number - 1, SiteKind::ResidPost),
        _ => return None,
    };
    Some(site.in_tower(tower))
}

/// CLIP's texts, which a pooler gives away, are no decoder: their last hidden state is reported before the norm.
fn ends_normed(tower: Tower, config: &TransformerConfig) -> bool {
    let decoder = config.input == InputKind::Tokens && config.pooler == Pooler::None;
    tower == Tower::Main && config.final_norm && decoder
}

/// The stem of a residual network, or what leaves its last block of a stage.
fn stage(name: &str, depths: &[usize]) -> Option<Site> {
    let stage: usize = match name {
        "last_hidden_state" => depths.len(),
        _ => name.strip_prefix("h.")?.parse().ok()?,
    };
    let blocks: usize = depths.get(..stage)?.iter().sum();
    Some(match blocks.checked_sub(1) {
        Some(last) => Site::block(last, SiteKind::MapResidPost),
        None => Site::new(SiteKind::MapStem),
    })
}
