//! Every checkpoint under tests/fixtures/hf against what `transformers` computed, on every device.

use std::collections::BTreeMap;

use burn::tensor::Tensor;
use fascicle_core::testing::test_devices;
use fascicle_models::{
    InputKind, Model, ModelConfig, NamedTensor, Outputs, Site, SiteKind, SitedModel, TensorFile, Tower,
    TransformerConfig, load,
};

use crate::support::{KeepAll, Seen, folders, host, inputs, name, worst};

const TOLERANCE: f32 = 1e-4;

/// What a golden file holds beside the numbers that a model has to give.
const GIVEN: [&str; 4] = ["pixel_values", "noise", "loss", "loss.weight"];

/// A site that `transformers` reports under a name of its own: `h.3`, `vision.attn.0`, `router.1`.
fn site(name: &str, model: &Model) -> Option<Site> {
    let (tower, config) = match (model.config(), name.split('.').next()?) {
        (ModelConfig::Transformer(config), _) => (Tower::Main, config),
        (ModelConfig::Mae(config), _) => (Tower::Main, config.encoder),
        (ModelConfig::Clip(config), "text") => (Tower::Text, config.text?),
        (ModelConfig::Clip(config), "vision") => (Tower::Vision, config.vision?),
        // a tower that is alone goes without its name there
        (ModelConfig::Clip(config), _) => match (config.text, config.vision) {
            (Some(text), None) => (Tower::Text, text),
            (None, Some(vision)) => (Tower::Vision, vision),
            _ => return None,
        },
        (ModelConfig::ResNet(config), _) => return stage(name, &config.depths),
    };
    let name = name.strip_prefix(tower.prefix()).unwrap_or(name);
    let (kind, number) = name.split_once('.')?;
    let number: usize = number.parse().ok()?;
    let site = match kind {
        "attn" => Site::block(number, SiteKind::Pattern),
        "router" => Site::block(number, SiteKind::RouterLogits),
        "h" if number == 0 => Site::block(0, SiteKind::ResidPre),
        "h" if number == config.n_layers && ends_normed(tower, &config) => {
            Site::new(SiteKind::LnFinalNormalized)
        }
        "h" => Site::block(number - 1, SiteKind::ResidPost),
        _ => return None,
    };
    Some(site.in_tower(tower))
}

/// `transformers` reports the last hidden state of decoders after the final norm.
fn ends_normed(tower: Tower, config: &TransformerConfig) -> bool {
    tower == Tower::Main && config.final_norm && config.input == InputKind::Tokens
}

/// The stem of a residual network, or what leaves its last block of a stage.
fn stage(name: &str, depths: &[usize]) -> Option<Site> {
    let stage: usize = match name {
        "last_hidden_state" => depths.len(),
        _ => name.strip_prefix("h.")?.parse().ok()?,
    };
    let blocks: usize = depths[..stage].iter().sum();
    Some(match blocks.checked_sub(1) {
        Some(last) => Site::block(last, SiteKind::MapResidPost),
        None => Site::new(SiteKind::MapStem),
    })
}

/// Outputs by the name that `transformers` gives them.
fn outputs_by_name(outputs: Outputs) -> BTreeMap<&'static str, Seen> {
    fn seen<const D: usize>(x: Tensor<D>) -> Seen {
        (x.dims().to_vec(), host(x))
    }
    let by_name = [
        ("logits", outputs.logits.map(seen).or(outputs.class_logits.map(seen))),
        ("last_hidden_state", outputs.last_hidden_state.map(seen)),
        ("pooler_output", outputs.pooler_output.map(seen)),
        ("text_embeds", outputs.text_embeds.map(seen)),
        ("image_embeds", outputs.image_embeds.map(seen)),
        ("logits_per_image", outputs.logits_per_image.map(seen)),
        ("mask", outputs.mask.map(seen)),
    ];
    by_name.into_iter().filter_map(|(name, seen)| Some((name, seen?))).collect()
}

/// A shape as far as `transformers` and we must agree: it counts rows of a router without their batch, and leaves sides
/// of length 1 behind what it pools.
fn essence(key: &str, shape: &[usize]) -> Vec<usize> {
    match (key, shape) {
        ("pooler_output", [batch, channels, 1, 1]) => vec![*batch, *channels],
        (key, [batch, positions, experts]) if key.starts_with("router.") => vec![batch * positions, *experts],
        _ => shape.to_vec(),
    }
}

#[test]
fn every_hidden_state_and_output_is_exact() {
    let folders = folders("golden.safetensors");
    assert!(folders.len() >= 10, "no checkpoints found");
    for (device_name, device) in test_devices() {
        for folder in &folders {
            let golden = TensorFile::read(folder.join("golden.safetensors")).unwrap();
            let model = load(folder, &device).unwrap().model;
            let mut seen = KeepAll::default();
            let outputs = outputs_by_name(model.forward_with(&inputs(&golden), &mut seen).unwrap());
            let mut compared = 0;
            for (key, tensor) in golden.iter().filter(|(key, _)| !GIVEN.contains(key)) {
                let NamedTensor::F32 { shape, values } = tensor else { continue };
                let at_site = || site(key, &model).and_then(|site| seen.0.get(&site));
                let (got, numbers) = outputs
                    .get(key)
                    .or_else(at_site)
                    .unwrap_or_else(|| panic!("{}: nothing for {key}", folder.display()));
                assert_eq!(essence(key, got), essence(key, shape), "{} {key}", folder.display());
                let worst = worst(numbers, values);
                let name = name(folder);
                assert!(worst <= TOLERANCE, "{name} on {device_name}: {key} differs by {worst:.2e}");
                compared += 1;
            }
            assert!(compared > 0, "{}: nothing to compare", folder.display());
        }
    }
}

/// Every other site, as hooks on the reference saw it.
#[test]
fn every_site_is_exact() {
    let folders = folders("activations.safetensors");
    assert!(folders.len() >= 2, "no activations found");
    for (device_name, device) in test_devices() {
        for folder in &folders {
            let golden = TensorFile::read(folder.join("activations.safetensors")).unwrap();
            let model = load(folder, &device).unwrap().model;
            let mut seen = KeepAll::default();
            model.forward_with(&inputs(&golden), &mut seen).unwrap();
            let mut compared = 0;
            for (key, tensor) in golden.iter() {
                let (NamedTensor::F32 { values, shape }, Ok(site)) = (tensor, key.parse::<Site>()) else {
                    continue;
                };
                let site = scores(site, shape);
                // forbidden scores are -inf there, the lowest number here
                let (got, expected): (Vec<f32>, Vec<f32>) =
                    seen.0[&site].1.iter().zip(values).filter(|(_, expected)| expected.is_finite()).unzip();
                let (name, worst) = (name(folder), worst(&got, &expected));
                assert!(worst <= TOLERANCE, "{name} on {device_name}: {key} differs by {worst:.2e}");
                compared += 1;
            }
            assert!(compared >= 30, "{}: only {compared} sites", name(folder));
        }
    }
}

/// Scores over classes are `hook_logits` there as well.
pub(crate) fn scores(site: Site, shape: &[usize]) -> Site {
    match (site.kind, shape) {
        (SiteKind::Logits, [_, _]) => Site::new(SiteKind::ClassLogits),
        _ => site,
    }
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
