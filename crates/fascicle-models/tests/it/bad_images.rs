//! Images that a model does not take, configurations that make no vision model, and the words for it.

use fascicle_models::{
    Images, InputKind, Inputs, Model, ModelError, PatchConfig, PositionResize, SitedModel, TransformerConfig,
    load,
};
use serde_json::json;

use crate::bad_folders::config;
use crate::model_folder::copy;
use crate::support::{fixtures, random_model};

fn model(folder: &str) -> Model {
    load(fixtures(folder), &fascicle_core::device("cpu").unwrap()).unwrap().model
}

fn blank(shape: [usize; 4]) -> Images {
    Images::new(vec![0.0; shape.iter().product()], shape).unwrap()
}

fn refused(model: &impl SitedModel, images: Images) -> String {
    model.forward(&Inputs::from_images(images)).unwrap_err().to_string()
}

#[test]
fn images_of_the_wrong_channels_or_size() {
    let vit = model("hf/vit");
    insta::assert_snapshot!(refused(&vit, blank([1, 1, 32, 32])), @"pixel_values: got [1, 1, 32, 32], expected [batch, 3, height ≥ 8, width ≥ 8]");
    insta::assert_snapshot!(refused(&vit, blank([2, 3, 32, 7])), @"pixel_values: got [2, 3, 32, 7], expected [batch, 3, height ≥ 8, width ≥ 8]");
    insta::assert_snapshot!(refused(&model("hf/dinov3_vit"), blank([1, 3, 4, 32])), @"pixel_values: got [1, 3, 4, 32], expected [batch, 3, height ≥ 8, width ≥ 8]");
    insta::assert_snapshot!(refused(&model("hf/clip"), blank([1, 4, 32, 32])), @"pixel_values: got [1, 4, 32, 32], expected [batch, 3, height ≥ 8, width ≥ 8]");
    insta::assert_snapshot!(refused(&model("hf/resnet"), blank([1, 1, 48, 48])), @"pixel_values: got [1, 1, 48, 48], expected [batch, 3, height, width]");
    let patches = PatchConfig { resize: PositionResize::Refuse, ..PatchConfig::new(1, [4, 6], 2) };
    let config = TransformerConfig {
        input: InputKind::Patches(patches),
        ..TransformerConfig::new(1, 1, 4, 0, patches.positions())
    };
    let fixed = random_model(&config, &fascicle_core::device("cpu").unwrap());
    insta::assert_snapshot!(refused(&fixed, blank([1, 1, 6, 4])), @"pixel_values: got [1, 1, 6, 4], expected [batch, 1, 4, 6]");
}

#[test]
fn noise_that_is_missing_or_of_another_length() {
    let mae = model("hf/vit_mae");
    let images = || blank([2, 3, 32, 32]);
    insta::assert_snapshot!(refused(&mae, images()), @"noise: got none, expected [2, 16]: which patches are left out depends on it");
    let short = images().with_noise(vec![0.5; 18], [2, 9]).unwrap();
    insta::assert_snapshot!(refused(&mae, short), @"noise: got 18 values, expected [2, 16]: which patches are left out depends on it");
    let larger = refused(&mae, blank([1, 3, 40, 32]).with_noise(vec![0.5; 16], [1, 16]).unwrap());
    insta::assert_snapshot!(larger, @"noise: got 16 values, expected [1, 20]: which patches are left out depends on it");
    let small = refused(&mae, blank([1, 3, 8, 16]).with_noise(vec![0.5; 2], [1, 2]).unwrap());
    insta::assert_snapshot!(small, @"pixel_values: got 2 patches, expected more: a mask_ratio of 0.75 leaves none of them");
    let one_row = images().with_noise(vec![0.5; 16], [1, 16]).unwrap_err();
    insta::assert_snapshot!(one_row, @"noise: got [1, 16], expected [2, patches]: a row for each image");
    let empty = Images::new(vec![], [0, 3, 8, 8]).unwrap_err();
    insta::assert_snapshot!(empty, @"pixel_values: got 0 values, expected [batch, channel, height, width] = [0, 3, 8, 8], all at least 1");
}

#[test]
fn texts_for_models_of_images_and_images_for_models_of_texts() {
    let text = || Inputs::new(vec![1, 2], [1, 2]).unwrap();
    for folder in ["hf/vit", "hf/vit_mae", "hf/resnet"] {
        let error = model(folder).forward(&text()).unwrap_err().to_string();
        assert_eq!(error, "got token ids, expected images (`pixel_values`): this model takes nothing else");
    }
    let image = blank([1, 3, 32, 32]);
    let both = Inputs::new(vec![1, 2], [1, 2]).unwrap().with_images(image.clone());
    insta::assert_snapshot!(model("hf/clip-vision").forward(&both).unwrap_err(), @"got token ids and images, expected images (`pixel_values`): this model takes nothing else");
    insta::assert_snapshot!(model("hf/clip-text").forward(&both).unwrap_err(), @"got token ids and images, expected token ids (`input_ids`): this model takes nothing else");
    insta::assert_snapshot!(refused(&model("hf/clip-text"), image.clone()), @"got images, expected token ids (`input_ids`): this model takes nothing else");
    insta::assert_snapshot!(refused(&model("hf/bert"), image), @"got images, expected token ids (`input_ids`): this model takes nothing else");
}

#[test]
fn configurations_that_make_no_vision_model() {
    insta::assert_snapshot!(config(&copy("hf/vit"), |c| c["patch_size"] = json!([8, 4])), @"FOLDER/config.json: field `patch_size` is [8, 4], expected a square patch");
    insta::assert_snapshot!(config(&copy("hf/vit"), |c| c["patch_size"] = json!(0)), @"FOLDER/config.json: it describes a model whose `input.patches` is 3 channels, patch 0, expected at least 1 of each");
    insta::assert_snapshot!(config(&copy("hf/vit"), |c| c["image_size"] = json!([8, 8, 8])), @"FOLDER/config.json: field `image_size` is [8,8,8], expected a whole number ≥ 0, or a list of two");
    insta::assert_snapshot!(config(&copy("hf/vit"), |c| c["image_size"] = json!(4)), @"FOLDER/config.json: it describes a model whose `input.patches.image` is [4, 4], expected at least one patch of 8 pixels a side");
    insta::assert_snapshot!(config(&copy("hf/vit"), |c| c["image_size"] = json!(null)), @"FOLDER/config.json: field `image_size` is missing");
    insta::assert_snapshot!(config(&copy("hf/vit_mae"), |c| c["mask_ratio"] = json!(1.0)), @"FOLDER/config.json: it describes a model whose `input.patches.mask_ratio` is 1, expected a number from 0 to below 1");
    insta::assert_snapshot!(config(&copy("hf/clip"), |c| c["vision_config"] = json!(null)), @"FOLDER/config.json: field `vision_config` is missing");
    insta::assert_snapshot!(config(&copy("hf/clip"), |c| c["text_config"]["eos_token_id"] = json!([2, 3])), @"FOLDER/config.json: field `eos_token_id` is [2,3], expected a whole number ≥ 0");
    insta::assert_snapshot!(config(&copy("hf/resnet"), |c| c["layer_type"] = json!("wide")), @"FOLDER/config.json: field `layer_type` is `wide`, expected basic or bottleneck");
    insta::assert_snapshot!(config(&copy("hf/resnet"), |c| c["depths"] = json!([1, 1])), @"FOLDER/config.json: it describes a model whose `widths, depths` is 4 widths, 2 depths, expected one of each for every stage");
}

/// A pooler, where the architecture has none, is no error; a tensor that has no name is.
#[test]
fn parts_that_an_architecture_leaves_out() {
    let report = |folder: &str, architecture: &str| {
        let folder = copy(folder);
        let path = folder.path().join("config.json");
        let text = std::fs::read_to_string(&path).unwrap();
        let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
        value["architectures"] = json!([architecture]);
        std::fs::write(&path, value.to_string()).unwrap();
        load(folder.path(), &fascicle_core::device("cpu").unwrap()).map(|loaded| loaded.report.unused)
    };
    let unused = report("hf/vit", "ViTModel").unwrap();
    let why = "classification head, which this architecture leaves out";
    assert_eq!(unused, [("classifier.bias".to_string(), why), ("classifier.weight".to_string(), why)]);
    let unused = report("hf/vit_mae", "ViTMAEModel").unwrap();
    assert!(unused.len() > 20 && unused.iter().all(|(key, _)| key.starts_with("decoder.")), "{unused:?}");
    let unused = report("hf/dinov2", "Dinov2Model").unwrap();
    assert_eq!(unused.len(), 1, "{unused:?}");
    let error = report("hf/deit", "DeiTForImageClassification").unwrap_err();
    assert!(matches!(error, ModelError::Tensors(problems) if problems.missing.len() == 2));
}
