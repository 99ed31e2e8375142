//! A dense layer; the weight is `[in, out]`.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use fascicle_core::{Activation, bias_activation, dense_product};

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

    /// `activation(x · weight + bias)`, bias and activation in one step.
    pub(crate) fn activated<const D: usize>(&self, x: Tensor<D>, activation: Activation) -> Tensor<D> {
        let y = product(x, self.weight.val());
        match (&self.bias, activation) {
            (None, Activation::Identity) => y,
            (bias, _) => bias_activation(y, bias.as_ref().map(Param::val), activation),
        }
    }
}

/// One product for all rows, whatever axes they are spread over: batched, it would prepare the weight for each of them.
pub(super) fn product<const D: usize>(x: Tensor<D>, weight: Tensor<2>) -> Tensor<D> {
    let mut dims = x.dims();
    let [width_in, width] = weight.dims();
    let rows = dims[..D - 1].iter().product();
    dims[D - 1] = width;
    dense_product(x.reshape([rows, width_in]), weight).reshape(dims)
}
