//! What enters a transformer.

use serde::{Deserialize, Serialize};

/// What enters a transformer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputKind {
    /// Token ids, looked up in an embedding of `vocab` rows.
    #[default]
    Tokens,
    /// An image, cut into patches.
    Patches(PatchConfig),
    /// A residual stream that another model made (MAE's decoder).
    Stream,
}

/// How an image becomes a sequence: `[class?, distillation?, registers…, patches row by row…]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatchConfig {
    /// Channels of the image.
    pub channels: usize,
    /// Height and width that the learned positions are for, in pixels.
    pub image: [usize; 2],
    /// Height and width of a patch, in pixels.
    pub patch: usize,
    /// Whether the projection of a patch has a bias.
    pub bias: bool,
    /// A learned vector at the front (cls).
    pub class_token: bool,
    /// A second one (DeiT).
    #[serde(default)]
    pub distillation_token: bool,
    /// Learned vectors without a position (Darcet et al. 2023).
    #[serde(default)]
    pub registers: usize,
    /// What learned positions do for images of another size.
    #[serde(default)]
    pub resize: PositionResize,
    /// Share of the patches that is left out before the first block (MAE); which ones, the inputs' noise decides.
    #[serde(default)]
    pub mask_ratio: Option<f64>,
}

impl PatchConfig {
    /// Patches of one size behind a class token, biased, for images of one size.
    pub fn new(channels: usize, image: [usize; 2], patch: usize) -> Self {
        Self {
            channels,
            image,
            patch,
            bias: true,
            class_token: true,
            distillation_token: false,
            registers: 0,
            resize: PositionResize::Refuse,
            mask_ratio: None,
        }
    }

    /// Tokens before the patches.
    pub fn prefix(&self) -> usize {
        usize::from(self.class_token) + usize::from(self.distillation_token) + self.registers
    }

    /// Length of the sequence that an image of the native size becomes.
    pub fn positions(&self) -> usize {
        self.prefix() + self.grid(self.image).iter().product::<usize>()
    }

    /// Rows and columns of patches of an image of `[height, width]` pixels.
    pub fn grid(&self, image: [usize; 2]) -> [usize; 2] {
        // a patch of no pixels is refused where configurations are checked
        image.map(|side| side.checked_div(self.patch).unwrap_or(0))
    }

    /// How many of `patches` patches enter the first block.
    pub fn kept(&self, patches: usize) -> usize {
        self.mask_ratio.map_or(patches, |ratio| (patches as f64 * (1.0 - ratio)) as usize)
    }
}

/// What learned positions do for images of another size than they were trained on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PositionResize {
    /// Such images are refused.
    #[default]
    Refuse,
    /// Bicubic interpolation as PyTorch does it (a = −0.75, half-pixel centres).
    Bicubic,
    /// Bicubic interpolation with PyTorch's antialiasing (a = −0.5, wider kernel when shrinking).
    BicubicAntialias,
}
