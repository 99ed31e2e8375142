//! What a forward pass gives.

use burn::tensor::{DType, Int, Tensor, TensorData};

use crate::checkpoint::NamedTensor;
use crate::error::ModelError;
use crate::inputs::Inputs;

/// The outputs that a model has; all absent when a probe stopped the pass early.
#[derive(Clone, Debug, Default)]
pub struct Outputs {
    /// Scores over the vocabulary, [batch, position, vocab].
    pub logits: Option<Tensor<3>>,
    /// Scores over classes, [batch, class].
    pub class_logits: Option<Tensor<2>>,
    /// The residual stream after the last block and the final norm, [batch, position, d_model].
    pub last_hidden_state: Option<Tensor<3>>,
    /// One vector a row, as the model's pooler makes it, [batch, d_model].
    pub pooler_output: Option<Tensor<2>>,
    /// CLIP's texts in the space they share with images, of length 1: [text, d].
    pub text_embeds: Option<Tensor<2>>,
    /// CLIP's images in the space they share with texts, of length 1: [image, d].
    pub image_embeds: Option<Tensor<2>>,
    /// CLIP's scaled cosine similarities, [image, text].
    pub logits_per_image: Option<Tensor<2>>,
    /// 1 where MAE left a patch out and has to guess it, 0 where it saw it: [image, patch].
    pub mask: Option<Tensor<2>>,
}

impl Outputs {
    /// What there is, read from the device, under the names that files have for it: `logits` (scores over the vocabulary or
    /// over classes), `last_hidden_state`, `pooler_output`, `text_embeds`, `image_embeds`, `logits_per_image`, `mask`.
    ///
    /// # Errors
    /// [`ModelError::Read`] naming the output that the device does not give.
    pub fn named(self) -> Result<Vec<(&'static str, NamedTensor)>, ModelError> {
        fn read<const D: usize>(
            name: &'static str,
            x: Option<Tensor<D>>,
        ) -> Option<Result<(&'static str, NamedTensor), ModelError>> {
            x.map(|x| Ok((name, NamedTensor::read(name, x)?)))
        }
        [
            read("logits", self.logits),
            read("logits", self.class_logits),
            read("last_hidden_state", self.last_hidden_state),
            read("pooler_output", self.pooler_output),
            read("text_embeds", self.text_embeds),
            read("image_embeds", self.image_embeds),
            read("logits_per_image", self.logits_per_image),
            read("mask", self.mask),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// How token vectors become one vector per text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pooling {
    /// The mean over unmasked positions (sentence-transformers' default).
    #[default]
    Mean,
    /// The first position.
    Cls,
    /// The last unmasked position, which alone has seen the whole text in a causal model.
    Last,
}

/// One vector per row, of length 1: [batch, d_model].
///
/// The denominators are clamped as sentence-transformers does: the token count to 1e-9, the norm to 1e-12.
pub fn sentence_embeddings(hidden: Tensor<3>, inputs: &Inputs, pooling: Pooling) -> Tensor<2> {
    unit_rows(pooled(hidden, inputs, pooling), 1e-12)
}

/// [`sentence_embeddings`] before they are scaled to length 1.
pub fn pooled(hidden: Tensor<3>, inputs: &Inputs, pooling: Pooling) -> Tensor<2> {
    let [batch, positions, d_model] = hidden.dims();
    let weigh = |weights: Vec<f32>| {
        let data = TensorData::new(weights, [batch, positions, 1]);
        Tensor::<3>::from_data(data, (&hidden.device(), hidden.dtype()))
    };
    let pooled = match pooling {
        Pooling::Cls => hidden.slice([0..batch, 0..1, 0..d_model]),
        Pooling::Last => {
            let mut weights = vec![0.0; batch * positions];
            for (row, last) in inputs.last_positions().into_iter().enumerate() {
                weights[row * positions + last] = 1.0;
            }
            let weights = weigh(weights);
            (hidden * weights).sum_dim(1)
        }
        Pooling::Mean => match inputs.attention_mask() {
            None => hidden.mean_dim(1),
            Some(mask) => {
                let weights = weigh(mask.iter().map(|v| *v as f32).collect());
                let count = weights.clone().sum_dim(1).clamp_min(1e-9);
                (hidden * weights).sum_dim(1) / count
            }
        },
    };
    pooled.reshape([batch, d_model])
}

/// A position of each row's own: of `x` [batch, position, width], [batch, width].
///
/// `at` has an entry for each row. As burn's operations do, panics when it has not, or a position is out of range.
pub fn at_positions(x: &Tensor<3>, at: &[usize]) -> Tensor<2> {
    let [batch, positions, width] = x.dims();
    let rows: Vec<i32> = at.iter().enumerate().map(|(row, at)| (row * positions + at) as i32).collect();
    let rows = Tensor::<1, Int>::from_data(TensorData::new(rows, [batch]), (&x.device(), DType::I32));
    x.clone().reshape([batch * positions, width]).select(0, rows)
}

/// Rows scaled to Euclidean length 1, so that their products are cosines: [row, width].
///
/// Lengths below `least` count as that, so that with `least` > 0 a row of zeros stays one; PyTorch's `normalize` takes
/// 1e-12.
pub fn unit_rows(x: Tensor<2>, least: f64) -> Tensor<2> {
    let norm = (x.clone() * x.clone()).sum_dim(1).sqrt().clamp_min(least);
    x / norm
}
