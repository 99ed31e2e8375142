//! The real all-MiniLM-L6-v2 against `transformers`, where it is on this machine (`fascicle fetch minilm`).

use std::fs;
use std::path::PathBuf;

use fascicle_models::{NamedTensor, TensorFile, Tokenizer, load, sentence_embeddings};

#[test]
fn sentence_embeddings_agree_with_transformers() {
    let Some(folder) = fascicle_data::find("minilm").expect("what is there is whole") else {
        // the small BERT checkpoints are compared everywhere; this one is 90 MB and not part of the project
        eprintln!("all-MiniLM-L6-v2 is not on this machine: `fascicle fetch minilm` gets it");
        return;
    };
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/minilm");
    let text = fs::read_to_string(fixtures.join("reference.json")).expect("the fixture is there");
    let reference: serde_json::Value = serde_json::from_str(&text).expect("the fixture is JSON");
    let sentences = reference["sentences"].as_array().expect("sentences");
    let texts: Vec<&str> = sentences.iter().map(|s| s["text"].as_str().expect("a text")).collect();
    let limit = reference["max_tokens"].as_u64().expect("a limit") as usize;

    let tokenizer = Tokenizer::load(&folder).expect("a tokenizer");
    let inputs = tokenizer.encode(&texts, Some(limit)).expect("texts");
    for (row, sentence) in sentences.iter().enumerate() {
        let ids: Vec<i64> =
            sentence["ids"].as_array().expect("ids").iter().filter_map(serde_json::Value::as_i64).collect();
        assert_eq!(inputs.ids()[row * inputs.positions()..][..ids.len()], ids, "{}", texts[row]);
    }

    let file = TensorFile::read(fixtures.join("reference.safetensors")).expect("the fixture is there");
    let Some(NamedTensor::F32 { values: expected, .. }) = file.get("embeddings") else {
        panic!("no embeddings")
    };
    for (name, device) in fascicle_core::testing::test_devices() {
        // 27 sentences of up to 256 tokens take minutes on software Vulkan; the kernels are compared elsewhere
        if name.starts_with("wgpu:cpu") {
            continue;
        }
        let model = load(&folder, &device).expect("a model");
        let outputs = model.transformer().expect("a transformer").forward(&inputs).expect("outputs");
        let hidden = outputs.last_hidden_state.expect("an encoder has hidden states");
        let got: Vec<f32> = sentence_embeddings(hidden, &inputs, model.pooling)
            .into_data()
            .try_into_vec_as()
            .expect("numbers");
        assert_eq!(got.len(), expected.len());
        let worst = got.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst <= 1e-4, "{name}: embeddings differ by {worst:.2e}");
    }
}
