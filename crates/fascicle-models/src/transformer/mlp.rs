//! The MLP of a block: two layers, gated or not, or a mixture of such experts.

use burn::module::Module;
use burn::tensor::Tensor;
use fascicle_core::bias_activation;

use super::experts::Mixture;
use super::linear::Linear;
use super::params::Params;
use crate::config::{Activation, MlpConfig};
use crate::error::ModelError;
use crate::probe::{NoProbe, Probe, visit};
use crate::site::{Site, SiteKind};

/// What a block has between its second norm and the stream.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant)] // the large one is the usual one
pub(crate) enum Mlp {
    /// One network for every position.
    Dense(Neurons),
    /// Each position through a few of many.
    Mixture(Mixture),
}

impl Mlp {
    pub(super) fn build(
        params: &mut Params<'_>,
        config: &MlpConfig,
        d_model: usize,
        layer: usize,
    ) -> Result<Self, ModelError> {
        let name = format!("blocks.{layer}.mlp");
        Ok(match &config.experts {
            None => Self::Dense(Neurons::build(params, config, d_model, &name)?),
            Some(experts) => Self::Mixture(Mixture::build(params, config, experts, d_model, &name)?),
        })
    }

    /// `x`: [batch, position, d_model]; what the MLP gives, of the same shape.
    pub(super) fn forward<P: Probe>(&self, x: Tensor<3>, layer: usize, probe: &mut P) -> Tensor<3> {
        match self {
            Self::Dense(neurons) => neurons.forward(x, layer, probe),
            Self::Mixture(mixture) => mixture.forward(x, layer, probe),
        }
    }
}

/// One layer of hidden neurons between two dense layers; gated neurons have a second, linear reading.
#[derive(Module, Debug)]
pub(crate) struct Neurons {
    gate: Option<Linear>,
    up: Linear,
    down: Linear,
    #[module(skip)]
    activation: Activation,
}

impl Neurons {
    pub(super) fn build(
        params: &mut Params<'_>,
        config: &MlpConfig,
        d_model: usize,
        name: &str,
    ) -> Result<Self, ModelError> {
        let mut dense =
            |leaf: &str, shape| Linear::build(params, &format!("{name}.{leaf}"), shape, config.bias);
        Ok(Self {
            gate: config.gated.then(|| dense("gate", [d_model, config.width])).transpose()?,
            up: dense("up", [d_model, config.width])?,
            down: dense("down", [config.width, d_model])?,
            activation: config.activation,
        })
    }

    fn forward<P: Probe>(&self, x: Tensor<3>, layer: usize, probe: &mut P) -> Tensor<3> {
        let site = |kind| Site::block(layer, kind);
        // neurons before the activation are only there if somebody looks
        let activated = |layer: &Linear, x, probe: &mut P| {
            if !probe.wants(site(SiteKind::MlpPre)) {
                return layer.activated(x, self.activation.into());
            }
            self.activation.apply(probe.at(site(SiteKind::MlpPre), layer.forward(x)))
        };
        let post = match &self.gate {
            None => activated(&self.up, x, probe),
            Some(gate) => {
                let gate = activated(gate, x.clone(), probe);
                gate * visit(probe, site(SiteKind::MlpPreLinear), self.up.forward(x))
            }
        };
        self.down.forward(visit(probe, site(SiteKind::MlpPost), post))
    }

    /// Rows [row, d_model] through the network, without sites.
    pub(super) fn plain(&self, x: Tensor<2>) -> Tensor<2> {
        let [rows, d_model] = x.dims();
        self.forward(x.reshape([1, rows, d_model]), 0, &mut NoProbe).reshape([rows, d_model])
    }
}

impl Activation {
    /// The function, element by element.
    pub fn apply<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        bias_activation(x, None, self.into())
    }
}

impl From<Activation> for fascicle_core::Activation {
    fn from(activation: Activation) -> Self {
        match activation {
            Activation::Gelu => Self::Gelu,
            Activation::GeluTanh => Self::GeluTanh,
            Activation::QuickGelu => Self::QuickGelu,
            Activation::Relu => Self::Relu,
            Activation::Silu => Self::Silu,
            Activation::Tanh => Self::Tanh,
            Activation::Identity => Self::Identity,
        }
    }
}
