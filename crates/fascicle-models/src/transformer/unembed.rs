//! From the residual stream to scores over the vocabulary.

use burn::module::{Module, Param};
use burn::tensor::Tensor;
use fascicle_core::{Activation as CoreActivation, dense_layer};

use super::linear::Linear;
use super::norm::Norm;
use super::params::Params;
use crate::config::{Activation, TransformerConfig, UnembedConfig};
use crate::error::ModelError;

#[derive(Module, Debug)]
pub(crate) struct Unembed {
    /// Absent when tied to the token embedding.
    weight: Option<Param<Tensor<2>>>,
    bias: Option<Param<Tensor<1>>>,
    transform: Option<Transform>,
    #[module(skip)]
    softcap: Option<f64>,
}

/// BERT's dense layer, activation and norm before the vocabulary.
#[derive(Module, Debug)]
struct Transform {
    dense: Linear,
    norm: Option<Norm>,
    #[module(skip)]
    activation: Activation,
}

impl Unembed {
    pub(super) fn build(
        params: &mut Params<'_>,
        config: &TransformerConfig,
        unembed: &UnembedConfig,
    ) -> Result<Self, ModelError> {
        let d_model = config.d_model;
        let transform = match unembed.transform {
            None => None,
            Some(activation) => Some(Transform {
                dense: Linear::build(params, "unembed.transform.dense", [d_model, d_model], true)?,
                norm: Norm::build(params, "unembed.transform.norm", d_model, config)?,
                activation,
            }),
        };
        let weight =
            if unembed.tied { None } else { Some(params.take("unembed.weight", [d_model, config.vocab])?) };
        let bias = if unembed.bias { Some(params.take("unembed.bias", [config.vocab])?) } else { None };
        Ok(Self { weight, bias, transform, softcap: unembed.softcap })
    }

    /// `x`: [batch, position, d_model]; scores [batch, position, vocab].
    pub(super) fn forward(&self, x: Tensor<3>, tokens: Option<&Param<Tensor<2>>>) -> Tensor<3> {
        let x = match &self.transform {
            Some(Transform { dense, norm, activation }) => {
                let x = dense.activated(x, (*activation).into());
                norm.as_ref().map_or(x.clone(), |norm| norm.plain(x))
            }
            None => x,
        };
        let weight = match (&self.weight, tokens) {
            (Some(weight), _) => weight.val(),
            (None, Some(tokens)) => tokens.val().transpose(),
            // invariant: a tied head needs token ids, `TransformerConfig::validate` saw to it
            (None, None) => unreachable!("a tied head without a token embedding"),
        };
        let scores = dense_layer(x, weight, self.bias.as_ref().map(Param::val), CoreActivation::Identity);
        match self.softcap {
            Some(cap) => (scores / cap).tanh() * cap,
            None => scores,
        }
    }
}
