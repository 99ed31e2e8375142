//! What comes after the last block: scores over the vocabulary or over classes, one vector a row.

use serde::{Deserialize, Serialize};

use super::Activation;

/// From the residual stream to scores over the vocabulary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnembedConfig {
    /// Whether the matrix is the token embedding's, transposed.
    pub tied: bool,
    /// A bias over the vocabulary.
    pub bias: bool,
    /// A dense layer, this activation and a norm before the matrix (BERT's masked-language-model head).
    #[serde(default)]
    pub transform: Option<Activation>,
    /// Scores s become c·tanh(s/c) (Gemma 2).
    #[serde(default)]
    pub softcap: Option<f64>,
}

/// From the residual stream to scores over classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassifierConfig {
    /// Number of classes.
    pub classes: usize,
    /// What the scores are read from.
    pub from: ClassifierInput,
}

/// What a classifier reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassifierInput {
    /// The first position.
    First,
    /// The first two positions, a matrix for each, averaged (DeiT with its teacher).
    FirstTwo,
    /// The first position beside the mean of the patches (DINOv2).
    FirstAndMean,
    /// The pooler's output (BERT).
    Pooler,
}

/// How the stream becomes one vector a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pooler {
    /// Not at all.
    #[default]
    None,
    /// A dense layer over the first position and a function of it (BERT, ViT).
    Dense {
        /// Width of the layer's output.
        width: usize,
        /// The function; tanh in most models.
        activation: Activation,
    },
    /// The first position as it is (DINOv2).
    First,
    /// The final norm of the first position alone; the stream itself goes without (CLIP's images).
    FirstNormed,
    /// The position of the first token with this id (CLIP's texts).
    EndOfText(i64),
    /// The position of the highest id (CLIP's texts before their configuration knew the end).
    HighestId,
}

impl Pooler {
    /// Width of its dense layer, where it has one.
    pub(crate) fn width(self) -> Option<usize> {
        match self {
            Self::Dense { width, .. } => Some(width),
            _ => None,
        }
    }
}

impl UnembedConfig {
    /// A plain matrix.
    pub fn new(tied: bool) -> Self {
        Self { tied, bias: false, transform: None, softcap: None }
    }
}
