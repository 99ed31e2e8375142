//! Rotary settings as `config.json` has them: `rope_parameters` (transformers 5), or `rope_theta` and `rope_scaling`
//! beside the other fields (transformers 4).

use crate::checkpoint::RawConfig;
use crate::config::RotaryScaling;
use crate::error::ModelError;

/// The settings that stand in an object of their own. Where both are there, `rope_scaling` counts, as in `transformers`.
fn settings(raw: &RawConfig) -> Result<Option<RawConfig>, ModelError> {
    for name in ["rope_scaling", "rope_parameters"] {
        let Some(found) = raw.object(name)?.filter(|found| !found.is_empty()) else { continue };
        return match found.nested() {
            None => Ok(Some(found)),
            // Gemma 3 and others: a set of settings for each kind of block
            Some(kind) => Err(raw.bad(
                name,
                &format!("an object with settings of its own for `{kind}`"),
                "one set of settings for all blocks (nothing else is supported)",
            )),
        };
    }
    Ok(None)
}

/// A number that transformers 5 keeps in `rope_parameters` under `name`, and transformers 4 beside the other fields under
/// `older`.
pub(super) fn setting(raw: &RawConfig, name: &str, older: &str) -> Result<Option<f64>, ModelError> {
    let nested = match settings(raw)? {
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
    let Some(given) = settings(raw)? else { return Ok(RotaryScaling::None) };
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
            original: original(raw, &given)?,
        }),
        _ => Err(raw.bad("rope_type", &format!("`{kind}`"), "default, linear or llama3")),
    }
}

/// The length of the first training. `transformers` takes it from beside the other fields where it stands there, and
/// for the whole length where it is nowhere.
fn original(raw: &RawConfig, given: &RawConfig) -> Result<f64, ModelError> {
    const NAME: &str = "original_max_position_embeddings";
    match raw.optional_f64(NAME)?.or(given.optional_f64(NAME)?) {
        Some(length) => Ok(length),
        None => raw.f64("max_position_embeddings"),
    }
}
