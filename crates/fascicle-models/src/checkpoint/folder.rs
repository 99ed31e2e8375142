//! A Hugging Face folder's `config.json`, read field by field with errors that name the field.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::config::Activation;
use crate::error::ModelError;

/// A `config.json` as it stands.
#[derive(Clone, Debug)]
pub(crate) struct RawConfig {
    pub(crate) path: PathBuf,
    fields: Map<String, Value>,
}

impl RawConfig {
    /// Reads `folder/config.json`.
    pub(crate) fn read(folder: &Path) -> Result<Self, ModelError> {
        if !folder.is_dir() {
            return Err(ModelError::NotAFolder { path: folder.into(), is_file: folder.is_file() });
        }
        let path = folder.join("config.json");
        if !path.is_file() {
            return Err(ModelError::NoConfig { folder: folder.into(), found: listing(folder) });
        }
        Self::from_file(path)
    }

    /// Reads another JSON file of a folder.
    pub(crate) fn from_file(path: PathBuf) -> Result<Self, ModelError> {
        Ok(Self { fields: read_json(&path)?, path })
    }

    /// The whole configuration, for formats of our own.
    pub(crate) fn field(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    fn get<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Option<T>, ModelError> {
        self.field(name)
            .map(|value| read(value).ok_or_else(|| self.bad(name, &value.to_string(), expected)))
            .transpose()
    }

    pub(crate) fn optional_usize(&self, name: &str) -> Result<Option<usize>, ModelError> {
        self.get(name, "a whole number ≥ 0", |value| value.as_u64().map(|n| n as usize))
    }

    pub(crate) fn usize(&self, name: &str) -> Result<usize, ModelError> {
        self.optional_usize(name)?.ok_or_else(|| self.missing(name))
    }

    pub(crate) fn usizes(&self, name: &str) -> Result<Vec<usize>, ModelError> {
        let read = |value: &Value| {
            value.as_array()?.iter().map(|value| value.as_u64().map(|n| n as usize)).collect()
        };
        self.get(name, "a list of whole numbers ≥ 0", read)?.ok_or_else(|| self.missing(name))
    }

    /// `[height, width]`, given as both or as one number for both.
    pub(crate) fn sides(&self, name: &str) -> Result<Option<[usize; 2]>, ModelError> {
        let number = |value: &Value| value.as_u64().map(|n| n as usize);
        self.get(name, "a whole number ≥ 0, or a list of two", |value| match value.as_array() {
            Some(sides) => match sides.as_slice() {
                [height, width] => Some([number(height)?, number(width)?]),
                _ => None,
            },
            None => number(value).map(|side| [side; 2]),
        })
    }

    /// A token id or several; none where nothing is said.
    pub(crate) fn ids(&self, name: &str) -> Result<Vec<i64>, ModelError> {
        let read = |value: &Value| match value {
            Value::Array(ids) => ids.iter().map(Value::as_i64).collect(),
            id => id.as_i64().map(|id| vec![id]),
        };
        Ok(self.get(name, "a token id or a list of token ids", read)?.unwrap_or_default())
    }

    pub(crate) fn f64(&self, name: &str) -> Result<f64, ModelError> {
        self.get(name, "a number", Value::as_f64)?.ok_or_else(|| self.missing(name))
    }

    pub(crate) fn bool_or(&self, name: &str, default: bool) -> Result<bool, ModelError> {
        Ok(self.get(name, "true or false", Value::as_bool)?.unwrap_or(default))
    }

    pub(crate) fn optional_str(&self, name: &str) -> Result<Option<String>, ModelError> {
        self.get(name, "a text", |value| value.as_str().map(str::to_string))
    }

    pub(crate) fn optional_f64(&self, name: &str) -> Result<Option<f64>, ModelError> {
        self.get(name, "a number", Value::as_f64)
    }

    /// An object inside this one, with fields of its own.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Self>, ModelError> {
        let fields = self.get(name, "an object", |value| value.as_object().cloned())?;
        Ok(fields.map(|fields| Self { path: self.path.clone(), fields }))
    }

    /// The names of the classes, in order.
    pub(crate) fn labels(&self) -> Result<Vec<String>, ModelError> {
        let Some(by_id) = self.object("id2label")? else { return Ok(Vec::new()) };
        let label = |i: usize| {
            let id = i.to_string();
            by_id.optional_str(&id)?.ok_or_else(|| by_id.missing(&format!("id2label.{id}")))
        };
        (0..by_id.fields.len()).map(label).collect()
    }

    /// How many classes there are: `transformers` has two unless the configuration says otherwise.
    pub(crate) fn classes(&self) -> Result<usize, ModelError> {
        let labels = self.labels()?.len();
        Ok(if labels > 0 { labels } else { self.optional_usize("num_labels")?.unwrap_or(2) })
    }

    /// The first of `architectures`, if given.
    pub(crate) fn architecture(&self) -> Option<String> {
        self.field("architectures")?.as_array()?.first()?.as_str().map(str::to_string)
    }

    pub(crate) fn activation(&self, name: &str) -> Result<Activation, ModelError> {
        self.optional_activation(name)?.ok_or_else(|| self.missing(name))
    }

    pub(crate) fn optional_activation(&self, name: &str) -> Result<Option<Activation>, ModelError> {
        let Some(found) = self.optional_str(name)? else { return Ok(None) };
        let known = || Activation::NAMES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        match Activation::NAMES.iter().find(|(name, _)| *name == found) {
            Some((_, activation)) => Ok(Some(*activation)),
            None => Err(self.bad(name, &format!("`{found}`"), &format!("one of {}", known()))),
        }
    }

    /// Refuses a setting that would change the forward pass and is not supported.
    pub(crate) fn only(&self, name: &str, supported: &Value) -> Result<(), ModelError> {
        match self.field(name) {
            Some(value) if value != supported => {
                Err(self.bad(name, &value.to_string(), &format!("{supported} (nothing else is supported)")))
            }
            _ => Ok(()),
        }
    }

    /// `d_model / n_heads`, which must be whole.
    pub(crate) fn d_head(&self, heads: &str, d_model: usize, n_heads: usize) -> Result<usize, ModelError> {
        if n_heads == 0 || !d_model.is_multiple_of(n_heads) {
            return Err(self.bad(heads, &n_heads.to_string(), &format!("a divisor of the width {d_model}")));
        }
        Ok(d_model / n_heads)
    }

    pub(crate) fn missing(&self, name: &str) -> ModelError {
        ModelError::MissingField { path: self.path.clone(), field: name.into() }
    }

    pub(crate) fn bad(&self, field: &str, value: &str, expected: &str) -> ModelError {
        ModelError::Config {
            path: self.path.clone(),
            field: field.into(),
            value: value.into(),
            expected: expected.into(),
        }
    }
}

/// The safetensors files of a model folder: `model.safetensors`, or the shards that its index names.
pub(crate) fn weight_files(folder: &Path) -> Result<Vec<PathBuf>, ModelError> {
    let single = folder.join("model.safetensors");
    if single.is_file() {
        return Ok(vec![single]);
    }
    let index = folder.join("model.safetensors.index.json");
    if !index.is_file() {
        return Err(ModelError::NoWeights { folder: folder.into(), found: listing(folder) });
    }
    let fields = read_json(&index)?;
    let json = |reason: String| ModelError::Json { path: index.clone(), reason };
    let map =
        fields.get("weight_map").and_then(Value::as_object).ok_or_else(|| json("no `weight_map`".into()))?;
    let mut shards = BTreeSet::new();
    for (tensor, file) in map {
        let name = file
            .as_str()
            .ok_or_else(|| json(format!("the file of `{tensor}` is {file}, expected a name")))?;
        // a shard lies in the folder itself: anything else could point at other files of the reader's machine
        if Path::new(name).file_name() != Some(name.as_ref()) {
            return Err(json(format!(
                "the file of `{tensor}` is `{name}`, expected a name without a folder"
            )));
        }
        shards.insert(folder.join(name));
    }
    match shards.iter().find(|shard| !shard.is_file()) {
        Some(shard) => {
            let shard = shard.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Err(ModelError::MissingShard { index: index.clone(), shard })
        }
        None => Ok(shards.into_iter().collect()),
    }
}

/// Reads a JSON object.
pub(crate) fn read_json(path: &Path) -> Result<Map<String, Value>, ModelError> {
    let text = fs::read_to_string(path).map_err(ModelError::io(path, "read"))?;
    serde_json::from_str(&text)
        .map_err(|error| ModelError::Json { path: path.into(), reason: error.to_string() })
}

/// Some of a folder's file names, for messages.
pub(crate) fn listing(folder: &Path) -> String {
    let Ok(entries) = fs::read_dir(folder) else { return "nothing readable".into() };
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    match names.len() {
        0 => "nothing".into(),
        n if n > 8 => format!("{}, … {} more", names[..8].join(", "), n - 8),
        _ => names.join(", "),
    }
}
