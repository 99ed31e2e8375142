//! A transformer from a configuration and values, and what parameters it has.

use std::collections::BTreeMap;

use burn::tensor::{Device, TensorData};

use super::Transformer;
use super::params::{Parameter, Params};
use crate::config::TransformerConfig;
use crate::error::{ModelError, shown};
use crate::names::nearest;

impl TransformerConfig {
    /// Every parameter of a model with this configuration: canonical name and shape.
    ///
    /// # Errors
    /// [`ModelError::Config`] when the configuration makes no model.
    pub fn parameters(&self) -> Result<Vec<Parameter>, ModelError> {
        let mut lister = Params::lister();
        Transformer::walk(self, &mut lister)?;
        Ok(lister.into_listed())
    }

    /// Builds a model from values by canonical name: shape, and numbers in row-major order.
    ///
    /// # Errors
    /// [`ModelError::Config`]; [`ModelError::MissingTensor`] or [`ModelError::WrongTensor`] when a parameter is
    /// absent, unknown or of another shape.
    pub fn build(
        &self,
        device: &Device,
        mut values: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
    ) -> Result<Transformer, ModelError> {
        let held = values.keys().cloned().collect::<Vec<_>>();
        let model = Transformer::fill(self, device, &mut |name, shape| {
            let (got, numbers) = values.remove(name).ok_or_else(|| ModelError::MissingTensor {
                path: "parameters given".into(),
                name: name.to_string(),
                nearest: nearest(name, held.iter().map(String::as_str)),
                held: held.join(", "),
            })?;
            if got != shape || numbers.len() != shape.iter().product::<usize>() {
                let got = format!("{} of {} numbers", shown("f32", &got), numbers.len());
                return Err(wrong(name, got, shown("f32", shape)));
            }
            Ok(TensorData::new(numbers, shape.to_vec()))
        })?;
        match values.keys().next() {
            Some(name) => Err(wrong(name, "given".into(), "no such parameter in this configuration".into())),
            None => Ok(model),
        }
    }
}

fn wrong(name: &str, got: String, expected: String) -> ModelError {
    ModelError::WrongTensor { path: "parameters given".into(), name: name.to_string(), got, expected }
}
