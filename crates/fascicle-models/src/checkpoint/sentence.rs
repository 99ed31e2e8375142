//! What a folder of sentence-transformers says of the way from token vectors to the vector of a text.
//!
//! `modules.json` lists the modules that follow one another: the transformer, then pooling, and whatever comes behind.
//! Folders without the list may still have `1_Pooling/config.json`.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::folder::read_json;
use super::index::is_file_name;
use crate::error::ModelError;
use crate::outputs::Pooling;

/// What is said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) pooling: Option<Pooling>,
    /// Modules that change the vector further, by the last part of their type.
    pub(crate) further: Vec<String>,
}

/// One entry of `modules.json`.
#[derive(Deserialize)]
struct Module {
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

/// Reads what a folder says; nothing, where it is no folder of sentence-transformers.
///
/// # Errors
/// [`ModelError::Json`] for a list that is none; [`ModelError::Config`] naming the file for a pooling that is not supported.
pub(crate) fn sentence(folder: &Path) -> Result<Sentence, ModelError> {
    let list = folder.join("modules.json");
    let mut said = Sentence::default();
    if !list.is_file() {
        let usual = folder.join("1_Pooling").join("config.json");
        if usual.is_file() {
            said.pooling = Some(pooling(&usual)?);
        }
        return Ok(said);
    }
    // the first one is the model itself
    for Module { path, kind } in modules(&list)?.into_iter().skip(1) {
        match kind.rsplit('.').next().unwrap_or_default() {
            "Pooling" if is_file_name(&path) => {
                said.pooling = Some(pooling(&folder.join(path).join("config.json"))?);
            }
            "Pooling" => {
                return Err(ModelError::Config {
                    path: list,
                    field: "path".into(),
                    value: format!("`{path}`"),
                    expected: "the name of a folder within this one".into(),
                });
            }
            "Normalize" => {}
            other => said.further.push(other.into()),
        }
    }
    Ok(said)
}

fn modules(list: &Path) -> Result<Vec<Module>, ModelError> {
    let bytes = fs::read(list).map_err(ModelError::io(list, "read"))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| ModelError::Json { path: list.into(), reason: error.to_string() })
}

/// What each way to pool is called: by a field that is true, and by the newer `pooling_mode`.
static MODES: [(&str, &str, Pooling); 6] = [
    ("pooling_mode_mean_tokens", "mean", Pooling::Mean),
    ("pooling_mode_cls_token", "cls", Pooling::Cls),
    ("pooling_mode_lasttoken", "lasttoken", Pooling::Last),
    ("pooling_mode_max_tokens", "max", Pooling::Max),
    ("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens", Pooling::MeanSqrtLen),
    ("pooling_mode_weightedmean_tokens", "weightedmean", Pooling::WeightedMean),
];

/// Several ways at once would make one vector of several.
fn pooling(path: &Path) -> Result<Pooling, ModelError> {
    let fields = read_json(path)?;
    let named = fields.get("pooling_mode").filter(|mode| !mode.is_null());
    let modes: Vec<&str> = match named {
        Some(mode) => vec![mode.as_str().unwrap_or_default()],
        // where nothing is said of the mean, it is meant
        None => MODES
            .iter()
            .filter(|(field, mode, _)| {
                fields.get(*field).map_or(*mode == "mean", |value| value.as_bool() == Some(true))
            })
            .map(|(_, mode, _)| *mode)
            .collect(),
    };
    let known = match modes.as_slice() {
        [mode] => MODES.iter().find(|(_, name, _)| name == mode),
        _ => None,
    };
    match known {
        Some((.., pooling)) => Ok(*pooling),
        None => Err(ModelError::Config {
            path: path.into(),
            field: "pooling_mode".into(),
            value: named.map_or_else(|| format!("{modes:?}"), Value::to_string),
            expected: format!("one of {} alone", MODES.map(|(_, name, _)| name).join(", ")),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRANSFORMER: &str =
        r#"{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}"#;

    /// A folder with that pooling, and a list of the transformer and what else is given as path and type.
    fn said(pooling: &str, modules: Option<&[(&str, &str)]>) -> Result<Sentence, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("1_Pooling")).unwrap();
        fs::write(folder.path().join("1_Pooling/config.json"), pooling).unwrap();
        if let Some(modules) = modules {
            let entry = |(path, kind): &(&str, &str)| {
                format!(r#"{{"path": "{path}", "type": "sentence_transformers.models.{kind}"}}"#)
            };
            let list: Vec<String> =
                std::iter::once(TRANSFORMER.into()).chain(modules.iter().map(entry)).collect();
            fs::write(folder.path().join("modules.json"), format!("[{}]", list.join(", "))).unwrap();
        }
        let text = |error: ModelError| error.to_string().replace(&*folder.path().to_string_lossy(), "FOLDER");
        sentence(folder.path()).map_err(text)
    }

    #[track_caller]
    fn check(pooling: &str, expected: Pooling) {
        let listed = said(pooling, Some(&[("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]));
        let expected = Ok(Sentence { pooling: Some(expected), further: Vec::new() });
        assert_eq!(listed, expected, "{pooling}");
        assert_eq!(said(pooling, None), expected, "{pooling}");
    }

    #[test]
    fn ways_to_pool() {
        check(r#"{"pooling_mode_mean_tokens": true, "pooling_mode_cls_token": false}"#, Pooling::Mean);
        check(r#"{"pooling_mode_mean_tokens": false, "pooling_mode_cls_token": true}"#, Pooling::Cls);
        check(r#"{"pooling_mode_mean_tokens": false, "pooling_mode_lasttoken": true}"#, Pooling::Last);
        check(r#"{"word_embedding_dimension": 384}"#, Pooling::Mean);
        check(r#"{"pooling_mode": "lasttoken", "embedding_dimension": 384}"#, Pooling::Last);
        check(r#"{"pooling_mode": "cls", "pooling_mode_mean_tokens": true}"#, Pooling::Cls);
        check(r#"{"pooling_mode_mean_tokens": false, "pooling_mode_max_tokens": true}"#, Pooling::Max);
        check(
            r#"{"pooling_mode_mean_tokens": false, "pooling_mode_weightedmean_tokens": true}"#,
            Pooling::WeightedMean,
        );
        check(r#"{"pooling_mode": "mean_sqrt_len_tokens"}"#, Pooling::MeanSqrtLen);
    }

    #[test]
    fn what_is_not_said_or_not_run() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(sentence(folder.path()).unwrap(), Sentence::default());
        let mean = r#"{"pooling_mode": "mean"}"#;
        // a list without pooling speaks louder than a folder that is left over
        assert_eq!(said(mean, Some(&[])).unwrap(), Sentence::default());
        let dense = said(mean, Some(&[("1_Pooling", "Pooling"), ("2_Dense", "Dense")])).unwrap();
        assert_eq!(dense, Sentence { pooling: Some(Pooling::Mean), further: vec!["Dense".into()] });
    }

    #[test]
    fn what_is_refused() {
        let refused = |pooling: &str| said(pooling, None).unwrap_err();
        insta::assert_snapshot!(refused(r#"{"pooling_mode_cls_token": true}"#), @r#"FOLDER/1_Pooling/config.json: field `pooling_mode` is ["mean", "cls"], expected one of mean, cls, lasttoken, max, mean_sqrt_len_tokens, weightedmean alone"#);
        insta::assert_snapshot!(refused(r#"{"pooling_mode_mean_tokens": false}"#), @"FOLDER/1_Pooling/config.json: field `pooling_mode` is [], expected one of mean, cls, lasttoken, max, mean_sqrt_len_tokens, weightedmean alone");
        insta::assert_snapshot!(refused(r#"{"pooling_mode": "most"}"#), @r#"FOLDER/1_Pooling/config.json: field `pooling_mode` is "most", expected one of mean, cls, lasttoken, max, mean_sqrt_len_tokens, weightedmean alone"#);
        insta::assert_snapshot!(refused(r#"{"pooling_mode": 3}"#), @"FOLDER/1_Pooling/config.json: field `pooling_mode` is 3, expected one of mean, cls, lasttoken, max, mean_sqrt_len_tokens, weightedmean alone");
        let outside = said("{}", Some(&[("../1_Pooling", "Pooling")])).unwrap_err();
        insta::assert_snapshot!(outside, @"FOLDER/modules.json: field `path` is `../1_Pooling`, expected the name of a folder within this one");
    }
}
