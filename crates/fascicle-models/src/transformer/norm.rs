//! Norms, with their two sites.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use burn::tensor::module::layer_norm;

use super::params::Params;
use crate::config::{NormKind, TransformerConfig};
use crate::error::ModelError;
use crate::probe::{Probe, visit};
use crate::site::Site;

/// Layer norm or root-mean-square norm over the last axis.
#[derive(Module, Debug)]
pub(crate) struct Norm {
    gain: Param<Tensor<1>>,
    bias: Option<Param<Tensor<1>>>,
    #[module(skip)]
    kind: NormKind,
    #[module(skip)]
    eps: f64,
}

impl Norm {
    /// A norm of the model's kind over `width` channels; `None` for a model without norms.
    pub(super) fn build(
        params: &mut Params<'_>,
        name: &str,
        width: usize,
        config: &TransformerConfig,
    ) -> Result<Option<Self>, ModelError> {
        if config.norm == NormKind::None {
            return Ok(None);
        }
        let gain = params.take(&format!("{name}.gain"), [width])?;
        let bias = if config.norm == NormKind::Layer {
            Some(params.take(&format!("{name}.bias"), [width])?)
        } else {
            None
        };
        Ok(Some(Self { gain, bias, kind: config.norm, eps: config.norm_eps }))
    }

    /// Without sites, fused where burn can.
    pub(super) fn plain<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        if self.kind == NormKind::Layer {
            return layer_norm(x, self.gain.val(), self.bias.as_ref().map(Param::val), self.eps);
        }
        let scale = self.scale(&x);
        self.with_gain(x / scale)
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
            let x = if self.kind == NormKind::Layer { x.clone() - x.mean_dim(2) } else { x };
            let scale = probe.at(scale, self.scale(&x));
            self.with_gain(x / scale)
        } else {
            self.plain(x)
        };
        visit(probe, normalized, y)
    }

    /// √(mean of squares + eps) over the last axis, which is kept with length 1.
    fn scale<const D: usize>(&self, x: &Tensor<D>) -> Tensor<D> {
        ((x.clone() * x.clone()).mean_dim(D - 1) + self.eps).sqrt()
    }

    fn with_gain<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        let gain = self.gain.val();
        let gain = if self.kind == NormKind::RmsPlusOne { gain + 1.0 } else { gain };
        let y = x * gain.unsqueeze();
        match &self.bias {
            Some(bias) => y + bias.val().unsqueeze(),
            None => y,
        }
    }
}
