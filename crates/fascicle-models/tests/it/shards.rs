//! Shards and their index: what is absent, unlisted, misplaced or there twice.

use std::fs;
use std::path::PathBuf;

use safetensors::SafeTensors;
use safetensors::tensor::TensorView;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::bad_folders::error;
use crate::support::fixtures;

const INDEX: &str = "model.safetensors.index.json";

/// A copy of a sharded checkpoint.
struct Shards(TempDir);

impl Shards {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(fixtures("hf/gpt2-shards")).unwrap().flatten() {
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        Self(folder)
    }

    fn path(&self, number: u8) -> PathBuf {
        self.0.path().join(format!("model-0000{number}-of-00003.safetensors"))
    }

    fn index(&self, change: impl FnOnce(&mut Value)) -> String {
        let path = self.0.path().join(INDEX);
        let mut index: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        change(&mut index);
        fs::write(&path, index.to_string()).unwrap();
        error(self.0.path())
    }

    /// Rewrites a shard without one of its tensors; gives what was in it.
    fn remove(&self, number: u8, name: &str) {
        let bytes = fs::read(self.path(number)).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let rest: Vec<(String, TensorView<'_>)> =
            file.tensors().into_iter().filter(|(held, _)| held != name).collect();
        assert_eq!(rest.len() + 1, file.len(), "{name} was there");
        fs::write(self.path(number), safetensors::serialize(rest, None).unwrap()).unwrap();
    }
}

const BIAS: &str = "transformer.h.0.attn.c_attn.bias";

#[test]
fn an_index_that_cannot_be_followed() {
    let shards = Shards::new();
    fs::remove_file(shards.path(2)).unwrap();
    fs::remove_file(shards.path(3)).unwrap();
    insta::assert_snapshot!(error(shards.0.path()), @"FOLDER/model.safetensors.index.json: it names model-00002-of-00003.safetensors, model-00003-of-00003.safetensors, not in the folder: download them too");
    let index = |change: fn(&mut Value)| Shards::new().index(change);
    insta::assert_snapshot!(index(|i| i["weight_map"][BIAS] = json!("../other.safetensors")), @"FOLDER/model.safetensors.index.json: not a readable index of shards: the file of `transformer.h.0.attn.c_attn.bias` is `../other.safetensors`, expected a name without a folder");
    insta::assert_snapshot!(index(|i| i["weight_map"] = json!({})), @"FOLDER/model.safetensors.index.json: not a readable index of shards: its `weight_map` names no tensor");
    insta::assert_snapshot!(index(|i| *i = json!({})), @"FOLDER/model.safetensors.index.json: not a readable index of shards: no `weight_map`");
}

#[test]
fn an_index_and_shards_that_disagree() {
    let absent = Shards::new();
    absent.remove(1, BIAS);
    insta::assert_snapshot!(error(absent.0.path()), @r"
    FOLDER/model.safetensors.index.json: the shards do not hold what it says: 1 tensors absent, 0 not listed (are index and shards of one download?)
      absent      transformer.h.0.attn.c_attn.bias from model-00001-of-00003.safetensors
    ");
    insta::assert_snapshot!(Shards::new().index(|i| { i["weight_map"].as_object_mut().unwrap().remove(BIAS); }), @r"
    FOLDER/model.safetensors.index.json: the shards do not hold what it says: 0 tensors absent, 1 not listed (are index and shards of one download?)
      not listed  transformer.h.0.attn.c_attn.bias in model-00001-of-00003.safetensors
    ");
    insta::assert_snapshot!(Shards::new().index(|i| i["weight_map"][BIAS] = json!("model-00003-of-00003.safetensors")), @r"
    FOLDER/model.safetensors.index.json: the shards do not hold what it says: 1 tensors absent, 0 not listed (are index and shards of one download?)
      absent      transformer.h.0.attn.c_attn.bias from model-00003-of-00003.safetensors (it is in model-00001-of-00003.safetensors)
    ");
}

#[test]
fn a_tensor_in_two_shards() {
    let shards = Shards::new();
    let (first, third) = (fs::read(shards.path(1)).unwrap(), fs::read(shards.path(3)).unwrap());
    let (first, third) =
        (SafeTensors::deserialize(&first).unwrap(), SafeTensors::deserialize(&third).unwrap());
    let mut tensors = third.tensors();
    tensors.push((BIAS.into(), first.tensor(BIAS).unwrap()));
    fs::write(shards.path(3), safetensors::serialize(tensors, None).unwrap()).unwrap();
    insta::assert_snapshot!(error(shards.0.path()), @r"
    FOLDER: the weights do not fit config.json: 0 missing, 0 unexpected, 0 misshapen, 1 duplicated
      duplicated  transformer.h.0.attn.c_attn.bias in model-00001-of-00003.safetensors and model-00003-of-00003.safetensors
    ");
}
