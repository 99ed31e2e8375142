//! What a user can hand over by mistake, and the words that they get.

use std::fs;
use std::path::Path;

use fascicle_models::{NamedTensor, load};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::model_folder::{change_config, change_tensors, copy};
use crate::support::fixtures;

pub(crate) fn error(folder: &Path) -> String {
    let device = fascicle_core::device("cpu").unwrap();
    let text = load(folder, &device).map(|_| ()).unwrap_err().to_string();
    text.replace(&*folder.to_string_lossy(), "FOLDER")
}

pub(crate) fn config(folder: &TempDir, change: impl FnOnce(&mut Value)) -> String {
    change_config(folder, change);
    error(folder.path())
}

fn bytes(folder: &TempDir, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let path = folder.path().join("model.safetensors");
    let mut bytes = fs::read(&path).unwrap();
    change(&mut bytes);
    fs::write(&path, bytes).unwrap();
    error(folder.path())
}

#[test]
fn folders_that_are_none() {
    insta::assert_snapshot!(error(Path::new("/no/such/model")), @"FOLDER: no such folder (expected a model folder with config.json and model.safetensors)");
    let file = fixtures("hf/gpt2").join("config.json");
    insta::assert_snapshot!(error(&file), @"FOLDER: this is a file: give the folder that holds config.json and model.safetensors");
    let empty = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(error(empty.path()), @"FOLDER: no config.json here (found: nothing); a model folder holds config.json and model.safetensors");
    fs::write(empty.path().join("config.json"), r#"{"model_type": "gpt2"}"#).unwrap();
    insta::assert_snapshot!(error(empty.path()), @"FOLDER: no model.safetensors or pytorch_model.bin here, nor an index of shards (found: config.json)");
}

#[test]
fn configurations_that_make_no_model() {
    let gpt2 = || copy("hf/gpt2");
    insta::assert_snapshot!(config(&gpt2(), |c| c["model_type"] = json!("gpt22")), @"FOLDER/config.json: model_type `gpt22` is not supported: did you mean `gpt2`? (supported: bert, clip, clip_text_model, clip_vision_model, deit, dinov2, dinov2_with_registers, dinov3_vit, fascicle, gemma2, gpt2, gpt_neox, llama, olmoe, qwen2, qwen3, resnet, vit, vit_mae)");
    insta::assert_snapshot!(config(&gpt2(), |c| c["model_type"] = json!("mamba")), @"FOLDER/config.json: model_type `mamba` is not supported: did you mean `llama`? (supported: bert, clip, clip_text_model, clip_vision_model, deit, dinov2, dinov2_with_registers, dinov3_vit, fascicle, gemma2, gpt2, gpt_neox, llama, olmoe, qwen2, qwen3, resnet, vit, vit_mae)");
    insta::assert_snapshot!(config(&gpt2(), |c| c["model_type"] = json!(null)), @"FOLDER/config.json: field `model_type` is missing");
    insta::assert_snapshot!(config(&gpt2(), |c| c["n_embd"] = json!(null)), @"FOLDER/config.json: field `n_embd` is missing");
    insta::assert_snapshot!(config(&gpt2(), |c| c["n_head"] = json!(5)), @"FOLDER/config.json: field `n_head` is 5, expected a divisor of the width 32");
    insta::assert_snapshot!(config(&gpt2(), |c| c["n_layer"] = json!("two")), @r#"FOLDER/config.json: field `n_layer` is "two", expected a whole number ≥ 0"#);
    insta::assert_snapshot!(config(&gpt2(), |c| c["activation_function"] = json!("gelu_neww")), @"FOLDER/config.json: field `activation_function` is `gelu_neww`, expected one of gelu, gelu_new, gelu_pytorch_tanh, gelu_fast, gelu_accurate, gelu_python, gelu_python_tanh, quick_gelu, relu, silu, swish, tanh, linear");
    insta::assert_snapshot!(config(&gpt2(), |c| c["add_cross_attention"] = json!(true)), @"FOLDER/config.json: field `add_cross_attention` is true, expected false (nothing else is supported)");
    insta::assert_snapshot!(config(&copy("hf/bert"), |c| c["position_embedding_type"] = json!("relative_key")), @r#"FOLDER/config.json: field `position_embedding_type` is "relative_key", expected "absolute" (nothing else is supported)"#);
    insta::assert_snapshot!(config(&gpt2(), |c| c["quantization_config"] = json!({"quant_method": "gptq"})), @"FOLDER/config.json: `quantization_config` says that the weights are quantised (gptq): quantised checkpoints are not supported, take the original weights");
    let folder = gpt2();
    fs::write(folder.path().join("config.json"), "{").unwrap();
    insta::assert_snapshot!(error(folder.path()), @"FOLDER/config.json: not valid JSON: EOF while parsing an object at line 1 column 1");
}

#[test]
fn headers_that_are_cut_off_or_lie() {
    let gpt2 = || copy("hf/gpt2");
    insta::assert_snapshot!(bytes(&gpt2(), |b| b.truncate(5)), @"FOLDER/model.safetensors: not a readable safetensors file: the file has 5 bytes, a header needs 8 and more: download it again");
    insta::assert_snapshot!(bytes(&gpt2(), |b| b.truncate(100)), @"FOLDER/model.safetensors: not a readable safetensors file: the header claims 2592 bytes, the file has 100: it is cut off or not safetensors");
    insta::assert_snapshot!(bytes(&gpt2(), |b| b.truncate(60_000)), @"FOLDER/model.safetensors: not a readable safetensors file: tensor `transformer.h.1.attn.c_attn.weight` ends at byte 63488 of the data, the file has 57400: it is cut off or was changed");
    insta::assert_snapshot!(bytes(&gpt2(), |b| b[..8].copy_from_slice(&u64::MAX.to_le_bytes())), @"FOLDER/model.safetensors: not a readable safetensors file: the header claims 18446744073709551615 bytes, the file has 125096: it is cut off or not safetensors");
    insta::assert_snapshot!(bytes(&gpt2(), |b| b[8] = b'['), @"FOLDER/model.safetensors: not a readable safetensors file: invalid JSON in header: invalid type: sequence, expected an object at line 1 column 0");
    insta::assert_snapshot!(bytes(&gpt2(), |b| b.extend([0; 16])), @"FOLDER/model.safetensors: not a readable safetensors file: the tensors end at byte 122496 of the data, the file at 122512: something follows that is no tensor");
    insta::assert_snapshot!(bytes(&gpt2(), |b| {
        let at = b.windows(7).position(|w| w == b"[96]},\"" || w.starts_with(b"[96],")).unwrap();
        b[at + 1] = b'8';
    }), @"FOLDER/model.safetensors: not a readable safetensors file: tensor `transformer.h.0.attn.c_attn.bias` has the offsets 0 to 384, but its type F32 and shape [86] need 344 bytes");
}

#[test]
fn every_tensor_that_does_not_fit_is_listed_at_once() {
    let folder = copy("hf/bert");
    change_tensors(&folder, |tensors| {
        tensors.retain(|(name, _)| name != "pooler.dense.bias");
        for (name, tensor) in tensors {
            match name.as_str() {
                "encoder.layer.0.attention.self.query.weight" => *name = name.replace("query", "qury"),
                "encoder.layer.1.output.dense.bias" => {
                    *tensor = NamedTensor::F32 { shape: vec![2], values: vec![0.0; 2] }
                }
                "embeddings.LayerNorm.weight" => {
                    *tensor = NamedTensor::I64 { shape: vec![32], values: vec![1; 32] }
                }
                _ => {}
            }
        }
    });
    insta::assert_snapshot!(error(folder.path()), @r"
FOLDER: the weights do not fit config.json: 2 missing, 1 unexpected, 2 misshapen, 0 duplicated
  missing     encoder.layer.0.attention.self.query.weight [32, 32] (nearest: encoder.layer.0.attention.self.qury.weight)
  missing     pooler.dense.bias [32]
  unexpected  encoder.layer.0.attention.self.qury.weight [32, 32] in model.safetensors
  misshapen   embeddings.LayerNorm.weight is I64 [32], expected floating-point [32] (quantised checkpoints are not supported), in model.safetensors
  misshapen   encoder.layer.1.output.dense.bias is F32 [2], expected floating-point [32], in model.safetensors
");
}

#[test]
fn a_square_matrix_of_the_wrong_layout_would_not_be_noticed_but_a_fused_one_is() {
    let folder = copy("hf/gpt2");
    change_tensors(&folder, |tensors| {
        for (name, tensor) in tensors {
            if let (true, NamedTensor::F32 { shape, .. }) = (name.ends_with("0.attn.c_attn.weight"), tensor) {
                shape.reverse();
            }
        }
    });
    insta::assert_snapshot!(error(folder.path()), @r"
FOLDER: the weights do not fit config.json: 0 missing, 0 unexpected, 1 misshapen, 0 duplicated
  misshapen   transformer.h.0.attn.c_attn.weight is F32 [96, 32], expected floating-point [32, 96], in model.safetensors
");
}

/// Queries, keys and values are one tensor in GPT-2's files.
#[test]
fn a_fused_tensor_is_missing_once() {
    let text = config(&copy("hf/gpt2"), |c| c["n_layer"] = json!(3));
    let head =
        "FOLDER: the weights do not fit config.json: 12 missing, 0 unexpected, 0 misshapen, 0 duplicated";
    assert!(text.starts_with(head), "{text}");
    assert_eq!(text.matches("h.2.attn.c_attn.weight").count(), 1, "{text}");
}

#[test]
fn an_untied_copy_of_a_tied_head_is_refused() {
    let folder = copy("hf/gpt2");
    change_tensors(&folder, |tensors| {
        let (_, tokens) = tensors.iter().find(|(name, _)| name == "transformer.wte.weight").unwrap().clone();
        tensors.push(("lm_head.weight".into(), tokens));
    });
    let device = fascicle_core::device("cpu").unwrap();
    let report = load(folder.path(), &device).unwrap().report;
    assert_eq!(report.unused, [("lm_head.weight".to_string(), "the same as the tensor it is tied to")]);
    change_tensors(&folder, |tensors| {
        if let Some((_, NamedTensor::F32 { values, .. })) =
            tensors.iter_mut().find(|(name, _)| name == "lm_head.weight")
        {
            values[0] += 1.0;
        }
    });
    insta::assert_snapshot!(error(folder.path()), @r"
FOLDER: the weights do not fit config.json: 0 missing, 1 unexpected, 0 misshapen, 0 duplicated
  unexpected  lm_head.weight [97, 32] in model.safetensors: its values differ from `transformer.wte.weight`, to which config.json ties it (tie_word_embeddings)
");
}

#[test]
fn values_that_are_no_numbers_are_reported_by_name() {
    let folder = copy("hf/gpt2");
    change_tensors(&folder, |tensors| {
        for (name, tensor) in tensors {
            if let (true, NamedTensor::F32 { values, .. }) = (name.ends_with("1.mlp.c_fc.bias"), tensor) {
                values[3] = f32::NAN;
            }
        }
    });
    let device = fascicle_core::device("cpu").unwrap();
    assert_eq!(load(folder.path(), &device).unwrap().report.not_finite, ["blocks.1.mlp.up.bias"]);
}
