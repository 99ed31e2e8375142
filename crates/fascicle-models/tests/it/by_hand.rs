//! Models so small that their numbers are known without a reference: how a file's matrices are read, and what is computed
//! from them.

use std::collections::BTreeMap;

use fascicle_core::testing::test_devices;
use fascicle_models::{Inputs, Site, SiteKind, SitedModel, load};
use serde_json::{Value, json};

use crate::model_folder::write;
use crate::support::{KeepAll, Seen, host, parameters, worst};

/// The parameters of a model each of whose tensors holds 1, 2, 3, … in the file.
fn read(config: &Value, shapes: &[(&str, &[usize])]) -> BTreeMap<String, Seen> {
    let counted = shapes.iter().map(|&(name, shape)| {
        let count: usize = shape.iter().product();
        (name, shape, (1..=count).map(|number| number as f32).collect::<Vec<f32>>())
    });
    let folder = write(config, &counted.collect::<Vec<_>>());
    let device = fascicle_core::device("cpu").unwrap();
    parameters(&load(folder.path(), &device).unwrap().model)
}

#[track_caller]
fn check(parameters: &BTreeMap<String, Seen>, expected: &[(&str, &[usize], &[f32])]) {
    for (name, shape, values) in expected {
        assert_eq!(parameters[*name], (shape.to_vec(), values.to_vec()), "{name}");
    }
}

/// Every matrix is 2 × 2 but the fused one: q | k | v side by side, each of two heads of one channel.
#[test]
fn gpt2_matrices_are_as_they_lie() {
    let config = json!({
        "model_type": "gpt2", "n_embd": 2, "n_head": 2, "n_layer": 1, "n_inner": 2, "n_positions": 1, "vocab_size": 1,
        "layer_norm_epsilon": 1e-5, "activation_function": "gelu_new",
    });
    let parameters = read(
        &config,
        &[
            ("wte.weight", &[1, 2]),
            ("wpe.weight", &[1, 2]),
            ("h.0.ln_1.weight", &[2]),
            ("h.0.ln_1.bias", &[2]),
            ("h.0.attn.c_attn.weight", &[2, 6]),
            ("h.0.attn.c_attn.bias", &[6]),
            ("h.0.attn.c_proj.weight", &[2, 2]),
            ("h.0.attn.c_proj.bias", &[2]),
            ("h.0.ln_2.weight", &[2]),
            ("h.0.ln_2.bias", &[2]),
            ("h.0.mlp.c_fc.weight", &[2, 2]),
            ("h.0.mlp.c_fc.bias", &[2]),
            ("h.0.mlp.c_proj.weight", &[2, 2]),
            ("h.0.mlp.c_proj.bias", &[2]),
            ("ln_f.weight", &[2]),
            ("ln_f.bias", &[2]),
        ],
    );
    let as_it_lies: &[f32] = &[1.0, 2.0, 3.0, 4.0];
    check(
        &parameters,
        &[
            ("blocks.0.attn.o.weight", &[2, 2], as_it_lies),
            ("blocks.0.mlp.up.weight", &[2, 2], as_it_lies),
            ("blocks.0.mlp.down.weight", &[2, 2], as_it_lies),
            ("blocks.0.attn.q.weight", &[2, 2], &[1.0, 2.0, 7.0, 8.0]),
            ("blocks.0.attn.k.weight", &[2, 2], &[3.0, 4.0, 9.0, 10.0]),
            ("blocks.0.attn.v.weight", &[2, 2], &[5.0, 6.0, 11.0, 12.0]),
            ("blocks.0.attn.q.bias", &[2], &[1.0, 2.0]),
            ("blocks.0.attn.k.bias", &[2], &[3.0, 4.0]),
            ("blocks.0.attn.v.bias", &[2], &[5.0, 6.0]),
        ],
    );
}

/// Two heads of two channels: of the twelve rows, the first head's queries are the first two, its keys the next two, its
/// values the next; then the second head's. In three blocks queries would be the first four.
#[test]
fn gpt_neox_rows_are_counted_by_head() {
    let config = json!({
        "model_type": "gpt_neox", "hidden_size": 4, "num_attention_heads": 2, "num_hidden_layers": 1,
        "intermediate_size": 4, "max_position_embeddings": 1, "vocab_size": 1, "layer_norm_eps": 1e-5,
        "hidden_act": "gelu", "rotary_pct": 1.0, "tie_word_embeddings": true,
    });
    let parameters = read(
        &config,
        &[
            ("embed_in.weight", &[1, 4]),
            ("layers.0.input_layernorm.weight", &[4]),
            ("layers.0.input_layernorm.bias", &[4]),
            ("layers.0.attention.query_key_value.weight", &[12, 4]),
            ("layers.0.attention.query_key_value.bias", &[12]),
            ("layers.0.attention.dense.weight", &[4, 4]),
            ("layers.0.attention.dense.bias", &[4]),
            ("layers.0.post_attention_layernorm.weight", &[4]),
            ("layers.0.post_attention_layernorm.bias", &[4]),
            ("layers.0.mlp.dense_h_to_4h.weight", &[4, 4]),
            ("layers.0.mlp.dense_h_to_4h.bias", &[4]),
            ("layers.0.mlp.dense_4h_to_h.weight", &[4, 4]),
            ("layers.0.mlp.dense_4h_to_h.bias", &[4]),
            ("final_layer_norm.weight", &[4]),
            ("final_layer_norm.bias", &[4]),
        ],
    );
    // one line for each input, one column for each row of the file: [in, out]
    let queries: &[f32] = &[
        1.0, 5.0, 25.0, 29.0, //
        2.0, 6.0, 26.0, 30.0, //
        3.0, 7.0, 27.0, 31.0, //
        4.0, 8.0, 28.0, 32.0,
    ];
    let values: &[f32] = &[
        17.0, 21.0, 41.0, 45.0, //
        18.0, 22.0, 42.0, 46.0, //
        19.0, 23.0, 43.0, 47.0, //
        20.0, 24.0, 44.0, 48.0,
    ];
    check(
        &parameters,
        &[
            ("blocks.0.attn.q.weight", &[4, 4], queries),
            ("blocks.0.attn.v.weight", &[4, 4], values),
            ("blocks.0.attn.q.bias", &[4], &[1.0, 2.0, 7.0, 8.0]),
            ("blocks.0.attn.k.bias", &[4], &[3.0, 4.0, 9.0, 10.0]),
            ("blocks.0.attn.v.bias", &[4], &[5.0, 6.0, 11.0, 12.0]),
        ],
    );
}

/// A Gemma 2 without blocks reads the token [3, 4].
///
/// - times √2, which the reference rounds to f32 first: [3√2, 4√2], of mean square 25
/// - by √(25 + 11) = 6, times 1 + [0.5, −0.25]: [0.75√2, 0.5√2]
/// - against the tokens [3, 4] and [1, −1], unscaled: 4.25√2 and 0.25√2
/// - capped at 3
#[test]
fn one_token_through_gemma2() {
    let config = json!({
        "model_type": "gemma2", "hidden_size": 2, "num_attention_heads": 1, "head_dim": 2, "num_hidden_layers": 0,
        "intermediate_size": 1, "max_position_embeddings": 1, "vocab_size": 2, "rms_norm_eps": 11.0,
        "hidden_activation": "gelu_pytorch_tanh", "query_pre_attn_scalar": 2, "final_logit_softcapping": 3.0,
    });
    let tensors: [(&str, &[usize], Vec<f32>); 2] = [
        ("model.embed_tokens.weight", &[2, 2], vec![3.0, 4.0, 1.0, -1.0]),
        ("model.norm.weight", &[2], vec![0.5, -0.25]),
    ];
    let folder = write(&config, &tensors);
    let root = 2f32.sqrt();
    for (name, device) in test_devices() {
        let model = load(folder.path(), &device).unwrap().model;
        let mut seen = KeepAll::default();
        let outputs = model.forward_with(&Inputs::new(vec![0], [1, 1]).unwrap(), &mut seen).unwrap();
        let embedded = &seen.0[&Site::new(SiteKind::Embed)].1;
        assert_eq!(*embedded, [3.0 * root, 4.0 * root], "{name}");
        let capped = |logit: f32| 3.0 * (logit / 3.0).tanh();
        let logits = host(outputs.logits.unwrap());
        let expected = [capped(4.25 * root), capped(0.25 * root)];
        assert!(worst(&logits, &expected) < 1e-5, "{logits:?}, expected {expected:?}, on {name}");
    }
}
