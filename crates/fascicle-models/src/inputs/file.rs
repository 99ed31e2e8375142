//! Inputs from a file of named tensors.

use super::Inputs;
use crate::checkpoint::TensorFile;
use crate::error::ModelError;
use crate::images::Images;

impl Inputs {
    /// Reads `input_ids` [batch, position], with `attention_mask` and `token_type_ids` where the file has them, and
    /// `pixel_values` [batch, channel, height, width], with `noise` [batch, patch]; one of the two kinds, or both. Other
    /// tensors of the file are left alone.
    ///
    /// # Errors
    /// [`ModelError::MissingTensor`] when there is neither; [`ModelError::WrongTensor`] naming what has another type or
    /// shape; as [`Inputs::new`] and [`Images::new`].
    pub fn from_file(file: &TensorFile) -> Result<Self, ModelError> {
        match (tokens(file)?, images(file)?) {
            (Some(tokens), Some(images)) => Ok(tokens.with_images(images)),
            (Some(tokens), None) => Ok(tokens),
            (None, Some(images)) => Ok(Self::from_images(images)),
            (None, None) => Err(file.missing("input_ids")),
        }
    }
}

fn tokens(file: &TensorFile) -> Result<Option<Inputs>, ModelError> {
    let Some((shape, ids)) = file.whole::<2>("input_ids")? else { return Ok(None) };
    let mut inputs = Inputs::new(ids.to_vec(), shape)?;
    for (name, add) in [
        ("attention_mask", Inputs::with_attention_mask as fn(Inputs, Vec<i64>) -> Result<Inputs, ModelError>),
        ("token_type_ids", Inputs::with_token_types),
    ] {
        if let Some((got, values)) = file.whole::<2>(name)? {
            if got != shape {
                return Err(file.misshapen(name, &format!("the shape {shape:?} of `input_ids`")));
            }
            inputs = add(inputs, values.to_vec())?;
        }
    }
    Ok(Some(inputs))
}

fn images(file: &TensorFile) -> Result<Option<Images>, ModelError> {
    let Some((shape, pixels)) = file.real::<4>("pixel_values")? else { return Ok(None) };
    let images = Images::new(pixels.to_vec(), shape)?;
    Ok(Some(match file.real::<2>("noise")? {
        Some((shape, noise)) => images.with_noise(noise.to_vec(), shape)?,
        None => images,
    }))
}
