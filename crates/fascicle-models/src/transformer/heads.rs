//! What comes after the last block: the final norm, scores over the vocabulary, one vector a row, scores over classes.

use burn::module::Module;
use burn::tensor::Tensor;

use super::Transformer;
use super::linear::Linear;
use super::params::Params;
use crate::config::{ClassifierInput, PatchConfig, Pooler, TransformerConfig};
use crate::error::ModelError;
use crate::inputs::Inputs;
use crate::outputs::{Outputs, at_positions};
use crate::probe::{Probe, visit};
use crate::site::{Site, SiteKind};

impl Transformer {
    /// What comes after the last block.
    pub(crate) fn heads<P: Probe>(&self, x: Tensor<3>, inputs: &Inputs, probe: &mut P) -> Outputs {
        let (scale, normalized) = (Site::new(SiteKind::LnFinalScale), Site::new(SiteKind::LnFinalNormalized));
        let alone = self.config.pooler == Pooler::FirstNormed;
        let x = match &self.ln_final {
            Some(norm) if !alone => norm.forward(x, scale, normalized, probe),
            _ => x,
        };
        let pooled = pooled(self.config.pooler, self.pooler.as_ref(), &x, inputs);
        let pooled = match (&self.ln_final, pooled) {
            (Some(norm), Some(pooled)) if alone => {
                Some(norm.forward(pooled.unsqueeze_dim(1), scale, normalized, probe).squeeze_dim(1))
            }
            (_, pooled) => pooled,
        };
        let spared = probe.spares_logits() && !probe.wants(Site::new(SiteKind::Logits));
        let logits = self.unembed.as_ref().filter(|_| !spared).map(|unembed| {
            let scores = unembed.forward(x.clone(), self.embed.tokens.as_ref());
            visit(probe, Site::new(SiteKind::Logits), scores)
        });
        let class_logits = self.classifier.as_ref().map(|classifier| {
            let prefix = self.config.patches().map_or(1, PatchConfig::prefix);
            let scores = classifier.forward(&x, pooled.as_ref(), prefix);
            visit(probe, Site::new(SiteKind::ClassLogits), scores)
        });
        Outputs {
            logits,
            class_logits,
            last_hidden_state: Some(x),
            pooler_output: pooled,
            ..Outputs::default()
        }
    }

    /// Scores over the vocabulary at one position of each row alone, [batch, vocab], from the last hidden state
    /// ([`Outputs::last_hidden_state`]); `None` for a model without such scores. What looks at single positions needs
    /// no other, and the matrix over the vocabulary is often the largest of all. The pass leaves the others out for a
    /// probe that [spares](Probe::spares_logits) it them.
    pub fn logits_at(&self, last_hidden_state: &Tensor<3>, positions: &[usize]) -> Option<Tensor<2>> {
        let chosen = at_positions(last_hidden_state, positions).unsqueeze_dim(1);
        Some(self.unembed.as_ref()?.forward(chosen, self.embed.tokens.as_ref()).squeeze_dim(1))
    }
}

/// From the residual stream to scores over classes.
#[derive(Module, Debug)]
pub(crate) struct Classifier {
    first: Linear,
    second: Option<Linear>,
    #[module(skip)]
    from: ClassifierInput,
}

impl Classifier {
    pub(super) fn build(
        params: &mut Params<'_>,
        config: &TransformerConfig,
    ) -> Result<Option<Self>, ModelError> {
        let Some(classifier) = &config.classifier else { return Ok(None) };
        let width = match classifier.from {
            ClassifierInput::FirstAndMean => 2 * config.d_model,
            ClassifierInput::Pooler => config.pooler.width().unwrap_or(config.d_model),
            _ => config.d_model,
        };
        let shape = [width, classifier.classes];
        let first = Linear::build(params, "classifier.first", shape, true)?;
        let second = match classifier.from {
            ClassifierInput::FirstTwo => Some(Linear::build(params, "classifier.second", shape, true)?),
            _ => None,
        };
        Ok(Some(Self { first, second, from: classifier.from }))
    }

    /// `x`: [batch, position, d_model], after the final norm; `prefix` tokens stand before the patches of an image.
    /// Scores [batch, class].
    pub(super) fn forward(&self, x: &Tensor<3>, pooled: Option<&Tensor<2>>, prefix: usize) -> Tensor<2> {
        let [_, positions, _] = x.dims();
        match (self.from, &self.second, pooled) {
            (ClassifierInput::FirstTwo, Some(second), _) => {
                (self.first.forward(position(x, 0)) + second.forward(position(x, 1))) * 0.5
            }
            (ClassifierInput::FirstAndMean, ..) => {
                let patches = x.clone().narrow(1, prefix, positions - prefix).mean_dim(1).squeeze_dim(1);
                self.first.forward(Tensor::cat(vec![position(x, 0), patches], 1))
            }
            (ClassifierInput::Pooler, _, Some(pooled)) => self.first.forward(pooled.clone()),
            _ => self.first.forward(position(x, 0)),
        }
    }
}

/// One position of every row, [batch, d_model].
fn position(x: &Tensor<3>, at: usize) -> Tensor<2> {
    x.clone().narrow(1, at, 1).squeeze_dim(1)
}

/// The vector that stands for a row; `dense` is the pooler's layer, where it has one.
fn pooled(pooler: Pooler, dense: Option<&Linear>, x: &Tensor<3>, inputs: &Inputs) -> Option<Tensor<2>> {
    let ends = |end: &dyn Fn(&[i64]) -> usize| -> Vec<usize> {
        inputs.ids().chunks(inputs.positions().max(1)).map(end).collect()
    };
    match (pooler, dense) {
        (Pooler::None, _) => None,
        (Pooler::Dense { activation, .. }, Some(dense)) => {
            Some(activation.apply(dense.forward(position(x, 0))))
        }
        (Pooler::EndOfText(id), _) => {
            // as `transformers`: a row without the token is pooled at its first position
            Some(at_positions(x, &ends(&|row| row.iter().position(|found| *found == id).unwrap_or(0))))
        }
        (Pooler::HighestId, _) => {
            let first_highest = |row: &[i64]| {
                let highest = row.iter().max();
                row.iter().position(|id| Some(id) == highest).unwrap_or(0)
            };
            Some(at_positions(x, &ends(&first_highest)))
        }
        (Pooler::First | Pooler::FirstNormed | Pooler::Dense { .. }, _) => Some(position(x, 0)),
    }
}
