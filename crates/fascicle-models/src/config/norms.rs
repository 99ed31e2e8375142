//! Norms: their kind and their place.

use serde::{Deserialize, Serialize};

/// Kind of norm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NormKind {
    /// No norms at all.
    None,
    /// Mean and variance over the channels, then gain and bias (Ba et al. 2016).
    Layer,
    /// Root mean square over the channels, then gain (Zhang & Sennrich 2019).
    Rms,
    /// The same with gain 1 + w (Gemma).
    RmsPlusOne,
}

/// Where a block's norms stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NormPlace {
    /// Before attention and MLP: `x + f(norm(x))` (GPT-2).
    Pre,
    /// After the residual addition: `norm(x + f(x))` (BERT).
    Post,
    /// Before attention and MLP, and again on what they give: `x + norm(f(norm(x)))` (Gemma 2).
    Around,
}
