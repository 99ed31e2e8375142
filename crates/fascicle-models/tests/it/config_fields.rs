//! Fields of `config.json` that change the forward pass: each is followed as `transformers` does, or refused.

use fascicle_models::{
    Activation, AttentionScale, Inputs, NamedTensor, Positions, RotaryScaling, SitedModel, Sliding,
    TensorFile, TransformerConfig, load,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::bad_folders::config as refused;
use crate::model_folder::{change_config, change_tensors, copy};
use crate::support::{fixtures, host, inputs};

/// A fixture's settings after a change of its `config.json`.
#[track_caller]
fn settings(fixture: &str, change: impl FnOnce(&mut Value)) -> TransformerConfig {
    let folder = copy(fixture);
    change_config(&folder, change);
    let device = fascicle_core::device("cpu").unwrap();
    load(folder.path(), &device).unwrap().transformer().unwrap().config().clone()
}

fn remove(config: &mut Value, fields: &[&str]) {
    let config = config.as_object_mut().unwrap();
    for field in fields {
        assert!(config.remove(*field).is_some(), "{field} was there");
    }
}

/// Each would go unnoticed, were it only left aside: no shape tells of it.
#[test]
fn settings_that_are_not_supported_are_refused() {
    let one = |fixture: &str, field: &str, value: Value| refused(&copy(fixture), |c| c[field] = value);
    insta::assert_snapshot!(one("hf/gpt2", "is_causal", json!(false)), @"FOLDER/config.json: field `is_causal` is false, expected true (nothing else is supported)");
    insta::assert_snapshot!(one("hf/llama", "is_causal", json!(false)), @"FOLDER/config.json: field `is_causal` is false, expected true (nothing else is supported)");
    insta::assert_snapshot!(one("hf/gpt_neox", "is_causal", json!(false)), @"FOLDER/config.json: field `is_causal` is false, expected true (nothing else is supported)");
    insta::assert_snapshot!(one("hf/gemma2", "use_bidirectional_attention", json!(true)), @"FOLDER/config.json: field `use_bidirectional_attention` is true, expected false (nothing else is supported)");
    insta::assert_snapshot!(one("hf/qwen2", "use_mrope", json!(true)), @"FOLDER/config.json: field `use_mrope` is true, expected false (nothing else is supported)");
    insta::assert_snapshot!(one("hf/qwen3", "layer_types", json!(["full_attention", "sliding_attention"])), @"FOLDER/config.json: field `layer_types` is `sliding_attention` for block 1, expected `full_attention` alone, since use_sliding_window is false or sliding_window null");
    insta::assert_snapshot!(one("hf/qwen3", "layer_types", json!(["full_attention"])), @r#"FOLDER/config.json: field `layer_types` is ["full_attention"], expected 2 of `sliding_attention` and `full_attention`"#);
    insta::assert_snapshot!(one("hf/gpt_neox", "head_dim", json!(16)), @"FOLDER/config.json: field `head_dim` is 16, expected 8 (nothing else is supported)");
    insta::assert_snapshot!(one("hf/vit", "head_dim", json!(4)), @"FOLDER/config.json: field `head_dim` is 4, expected 8 (nothing else is supported)");
    insta::assert_snapshot!(refused(&copy("hf/clip"), |c| c["text_config"]["is_causal"] = json!(false)), @"FOLDER/config.json: field `is_causal` is false, expected true (nothing else is supported)");
}

#[test]
fn rotary_settings_that_are_not_supported_are_refused() {
    let llama = |rope: Value| refused(&copy("hf/llama"), |config| config["rope_parameters"] = rope);
    insta::assert_snapshot!(llama(json!({"rope_type": "yarn", "factor": 4.0})), @"FOLDER/config.json: field `rope_type` is `yarn`, expected default, linear or llama3");
    insta::assert_snapshot!(llama(json!({"rope_type": "default", "partial_rotary_factor": 0.5})), @"FOLDER/config.json: field `partial_rotary_factor` is 0.5, expected 1 (nothing else is supported)");
    insta::assert_snapshot!(llama(json!({"full_attention": {"rope_theta": 5.0}})), @"FOLDER/config.json: field `rope_parameters` is an object with settings of its own for `full_attention`, expected one set of settings for all blocks (nothing else is supported)");
    insta::assert_snapshot!(llama(json!({"rope_type": "linear"})), @"FOLDER/config.json: field `factor` is missing");
    insta::assert_snapshot!(llama(json!({"rope_type": "linear", "factor": 0})), @"FOLDER/config.json: it describes a model whose `positions.rotary.scaling.factor` is 0, expected a number above 0");
    let bounds = json!({"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 4});
    insta::assert_snapshot!(llama(bounds), @"FOLDER/config.json: it describes a model whose `positions.rotary.scaling.high` is 4, expected a number above low = 4");
}

/// What a file of an older version leaves out has the value that `transformers` documents, and `null` is no absence.
#[test]
fn gemma2_has_its_documented_defaults() {
    let config = settings("hf/gemma2-window", |config| {
        let fields = [
            "query_pre_attn_scalar",
            "attn_logit_softcapping",
            "final_logit_softcapping",
            "sliding_window",
            "layer_types",
            "tie_word_embeddings",
        ];
        remove(config, &fields);
    });
    assert_eq!(config.attention.scale, AttentionScale::Fixed(1.0 / 16.0));
    assert_eq!(config.attention.softcap, Some(50.0));
    assert_eq!(config.attention.sliding, Some(Sliding { window: 4096, layers: vec![0, 2] }));
    let unembed = config.unembed.unwrap();
    assert_eq!((unembed.softcap, unembed.tied), (Some(30.0), true));
    let off = settings("hf/gemma2-window", |config| {
        for field in ["attn_logit_softcapping", "final_logit_softcapping", "sliding_window"] {
            config[field] = Value::Null;
        }
    });
    assert_eq!((off.attention.softcap, off.attention.sliding), (None, None));
    assert_eq!(off.unembed.unwrap().softcap, None);
}

/// Qwen's window is for the blocks from `max_window_layers` on, where `layer_types` does not say which.
#[test]
fn windows_of_qwen() {
    let sliding = |change: &dyn Fn(&mut Value)| {
        let of = |fixture: &str| {
            let on = settings(fixture, |config| {
                config["use_sliding_window"] = json!(true);
                config["sliding_window"] = json!(3);
                change(config);
            });
            on.attention.sliding
        };
        let (qwen2, qwen3) = (of("hf/qwen2"), of("hf/qwen3"));
        assert_eq!(qwen2, qwen3);
        qwen2
    };
    let last = Some(Sliding { window: 3, layers: vec![1] });
    assert_eq!(sliding(&|c| c["layer_types"] = json!(["full_attention", "sliding_attention"])), last);
    let unnamed = |config: &mut Value, first: Value| {
        remove(config, &["layer_types"]);
        config["max_window_layers"] = first;
    };
    assert_eq!(sliding(&|config| unnamed(config, json!(1))), last);
    assert_eq!(sliding(&|config| unnamed(config, json!(0))), Some(Sliding { window: 3, layers: vec![0, 1] }));
    assert_eq!(sliding(&|config| unnamed(config, Value::Null)), None);
    assert_eq!(sliding(&|config| unnamed(config, json!(2))), None);
    let off = |field: &'static str, value: Value| {
        sliding(&move |config| {
            unnamed(config, json!(0));
            config[field] = value.clone();
        })
    };
    assert_eq!(off("sliding_window", Value::Null), None);
    assert_eq!(off("use_sliding_window", json!(false)), None);
}

/// The width of a head is no share of the model's there.
#[test]
fn heads_of_qwen3_and_gemma2_are_as_wide_as_documented() {
    let without = |fixture: &str| refused(&copy(fixture), |config| remove(config, &["head_dim"]));
    let (qwen3, gemma2) = (without("hf/qwen3"), without("hf/gemma2-window"));
    assert!(qwen3.contains("self_attn.k_norm.weight is F32 [16], expected floating-point [128]"), "{qwen3}");
    assert!(
        gemma2.contains("self_attn.k_proj.weight is F32 [12, 24], expected floating-point [512, 24]"),
        "{gemma2}"
    );
}

#[test]
fn rotary_settings_are_found_where_either_version_keeps_them() {
    let scaling = |change: &dyn Fn(&mut Value)| match settings("hf/llama", change).positions {
        Positions::Rotary(rotary) => (rotary.theta, rotary.scaling),
        other => panic!("{other:?}"),
    };
    let stretched = |original| RotaryScaling::Llama3 { factor: 8.0, low: 1.0, high: 4.0, original };
    let older = json!({"type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4});
    // the whole length, where nothing is said of an original one
    let in_two = |config: &mut Value| {
        remove(config, &["rope_parameters"]);
        config["rope_theta"] = json!(300.0);
        config["rope_scaling"] = older.clone();
    };
    assert_eq!(scaling(&in_two), (300.0, stretched(128.0)));
    assert_eq!(
        scaling(&|config| {
            in_two(config);
            config["original_max_position_embeddings"] = json!(16);
        }),
        (300.0, stretched(16.0))
    );
    // where both are there, transformers reads the older one
    assert_eq!(
        scaling(&|config| {
            config["rope_scaling"] = json!({"rope_type": "linear", "factor": 2.0});
            config["rope_theta"] = json!(300.0);
        }),
        (300.0, RotaryScaling::Linear { factor: 2.0 })
    );
    assert_eq!(scaling(&|config| config["rope_scaling"] = json!({})), (500_000.0, stretched(32.0)));
}

#[test]
fn names_that_mean_the_same() {
    let gpt2 = settings("hf/gpt2", |_| {});
    let renamed = settings("hf/gpt2", |config| {
        for (own, general) in [
            ("n_embd", "hidden_size"),
            ("n_head", "num_attention_heads"),
            ("n_layer", "num_hidden_layers"),
            ("n_positions", "max_position_embeddings"),
        ] {
            config[general] = config[own].clone();
            remove(config, &[own]);
        }
    });
    assert_eq!(renamed, gpt2);
    let olmoe = settings("hf/olmoe", |config| {
        config["num_local_experts"] = config["num_experts"].clone();
        remove(config, &["num_experts"]);
    });
    assert_eq!(olmoe, settings("hf/olmoe", |_| {}));
    insta::assert_snapshot!(refused(&copy("hf/gpt2"), |c| c["hidden_size"] = json!(16)), @"FOLDER/config.json: field `hidden_size` is 16, expected 32, as `n_embd`, or neither of the two");
    for (name, activation) in [
        ("gelu_python", Activation::Gelu),
        ("gelu_accurate", Activation::GeluTanh),
        ("gelu_python_tanh", Activation::GeluTanh),
    ] {
        let config = settings("hf/gpt2", |config| config["activation_function"] = json!(name));
        assert_eq!(config.mlp.unwrap().activation, activation, "{name}");
    }
}

/// The names of classes are nobody's business where there are no classes.
#[test]
fn an_encoder_does_not_read_labels() {
    let config = settings("hf/bert", |config| config["id2label"] = json!({"7": "seven"}));
    assert_eq!(config.classifier, None);
}

/// Sizes that no machine holds are refused before anything is listed or multiplied.
#[test]
fn sizes_beyond_all_measure() {
    let one = |fixture: &str, field: &str, value: Value| refused(&copy(fixture), |c| c[field] = value);
    insta::assert_snapshot!(one("hf/gpt2", "n_embd", json!(u64::MAX)), @"FOLDER/config.json: field `n_embd` is 18446744073709551615, expected at most 2147483648");
    insta::assert_snapshot!(one("hf/gpt2", "n_layer", json!(1u64 << 30)), @"FOLDER/config.json: it describes a model whose `number of blocks and experts` is so large that there are more than 262144 tensors, expected fewer");
    insta::assert_snapshot!(one("hf/olmoe", "num_experts", json!(1u64 << 30)), @"FOLDER/config.json: it describes a model whose `number of blocks and experts` is so large that there are more than 262144 tensors, expected fewer");
    insta::assert_snapshot!(one("hf/vit", "patch_size", json!(1 << 20)), @"FOLDER/config.json: field `patch_size` is 1048576, expected at most 65536");
    insta::assert_snapshot!(one("hf/vit", "image_size", json!([32, u64::MAX])), @"FOLDER/config.json: field `image_size` is 18446744073709551615, expected at most 2147483648");
    insta::assert_snapshot!(one("hf/resnet", "depths", json!([1, 1, 1, 1_000_000_000])), @"FOLDER/config.json: it describes a model whose `depths` is [1, 1, 1, 1000000000], expected at most 65536 each");
    insta::assert_snapshot!(one("hf/dinov2", "mlp_ratio", json!(1e300)), @"FOLDER/config.json: it describes a model whose `mlp.width` is 18446744073709551615, expected at most 2147483648");
}

fn hidden(folder: &TempDir, inputs: &Inputs) -> Vec<f32> {
    let device = fascicle_core::device("cpu").unwrap();
    let model = load(folder.path(), &device).unwrap().model;
    host(model.forward(inputs).unwrap().last_hidden_state.unwrap())
}

/// DINOv3's queries, keys and values may each have a bias of their own or not: none is a bias of zero.
#[test]
fn biases_of_values_alone() {
    const BIAS: &str = "attention.v_proj.bias";
    let golden = TensorFile::read(fixtures("hf/dinov3_vit").join("golden.safetensors")).unwrap();
    let without = copy("hf/dinov3_vit");
    change_config(&without, |config| config["value_bias"] = json!(false));
    change_tensors(&without, |tensors| tensors.retain(|(name, _)| !name.ends_with(BIAS)));
    let zero = copy("hf/dinov3_vit");
    let mut changed = 0;
    change_tensors(&zero, |tensors| {
        for (_, tensor) in tensors.iter_mut().filter(|(name, _)| name.ends_with(BIAS)) {
            if let NamedTensor::F32 { values, .. } = tensor {
                values.fill(0.0);
                changed += 1;
            }
        }
    });
    assert_eq!(changed, 2);
    let inputs = inputs(&golden);
    assert_eq!(hidden(&without, &inputs), hidden(&zero, &inputs));
    assert_ne!(hidden(&without, &inputs), hidden(&copy("hf/dinov3_vit"), &inputs));
}
