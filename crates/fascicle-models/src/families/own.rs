//! Fascicle's own folders: any configuration of any model, tensors under their canonical names.

use serde_json::{Value, json};

use super::{Adapted, Layout, Place};
use crate::checkpoint::RawConfig;
use crate::error::ModelError;
use crate::model::ModelConfig;

/// What `config.json` says in `model_type`.
pub(crate) const MODEL_TYPE: &str = "fascicle";

pub(super) fn adapt(raw: &RawConfig, _has: &dyn Fn(&str) -> bool) -> Result<Adapted, ModelError> {
    let kind = ModelConfig::KINDS
        .into_iter()
        .find(|kind| raw.field(kind).is_some())
        .ok_or_else(|| raw.missing(&ModelConfig::KINDS.join("` or `")))?;
    let config: ModelConfig = serde_json::from_value(json!({ kind: raw.field(kind) })).map_err(|error| {
        ModelError::Json { path: raw.path.clone(), reason: format!("in `{kind}`: {error}") }
    })?;
    Ok(Adapted {
        config,
        labels: Vec::new(),
        family: MODEL_TYPE,
        prefix: "",
        place: Box::new(|name| Some(Place::new(name, Layout::Same))),
        unused: |_| None,
        repeats: Vec::new(),
    })
}

/// The `config.json` of a folder of ours.
pub(crate) fn to_json(config: &ModelConfig) -> Value {
    let mut fields = json!({ "model_type": MODEL_TYPE });
    if let (Some(fields), Ok(Value::Object(kind))) = (fields.as_object_mut(), serde_json::to_value(config)) {
        fields.extend(kind);
    }
    fields
}
