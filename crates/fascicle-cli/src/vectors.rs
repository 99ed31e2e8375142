//! One vector for each text or image.

use clap::ValueEnum;
use fascicle_causal::Activation;
use fascicle_models::{Inputs, LoadedModel, Model, Outputs, Pooling, SitedModel, Transformer, pooled};

use crate::cli::Common;
use crate::error::CliError;
use crate::items::Batches;

/// How the vectors of positions become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PoolingChoice {
    /// The mean over the tokens, or over the patches
    Mean,
    /// The first position
    Cls,
    /// The last token
    Last,
}

/// A vector for each item, of length 1 unless that is not wanted.
pub(crate) fn vectors(
    common: &Common,
    model: &LoadedModel,
    items: &Batches,
    pooling: Option<PoolingChoice>,
    normalize: bool,
) -> Result<Vec<Vec<f32>>, CliError> {
    if !matches!(model.model, Model::Transformer(_)) && (pooling.is_some() || !normalize) {
        let option = if pooling.is_some() { "--pooling" } else { "--no-normalize" };
        // a residual network averages its feature maps, and that alone can be left unscaled
        if pooling.is_some() || !matches!(model.model, Model::ResNet(_)) {
            return Err(CliError::OwnVectors { option, family: model.report.family });
        }
    }
    if matches!(model.model, Model::Mae(_)) {
        // it needs to be told which patches to leave out, and makes patches of the rest
        return Err(CliError::NoVectors { family: model.report.family });
    }
    let one = |inputs: &Inputs| {
        let outputs = model.model.forward(inputs)?;
        let vectors = match &model.model {
            Model::Transformer(transformer) => of_transformer(model, transformer, inputs, outputs, pooling)?,
            Model::Clip(_) => outputs.text_embeds.or(outputs.image_embeds).map(Activation::new),
            Model::Mae(_) => None,
            Model::ResNet(_) => outputs.pooler_output.map(Activation::new),
        };
        vectors.ok_or(CliError::NoVectors { family: model.report.family })
    };
    let mut found = items.run(common, &format!("embedding {}", items.word()), one)?;
    if normalize {
        found.iter_mut().for_each(|vector| scale(vector));
    }
    Ok(found)
}

fn of_transformer(
    model: &LoadedModel,
    transformer: &Transformer,
    inputs: &Inputs,
    outputs: Outputs,
    chosen: Option<PoolingChoice>,
) -> Result<Option<Activation>, CliError> {
    let config = transformer.config();
    let Some(hidden) = outputs.last_hidden_state else { return Ok(None) };
    let Some(patches) = config.patches() else {
        let pooling = match chosen {
            Some(PoolingChoice::Mean) => Pooling::Mean,
            Some(PoolingChoice::Cls) => Pooling::Cls,
            Some(PoolingChoice::Last) => Pooling::Last,
            None if !model.further_modules.is_empty() => return Err(not_run(model)),
            // only the last position of a causal model has seen the text
            None if config.attention.causal && !model.pooling_stated => Pooling::Last,
            None => model.pooling,
        };
        return Ok(Some(Activation::new(pooled(hidden, inputs, pooling))));
    };
    let first = || Activation::new(hidden.clone().narrow(1, 0, 1));
    let mean = || {
        let prefix = patches.prefix();
        Activation::new(hidden.clone().narrow(1, prefix, hidden.dims()[1] - prefix).mean_dim(1))
    };
    Ok(Some(match (chosen, outputs.pooler_output) {
        (Some(PoolingChoice::Last), _) => {
            return Err(CliError::OwnVectors { option: "--pooling last", family: model.report.family });
        }
        (None, Some(pooler)) => Activation::new(pooler),
        (Some(PoolingChoice::Cls), _) | (None, None) if patches.class_token => first(),
        _ => mean(),
    }))
}

/// The error for a folder whose vectors go through more than pooling.
fn not_run(model: &LoadedModel) -> CliError {
    CliError::FurtherModules { folder: model.folder.clone(), modules: model.further_modules.clone() }
}

/// Scales to length 1, as sentence-transformers does.
fn scale(vector: &mut [f32]) {
    let squares: f64 = vector.iter().map(|value| f64::from(*value).powi(2)).sum();
    let length = squares.sqrt().max(1e-12) as f32;
    vector.iter_mut().for_each(|value| *value /= length);
}

/// The cosine of the angle between two vectors of length 1.
pub(crate) fn cosine(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

/// Scores as probabilities that add up to 1.
pub(crate) fn softmax(scores: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let highest = scores.clone().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = scores.map(|score| (score - highest).exp()).collect();
    let total: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / total).collect()
}

/// The places of the `count` largest numbers, largest first.
pub(crate) fn largest(numbers: &[f64], count: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..numbers.len()).collect();
    places.sort_by(|a, b| numbers[*b].total_cmp(&numbers[*a]));
    places.truncate(count);
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_add_up_and_order_stays() {
        let probabilities = softmax([1000.0, 1001.0, 999.0].into_iter());
        assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((probabilities[1] / probabilities[0] - 1f64.exp()).abs() < 1e-9);
        assert_eq!(largest(&probabilities, 2), [1, 0]);
    }

    #[test]
    fn vectors_are_scaled_to_length_1() {
        let mut vector = [3.0, 4.0];
        scale(&mut vector);
        assert!((cosine(&vector, &vector) - 1.0).abs() < 1e-7);
        let mut nothing = [0.0; 2];
        scale(&mut nothing);
        assert_eq!(nothing, [0.0; 2]);
    }
}
