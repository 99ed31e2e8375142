//! One block: attention, MLP, the norms around them, and the residual stream through them.

use burn::module::Module;
use burn::tensor::{Bool, Tensor};

use super::attention::{Attention, AttentionChoice};
use super::mlp::Mlp;
use super::norm::Norm;
use super::params::Params;
use crate::config::{NormKind, NormPlace, TransformerConfig};
use crate::error::ModelError;
use crate::probe::{Probe, visit};
use crate::site::{Site, SiteKind};

#[derive(Module, Debug)]
pub(crate) struct Block {
    ln1: Option<Norm>,
    attn: Attention,
    ln2: Option<Norm>,
    mlp: Option<Mlp>,
    #[module(skip)]
    place: NormPlace,
}

impl Block {
    pub(super) fn build(
        params: &mut Params<'_>,
        config: &TransformerConfig,
        layer: usize,
    ) -> Result<Self, ModelError> {
        let norm = |params: &mut Params<'_>, name: &str| match config.norm {
            NormKind::None => Ok(None),
            NormKind::Layer => {
                Norm::build(params, &format!("blocks.{layer}.{name}"), config.d_model, config.norm_eps)
                    .map(Some)
            }
        };
        let ln1 = norm(params, "ln1")?;
        let attn = Attention::build(params, config, layer)?;
        let (ln2, mlp) = match &config.mlp {
            Some(mlp) => (norm(params, "ln2")?, Some(Mlp::build(params, mlp, config.d_model, layer)?)),
            None => (None, None),
        };
        Ok(Self { ln1, attn, ln2, mlp, place: config.norm_place })
    }

    /// From `hook_resid_pre` to `hook_resid_post`, both [batch, position, d_model].
    pub(super) fn forward<P: Probe>(
        &self,
        x: Tensor<3>,
        layer: usize,
        blocked: Option<Tensor<4, Bool>>,
        attention: &AttentionChoice,
        probe: &mut P,
    ) -> Tensor<3> {
        let x = visit(probe, Site::block(layer, SiteKind::ResidPre), x);
        let read = self.before(x.clone(), First, layer, probe);
        let out = self.attn.forward(read, layer, blocked, attention, probe);
        let out = visit(probe, Site::block(layer, SiteKind::AttnOut), out);
        let mid = self.after(x + out, First, layer, probe);
        let Some(mlp) = &self.mlp else {
            return visit(probe, Site::block(layer, SiteKind::ResidPost), mid);
        };
        let mid = visit(probe, Site::block(layer, SiteKind::ResidMid), mid);
        let read = self.before(mid.clone(), Second, layer, probe);
        let out = mlp.forward(read, layer, probe);
        let out = visit(probe, Site::block(layer, SiteKind::MlpOut), out);
        let post = self.after(mid + out, Second, layer, probe);
        visit(probe, Site::block(layer, SiteKind::ResidPost), post)
    }

    /// What attention or MLP reads from the stream.
    fn before<P: Probe>(&self, x: Tensor<3>, which: Which, layer: usize, probe: &mut P) -> Tensor<3> {
        if self.place == NormPlace::Pre { self.norm(x, which, layer, probe) } else { x }
    }

    /// The stream after attention or MLP was added.
    fn after<P: Probe>(&self, x: Tensor<3>, which: Which, layer: usize, probe: &mut P) -> Tensor<3> {
        if self.place == NormPlace::Post { self.norm(x, which, layer, probe) } else { x }
    }

    fn norm<P: Probe>(&self, x: Tensor<3>, which: Which, layer: usize, probe: &mut P) -> Tensor<3> {
        let (norm, scale, normalized) = match which {
            First => (&self.ln1, SiteKind::Ln1Scale, SiteKind::Ln1Normalized),
            Second => (&self.ln2, SiteKind::Ln2Scale, SiteKind::Ln2Normalized),
        };
        match norm {
            Some(norm) => norm.forward(x, Site::block(layer, scale), Site::block(layer, normalized), probe),
            None => x,
        }
    }
}

/// Attention's norm, or the MLP's.
#[derive(Clone, Copy)]
enum Which {
    First,
    Second,
}

use Which::{First, Second};
