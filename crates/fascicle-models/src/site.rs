//! Sites: the named places in a forward pass that can be observed or changed.
//!
//! The names are TransformerLens's, so that a notebook's hook names work here unchanged. One site means the
//! same thing in every family: `hook_resid_post` is the residual stream that leaves a block and enters the
//! next one. In post-norm models (BERT) the stream passes through a norm before it flows on, so there
//! `hook_resid_mid` and `hook_resid_post` are taken after that norm; this is also what `transformers`
//! reports as a hidden state.

mod axis;
mod kind;
mod tower;

use std::fmt;
use std::str::FromStr;

pub use axis::Axis;
pub use kind::SiteKind;
pub use tower::Tower;

use crate::error::ModelError;
use crate::names::nearest;

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
        parse(text).ok_or_else(|| {
            let whole = text.rsplit_once('[').and_then(|(whole, _)| parse(whole));
            match whole.filter(|site| site.kind.axis(Axis::Head).is_none()) {
                Some(site) => {
                    ModelError::NoHeads { text: text.to_string(), kinds: format!("`{}`", site.kind.name()) }
                }
                None => ModelError::UnknownSite {
                    text: text.to_string(),
                    nearest: nearest_kind(text, SiteKind::all()),
                },
            }
        })
    }
}

/// The name of the kind that `text`, a site or a pattern of sites, most likely means, if it resembles any.
///
/// Who leaves out what stands before `hook_` (`hook_z` for `attn.hook_z`) means just that; anything else is as good as
/// it is alike.
pub(crate) fn nearest_kind(text: &str, kinds: impl IntoIterator<Item = SiteKind>) -> Option<String> {
    let head = text.strip_suffix(']').and_then(|text| text.rsplit_once('['));
    let name = head.map_or(text, |(name, _)| name).replace(['*', '?'], "");
    let name = strip_layer(&name);
    let kinds: Vec<&str> = kinds.into_iter().map(SiteKind::name).collect();
    let shortened = kinds.iter().find(|kind| kind.rsplit('.').next() == Some(name));
    shortened.map(ToString::to_string).or_else(|| nearest(name, kinds.iter().copied()))
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
    let fits = kind.in_block() == layer.is_some() && (head.is_none() || kind.axis(Axis::Head).is_some());
    fits.then_some(Site { tower, layer, kind, head })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_site_is_read_as_it_is_written() {
        for kind in SiteKind::all() {
            let site = if kind.in_block() { Site::block(11, kind) } else { Site::new(kind) };
            for tower in Tower::ALL {
                let site = site.in_tower(tower);
                assert_eq!(site.to_string().parse::<Site>().unwrap(), site);
            }
            if kind.axis(Axis::Head).is_some() {
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
        let said = |text: &str| text.parse::<Site>().unwrap_err().to_string();
        insta::assert_snapshot!(said("blocks.0.attn.hook_zz"), @"unknown site `blocks.0.attn.hook_zz`: did you mean `attn.hook_z`? (`fascicle inspect MODEL` lists a model's sites)");
        // the part before the hook left out
        insta::assert_snapshot!(said("blocks.0.hook_z[1]"), @"unknown site `blocks.0.hook_z[1]`: did you mean `attn.hook_z`? (`fascicle inspect MODEL` lists a model's sites)");
        insta::assert_snapshot!(said("blocks.0.hook_mlp_out[1]"), @"`blocks.0.hook_mlp_out[1]`: there are no heads at `hook_mlp_out`: leave out the brackets");
    }
}
