//! Key names as tables: what each module of ours is called in a family's files, and how it lies there.

use super::{Layout, Place, in_block};
use crate::config::PatchConfig;

/// The key names of one kind of files.
#[derive(Debug)]
pub(super) struct Keys {
    /// Stands before a block's number.
    pub(super) blocks: &'static str,
    /// Modules of a block.
    pub(super) block: &'static [&'static [Module]],
    /// Modules outside the blocks.
    pub(super) outside: &'static [&'static [Module]],
    /// Modules before which the family's prefix never stands.
    pub(super) heads: &'static [Module],
}

/// One module, or one lone parameter, as we call it and as the files do.
#[derive(Debug)]
pub(super) struct Module {
    ours: &'static str,
    theirs: &'static str,
    lies: Lies,
}

#[derive(Clone, Copy, Debug)]
enum Lies {
    /// A PyTorch module: `weight` (`[out, in]` where it is a matrix) and `bias`.
    Whole,
    /// Part `part` of `parts` along the outputs of a fused dense layer.
    Part { part: usize, parts: usize },
    /// A convolution over patches.
    Patches,
    /// A lone parameter.
    Alone(Layout),
}

/// A dense layer or a norm.
pub(super) const fn module(ours: &'static str, theirs: &'static str) -> Module {
    Module { ours, theirs, lies: Lies::Whole }
}

/// Part `part` of `parts` of a fused dense layer.
pub(super) const fn part(ours: &'static str, theirs: &'static str, [part, parts]: [usize; 2]) -> Module {
    Module { ours, theirs, lies: Lies::Part { part, parts } }
}

/// The convolution over patches.
pub(super) const fn patches(theirs: &'static str) -> Module {
    Module { ours: "embed.patch.projection", theirs, lies: Lies::Patches }
}

/// A parameter that is no module's weight or bias.
pub(super) const fn alone(ours: &'static str, theirs: &'static str, layout: Layout) -> Module {
    Module { ours, theirs, lies: Lies::Alone(layout) }
}

impl Keys {
    /// Where the parameter of a canonical name is; `patches` for models of images.
    pub(super) fn place(&self, name: &str, patches: Option<&PatchConfig>) -> Option<Place> {
        let within = |modules: &[&[Module]], name: &str, before: &str| {
            let found = modules.iter().copied().flatten().find_map(|module| module.find(name, patches));
            found.map(|(key, layout)| Place::new(format!("{before}{key}"), layout))
        };
        match in_block(name) {
            Some((layer, rest)) => within(self.block, rest, &format!("{}{layer}.", self.blocks)),
            None => within(self.outside, name, "")
                .or_else(|| within(&[self.heads], name, "").map(Place::unprefixed)),
        }
    }
}

impl Module {
    fn find(&self, name: &str, patches: Option<&PatchConfig>) -> Option<(String, Layout)> {
        let rest = name.strip_prefix(self.ours)?;
        let layout = match (self.lies, rest) {
            (Lies::Alone(layout), "") => return Some((self.theirs.into(), layout)),
            (Lies::Part { part, parts }, ".weight" | ".bias") => Layout::HeadRows { part, parts, heads: 1 },
            (Lies::Patches, ".weight") => {
                let PatchConfig { channels, patch, .. } = *patches?;
                Layout::Patches { channels, side: patch }
            }
            (Lies::Whole, ".weight") => Layout::Transposed,
            (Lies::Whole | Lies::Patches, ".gain" | ".bias") => Layout::Same,
            _ => return None,
        };
        let leaf = if rest == ".bias" { "bias" } else { "weight" };
        Some((format!("{}.{leaf}", self.theirs), layout))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: Keys = Keys {
        blocks: "layers.",
        block: &[
            &[
                module("ln1", "norm"),
                module("ln1_post", "norm_after"),
                alone("scale1", "gamma", Layout::Same),
            ],
            &[part("attn.k", "qkv", [1, 3])],
        ],
        outside: &[&[alone("embed.positions", "pos", Layout::Units(1)), patches("conv")]],
        heads: &[module("classifier.first", "head")],
    };

    #[track_caller]
    fn check(name: &str, expected: Option<(&str, Layout)>) {
        let patches = PatchConfig { patch: 4, ..PatchConfig::new(3, [8, 8], 4) };
        let found = KEYS.place(name, Some(&patches)).map(|place| (place.key, place.layout));
        assert_eq!(found, expected.map(|(key, layout)| (key.to_string(), layout)), "{name}");
    }

    #[test]
    fn names_are_looked_up_whole() {
        check("blocks.3.ln1.gain", Some(("layers.3.norm.weight", Layout::Same)));
        check("blocks.3.ln1_post.bias", Some(("layers.3.norm_after.bias", Layout::Same)));
        check("blocks.0.scale1", Some(("layers.0.gamma", Layout::Same)));
        let layout = Layout::HeadRows { part: 1, parts: 3, heads: 1 };
        check("blocks.0.attn.k.weight", Some(("layers.0.qkv.weight", layout)));
        check("embed.positions", Some(("pos", Layout::Units(1))));
        check(
            "embed.patch.projection.weight",
            Some(("conv.weight", Layout::Patches { channels: 3, side: 4 })),
        );
        check("classifier.first.weight", Some(("head.weight", Layout::Transposed)));
        check("blocks.0.ln2.gain", None);
        check("ln1.gain", None);
        assert!(!KEYS.place("classifier.first.bias", None).unwrap().prefixed);
    }
}
