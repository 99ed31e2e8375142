//! Fascicle's own folders: any configuration of the transformer, tensors under their canonical names.

use serde_json::{Value, json};

use super::{Adapted, Layout, Place};
use crate::checkpoint::RawConfig;
use crate::config::TransformerConfig;
use crate::error::ModelError;
use crate::model::ModelConfig;

/// What `config.json` says in `model_type`.
pub(crate) const MODEL_TYPE: &str = "fascicle";

pub(super) fn adapt(raw: &RawConfig, _has: &dyn Fn(&str) -> bool) -> Result<Adapted, ModelError> {
    let field = raw
        .field("transformer")
        .ok_or_else(|| ModelError::MissingField { path: raw.path.clone(), field: "transformer".into() })?;
    let config: TransformerConfig = serde_json::from_value(field.clone()).map_err(|error| {
        ModelError::Json { path: raw.path.clone(), reason: format!("in `transformer`: {error}") }
    })?;
    config.validate()?;
    Ok(Adapted {
        config: ModelConfig::Transformer(config),
        labels: Vec::new(),
        family: MODEL_TYPE,
        prefix: "",
        place: Box::new(|name| Some(Place::new(name, Layout::Same))),
        unused: |_| None,
        repeats: Vec::new(),
    })
}

/// The `config.json` of a folder of ours.
pub(crate) fn to_json(config: &TransformerConfig) -> Value {
    json!({ "model_type": MODEL_TYPE, "transformer": config })
}
