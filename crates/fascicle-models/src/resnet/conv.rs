//! A convolution with its batch norm.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;

use crate::error::ModelError;
use crate::transformer::params::Params;

/// Added to the variance inside every batch norm; no configuration says otherwise.
const EPS: f64 = 1e-5;

/// A convolution without bias, padded so that a stride of 1 keeps the size, and the batch norm behind it.
#[derive(Module, Debug)]
pub(super) struct ConvNorm {
    /// [out, in, kernel, kernel]
    pub(super) weight: Param<Tensor<4>>,
    gain: Param<Tensor<1>>,
    bias: Param<Tensor<1>>,
    mean: Param<Tensor<1>>,
    variance: Param<Tensor<1>>,
    #[module(skip)]
    stride: usize,
}

impl ConvNorm {
    pub(super) fn build(
        params: &mut Params<'_>,
        name: &str,
        [from, to]: [usize; 2],
        kernel: usize,
        stride: usize,
    ) -> Result<Self, ModelError> {
        let weight = params.take(&format!("{name}.weight"), [to, from, kernel, kernel])?;
        let mut per_channel = |leaf: &str| params.take(&format!("{name}.{leaf}"), [to]);
        Ok(Self {
            weight,
            gain: per_channel("gain")?,
            bias: per_channel("bias")?,
            mean: per_channel("mean")?,
            variance: per_channel("variance")?,
            stride,
        })
    }

    /// [batch, in, height, width] to [batch, out, height / stride, width / stride].
    pub(super) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let weight = self.weight.val();
        let [to, _, kernel, _] = weight.dims();
        let options = ConvOptions::new([self.stride; 2], [kernel / 2; 2], [1, 1], 1);
        let x = conv2d(x, weight, None, options);
        let scale = self.gain.val() / (self.variance.val() + EPS).sqrt();
        let shift = self.bias.val() - self.mean.val() * scale.clone();
        x * scale.reshape([1, to, 1, 1]) + shift.reshape([1, to, 1, 1])
    }
}
