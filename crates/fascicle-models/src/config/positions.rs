//! How positions enter a transformer.

use serde::{Deserialize, Serialize};

/// How positions enter the model.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Positions {
    /// Not at all.
    None,
    /// A learned vector per position, added to the embedding.
    Learned,
    /// Queries and keys are rotated by their position (Su et al. 2021), in the rotate-half layout.
    Rotary(Rotary),
    /// Queries and keys of patches are rotated by their row and column (DINOv3).
    Axial {
        /// Base of the wavelengths.
        theta: f64,
    },
}

/// Rotary positions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotary {
    /// How many of a head's first channels are rotated.
    pub dims: usize,
    /// Base of the wavelengths.
    pub theta: f64,
    /// How they are stretched for longer sequences.
    #[serde(default)]
    pub scaling: RotaryScaling,
}

/// How rotary wavelengths are stretched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RotaryScaling {
    /// Not at all.
    #[default]
    None,
    /// All by one factor (position interpolation, Chen et al. 2023).
    Linear {
        /// The factor.
        factor: f64,
    },
    /// Long ones by a factor, short ones not at all, those between by degrees (Llama 3.1).
    Llama3 {
        /// The factor of long wavelengths.
        factor: f64,
        /// Wavelengths above `original / low` are long.
        low: f64,
        /// Wavelengths below `original / high` are short.
        high: f64,
        /// Sequence length that the model was first trained on.
        original: f64,
    },
}
