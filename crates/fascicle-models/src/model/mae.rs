//! Masked autoencoder: an encoder that sees a quarter of an image's patches, and a decoder that guesses the others
//! (He et al. 2022).

use burn::module::{Module, Param};
use burn::tensor::{DType, Int, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::tower::InTower;
use super::{ModelConfig, SitedModel};
use crate::config::{PositionResize, TransformerConfig};
use crate::error::ModelError;
use crate::inputs::Inputs;
use crate::outputs::Outputs;
use crate::probe::Probe;
use crate::site::{Site, Tower};
use crate::transformer::Transformer;
use crate::transformer::linear::Linear;
use crate::transformer::params::Params;
use crate::transformer::resize::resize_matrix;

/// Shape and choices of a masked autoencoder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaeConfig {
    /// Takes patches, some of which are left out (`mask_ratio`).
    pub encoder: TransformerConfig,
    /// Takes a stream; its scores are the numbers of a patch.
    pub decoder: TransformerConfig,
}

/// Sees some patches, guesses all: `logits` are the reconstructed patches [image, patch, patch² · channels].
///
/// The encoder's sites have plain names, the decoder's begin with `decoder.`. The inputs' noise decides which patches are
/// left out.
///
/// For images of another size than the native one the encoder's positions are stretched over the grid of patches, the
/// decoder's along the sequence, as if it were a single row: so `transformers` does it (`ViTMAEDecoder`).
#[derive(Module, Debug)]
pub struct Mae {
    encoder: Transformer,
    embed: Linear,
    mask_token: Param<Tensor<1>>,
    positions: Param<Tensor<2>>,
    decoder: Transformer,
}

impl Mae {
    pub(super) fn walk(config: &MaeConfig, params: &mut Params<'_>) -> Result<Self, ModelError> {
        let (width, d_model) = (config.encoder.d_model, config.decoder.d_model);
        let encoder = params.within("encoder.", |params| Transformer::walk(&config.encoder, params))?;
        Ok(Self {
            encoder,
            embed: Linear::build(params, "embed", [width, d_model], true)?,
            mask_token: params.take("mask_token", [d_model])?,
            positions: params.take("positions", [config.decoder.n_ctx, d_model])?,
            decoder: params.within("decoder.", |params| Transformer::walk(&config.decoder, params))?,
        })
    }

    /// Shape and choices.
    pub fn config(&self) -> MaeConfig {
        MaeConfig { encoder: self.encoder.config().clone(), decoder: self.decoder.config().clone() }
    }

    /// What the decoder reads: the encoded patches where they belong, the mask token elsewhere, and positions.
    fn restored(&self, encoded: Tensor<3>, order: &[Vec<usize>]) -> Tensor<3> {
        let x = self.embed.forward(encoded);
        let [batch, seen, d_model] = x.dims();
        let patches = order.first().map_or(0, Vec::len);
        // the class token and the seen patches of an image, then one mask token that stands for all others
        let mask = self.mask_token.val().reshape([1, 1, d_model]).repeat_dim(0, batch);
        let rows = Tensor::cat(vec![x, mask], 1).reshape([batch * (seen + 1), d_model]);
        let mut from = Vec::with_capacity(batch * (patches + 1));
        for (image, order) in order.iter().enumerate() {
            let mut place = vec![seen; patches + 1];
            place[0] = 0;
            order[..seen - 1].iter().enumerate().for_each(|(rank, patch)| place[patch + 1] = rank + 1);
            from.extend(place.iter().map(|place| (image * (seen + 1) + place) as i32));
        }
        let count = from.len();
        let from = Tensor::<1, Int>::from_data(TensorData::new(from, [count]), (&rows.device(), DType::I32));
        rows.select(0, from).reshape([batch, patches + 1, d_model]) + self.positions_of(patches).unsqueeze()
    }

    /// The decoder's positions for the class token and so many patches, [1 + patches, d_model].
    fn positions_of(&self, patches: usize) -> Tensor<2> {
        let table = self.positions.val();
        let native = table.dims()[0] - 1;
        let Some(weights) = resize_matrix(PositionResize::Bicubic, [1, native], [1, patches]) else {
            return table;
        };
        let weights = TensorData::new(weights, [patches, native]);
        let weights = Tensor::<2>::from_data(weights, (&table.device(), table.dtype()));
        let stretched = weights.matmul(table.clone().narrow(0, 1, native));
        Tensor::cat(vec![table.narrow(0, 0, 1), stretched], 0)
    }

    /// How many patches an image of these inputs is cut into; 0 without images.
    fn patches(&self, inputs: &Inputs) -> usize {
        match (self.encoder.config().patches(), inputs.images()) {
            (Some(patches), Some(images)) => patches.grid(images.size()).iter().product(),
            _ => 0,
        }
    }

    /// 1 where a patch was left out.
    fn mask(&self, order: &[Vec<usize>], like: &Tensor<3>) -> Tensor<2> {
        let patches = order.first().map_or(0, Vec::len);
        let kept = self.encoder.config().patches().map_or(patches, |config| config.kept(patches));
        let mut mask = vec![1.0f32; order.len() * patches];
        for (image, order) in order.iter().enumerate() {
            order[..kept].iter().for_each(|patch| mask[image * patches + patch] = 0.0);
        }
        Tensor::from_data(TensorData::new(mask, [order.len(), patches]), (&like.device(), like.dtype()))
    }
}

impl SitedModel for Mae {
    fn forward_with<P: Probe>(&self, inputs: &Inputs, probe: &mut P) -> Result<Outputs, ModelError> {
        let encoded = self.encoder.forward_with(inputs, probe)?;
        let Some(latent) = encoded.last_hidden_state.clone() else { return Ok(encoded) };
        let patches = self.patches(inputs);
        let order = inputs.images().and_then(|images| images.noise_order(patches)).ok_or_else(|| {
            ModelError::InputShape {
                name: "noise".into(),
                got: "none, or of another length".into(),
                expected: format!("[{}, {patches}]", inputs.batch()),
            }
        })?;
        let stream = self.restored(latent, &order);
        let mask = self.mask(&order, &stream);
        let decoded =
            self.decoder.forward_stream(stream, inputs, &mut InTower { tower: Tower::Decoder, probe });
        let logits = decoded.logits.map(|all| {
            let count = all.dims()[1];
            all.narrow(1, 1, count - 1)
        });
        Ok(Outputs { logits, mask: Some(mask), ..encoded })
    }

    fn sites(&self) -> Vec<Site> {
        let decoder = self.decoder.sites().into_iter().map(|site| site.in_tower(Tower::Decoder));
        self.encoder.sites().into_iter().chain(decoder).collect()
    }

    fn site_shape(&self, site: Site, inputs: &Inputs) -> Vec<usize> {
        if site.tower != Tower::Decoder {
            return self.encoder.site_shape(site, inputs);
        }
        let mut shape = self.decoder.site_shape(site.in_tower(Tower::Main), inputs);
        // the decoder has no images of its own to count positions by
        let positions = self.patches(inputs) + 1;
        for (size, axis) in shape.iter_mut().zip(site.kind.axes()) {
            if axis.counts_positions() {
                *size = positions;
            }
        }
        shape
    }

    fn n_layers(&self) -> usize {
        self.encoder.config().n_layers.max(self.decoder.config().n_layers)
    }

    fn model_config(&self) -> ModelConfig {
        ModelConfig::Mae(self.config())
    }
}
