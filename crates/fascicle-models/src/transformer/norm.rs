//! Layer norm, with its two sites.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use burn::tensor::module::layer_norm;

use super::params::Params;
use crate::error::ModelError;
use crate::probe::{Probe, visit};
use crate::site::Site;

/// `gain · (x − mean) / √(var + eps) + bias` over the last axis.
#[derive(Module, Debug)]
pub(crate) struct Norm {
    gain: Param<Tensor<1>>,
    bias: Param<Tensor<1>>,
    #[module(skip)]
    eps: f64,
}

impl Norm {
    pub(super) fn build(
        params: &mut Params<'_>,
        name: &str,
        width: usize,
        eps: f64,
    ) -> Result<Self, ModelError> {
        let gain = params.take(&format!("{name}.gain"), [width])?;
        let bias = params.take(&format!("{name}.bias"), [width])?;
        Ok(Self { gain, bias, eps })
    }

    /// Without sites, in one fused operation.
    pub(super) fn plain<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        layer_norm(x, self.gain.val(), Some(self.bias.val()), self.eps)
    }

    /// Visits the scale and the normalised output; fused unless the probe wants the scale.
    pub(super) fn forward<P: Probe>(
        &self,
        x: Tensor<3>,
        scale: Site,
        normalized: Site,
        probe: &mut P,
    ) -> Tensor<3> {
        let y = if probe.wants(scale) {
            let centred = x.clone() - x.mean_dim(2);
            let variance = (centred.clone() * centred.clone()).mean_dim(2);
            let std = probe.at(scale, (variance + self.eps).sqrt());
            centred / std * self.gain.val().unsqueeze() + self.bias.val().unsqueeze()
        } else {
            self.plain(x)
        };
        visit(probe, normalized, y)
    }
}
