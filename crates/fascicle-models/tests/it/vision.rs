//! What sets the vision models apart: each test fails where the peculiarity is dropped.

use std::collections::BTreeMap;
use std::f64::consts::TAU;
use std::fs;

use fascicle_core::testing::test_devices;
use fascicle_models::{
    AttentionConfig, ClassifierConfig, ClassifierInput, Images, InputKind, Inputs, NamedTensor, Outputs,
    PatchConfig, Pooler, Positions, Site, SiteKind, SitedModel, TensorFile, Transformer, TransformerConfig,
    load,
};
use serde_json::Value;

use crate::support::{KeepAll, Seen, fixtures, host, inputs, random_model, random_values, worst};

const D_MODEL: usize = 16;

/// Patches of 2 × 2 pixels in 3 rows of 4, two heads of eight channels.
fn patches() -> PatchConfig {
    PatchConfig::new(2, [6, 8], 2)
}

fn encoder(patches: PatchConfig) -> TransformerConfig {
    TransformerConfig {
        input: InputKind::Patches(patches),
        attention: AttentionConfig::new(false, true),
        ..TransformerConfig::new(2, 2, D_MODEL, 0, patches.positions())
    }
}

/// Two images of that size.
fn two_images() -> Images {
    let pixels = (0..2 * 2 * 6 * 8).map(|i| ((i * 7919) % 101) as f32 / 50.0 - 1.0).collect();
    Images::new(pixels, [2, 2, 6, 8]).unwrap()
}

fn run(model: &Transformer, images: Images) -> (Outputs, BTreeMap<Site, Seen>) {
    let mut seen = KeepAll::default();
    let outputs = model.forward_with(&Inputs::from_images(images), &mut seen).unwrap();
    (outputs, seen.0)
}

/// Row `position` of image `image` in a [batch, position, …] tensor.
fn at((shape, numbers): &Seen, image: usize, position: usize) -> &[f32] {
    let width: usize = shape[2..].iter().product();
    &numbers[(image * shape[1] + position) * width..][..width]
}

#[test]
fn masked_autoencoders_order_patches_by_noise_behind_the_class_token() {
    for (name, device) in test_devices() {
        let whole = random_model(&encoder(patches()), &device);
        let masked = random_model(&encoder(PatchConfig { mask_ratio: Some(0.75), ..patches() }), &device);
        let order = [[7, 2, 11, 4, 0, 1, 3, 5, 6, 8, 9, 10], [3, 1, 8, 0, 2, 4, 5, 6, 7, 9, 10, 11]];
        let mut noise = vec![0.0; 24];
        for (image, order) in order.iter().enumerate() {
            for (rank, patch) in order.iter().enumerate() {
                noise[image * 12 + patch] = rank as f32 / 12.0;
            }
        }
        let (_, all) = run(&whole, two_images());
        let (outputs, some) = run(&masked, two_images().with_noise(noise, [2, 12]).unwrap());
        assert_eq!(outputs.last_hidden_state.unwrap().dims(), [2, 4, D_MODEL], "{name}");
        for site in [Site::new(SiteKind::Embed), Site::new(SiteKind::PosEmbed)] {
            for (image, order) in order.iter().enumerate() {
                assert_eq!(at(&some[&site], image, 0), at(&all[&site], image, 0), "{name} {site}");
                for (rank, patch) in order[..3].iter().enumerate() {
                    let (got, expected) =
                        (at(&some[&site], image, 1 + rank), at(&all[&site], image, 1 + patch));
                    assert!(worst(got, expected) < 1e-6, "{name} {site}: image {image}, rank {rank}");
                }
            }
        }
    }
}

#[test]
fn axial_rotation_leaves_prefix_tokens_alone_and_turns_patches_by_their_centres() {
    const THETA: f64 = 50.0;
    for (name, device) in test_devices() {
        let patches = PatchConfig { registers: 2, ..patches() };
        let config = TransformerConfig { positions: Positions::Axial { theta: THETA }, ..encoder(patches) };
        let (_, seen) = run(&random_model(&config, &device), two_images());
        for (before, after) in [(SiteKind::Q, SiteKind::RotQ), (SiteKind::K, SiteKind::RotK)] {
            let (before, after) = (&seen[&Site::block(1, before)], &seen[&Site::block(1, after)]);
            for position in 0..3 {
                assert_eq!(at(before, 1, position), at(after, 1, position), "{name}: prefix {position}");
            }
            for (row, col) in (0..3).flat_map(|row| (0..4).map(move |col| (row, col))) {
                // centres of 3 rows and 4 columns in [-1, 1]
                let centre = [[-2.0 / 3.0, 0.0, 2.0 / 3.0][row], [-0.75, -0.25, 0.25, 0.75][col]];
                let position = 3 + row * 4 + col;
                let turned: Vec<f32> = at(before, 1, position)
                    .chunks(8)
                    .flat_map(|head| {
                        (0..8).map(move |channel| {
                            let (axis, pair) = (channel % 4 / 2, channel % 2);
                            let angle = TAU * centre[axis] / THETA.powf(pair as f64 / 2.0);
                            let (sin, cos) = angle.sin_cos();
                            let partner = if channel < 4 { -head[channel + 4] } else { head[channel - 4] };
                            (f64::from(head[channel]) * cos + f64::from(partner) * sin) as f32
                        })
                    })
                    .collect();
                assert!(worst(at(after, 1, position), &turned) < 1e-5, "{name}: row {row}, column {col}");
            }
        }
    }
}

#[test]
fn texts_are_pooled_at_their_first_end_or_at_their_highest_id() {
    let inputs = Inputs::new(vec![3, 9, 4, 9, 1, 10, 2, 9, 9, 9], [2, 5]).unwrap();
    for (name, device) in test_devices() {
        for (pooler, positions) in [(Pooler::EndOfText(9), [1, 2]), (Pooler::HighestId, [1, 0])] {
            let config = TransformerConfig { pooler, ..TransformerConfig::new(1, 2, 8, 11, 6) };
            let outputs = random_model(&config, &device).forward(&inputs).unwrap();
            let hidden = (vec![2, 5, 8], host(outputs.last_hidden_state.unwrap()));
            let pooled = host(outputs.pooler_output.unwrap());
            for (row, position) in positions.into_iter().enumerate() {
                assert_eq!(
                    &pooled[row * 8..][..8],
                    at(&hidden, row, position),
                    "{name} {pooler:?}: row {row}"
                );
            }
        }
    }
}

#[test]
fn clip_norms_only_what_it_pools_of_an_image() {
    for (name, device) in test_devices() {
        let config = TransformerConfig { pooler: Pooler::FirstNormed, ..encoder(patches()) };
        let (outputs, seen) = run(&random_model(&config, &device), two_images());
        let everywhere = TransformerConfig { pooler: Pooler::First, ..encoder(patches()) };
        let (normed, _) = run(&random_model(&everywhere, &device), two_images());
        let stream = &seen[&Site::block(1, SiteKind::ResidPost)].1;
        assert_eq!(&host(outputs.last_hidden_state.unwrap()), stream, "{name}");
        let (got, expected) = (host(outputs.pooler_output.unwrap()), host(normed.pooler_output.unwrap()));
        assert!(worst(&got, &expected) < 1e-5, "{name}");
    }
}

/// What the two classifiers read, by hand.
#[test]
fn classifiers_average_two_heads_or_read_the_mean_of_the_patches() {
    let patches = PatchConfig { distillation_token: true, registers: 2, ..patches() };
    let config = |from| TransformerConfig {
        classifier: Some(ClassifierConfig { classes: 3, from }),
        ..encoder(patches)
    };
    for (name, device) in test_devices() {
        for from in [ClassifierInput::First, ClassifierInput::FirstTwo, ClassifierInput::FirstAndMean] {
            let config = config(from);
            let values = random_values(&config);
            let (outputs, _) = run(&random_model(&config, &device), two_images());
            let hidden = (vec![2, 16, D_MODEL], host(outputs.last_hidden_state.unwrap()));
            let scores = |head: &str, x: &[f32]| -> Vec<f32> {
                let [weight, bias] =
                    ["weight", "bias"].map(|leaf| &values[&format!("classifier.{head}.{leaf}")].1);
                let score = |class: usize| {
                    x.iter().enumerate().map(|(i, x)| x * weight[i * 3 + class]).sum::<f32>() + bias[class]
                };
                (0..3).map(score).collect()
            };
            let expected: Vec<f32> = (0..2)
                .flat_map(|image| match from {
                    ClassifierInput::FirstTwo => {
                        let two =
                            [scores("first", at(&hidden, image, 0)), scores("second", at(&hidden, image, 1))];
                        (0..3).map(|class| (two[0][class] + two[1][class]) / 2.0).collect()
                    }
                    ClassifierInput::FirstAndMean => {
                        // four tokens stand before the twelve patches
                        let mean = |channel: usize| {
                            (4..16).map(|patch| at(&hidden, image, patch)[channel]).sum::<f32>() / 12.0
                        };
                        let mut read = at(&hidden, image, 0).to_vec();
                        read.extend((0..D_MODEL).map(mean));
                        scores("first", &read)
                    }
                    _ => scores("first", at(&hidden, image, 0)),
                })
                .collect();
            assert!(worst(&host(outputs.class_logits.unwrap()), &expected) < 1e-5, "{name} {from:?}");
        }
    }
}

/// Scores of a folder with another configuration and other tensors than the fixture's.
fn scores_of(
    folder: &str,
    config: impl FnOnce(&mut Value),
    tensors: impl FnOnce(Vec<(String, NamedTensor)>) -> Vec<(String, NamedTensor)>,
) -> Vec<f32> {
    let (from, to) = (fixtures(folder), tempfile::tempdir().unwrap());
    let text = fs::read_to_string(from.join("config.json")).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    config(&mut value);
    fs::write(to.path().join("config.json"), value.to_string()).unwrap();
    let file = TensorFile::read(from.join("model.safetensors")).unwrap();
    let all = file.iter().map(|(name, tensor)| (name.to_string(), tensor.clone())).collect();
    TensorFile::from_tensors(tensors(all)).write(to.path().join("model.safetensors")).unwrap();
    let golden = TensorFile::read(from.join("golden.safetensors")).unwrap();
    let model = load(to.path(), &fascicle_core::device("cpu").unwrap()).unwrap().model;
    let outputs = model.forward(&inputs(&golden)).unwrap();
    outputs.class_logits.map(host).or(outputs.logits_per_image.map(host)).unwrap()
}

#[test]
fn names_of_timm_are_read_as_those_of_hugging_face() {
    const NAMES: [(&str, &str); 14] = [
        ("embeddings.cls_token", "cls_token"),
        ("embeddings.distillation_token", "dist_token"),
        ("embeddings.position_embeddings", "pos_embed"),
        ("embeddings.patch_embeddings.projection", "patch_embed.proj"),
        ("encoder.layer", "blocks"),
        ("layernorm_before", "norm1"),
        ("layernorm_after", "norm2"),
        ("attention.output.dense", "attn.proj"),
        ("intermediate.dense", "mlp.fc1"),
        ("output.dense", "mlp.fc2"),
        ("layernorm", "norm"),
        ("cls_classifier", "head"),
        ("distillation_classifier", "head_dist"),
        ("classifier", "head"),
    ];
    for folder in ["hf/vit", "hf/deit"] {
        let plain = scores_of(folder, |_| {}, |tensors| tensors);
        let renamed = scores_of(
            folder,
            |_| {},
            |tensors| {
                let mut by_name: BTreeMap<String, NamedTensor> = BTreeMap::new();
                // queries, keys and values one above the other, in this order
                for part in ["query", "key", "value"] {
                    for (name, tensor) in tensors.iter().filter(|(name, _)| name.contains(part)) {
                        let NamedTensor::F32 { shape, values } = tensor else { panic!("{name} is not f32") };
                        let fused = name.replace(&format!("attention.attention.{part}"), "attn.qkv");
                        let empty = NamedTensor::F32 {
                            shape: vec![0, shape.get(1).copied().unwrap_or(1)],
                            values: vec![],
                        };
                        match by_name.entry(fused).or_insert(empty) {
                            NamedTensor::F32 { shape: rows, values: all } => {
                                rows[0] += shape[0];
                                rows.truncate(shape.len());
                                all.extend(values);
                            }
                            other => panic!("{other:?}"),
                        }
                    }
                }
                for (name, tensor) in tensors {
                    if !name.contains("attention.attention") {
                        by_name.insert(name, tensor);
                    }
                }
                let rename = |name: &str| {
                    let short =
                        NAMES.iter().fold(name.to_string(), |name, (from, to)| name.replace(from, to));
                    short.trim_start_matches("vit.").trim_start_matches("deit.").to_string()
                };
                by_name.into_iter().map(|(name, tensor)| (rename(&name), tensor)).collect()
            },
        );
        assert_eq!(renamed, plain, "{folder}");
    }
}

/// Published configurations of CLIP name what sets them apart from ViT-B/32, and nothing else.
#[test]
fn clip_has_its_documented_defaults() {
    let plain = scores_of("hf/clip", |_| {}, |tensors| tensors);
    let brief = |config: &mut Value| {
        for part in ["text_config", "vision_config"] {
            let part = config[part].as_object_mut().unwrap();
            for field in ["hidden_act", "layer_norm_eps", "num_channels"] {
                part.remove(field);
            }
        }
    };
    assert_eq!(scores_of("hf/clip", brief, |tensors| tensors), plain);
    // where both spellings are there, this one counts
    let twice = |config: &mut Value| {
        config["text_config_dict"] = config["text_config"].clone();
        config["text_config"] = serde_json::json!({});
        config["vision_config_dict"] = Value::Null;
    };
    assert_eq!(scores_of("hf/clip", twice, |tensors| tensors), plain);
}
