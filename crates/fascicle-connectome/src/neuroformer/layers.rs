//! Dense layers, layer norms, embeddings and dropout.

use burn::module::{Module, Param};
use burn::tensor::{Distribution, Int, Tensor, module};
use fascicle_core::{Activation, dense_layer};

use super::NeuroformerError;
use super::params::{First, Params};

/// y = x W + b; W is `[in, out]`.
#[derive(Module, Debug)]
pub(super) struct Linear {
    weight: Param<Tensor<2>>,
    bias: Option<Param<Tensor<1>>>,
}

impl Linear {
    pub(super) fn build(
        params: &mut Params<'_>,
        name: &str,
        shape: [usize; 2],
        bias: bool,
    ) -> Result<Self, NeuroformerError> {
        params.part(name, |params| {
            let weight = params.take("weight", shape, First::Normal)?;
            let bias = if bias { Some(params.take("bias", [shape[1]], First::Zeros)?) } else { None };
            Ok(Self { weight, bias })
        })
    }

    pub(super) fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        self.activated(x, Activation::Identity)
    }

    /// activation(x W + b).
    pub(super) fn activated<const D: usize>(&self, x: Tensor<D>, activation: Activation) -> Tensor<D> {
        dense_layer(x, self.weight.val(), self.bias.as_ref().map(Param::val), activation)
    }
}

/// PyTorch's default.
const EPS: f64 = 1e-5;

/// Layer norm over the last axis.
#[derive(Module, Debug)]
pub(super) struct LayerNorm {
    gain: Param<Tensor<1>>,
    bias: Param<Tensor<1>>,
}

impl LayerNorm {
    pub(super) fn build(params: &mut Params<'_>, name: &str, width: usize) -> Result<Self, NeuroformerError> {
        params.part(name, |params| {
            Ok(Self {
                gain: params.take("gain", [width], First::Ones)?,
                bias: params.take("bias", [width], First::Zeros)?,
            })
        })
    }

    pub(super) fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        module::layer_norm(x, self.gain.val(), Some(self.bias.val()), EPS)
    }
}

/// A row of numbers for each token.
#[derive(Module, Debug)]
pub(super) struct Embedding {
    weight: Param<Tensor<2>>,
}

impl Embedding {
    pub(super) fn build(
        params: &mut Params<'_>,
        name: &str,
        shape: [usize; 2],
        first: First,
    ) -> Result<Self, NeuroformerError> {
        params.part(name, |params| Ok(Self { weight: params.take("weight", shape, first)? }))
    }

    /// `[batch, position]` to `[batch, position, width]`.
    pub(super) fn of(&self, tokens: Tensor<2, Int>) -> Tensor<3> {
        module::embedding(self.weight.val(), tokens)
    }

    /// The whole table.
    pub(super) fn of_all(&self) -> Tensor<2> {
        self.weight.val()
    }

    /// The rows of the first `count` tokens, `[1, count, width]`.
    pub(super) fn first(&self, count: usize) -> Tensor<3> {
        let [_, width] = self.weight.val().dims();
        self.weight.val().slice([0..count, 0..width]).unsqueeze()
    }
}

/// Sets a share of numbers to zero and raises the others so that the mean stays. With a share of 0, draws nothing.
pub(super) fn dropout<const D: usize>(x: Tensor<D>, share: f64) -> Tensor<D> {
    if share == 0.0 {
        return x;
    }
    let kept = x.random_like(Distribution::Bernoulli(1.0 - share));
    x * kept * (1.0 / (1.0 - share))
}
