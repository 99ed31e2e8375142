//! Multi-head attention with every intermediate open to probes.

use std::fmt;
use std::sync::Arc;

use burn::module::Module;
use burn::tensor::activation::softmax;
use burn::tensor::{Bool, Tensor};
use fascicle_core::{AttentionFn, AttentionWatch};

use super::linear::Linear;
use super::params::Params;
use crate::config::TransformerConfig;
use crate::error::ModelError;
use crate::probe::{Probe, visit};
use crate::site::{Site, SiteKind};

/// Softmax over all keys: the plain attention of Vaswani et al. 2017, with its scores and pattern visible.
#[derive(Clone, Copy, Debug, Default)]
pub struct DenseAttention;

impl AttentionFn for DenseAttention {
    fn attend(
        &self,
        q: Tensor<4>,
        k: Tensor<4>,
        v: Tensor<4>,
        blocked: Option<Tensor<4, Bool>>,
        scale: f64,
        watch: &mut dyn AttentionWatch,
    ) -> Tensor<4> {
        let mut scores = (q * scale).matmul(k.swap_dims(2, 3));
        if let Some(blocked) = blocked {
            // the lowest finite number, as `transformers` has it: a row that may attend to nothing stays finite
            scores = scores.mask_fill(blocked, f32::MIN);
        }
        if watch.wants_scores() {
            scores = watch.scores(scores);
        }
        let mut pattern = softmax(scores, 3);
        if watch.wants_pattern() {
            pattern = watch.pattern(pattern);
        }
        pattern.matmul(v)
    }
}

/// Which attention a model uses; any [`AttentionFn`] will do.
#[derive(Clone)]
pub(crate) struct AttentionChoice(pub(crate) Arc<dyn AttentionFn + Send + Sync>);

impl fmt::Debug for AttentionChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AttentionChoice")
    }
}

/// Passes attention's scores and pattern on to a probe.
struct Watch<'a, P> {
    probe: &'a mut P,
    layer: usize,
}

impl<P: Probe> AttentionWatch for Watch<'_, P> {
    fn wants_scores(&self) -> bool {
        self.probe.wants(Site::block(self.layer, SiteKind::AttnScores))
    }

    fn wants_pattern(&self) -> bool {
        self.probe.wants(Site::block(self.layer, SiteKind::Pattern))
    }

    fn scores(&mut self, x: Tensor<4>) -> Tensor<4> {
        self.probe.at(Site::block(self.layer, SiteKind::AttnScores), x)
    }

    fn pattern(&mut self, x: Tensor<4>) -> Tensor<4> {
        self.probe.at(Site::block(self.layer, SiteKind::Pattern), x)
    }
}

#[derive(Module, Debug)]
pub(crate) struct Attention {
    q: Linear,
    k: Linear,
    v: Linear,
    o: Linear,
    #[module(skip)]
    n_heads: usize,
    #[module(skip)]
    d_head: usize,
    #[module(skip)]
    scale: f64,
}

impl Attention {
    pub(super) fn build(
        params: &mut Params<'_>,
        config: &TransformerConfig,
        layer: usize,
    ) -> Result<Self, ModelError> {
        let (d_model, width) = (config.d_model, config.n_heads * config.d_head);
        let mut projection = |name: &str, shape, bias| {
            Linear::build(params, &format!("blocks.{layer}.attn.{name}"), shape, bias)
        };
        Ok(Self {
            q: projection("q", [d_model, width], config.attention.qkv_bias)?,
            k: projection("k", [d_model, width], config.attention.qkv_bias)?,
            v: projection("v", [d_model, width], config.attention.qkv_bias)?,
            o: projection("o", [width, d_model], config.attention.out_bias)?,
            n_heads: config.n_heads,
            d_head: config.d_head,
            scale: config.attention.scale.factor(config.d_head, layer),
        })
    }

    /// `x`: [batch, position, d_model]; what attention adds to the residual stream, of the same shape.
    pub(super) fn forward<P: Probe>(
        &self,
        x: Tensor<3>,
        layer: usize,
        blocked: Option<Tensor<4, Bool>>,
        attention: &AttentionChoice,
        probe: &mut P,
    ) -> Tensor<3> {
        let [batch, positions, _] = x.dims();
        let mut heads = |projection: &Linear, kind| {
            let split = projection.forward(x.clone()).reshape([batch, positions, self.n_heads, self.d_head]);
            visit(probe, Site::block(layer, kind), split).swap_dims(1, 2)
        };
        let (q, k, v) =
            (heads(&self.q, SiteKind::Q), heads(&self.k, SiteKind::K), heads(&self.v, SiteKind::V));
        let z = attention.0.attend(q, k, v, blocked, self.scale, &mut Watch { probe, layer });
        let z = visit(probe, Site::block(layer, SiteKind::Z), z.swap_dims(1, 2));
        self.output(z, layer, probe)
    }

    /// Sums what the heads add; separately for each head only if the probe wants to see that.
    fn output<P: Probe>(&self, z: Tensor<4>, layer: usize, probe: &mut P) -> Tensor<3> {
        let [batch, positions, n_heads, d_head] = z.dims();
        let site = Site::block(layer, SiteKind::Result);
        if !probe.wants(site) {
            return self.o.forward(z.reshape([batch, positions, n_heads * d_head]));
        }
        let weight = self.o.weight.val();
        let [_, d_model] = weight.dims();
        let by_head = z.permute([2, 0, 1, 3]).reshape([n_heads, batch * positions, d_head]);
        let result = by_head.matmul(weight.reshape([n_heads, d_head, d_model]));
        let result = result.reshape([n_heads, batch, positions, d_model]).permute([1, 2, 0, 3]);
        let sum = probe.at(site, result).sum_dim(2).reshape([batch, positions, d_model]);
        match &self.o.bias {
            Some(bias) => sum + bias.val().unsqueeze(),
            None => sum,
        }
    }
}
