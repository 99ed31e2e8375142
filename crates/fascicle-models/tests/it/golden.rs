//! Every checkpoint under tests/fixtures/hf against what `transformers` computed, on every device.

use fascicle_core::testing::test_devices;
use fascicle_models::{GOLDEN_TOLERANCE, Site, SitedModel, TensorFile, load, verify};

use crate::model_folder::{change_config, change_tensors, copy};
use crate::support::{KeepAll, fixtures, folders, inputs, name};

/// Every hidden state, pattern and output, and every other site where hooks on the reference saw it.
#[test]
fn every_number_is_exact() {
    let of = |file: &'static str| folders(file).into_iter().map(move |folder| (folder, file));
    let files: Vec<_> = of("golden.safetensors").chain(of("activations.safetensors")).collect();
    assert!(files.len() >= 80, "only {} golden files", files.len());
    for (device_name, device) in test_devices() {
        for (folder, file) in &files {
            let golden = sites_of_ours(&TensorFile::read(folder.join(file)).unwrap());
            let model = load(folder, &device).unwrap().model;
            let report = verify(&model, &golden, GOLDEN_TOLERANCE).unwrap();
            assert!(report.passed(), "{} {file} on {device_name}: {report}", name(folder));
            let sites = if *file == "activations.safetensors" { 20 } else { 0 };
            assert!(report.tensors.len() > sites, "{} {file}: {report}", name(folder));
        }
    }
}

/// A golden file without the norms inside OLMoE's attention, which are no sites: `hook_rot_q` and `hook_rot_k` come after.
fn sites_of_ours(golden: &TensorFile) -> TensorFile {
    let inside = |name: &str| ["q_norm", "k_norm"].iter().any(|norm| name.contains(&format!("attn.{norm}.")));
    let kept = golden.iter().filter(|(name, _)| !inside(name));
    TensorFile::from_tensors(kept.map(|(name, tensor)| (name.to_string(), tensor.clone())).collect())
}

/// A tower of texts without its projection is one transformer, and its last hidden state still comes before the norm.
#[test]
fn a_tower_of_texts_alone() {
    let folder = copy("hf/clip-text");
    change_config(&folder, |config| config["architectures"] = serde_json::json!(["CLIPTextModel"]));
    change_tensors(&folder, |tensors| tensors.retain(|(name, _)| name != "text_projection.weight"));
    let golden = TensorFile::read(fixtures("hf/clip-text").join("golden.safetensors")).unwrap();
    let kept = golden.iter().filter(|(name, _)| *name != "text_embeds");
    let golden =
        TensorFile::from_tensors(kept.map(|(name, tensor)| (name.to_string(), tensor.clone())).collect());
    let device = fascicle_core::device("cpu").unwrap();
    let loaded = load(folder.path(), &device).unwrap();
    let report = verify(&loaded.model, &golden, GOLDEN_TOLERANCE).unwrap();
    assert!(report.passed(), "{report}");
    let last = format!("h.{}", loaded.transformer().unwrap().config().n_layers);
    assert!(report.tensors.iter().any(|tensor| tensor.name == last), "{last}: {report}");
}

/// What a model says of its sites is what a probe meets.
#[test]
fn sites_and_their_shapes_are_as_announced() {
    let device = fascicle_core::device("cpu").unwrap();
    for folder in folders("golden.safetensors") {
        let inputs = inputs(&TensorFile::read(folder.join("golden.safetensors")).unwrap());
        let model = load(&folder, &device).unwrap().model;
        let mut seen = KeepAll::default();
        model.forward_with(&inputs, &mut seen).unwrap();
        let met: Vec<Site> = seen.0.keys().copied().collect();
        let mut announced = model.sites();
        announced.sort();
        assert_eq!(met, announced, "{}", name(&folder));
        for (site, (shape, _)) in &seen.0 {
            assert_eq!(*shape, model.site_shape(*site, &inputs), "{} {site}", name(&folder));
        }
    }
}
