//! From token ids to the residual stream.

use burn::module::{Module, Param};
use burn::tensor::module::embedding;
use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use super::norm::Norm;
use super::params::Params;
use crate::config::{NormKind, Positions, TransformerConfig};
use crate::error::ModelError;
use crate::inputs::Inputs;
use crate::probe::{Probe, visit};
use crate::site::{Site, SiteKind};

#[derive(Module, Debug)]
pub(crate) struct Embed {
    pub(super) tokens: Param<Tensor<2>>,
    positions: Option<Param<Tensor<2>>>,
    types: Option<Param<Tensor<2>>>,
    norm: Option<Norm>,
}

impl Embed {
    pub(super) fn build(params: &mut Params<'_>, config: &TransformerConfig) -> Result<Self, ModelError> {
        let d_model = config.d_model;
        let tokens = params.take("embed.tokens", [config.vocab, d_model])?;
        let positions = match config.positions {
            Positions::None => None,
            Positions::Learned => Some(params.take("embed.positions", [config.n_ctx, d_model])?),
        };
        let types = match config.token_types {
            0 => None,
            n => Some(params.take("embed.types", [n, d_model])?),
        };
        let norm = if config.embed_norm && config.norm != NormKind::None {
            Some(Norm::build(params, "embed.norm", d_model, config.norm_eps)?)
        } else {
            None
        };
        Ok(Self { tokens, positions, types, norm })
    }

    /// The stream that enters block 0, [batch, position, d_model]; `inputs` have been checked.
    pub(super) fn forward<P: Probe>(&self, inputs: &Inputs, probe: &mut P) -> Tensor<3> {
        let [batch, positions] = inputs.shape();
        let tokens = self.tokens.val();
        let device = tokens.device();
        let ids = ids(inputs.ids(), inputs.shape(), &device);
        let mut x = visit(probe, Site::new(SiteKind::Embed), embedding(tokens, ids));
        if let Some(table) = &self.positions {
            let table = table.val();
            let [_, d_model] = table.dims();
            let rows = table.slice([0..positions, 0..d_model]).unsqueeze::<3>();
            let site = Site::new(SiteKind::PosEmbed);
            // a probe sees a whole tensor, with the batch spelled out
            let rows = if probe.wants(site) { probe.at(site, rows.repeat_dim(0, batch)) } else { rows };
            x = x + rows;
        }
        if let Some(table) = &self.types {
            let zeros = || vec![0; batch * positions];
            let types = inputs.token_types().map_or_else(zeros, <[i64]>::to_vec);
            let types = embedding(table.val(), self::ids(&types, inputs.shape(), &device));
            x = x + visit(probe, Site::new(SiteKind::TokenTypeEmbed), types);
        }
        match &self.norm {
            Some(norm) => norm.plain(x),
            None => x,
        }
    }
}

/// Ids on the device, in the integer type that every device has.
fn ids(values: &[i64], shape: [usize; 2], device: &Device) -> Tensor<2, Int> {
    let narrow: Vec<i32> = values.iter().map(|id| *id as i32).collect();
    Tensor::from_data(TensorData::new(narrow, shape), (device, DType::I32))
}
