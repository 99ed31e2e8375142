//! From what enters to the residual stream.

use burn::module::{Module, Param};
use burn::tensor::module::embedding;
use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use super::norm::Norm;
use super::params::Params;
use super::patches::PatchEmbed;
use super::places::Places;
use crate::config::{InputKind, Positions, TransformerConfig};
use crate::error::ModelError;
use crate::inputs::Inputs;
use crate::probe::{Probe, visit};
use crate::site::{Site, SiteKind};

#[derive(Module, Debug)]
pub(crate) struct Embed {
    pub(super) tokens: Option<Param<Tensor<2>>>,
    pub(super) patch: Option<PatchEmbed>,
    positions: Option<Param<Tensor<2>>>,
    types: Option<Param<Tensor<2>>>,
    norm: Option<Norm>,
    #[module(skip)]
    scale: Option<f64>,
}

impl Embed {
    pub(super) fn build(params: &mut Params<'_>, config: &TransformerConfig) -> Result<Self, ModelError> {
        let d_model = config.d_model;
        let (mut tokens, mut patch, mut n_positions) = (None, None, config.n_ctx);
        match &config.input {
            InputKind::Tokens => tokens = Some(params.take("embed.tokens", [config.vocab, d_model])?),
            InputKind::Patches(patches) => {
                patch = Some(PatchEmbed::build(params, patches, d_model)?);
                n_positions = PatchEmbed::learned_positions(patches);
            }
            InputKind::Stream => {}
        }
        let positions = match config.positions {
            Positions::Learned => Some(params.take("embed.positions", [n_positions, d_model])?),
            Positions::None | Positions::Rotary(_) | Positions::Axial { .. } => None,
        };
        let types = match config.token_types {
            0 => None,
            n => Some(params.take("embed.types", [n, d_model])?),
        };
        let norm = if config.embed_norm { Norm::build(params, "embed.norm", d_model, config)? } else { None };
        Ok(Self { tokens, patch, positions, types, norm, scale: config.embed_scale })
    }

    /// The stream that enters block 0, [batch, position, d_model]; `inputs` have been checked. Where tokens stand beyond the
    /// last position that the model has, they are padding.
    pub(super) fn forward<P: Probe>(&self, inputs: &Inputs, places: &Places, probe: &mut P) -> Tensor<3> {
        let x = match (&self.patch, inputs.images()) {
            (Some(patch), Some(images)) => {
                let table = self.positions.as_ref().map(Param::val);
                let (x, rows) = patch.forward(images, table);
                let x = visit(probe, Site::new(SiteKind::Embed), x);
                match rows {
                    Some(rows) => x + visit(probe, Site::new(SiteKind::PosEmbed), rows),
                    None => x,
                }
            }
            _ => self.of_tokens(inputs, places, probe),
        };
        match &self.norm {
            Some(norm) => norm.plain(x),
            None => x,
        }
    }

    fn of_tokens<P: Probe>(&self, inputs: &Inputs, places: &Places, probe: &mut P) -> Tensor<3> {
        let [batch, positions] = inputs.shape();
        // invariant: only a model of tokens gets here, `Transformer::check` saw to it
        let tokens = self.tokens.as_ref().expect("a token embedding").val();
        let device = tokens.device();
        let x = embedding(tokens, ids(inputs.ids(), inputs.shape(), &device));
        let x = match self.scale {
            Some(scale) => x * scale,
            None => x,
        };
        let mut x = visit(probe, Site::new(SiteKind::Embed), x);
        if let Some(table) = &self.positions {
            let table = table.val();
            let [n_ctx, _] = table.dims();
            let rows = match places.common_start() {
                Some(start) if start + positions <= n_ctx => {
                    table.narrow(0, start, positions).unsqueeze::<3>()
                }
                _ => {
                    let places = (0..batch).flat_map(|row| places.start(row)..places.start(row) + positions);
                    let places: Vec<i64> = places.map(|place| place.min(n_ctx - 1) as i64).collect();
                    embedding(table, ids(&places, inputs.shape(), &device))
                }
            };
            let site = Site::new(SiteKind::PosEmbed);
            // a probe sees a whole tensor, with the batch spelled out
            let spelled =
                |rows: Tensor<3>| if rows.dims()[0] == batch { rows } else { rows.repeat_dim(0, batch) };
            let rows = if probe.wants(site) { probe.at(site, spelled(rows)) } else { rows };
            x = x + rows;
        }
        if let Some(table) = &self.types {
            let zeros = || vec![0; batch * positions];
            let types = inputs.token_types().map_or_else(zeros, <[i64]>::to_vec);
            let types = embedding(table.val(), self::ids(&types, inputs.shape(), &device));
            x = x + visit(probe, Site::new(SiteKind::TokenTypeEmbed), types);
        }
        x
    }
}

/// Ids on the device, in the integer type that every device has.
fn ids(values: &[i64], shape: [usize; 2], device: &Device) -> Tensor<2, Int> {
    let narrow: Vec<i32> = values.iter().map(|id| *id as i32).collect();
    Tensor::from_data(TensorData::new(narrow, shape), (device, DType::I32))
}
