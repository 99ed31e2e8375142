//! What sets the language models apart: each test fails where the peculiarity is dropped.
//!
//! A fixture agrees with `transformers` as it is. Then its folder is changed to what a loader without the peculiarity
//! would make of it, which no shape tells, and must be far off: so the agreement is none by chance.

use std::path::Path;

use fascicle_core::testing::test_devices;
use fascicle_models::{GOLDEN_TOLERANCE, NamedTensor, Site, SiteKind, SitedModel, TensorFile, load, verify};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::model_folder::{change_config, change_tensors, copy};
use crate::support::{KeepAll, fixtures, inputs, worst};

/// How far off is far: 500 times what is taken for agreement. `transformers` itself differs by 0.13 at least when it
/// is given the changed folders below.
const FAR: f32 = 0.05;

/// What is dropped, and how.
type Without = (&'static str, fn(&TempDir));

fn golden(fixture: &str) -> TensorFile {
    TensorFile::read(fixtures(fixture).join("golden.safetensors")).unwrap()
}

#[track_caller]
fn check(fixture: &str, peculiarities: &[Without]) {
    let golden = golden(fixture);
    for (device_name, device) in test_devices() {
        let run = |folder: &Path| {
            let model = load(folder, &device).unwrap().model;
            verify(&model, &golden, GOLDEN_TOLERANCE).unwrap()
        };
        let as_it_is = run(&fixtures(fixture));
        assert!(as_it_is.passed(), "{fixture} on {device_name}: {as_it_is}");
        for (peculiarity, drop_from) in peculiarities {
            let folder = copy(fixture);
            drop_from(&folder);
            let report = run(folder.path());
            let off = report.tensors.iter().find(|tensor| tensor.name == "logits").unwrap().worst;
            assert!(off > FAR, "{fixture} without {peculiarity} on {device_name} is off by {off} alone");
        }
    }
}

/// Gives a field of `config.json` another value.
fn set(folder: &TempDir, field: &str, value: Value) {
    change_config(folder, |config| {
        assert!(
            config.get(field).is_some_and(|given| *given != value),
            "{field} is absent, or {value} already"
        );
        config[field] = value;
    });
}

/// Changes the numbers, given with their shape, of the tensors whose names hold `part`.
fn change(folder: &TempDir, part: &str, to: impl Fn(&[usize], &[f32]) -> Vec<f32>) {
    let mut changed = 0;
    change_tensors(folder, |tensors| {
        for (_, tensor) in tensors.iter_mut().filter(|(name, _)| name.contains(part)) {
            if let NamedTensor::F32 { shape, values } = tensor {
                *values = to(shape, values);
                changed += 1;
            }
        }
    });
    assert!(changed > 0, "no tensor has {part} in its name");
}

/// Transposes a grid of blocks, each of as many numbers as there are for it: a matrix where that is one.
fn transposed(values: &[f32], [rows, columns]: [usize; 2]) -> Vec<f32> {
    let size = values.len() / (rows * columns);
    let places = (0..columns).flat_map(|column| (0..rows).map(move |row| row * columns + column));
    places.flat_map(|place| &values[place * size..][..size]).copied().collect()
}

fn transpose(folder: &TempDir, part: &str) {
    change(folder, part, |shape, values| transposed(values, [shape[0], shape[1]]));
}

/// GPT-2's layers are convolutions of width one, whose matrices lie the other way round. Here all of them are square, but
/// for the fused one.
#[test]
fn gpt2_stores_its_matrices_as_in_by_out() {
    check(
        "hf/gpt2-square",
        &[
            ("[in, out] after attention", |folder| transpose(folder, "attn.c_proj.weight")),
            ("[in, out] before the activation", |folder| transpose(folder, "mlp.c_fc.weight")),
            ("[in, out] after the activation", |folder| transpose(folder, "mlp.c_proj.weight")),
            ("queries, keys and values in blocks", |folder| {
                const HEADS: usize = 3;
                change(folder, "attn.c_attn", |shape, values| {
                    let rows = values.chunks(shape[shape.len() - 1]);
                    rows.flat_map(|row| transposed(row, [HEADS, 3])).collect()
                });
            }),
        ],
    );
}

/// Queries, keys and values of a head stand beside one another; a loader that takes them for three blocks, as they are in
/// GPT-2, finds the same shapes.
#[test]
fn gpt_neox_interleaves_queries_keys_and_values_by_head() {
    fn in_blocks<const HEADS: usize>(folder: &TempDir) {
        change(folder, "attention.query_key_value", |_, values| transposed(values, [3, HEADS]));
    }
    check("hf/neox-square", &[("interleaving", in_blocks::<3>)]);
    check("hf/gpt_neox", &[("interleaving", in_blocks::<4>)]);
}

/// The folder's caps are low enough, and its scale unlike 1/√d_head, to be felt.
#[test]
fn gemma2_scales_shifts_and_caps() {
    check(
        "hf/gemma2-window",
        &[
            ("embeddings times √d_model", |folder| {
                // the head reads the matrix unscaled
                set(folder, "tie_word_embeddings", json!(false));
                change_tensors(folder, |tensors| {
                    let tokens =
                        tensors.iter().find(|(name, _)| name == "model.embed_tokens.weight").unwrap();
                    let head = tokens.1.clone();
                    tensors.push(("lm_head.weight".into(), head));
                });
                change(folder, "embed_tokens", |shape, values| {
                    values.iter().map(|value| value / (shape[1] as f32).sqrt()).collect()
                });
            }),
            ("gains of 1 + weight", |folder| {
                change(folder, "norm", |_, values| values.iter().map(|value| value - 1.0).collect());
            }),
            ("query_pre_attn_scalar", |folder| set(folder, "query_pre_attn_scalar", json!(6))),
            ("the cap on scores", |folder| set(folder, "attn_logit_softcapping", Value::Null)),
            ("the cap on logits", |folder| set(folder, "final_logit_softcapping", Value::Null)),
            ("windows in every other block from the first", |folder| {
                let others = ["full_attention", "sliding_attention", "full_attention"];
                set(folder, "layer_types", json!(others));
            }),
        ],
    );
}

/// The chosen experts' shares of the softmax over all of them, made to add up to 1 only where `config.json` says so.
#[test]
fn olmoe_weighs_the_few_likeliest_experts() {
    check(
        "hf/olmoe",
        &[
            ("shares as they are", |folder| set(folder, "norm_topk_prob", json!(true))),
            ("two experts a token", |folder| set(folder, "num_experts_per_tok", json!(3))),
        ],
    );
    check(
        "hf/olmoe-renormalised",
        &[
            ("shares that add up to 1", |folder| set(folder, "norm_topk_prob", json!(false))),
            ("three experts a token", |folder| set(folder, "num_experts_per_tok", json!(2))),
        ],
    );
}

/// By root mean square over groups of `width` channels.
fn normed(x: &[f32], gain: &[f32], width: usize) -> Vec<f32> {
    let eps = 1e-5;
    let unit = x.chunks(width).flat_map(|group| {
        let square = group.iter().map(|value| value * value).sum::<f32>() / width as f32;
        group.iter().map(move |value| value / (square + eps).sqrt())
    });
    unit.zip(gain).map(|(value, gain)| value * gain).collect()
}

/// Seen at the first position, where nothing is rotated.
#[test]
fn olmoe_norms_queries_and_keys_over_all_heads_at_once() {
    let folder = fixtures("hf/olmoe");
    let weights = TensorFile::read(folder.join("model.safetensors")).unwrap();
    for (device_name, device) in test_devices() {
        let mut seen = KeepAll::default();
        let model = load(&folder, &device).unwrap().model;
        model.forward_with(&inputs(&golden("hf/olmoe")), &mut seen).unwrap();
        for (before, after, norm) in
            [(SiteKind::Q, SiteKind::RotQ, "q_norm"), (SiteKind::K, SiteKind::RotK, "k_norm")]
        {
            for layer in 0..2 {
                let key = format!("model.layers.{layer}.self_attn.{norm}.weight");
                let ([width], gain) = weights.real::<1>(&key).unwrap().unwrap();
                let (shape, before) = &seen.0[&Site::block(layer, before)];
                let (_, after) = &seen.0[&Site::block(layer, after)];
                let (d_head, before, after) = (shape[3], &before[..width], &after[..width]);
                let off = |width| worst(after, &normed(before, gain, width));
                assert!(off(width) < 1e-5, "{key} on {device_name}: off by {}", off(width));
                assert!(off(d_head) > 1e-2, "{key} on {device_name}: head by head is off by {}", off(d_head));
            }
        }
    }
}
