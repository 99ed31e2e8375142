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
    /// The largest number of each channel over unmasked positions.
    Max,
    /// The sum over unmasked positions, divided by the square root of their number.
    MeanSqrtLen,
    /// The mean over unmasked positions, the first of a row counting once, the second twice and so on.
    WeightedMean,
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
    let mask = || -> Vec<f32> {
        match inputs.attention_mask() {
            Some(mask) => mask.iter().map(|v| *v as f32).collect(),
            None => vec![1.0; batch * positions],
        }
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
        Pooling::Max => {
            // what is padding has this number in sentence-transformers
            let padding = weigh(mask().iter().map(|v| (v - 1.0) * 1e9).collect());
            let kept = weigh(mask());
            (hidden * kept + padding).max_dim(1)
        }
        Pooling::MeanSqrtLen => {
            let weights = weigh(mask());
            let count = weights.clone().sum_dim(1).clamp_min(1e-9);
            (hidden * weights).sum_dim(1) / count.sqrt()
        }
        Pooling::WeightedMean => {
            let place = |at: usize| (at % positions + 1) as f32;
            let weights = weigh(mask().iter().enumerate().map(|(at, v)| v * place(at)).collect());
            let sum = weights.clone().sum_dim(1).clamp_min(1e-9);
            (hidden * weights).sum_dim(1) / sum
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Two rows of three positions and two channels; the second row ends with padding.
    #[track_caller]
    fn check(pooling: Pooling, expected: [f32; 4]) {
        let device = fascicle_core::device("cpu").unwrap();
        let numbers: Vec<f32> = vec![1.0, -4.0, 2.0, -5.0, 6.0, -3.0, -1.0, 8.0, -2.0, 2.0, 50.0, 60.0];
        let hidden = Tensor::<3>::from_data(TensorData::new(numbers, [2, 3, 2]), (&device, DType::F32));
        let inputs = Inputs::new(vec![7; 6], [2, 3]).unwrap();
        let inputs = inputs.with_attention_mask(vec![1, 1, 1, 1, 1, 0]).unwrap();
        let found: Vec<f32> = pooled(hidden, &inputs, pooling).into_data().try_into_vec_as().unwrap();
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-5, "{pooling:?}: {found}, expected {expected}");
        }
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn ways_to_pool() {
        check(Pooling::Mean, [3.0, -4.0, -1.5, 5.0]);
        check(Pooling::Cls, [1.0, -4.0, -1.0, 8.0]);
        check(Pooling::Last, [6.0, -3.0, -2.0, 2.0]);
        check(Pooling::Max, [6.0, -3.0, -1.0, 8.0]);
        let (three, two) = (3f32.sqrt(), 2f32.sqrt());
        check(Pooling::MeanSqrtLen, [9.0 / three, -12.0 / three, -3.0 / two, 10.0 / two]);
        check(Pooling::WeightedMean, [23.0 / 6.0, -23.0 / 6.0, -5.0 / 3.0, 4.0]);
    }
}
