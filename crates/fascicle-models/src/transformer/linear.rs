//! A dense layer; the weight is `[in, out]`.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use fascicle_core::{Activation, dense_layer};

use super::params::Params;
use crate::error::ModelError;

/// `x · weight + bias` over the last axis.
#[derive(Module, Debug)]
pub(crate) struct Linear {
    pub(crate) weight: Param<Tensor<2>>,
    pub(crate) bias: Option<Param<Tensor<1>>>,
}

impl Linear {
    pub(crate) fn build(
        params: &mut Params<'_>,
        name: &str,
        shape: [usize; 2],
        bias: bool,
    ) -> Result<Self, ModelError> {
        let weight = params.take(&format!("{name}.weight"), shape)?;
        let bias = if bias { Some(params.take(&format!("{name}.bias"), [shape[1]])?) } else { None };
        Ok(Self { weight, bias })
    }

    pub(crate) fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        self.activated(x, Activation::Identity)
    }

    /// `activation(x · weight + bias)` in one step.
    pub(crate) fn activated<const D: usize>(&self, x: Tensor<D>, activation: Activation) -> Tensor<D> {
        dense_layer(x, self.weight.val(), self.bias.as_ref().map(Param::val), activation)
    }
}
