//! Saving in the layout of the source: unchanged tensors to the byte, changed ones in their types.

use std::fs;
use std::path::Path;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::Tensor;
use fascicle_models::{Model, load, save_hf};
use half::f16;

use crate::support::{fixtures, odd_config, parameters, random_model};
use crate::torch_file::Checkpoint;

/// Adds a number to every parameter.
struct Plus(f32);

impl ModuleMapper for Plus {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|x| x + self.0)
    }
}

fn changed(model: Model) -> Model {
    model.map(&mut Plus(0.25))
}

fn refused(result: Result<(), fascicle_models::ModelError>, folder: &Path) -> String {
    result.unwrap_err().to_string().replace(&*folder.to_string_lossy(), "FOLDER")
}

#[test]
fn unchanged_models_give_the_same_bytes() {
    let device = fascicle_core::device("cpu").unwrap();
    let mut compared = 0;
    for source in fs::read_dir(fixtures("hf")).unwrap().flatten().map(|entry| entry.path()) {
        let model = load(&source, &device).unwrap();
        let folder = tempfile::tempdir().unwrap();
        save_hf(folder.path(), &source, &model.model).unwrap();
        for entry in fs::read_dir(&source).unwrap().flatten() {
            let name = entry.file_name();
            let written = folder.path().join(&name);
            let text = name.to_string_lossy();
            // weights that came as PyTorch files are written as safetensors, which `torch_folders` checks
            let torch = text.ends_with(".bin") || text.ends_with(".bin.index.json");
            let weights = text.starts_with("model") && text.ends_with(".safetensors");
            if torch || (text.ends_with(".safetensors") && !weights) {
                assert!(!written.exists());
                continue;
            }
            assert!(
                fs::read(entry.path()).unwrap() == fs::read(&written).unwrap(),
                "{}",
                entry.path().display()
            );
            compared += 1;
        }
        assert!(
            fs::read_dir(folder.path())
                .unwrap()
                .flatten()
                .all(|e| !e.file_name().to_string_lossy().starts_with('.'))
        );
    }
    assert!(compared >= 28, "{compared} files");
}

#[test]
fn changed_models_load_back() {
    let device = fascicle_core::device("cpu").unwrap();
    for name in ["hf/gpt2", "hf/gpt2-shards", "hf/bert", "hf/bert-mlm", "hf/bert-legacy", "hf/gpt2-untied"] {
        let model = load(fixtures(name), &device).unwrap();
        let before = parameters(&model.model);
        let model = changed(model.model);
        let folder = tempfile::tempdir().unwrap();
        save_hf(folder.path(), fixtures(name), &model).unwrap();
        let again = load(folder.path(), &device).unwrap();
        assert_eq!(parameters(&again.model), parameters(&model), "{name}");
        assert_ne!(parameters(&again.model), before, "{name}");
    }
}

#[test]
fn half_precision_rounds_once() {
    let device = fascicle_core::device("cpu").unwrap();
    for (name, error) in [("hf/gpt2-bf16", 2f32.powi(-8)), ("hf/bert-f16", 2f32.powi(-11))] {
        let model = changed(load(fixtures(name), &device).unwrap().model);
        let folder = tempfile::tempdir().unwrap();
        save_hf(folder.path(), fixtures(name), &model).unwrap();
        let again = load(folder.path(), &device).unwrap();
        assert!(again.report.tensors.iter().all(|tensor| tensor.dtype != "F32"), "{name}");
        for ((parameter, got), (_, expected)) in parameters(&again.model).iter().zip(&parameters(&model)) {
            for (got, expected) in got.1.iter().zip(&expected.1) {
                assert!(
                    (got - expected).abs() <= error * expected.abs(),
                    "{name} {parameter}: {got}, {expected}"
                );
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let beyond =
        load(fixtures("hf/bert-f16"), &device).unwrap().model.map(&mut Plus(f16::MAX.to_f32() * 2.0));
    let text = refused(save_hf(folder.path(), fixtures("hf/bert-f16"), &beyond), folder.path());
    assert!(text.ends_with("expected values within the range of its type, F16"), "{text}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn a_tied_head_that_the_file_repeats_stays_equal() {
    let device = fascicle_core::device("cpu").unwrap();
    let source = tempfile::tempdir().unwrap();
    fs::copy(fixtures("hf/gpt2").join("config.json"), source.path().join("config.json")).unwrap();
    let mut checkpoint = Checkpoint::of(&fixtures("hf/gpt2").join("model.safetensors"));
    let mut head = checkpoint.tensor("transformer.wte.weight").clone();
    head.name = "lm_head.weight".into();
    checkpoint.tensors.push(head);
    checkpoint.write(&source.path().join("pytorch_model.bin"));
    let model = load(source.path(), &device).unwrap();
    assert_eq!(model.report.unused.len(), 1);
    let model = changed(model.model);
    let folder = tempfile::tempdir().unwrap();
    save_hf(folder.path(), source.path(), &model).unwrap();
    let again = load(folder.path(), &device).unwrap();
    assert_eq!(again.report.unused, [("lm_head.weight".to_string(), "the same as the tensor it is tied to")]);
    assert_eq!(parameters(&again.model), parameters(&model));
}

#[test]
fn a_folder_can_be_saved_over_itself() {
    let device = fascicle_core::device("cpu").unwrap();
    let folder = tempfile::tempdir().unwrap();
    for file in ["config.json", "model.safetensors"] {
        fs::copy(fixtures("hf/gpt2").join(file), folder.path().join(file)).unwrap();
    }
    let model = changed(load(folder.path(), &device).unwrap().model);
    save_hf(folder.path(), folder.path(), &model).unwrap();
    assert_eq!(parameters(&load(folder.path(), &device).unwrap().model), parameters(&model));
}

#[test]
fn what_would_not_load_back_is_refused() {
    let device = fascicle_core::device("cpu").unwrap();
    let model = load(fixtures("hf/gpt2-shards"), &device).unwrap().model;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("model.safetensors"), "of another model").unwrap();
    insta::assert_snapshot!(refused(save_hf(folder.path(), fixtures("hf/gpt2-shards"), &model), folder.path()), @"FOLDER: it holds model.safetensors already, which would be read instead of what is saved: choose another folder");
    let other = Model::Transformer(random_model(&odd_config(), &device));
    let text = refused(save_hf(folder.path(), fixtures("hf/gpt2"), &other), &fixtures("hf/gpt2"));
    assert!(text.starts_with("FOLDER: its config.json describes another model than the one to be saved (n_heads is 4 there and 3 here, "), "{text}");
}
