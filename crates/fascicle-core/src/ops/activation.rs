//! The activation functions that a layer may end in.

/// What is applied to every number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// x.
    Identity,
    /// x·Φ(x), with the exact Gaussian distribution function.
    Gelu,
    /// ½x(1 + tanh(√(2/π)(x + 0.044715x³))).
    GeluTanh,
    /// x·σ(1.702·x).
    QuickGelu,
    /// x·σ(x).
    Silu,
    /// max(x, 0).
    Relu,
    /// tanh(x).
    Tanh,
}

impl Activation {
    /// Factor of x in the tanh approximation of the GELU: √(2/π).
    pub(super) const TANH_LINEAR: f64 = std::f64::consts::FRAC_2_SQRT_PI * std::f64::consts::FRAC_1_SQRT_2;
    /// And that of x³.
    pub(super) const TANH_CUBIC: f64 = Self::TANH_LINEAR * 0.044_715;
    /// Slope inside the sigmoid approximation of the GELU.
    pub(super) const QUICK_SLOPE: f64 = 1.702;
}
