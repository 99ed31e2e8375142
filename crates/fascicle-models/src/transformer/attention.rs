//! Multi-head attention with every intermediate open to probes.

use std::fmt;
use std::sync::Arc;

use burn::module::Module;
use burn::tensor::{Bool, Tensor};
use fascicle_core::{AttentionFn, AttentionWatch, Scoring, grouped_matmul, masked_attention, masked_softmax};

use super::linear::Linear;
use super::norm::Norm;
use super::params::Params;
use super::pass::{LayerPast, Pass};
use crate::config::{QkNorm, TransformerConfig};
use crate::error::ModelError;
use crate::probe::{Probe, visit};
use crate::site::{Site, SiteKind};

/// Softmax over all keys: the plain attention of Vaswani et al. 2017, with its scores and pattern visible.
///
/// Keys and values of fewer heads than the queries are shared by neighbouring heads (Ainslie et al. 2023), without
/// being copied for each.
#[derive(Clone, Copy, Debug, Default)]
pub struct DenseAttention;

impl AttentionFn for DenseAttention {
    fn attend(
        &self,
        q: Tensor<4>,
        k: Tensor<4>,
        v: Tensor<4>,
        blocked: Option<Tensor<4, Bool>>,
        scoring: Scoring,
        watch: &mut dyn AttentionWatch,
    ) -> Tensor<4> {
        if !watch.wants_scores() && !watch.wants_pattern() && scoring.softcap.is_none() {
            return masked_attention(q, k, v, blocked, scoring.scale);
        }
        let mut scores = grouped_matmul(q, k.swap_dims(2, 3));
        let mut pattern = if watch.wants_scores() || scoring.softcap.is_some() {
            scores = scores * scoring.scale;
            if let Some(cap) = scoring.softcap {
                scores = (scores / cap).tanh() * cap;
            }
            if let Some(blocked) = blocked {
                // the lowest finite number, as `transformers` has it: a row that may attend to nothing stays finite
                scores = scores.mask_fill(blocked, f32::MIN);
            }
            if watch.wants_scores() {
                scores = watch.scores(scores);
            }
            masked_softmax(scores, None, 1.0)
        } else {
            masked_softmax(scores, blocked, scoring.scale)
        };
        if watch.wants_pattern() {
            pattern = watch.pattern(pattern);
        }
        grouped_matmul(pattern, v)
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
    q_norm: Option<Norm>,
    k_norm: Option<Norm>,
    #[module(skip)]
    n_heads: usize,
    #[module(skip)]
    n_kv_heads: usize,
    #[module(skip)]
    d_head: usize,
    #[module(skip)]
    qk_norm: Option<QkNorm>,
    #[module(skip)]
    clip: Option<f64>,
    #[module(skip)]
    scoring: Scoring,
}

impl Attention {
    pub(super) fn build(
        params: &mut Params<'_>,
        config: &TransformerConfig,
        layer: usize,
    ) -> Result<Self, ModelError> {
        let (settings, d_model) = (&config.attention, config.d_model);
        let (width, kv_width) = (config.n_heads * config.d_head, config.kv_heads() * config.d_head);
        let k_bias = settings.k_bias.unwrap_or(settings.qkv_bias);
        let v_bias = settings.v_bias.unwrap_or(settings.qkv_bias);
        let mut projection = |name: &str, shape, bias| {
            Linear::build(params, &format!("blocks.{layer}.attn.{name}"), shape, bias)
        };
        let q = projection("q", [d_model, width], settings.qkv_bias)?;
        let k = projection("k", [d_model, kv_width], k_bias)?;
        let v = projection("v", [d_model, kv_width], v_bias)?;
        let o = projection("o", [width, d_model], settings.out_bias)?;
        let mut norm = |name: &str, whole| {
            let width = match settings.qk_norm {
                None => return Ok(None),
                Some(QkNorm::PerHead) => config.d_head,
                Some(QkNorm::Whole) => whole,
            };
            Norm::build(params, &format!("blocks.{layer}.attn.{name}"), width, config)
        };
        Ok(Self {
            q,
            k,
            v,
            o,
            q_norm: norm("q_norm", width)?,
            k_norm: norm("k_norm", kv_width)?,
            n_heads: config.n_heads,
            n_kv_heads: config.kv_heads(),
            d_head: config.d_head,
            qk_norm: settings.qk_norm,
            clip: settings.clip_qkv,
            scoring: Scoring {
                scale: settings.scale.factor(config.d_head, layer),
                softcap: settings.softcap,
            },
        })
    }

    /// `x`: [batch, position, d_model]; what attention adds to the residual stream, of the same shape.
    pub(super) fn forward<P: Probe>(
        &self,
        x: Tensor<3>,
        layer: usize,
        pass: &Pass<'_>,
        past: Option<&mut LayerPast>,
        probe: &mut P,
    ) -> Tensor<3> {
        let project = |projection: &Linear, kind, heads, probe: &mut P| {
            let [batch, positions, _] = x.dims();
            let split = projection.forward(x.clone()).reshape([batch, positions, heads, self.d_head]);
            visit(probe, Site::block(layer, kind), split)
        };
        let q = project(&self.q, SiteKind::Q, self.n_heads, probe);
        let k = project(&self.k, SiteKind::K, self.n_kv_heads, probe);
        let v = project(&self.v, SiteKind::V, self.n_kv_heads, probe);
        let q = self.turned(q, self.q_norm.as_ref(), Site::block(layer, SiteKind::RotQ), pass, probe);
        let k = self.turned(k, self.k_norm.as_ref(), Site::block(layer, SiteKind::RotK), pass, probe);
        let (mut k, mut v) = (k, self.clipped(v).swap_dims(1, 2));
        if let Some(past) = past {
            (k, v) = past.extend(k, v, &pass.places);
        }
        let blocked = pass.blocked(layer);
        let z = pass.attention.0.attend(q, k, v, blocked, self.scoring, &mut Watch { probe, layer });
        let z = visit(probe, Site::block(layer, SiteKind::Z), z.swap_dims(1, 2));
        self.output(z, layer, probe)
    }

    /// Queries or keys [batch, position, head, d_head] as attention takes them, [batch, head, position, d_head]:
    /// normed, limited and rotated where the model does so.
    fn turned<P: Probe>(
        &self,
        x: Tensor<4>,
        norm: Option<&Norm>,
        site: Site,
        pass: &Pass<'_>,
        probe: &mut P,
    ) -> Tensor<4> {
        if norm.is_none() && pass.rotation.is_none() {
            return self.clipped(x).swap_dims(1, 2);
        }
        let [batch, positions, heads, d_head] = x.dims();
        let x = match (norm, self.qk_norm) {
            (Some(norm), Some(QkNorm::Whole)) => norm
                .plain(x.reshape([batch, positions, heads * d_head]))
                .reshape([batch, positions, heads, d_head]),
            (Some(norm), _) => norm.plain(x),
            (None, _) => x,
        };
        let x = self.clipped(x);
        let x = match &pass.rotation {
            // [batch, position, head, d_head] is the site's shape, and tables broadcast over heads as well there
            Some(rotation) => rotation.apply(x),
            None => x,
        };
        visit(probe, site, x).swap_dims(1, 2)
    }

    fn clipped(&self, x: Tensor<4>) -> Tensor<4> {
        match self.clip {
            Some(limit) => x.clamp(-limit, limit),
            None => x,
        }
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
