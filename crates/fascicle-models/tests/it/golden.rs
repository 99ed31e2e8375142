//! Every checkpoint under tests/fixtures/hf against what `transformers` computed, on every device.

use std::fs;

use fascicle_core::testing::test_devices;
use fascicle_models::{NamedTensor, Site, SiteKind, TensorFile, Transformer, load};

use crate::support::{KeepAll, fixtures, host, inputs, worst};

const TOLERANCE: f32 = 1e-4;

/// Where a golden tensor is found in a run: a site, or an output.
fn site(name: &str, model: &Transformer) -> Option<Site> {
    let config = model.config();
    if let Some(layer) = name.strip_prefix("attn.") {
        return Some(Site::block(layer.parse().ok()?, SiteKind::Pattern));
    }
    let layer: usize = name.strip_prefix("h.")?.parse().ok()?;
    Some(match layer {
        0 => Site::block(0, SiteKind::ResidPre),
        // `transformers` reports a decoder's last hidden state after the final norm
        last if last == config.n_layers && config.final_norm => Site::new(SiteKind::LnFinalNormalized),
        layer => Site::block(layer - 1, SiteKind::ResidPost),
    })
}

#[test]
fn every_hidden_state_and_output_is_exact() {
    let mut folders: Vec<_> =
        fs::read_dir(fixtures("hf")).unwrap().flatten().map(|entry| entry.path()).collect();
    folders.sort();
    assert!(folders.len() >= 2, "no checkpoints found");
    for (name, device) in test_devices() {
        for folder in &folders {
            let golden = TensorFile::read(folder.join("golden.safetensors")).unwrap();
            let model = load(folder, &device).unwrap().into_transformer().unwrap();
            let mut seen = KeepAll::default();
            let outputs = model.forward_with(&inputs(&golden), &mut seen).unwrap();
            let mut compared = 0;
            for (key, tensor) in golden.iter() {
                let NamedTensor::F32 { shape, values } = tensor else { continue };
                let found = match key {
                    "logits" => outputs.logits.clone().map(|x| (x.dims().to_vec(), host(x))),
                    "last_hidden_state" => {
                        outputs.last_hidden_state.clone().map(|x| (x.dims().to_vec(), host(x)))
                    }
                    "pooler_output" => outputs.pooler_output.clone().map(|x| (x.dims().to_vec(), host(x))),
                    _ => site(key, &model).and_then(|site| seen.0.get(&site).cloned()),
                };
                let (got, numbers) =
                    found.unwrap_or_else(|| panic!("{}: nothing for {key}", folder.display()));
                assert_eq!(&got, shape, "{} {key}", folder.display());
                let worst = worst(&numbers, values);
                assert!(worst <= TOLERANCE, "{} on {name}: {key} differs by {worst:.2e}", folder.display());
                compared += 1;
            }
            assert!(compared > model.config().n_layers, "{}: only {compared} tensors", folder.display());
        }
    }
}

/// Every other site, as hooks on the reference saw it.
#[test]
fn every_site_is_exact() {
    for (name, device) in test_devices() {
        for folder in ["hf/gpt2", "hf/bert"] {
            let golden = TensorFile::read(fixtures(folder).join("activations.safetensors")).unwrap();
            let model = load(fixtures(folder), &device).unwrap().into_transformer().unwrap();
            let mut seen = KeepAll::default();
            model.forward_with(&inputs(&golden), &mut seen).unwrap();
            let mut compared = 0;
            for (key, tensor) in golden.iter() {
                let (NamedTensor::F32 { values, .. }, Ok(site)) = (tensor, key.parse::<Site>()) else {
                    continue;
                };
                // forbidden scores are -inf there, the lowest number here
                let (got, expected): (Vec<f32>, Vec<f32>) =
                    seen.0[&site].1.iter().zip(values).filter(|(_, expected)| expected.is_finite()).unzip();
                let worst = worst(&got, &expected);
                assert!(worst <= TOLERANCE, "{folder} on {name}: {key} differs by {worst:.2e}");
                compared += 1;
            }
            assert!(compared >= 30, "{folder}: only {compared} sites");
        }
    }
}

/// What a model says of its sites is what a probe meets.
#[test]
fn sites_and_their_shapes_are_as_announced() {
    for folder in ["hf/gpt2", "hf/bert"] {
        let golden = TensorFile::read(fixtures(folder).join("golden.safetensors")).unwrap();
        let inputs = inputs(&golden);
        let model = load(fixtures(folder), &fascicle_core::device("cpu").unwrap())
            .unwrap()
            .into_transformer()
            .unwrap();
        let mut seen = KeepAll::default();
        model.forward_with(&inputs, &mut seen).unwrap();
        let met: Vec<Site> = seen.0.keys().copied().collect();
        let mut announced = model.sites();
        announced.sort();
        assert_eq!(met, announced, "{folder}");
        for (site, (shape, _)) in &seen.0 {
            assert_eq!(*shape, model.site_shape(*site, &inputs), "{folder} {site}");
        }
    }
}
