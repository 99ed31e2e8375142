//! A Hugging Face folder's `config.json`, read field by field with errors that name the field.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::config::Activation;
use crate::error::ModelError;

/// More than anything of a model counts; beyond it the sizes of tensors could not be told.
const LARGEST: u64 = 1 << 31;

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

    /// Whether a field is there and says `null`.
    pub(crate) fn is_null(&self, name: &str) -> bool {
        self.fields.get(name).is_some_and(Value::is_null)
    }

    /// Whether there are no fields.
    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// A field that is an object, if there is one.
    pub(crate) fn nested(&self) -> Option<&str> {
        self.fields.iter().find(|(_, value)| value.is_object()).map(|(name, _)| name.as_str())
    }

    pub(crate) fn optional_usize(&self, name: &str) -> Result<Option<usize>, ModelError> {
        let found = self.get(name, "a whole number ≥ 0", Value::as_u64)?;
        found.map(|n| self.not_too_large(name, n)).transpose()
    }

    fn not_too_large(&self, name: &str, n: u64) -> Result<usize, ModelError> {
        if n <= LARGEST {
            Ok(n as usize)
        } else {
            Err(self.bad(name, &n.to_string(), &format!("at most {LARGEST}")))
        }
    }

    /// A count under its own name, or under another that `transformers` takes for it.
    pub(crate) fn usize_or_as(&self, name: &str, alias: &str) -> Result<usize, ModelError> {
        match (self.optional_usize(name)?, self.optional_usize(alias)?) {
            (Some(own), Some(other)) if own != other => Err(self.bad(
                alias,
                &other.to_string(),
                &format!("{own}, as `{name}`, or neither of the two"),
            )),
            (own, other) => own.or(other).ok_or_else(|| self.missing(name)),
        }
    }

    pub(crate) fn usize(&self, name: &str) -> Result<usize, ModelError> {
        self.optional_usize(name)?.ok_or_else(|| self.missing(name))
    }

    pub(crate) fn usizes(&self, name: &str) -> Result<Vec<usize>, ModelError> {
        let read = |value: &Value| value.as_array()?.iter().map(Value::as_u64).collect::<Option<Vec<u64>>>();
        let found = self.get(name, "a list of whole numbers ≥ 0", read)?.ok_or_else(|| self.missing(name))?;
        found.into_iter().map(|n| self.not_too_large(name, n)).collect()
    }

    /// `[height, width]`, given as both or as one number for both.
    pub(crate) fn sides(&self, name: &str) -> Result<Option<[usize; 2]>, ModelError> {
        let found =
            self.get(name, "a whole number ≥ 0, or a list of two", |value| match value.as_array() {
                Some(sides) => match sides.as_slice() {
                    [height, width] => Some([height.as_u64()?, width.as_u64()?]),
                    _ => None,
                },
                None => value.as_u64().map(|side| [side; 2]),
            })?;
        let Some([height, width]) = found else { return Ok(None) };
        Ok(Some([self.not_too_large(name, height)?, self.not_too_large(name, width)?]))
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

    /// A number that `null` switches off; `usual` where nothing is said.
    pub(crate) fn f64_unless_null(&self, name: &str, usual: f64) -> Result<Option<f64>, ModelError> {
        if self.is_null(name) { Ok(None) } else { Ok(Some(self.optional_f64(name)?.unwrap_or(usual))) }
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
    } else if let Some(lost) = lost_link(&path) {
        Err(lost)
    } else {
        Err(ModelError::NoConfig { folder: folder.into(), found: listing(folder) })
    }
}

/// The error for a link whose file is gone, as in a cache that was tidied up; nothing for any other path.
pub(crate) fn lost_link(path: &Path) -> Option<ModelError> {
    let target = fs::read_link(path).ok()?;
    (!path.exists()).then(|| ModelError::LostLink { path: path.into(), target })
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
