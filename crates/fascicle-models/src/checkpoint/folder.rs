//! A Hugging Face folder's `config.json`, read field by field with errors that name the field.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::config::Activation;
use crate::error::ModelError;
use crate::outputs::Pooling;

/// A `config.json` as it stands.
#[derive(Clone, Debug)]
pub(crate) struct RawConfig {
    pub(crate) path: PathBuf,
    fields: Map<String, Value>,
}

impl RawConfig {
    /// Reads `folder/config.json`.
    pub(crate) fn read(folder: &Path) -> Result<Self, ModelError> {
        let path = has_config(folder)?;
        let raw = Self { fields: read_json(&path)?, path };
        raw.not_quantised()?;
        Ok(raw)
    }

    /// Reads another JSON file of a folder.
    pub(crate) fn from_file(path: PathBuf) -> Result<Self, ModelError> {
        Ok(Self { fields: read_json(&path)?, path })
    }

    /// A configuration that is in memory; `path` stands for it in messages.
    #[cfg(feature = "fuzzing")]
    pub(crate) fn from_bytes(path: &Path, bytes: &[u8]) -> Result<Self, ModelError> {
        Ok(Self { fields: parse_json(path, bytes)?, path: path.into() })
    }

    /// Refuses weights that are packed into whole numbers, whatever their family.
    fn not_quantised(&self) -> Result<(), ModelError> {
        match self.field("quantization_config") {
            Some(settings) => {
                let method = settings.get("quant_method").and_then(Value::as_str).unwrap_or("unnamed");
                Err(ModelError::Quantised { path: self.path.clone(), method: method.into() })
            }
            None => Ok(()),
        }
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

/// The path of a folder's `config.json`, or what is there instead.
pub(crate) fn has_config(folder: &Path) -> Result<PathBuf, ModelError> {
    if !folder.is_dir() {
        return Err(ModelError::NotAFolder { path: folder.into(), is_file: folder.is_file() });
    }
    let path = folder.join("config.json");
    if path.is_file() {
        Ok(path)
    } else {
        Err(ModelError::NoConfig { folder: folder.into(), found: listing(folder) })
    }
}

/// Reads a JSON object.
pub(crate) fn read_json(path: &Path) -> Result<Map<String, Value>, ModelError> {
    parse_json(path, &fs::read(path).map_err(ModelError::io(path, "read"))?)
}

fn parse_json(path: &Path, bytes: &[u8]) -> Result<Map<String, Value>, ModelError> {
    serde_json::from_slice(bytes)
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

/// Reads sentence-transformers' `1_Pooling/config.json`, where there is one.
pub(crate) fn pooling(folder: &Path) -> Result<Pooling, ModelError> {
    let path = folder.join("1_Pooling").join("config.json");
    if !path.is_file() {
        return Ok(Pooling::default());
    }
    let fields = read_json(&path)?;
    let modes: Vec<&str> = fields
        .iter()
        .filter(|(name, value)| name.starts_with("pooling_mode_") && value.as_bool() == Some(true))
        .map(|(name, _)| name.as_str())
        .collect();
    match modes[..] {
        ["pooling_mode_mean_tokens"] => Ok(Pooling::Mean),
        ["pooling_mode_cls_token"] => Ok(Pooling::Cls),
        ["pooling_mode_lasttoken"] => Ok(Pooling::Last),
        _ => Err(ModelError::Config {
            path,
            field: "pooling_mode_…".into(),
            value: format!("{modes:?}"),
            expected: "pooling_mode_mean_tokens, pooling_mode_cls_token or pooling_mode_lasttoken alone"
                .into(),
        }),
    }
}
