//! MLPs, mixtures of them, and their activation functions.

use serde::{Deserialize, Serialize};

/// MLP settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MlpConfig {
    /// Number of hidden neurons (of each expert, where there are experts).
    pub width: usize,
    /// Their activation function.
    pub activation: Activation,
    /// Biases of the layers.
    pub bias: bool,
    /// Whether each neuron's activation is multiplied by a second, linear reading (SwiGLU, GeGLU; Shazeer 2020).
    #[serde(default)]
    pub gated: bool,
    /// A mixture of such MLPs instead of one.
    #[serde(default)]
    pub experts: Option<Experts>,
}

/// A mixture of experts: each position goes through the few whose router scores are highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Experts {
    /// How many there are.
    pub count: usize,
    /// How many a position goes through; of equal scores the lower expert counts as higher.
    pub per_token: usize,
    /// Whether the weights of the chosen are made to add up to 1.
    pub renormalise: bool,
}

impl MlpConfig {
    /// A plain two-layer MLP.
    pub fn new(width: usize, activation: Activation, bias: bool) -> Self {
        Self { width, activation, bias, gated: false, experts: None }
    }
}

/// Activation function of hidden neurons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// x·Φ(x), with the exact Gaussian distribution function.
    Gelu,
    /// The tanh approximation of [`Activation::Gelu`].
    GeluTanh,
    /// x·σ(1.702·x), CLIP's approximation of [`Activation::Gelu`].
    QuickGelu,
    /// max(x, 0).
    Relu,
    /// x·σ(x).
    Silu,
    /// tanh(x).
    Tanh,
    /// x.
    Identity,
}

impl Activation {
    /// The names that Hugging Face configurations use.
    pub(crate) const NAMES: &[(&'static str, Activation)] = &[
        ("gelu", Activation::Gelu),
        ("gelu_new", Activation::GeluTanh),
        ("gelu_pytorch_tanh", Activation::GeluTanh),
        ("gelu_fast", Activation::GeluTanh),
        ("gelu_accurate", Activation::GeluTanh),
        ("gelu_python", Activation::Gelu),
        ("gelu_python_tanh", Activation::GeluTanh),
        ("quick_gelu", Activation::QuickGelu),
        ("relu", Activation::Relu),
        ("silu", Activation::Silu),
        ("swish", Activation::Silu),
        ("tanh", Activation::Tanh),
        ("linear", Activation::Identity),
    ];
}
