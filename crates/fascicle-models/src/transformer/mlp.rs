//! The two-layer MLP of a block.

use std::f64::consts::FRAC_1_SQRT_2;

use burn::module::Module;
use burn::tensor::{Tensor, activation};

use super::linear::Linear;
use super::params::Params;
use crate::config::{Activation, MlpConfig};
use crate::error::ModelError;
use crate::probe::{Probe, visit};
use crate::site::{Site, SiteKind};

#[derive(Module, Debug)]
pub(crate) struct Mlp {
    up: Linear,
    down: Linear,
    #[module(skip)]
    activation: Activation,
}

impl Mlp {
    pub(super) fn build(
        params: &mut Params<'_>,
        config: &MlpConfig,
        d_model: usize,
        layer: usize,
    ) -> Result<Self, ModelError> {
        let mut dense = |name: &str, shape| {
            Linear::build(params, &format!("blocks.{layer}.mlp.{name}"), shape, config.bias)
        };
        Ok(Self {
            up: dense("up", [d_model, config.width])?,
            down: dense("down", [config.width, d_model])?,
            activation: config.activation,
        })
    }

    /// `x`: [batch, position, d_model]; what the MLP adds to the residual stream, of the same shape.
    pub(super) fn forward<P: Probe>(&self, x: Tensor<3>, layer: usize, probe: &mut P) -> Tensor<3> {
        let pre = visit(probe, Site::block(layer, SiteKind::MlpPre), self.up.forward(x));
        let post = visit(probe, Site::block(layer, SiteKind::MlpPost), self.activation.apply(pre));
        self.down.forward(post)
    }
}

impl Activation {
    /// The function, element by element.
    pub fn apply<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        match self {
            // burn differentiates its fused gelu as if it were the tanh approximation on most devices (3e-4 off):
            // where a gradient is wanted, compose it of what is differentiated exactly
            Self::Gelu if x.is_tracked() => x.clone() * ((x * FRAC_1_SQRT_2).erf() + 1.0) * 0.5,
            Self::Gelu => activation::gelu(x),
            Self::GeluTanh => activation::gelu_approximate(x),
            Self::Relu => activation::relu(x),
            Self::Silu => activation::silu(x),
            Self::Tanh => activation::tanh(x),
            Self::Identity => x,
        }
    }
}
