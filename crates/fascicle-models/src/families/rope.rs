//! Rotary settings as `config.json` has them: `rope_parameters` (transformers 5), or `rope_theta` and `rope_scaling`
//! beside the other fields (transformers 4).

use crate::checkpoint::RawConfig;
use crate::config::RotaryScaling;
use crate::error::ModelError;

/// A number that transformers 5 keeps in `rope_parameters` under `name`, and transformers 4 beside the other fields under
/// `older`.
pub(super) fn setting(raw: &RawConfig, name: &str, older: &str) -> Result<Option<f64>, ModelError> {
    let nested = match raw.object("rope_parameters")? {
        Some(inner) => inner.optional_f64(name)?,
        None => None,
    };
    match nested {
        Some(value) => Ok(Some(value)),
        None => raw.optional_f64(older),
    }
}

/// How wavelengths are stretched; anything but what is known is refused, since it would change the forward pass.
pub(super) fn scaling(raw: &RawConfig) -> Result<RotaryScaling, ModelError> {
    let given = match raw.object("rope_parameters")? {
        Some(parameters) => Some(parameters),
        None => raw.object("rope_scaling")?,
    };
    let Some(given) = given else { return Ok(RotaryScaling::None) };
    let kind = match given.optional_str("rope_type")? {
        Some(kind) => kind,
        None => given.optional_str("type")?.unwrap_or_else(|| "default".into()),
    };
    match kind.as_str() {
        "default" => Ok(RotaryScaling::None),
        "linear" => Ok(RotaryScaling::Linear { factor: given.f64("factor")? }),
        "llama3" => Ok(RotaryScaling::Llama3 {
            factor: given.f64("factor")?,
            low: given.f64("low_freq_factor")?,
            high: given.f64("high_freq_factor")?,
            original: given.f64("original_max_position_embeddings")?,
        }),
        _ => Err(raw.bad("rope_type", &format!("`{kind}`"), "default, linear or llama3")),
    }
}
