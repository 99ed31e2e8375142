//! One block: attention, MLP, the norms around them, and the residual stream through them.

use burn::module::{Module, Param};
use burn::tensor::Tensor;

use super::attention::Attention;
use super::mlp::Mlp;
use super::norm::Norm;
use super::params::Params;
use super::pass::{LayerPast, Pass};
use crate::config::{NormPlace, TransformerConfig};
use crate::error::ModelError;
use crate::probe::{Probe, visit};
use crate::site::{Site, SiteKind};

#[derive(Module, Debug)]
pub(crate) struct Block {
    ln1: Option<Norm>,
    attn: Attention,
    ln1_post: Option<Norm>,
    scale1: Option<Param<Tensor<1>>>,
    ln2: Option<Norm>,
    mlp: Option<Mlp>,
    ln2_post: Option<Norm>,
    scale2: Option<Param<Tensor<1>>>,
    #[module(skip)]
    place: NormPlace,
    #[module(skip)]
    parallel: bool,
}

impl Block {
    pub(super) fn build(
        params: &mut Params<'_>,
        config: &TransformerConfig,
        layer: usize,
    ) -> Result<Self, ModelError> {
        let around = config.norm_place == NormPlace::Around;
        let norm = |params: &mut Params<'_>, name: &str, wanted: bool| {
            if !wanted {
                return Ok(None);
            }
            Norm::build(params, &format!("blocks.{layer}.{name}"), config.d_model, config)
        };
        let scale = |params: &mut Params<'_>, name: &str, wanted: bool| {
            let name = format!("blocks.{layer}.{name}");
            wanted.then(|| params.take(&name, [config.d_model])).transpose()
        };
        let ln1 = norm(params, "ln1", true)?;
        let attn = Attention::build(params, config, layer)?;
        let ln1_post = norm(params, "ln1_post", around)?;
        let scale1 = scale(params, "scale1", config.layer_scale)?;
        let has_mlp = config.mlp.is_some();
        Ok(Self {
            ln1,
            attn,
            ln1_post,
            scale1,
            ln2: norm(params, "ln2", has_mlp)?,
            mlp: config.mlp.as_ref().map(|mlp| Mlp::build(params, mlp, config.d_model, layer)).transpose()?,
            ln2_post: norm(params, "ln2_post", has_mlp && around)?,
            scale2: scale(params, "scale2", has_mlp && config.layer_scale)?,
            place: config.norm_place,
            parallel: config.parallel,
        })
    }

    /// From `hook_resid_pre` to `hook_resid_post`, both [batch, position, d_model].
    pub(super) fn forward<P: Probe>(
        &self,
        x: Tensor<3>,
        layer: usize,
        pass: &Pass<'_>,
        past: Option<&mut LayerPast>,
        probe: &mut P,
    ) -> Tensor<3> {
        let x = visit(probe, Site::block(layer, SiteKind::ResidPre), x);
        let read = self.before(x.clone(), First, layer, probe);
        let out = self.attn.forward(read, layer, pass, past, probe);
        let attn_out = self.added(out, First, layer, probe);
        let Some(mlp) = &self.mlp else {
            let post = self.after(x + attn_out, First, layer, probe);
            return visit(probe, Site::block(layer, SiteKind::ResidPost), post);
        };
        if self.parallel {
            let read = self.before(x.clone(), Second, layer, probe);
            let mlp_out = self.added(mlp.forward(read, layer, probe), Second, layer, probe);
            return visit(probe, Site::block(layer, SiteKind::ResidPost), x + attn_out + mlp_out);
        }
        let mid = self.after(x + attn_out, First, layer, probe);
        let mid = visit(probe, Site::block(layer, SiteKind::ResidMid), mid);
        let read = self.before(mid.clone(), Second, layer, probe);
        let mlp_out = self.added(mlp.forward(read, layer, probe), Second, layer, probe);
        let post = self.after(mid + mlp_out, Second, layer, probe);
        visit(probe, Site::block(layer, SiteKind::ResidPost), post)
    }

    /// What attention or MLP reads from the stream.
    fn before<P: Probe>(&self, x: Tensor<3>, which: Which, layer: usize, probe: &mut P) -> Tensor<3> {
        if self.place == NormPlace::Post { x } else { self.norm(x, which, layer, probe) }
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

    /// What attention or MLP adds to the stream: its output through a norm or LayerScale, where there is one.
    fn added<P: Probe>(&self, x: Tensor<3>, which: Which, layer: usize, probe: &mut P) -> Tensor<3> {
        let (norm, scale, normalized, gain, out) = match which {
            First => (
                &self.ln1_post,
                SiteKind::Ln1PostScale,
                SiteKind::Ln1PostNormalized,
                &self.scale1,
                SiteKind::AttnOut,
            ),
            Second => (
                &self.ln2_post,
                SiteKind::Ln2PostScale,
                SiteKind::Ln2PostNormalized,
                &self.scale2,
                SiteKind::MlpOut,
            ),
        };
        let x = match norm {
            Some(norm) => norm.forward(x, Site::block(layer, scale), Site::block(layer, normalized), probe),
            None => x,
        };
        let x = match gain {
            Some(gain) => x * gain.val().unsqueeze(),
            None => x,
        };
        visit(probe, Site::block(layer, out), x)
    }
}

/// Attention's norm, or the MLP's.
#[derive(Clone, Copy)]
enum Which {
    First,
    Second,
}

use Which::{First, Second};
