//! One block: attention and an MLP, each after a layer norm, and a layer norm at the end.

use burn::module::Module;
use burn::tensor::Tensor;
use fascicle_core::Activation;

use super::NeuroformerError;
use super::attention::{Attention, Mask, Pass};
use super::layers::{LayerNorm, Linear, dropout};
use super::params::Params;

/// As in the authors' program, queries are normed before attention and keys and values are not, also in self-attention;
/// the norm at the end of the block before has done it for all but the first.
#[derive(Module, Debug)]
pub(super) struct Block {
    norm_1: LayerNorm,
    attention: Attention,
    norm_2: LayerNorm,
    up: Linear,
    down: Linear,
    norm_out: LayerNorm,
}

impl Block {
    pub(super) fn build(
        params: &mut Params<'_>,
        width: usize,
        heads: usize,
    ) -> Result<Self, NeuroformerError> {
        Ok(Self {
            norm_1: LayerNorm::build(params, "norm_1", width)?,
            attention: Attention::build(params, width, heads)?,
            norm_2: LayerNorm::build(params, "norm_2", width)?,
            up: Linear::build(params, "up", [width, 4 * width], true)?,
            down: Linear::build(params, "down", [4 * width, width], true)?,
            norm_out: LayerNorm::build(params, "norm_out", width)?,
        })
    }

    /// `x`: `[batch, position, width]`; `source`: what is attended to, `[batch, key, width]`, or `x` itself.
    pub(super) fn forward(
        &self,
        x: Tensor<3>,
        source: Option<&Tensor<3>>,
        mask: &Mask,
        pass: &mut Pass<'_>,
    ) -> Tensor<3> {
        let source = source.unwrap_or(&x).clone();
        let x = x.clone() + self.attention.forward(self.norm_1.forward(x), source, mask, pass);
        let inner = self.up.activated(self.norm_2.forward(x.clone()), Activation::Gelu);
        let x = x + dropout(self.down.forward(inner), pass.dropout);
        self.norm_out.forward(x)
    }
}
