//! The index of a sharded checkpoint: which tensor lies in which file.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::json::Members;

#[derive(Deserialize)]
struct Index {
    weight_map: Option<Members<Value>>,
}

/// The pairs of tensor and file name of an index; every file name is that of a file in the same folder.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<(String, String)>, String> {
    let index: Index = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let map = index.weight_map.ok_or("no `weight_map`")?.0;
    if map.is_empty() {
        return Err("its `weight_map` names no tensor".into());
    }
    map.into_iter()
        .map(|(tensor, file)| match file {
            // a shard lies in the folder itself: anything else could point at other files of the reader's machine
            Value::String(name) if is_file_name(&name) => Ok((tensor, name)),
            Value::String(name) => {
                Err(format!("the file of `{tensor}` is `{name}`, expected a name without a folder"))
            }
            other => Err(format!("the file of `{tensor}` is {other}, expected a name")),
        })
        .collect()
}

/// Whether a name stays in its folder, on every operating system.
pub(crate) fn is_file_name(name: &str) -> bool {
    !name.contains(['/', '\\', ':', '\0']) && Path::new(name).file_name() == Some(name.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_read_in_order() {
        let text = br#"{"metadata": {"total_size": 3}, "weight_map": {"b": "1.bin", "a": "2.bin"}}"#;
        let pairs = [("b".to_string(), "1.bin".to_string()), ("a".into(), "2.bin".into())];
        assert_eq!(parse(text).unwrap(), pairs);
    }

    #[test]
    fn an_index_that_cannot_be_used() {
        let refused = |map: &str| parse(format!(r#"{{"weight_map": {map}}}"#).as_bytes()).unwrap_err();
        for name in ["../x", "/etc/x", "a/b", r"a\b", "C:x", "..", ".", ""] {
            let map = serde_json::json!({ "w": name }).to_string();
            assert!(refused(&map).ends_with("expected a name without a folder"), "{name}");
        }
        insta::assert_snapshot!(refused(r#"{"w": "../x"}"#), @"the file of `w` is `../x`, expected a name without a folder");
        insta::assert_snapshot!(refused(r#"{"w": 3}"#), @"the file of `w` is 3, expected a name");
        insta::assert_snapshot!(refused(r#"{"w": "a", "w": "b"}"#), @"`w` stands there twice at line 1 column 35");
        insta::assert_snapshot!(refused("{}"), @"its `weight_map` names no tensor");
        insta::assert_snapshot!(refused("null"), @"no `weight_map`");
        insta::assert_snapshot!(parse(b"[").unwrap_err(), @"EOF while parsing a list at line 1 column 1");
    }
}
