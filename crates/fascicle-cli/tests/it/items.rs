//! `fascicle embed`, `classify` and `similar`: what they say of texts and images is what the library makes of each alone.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use fascicle_causal::Activation;
use fascicle_models::{
    ImageProcessor, Inputs, LoadedModel, Outputs, Pooling, SitedModel, Tokenizer, load, sentence_embeddings,
};
use serde_json::{Value, json};

use crate::support::{Desk, close, fixtures, json as parsed, real};

/// A desk with a fixture as `model`, and, for `letters`, a tokenizer: a token for each of the first printable characters.
fn desk(part: &str, letters: u32) -> Desk {
    let desk = Desk::new();
    let folder = desk.copy(part, "model");
    if letters > 0 {
        let vocab: serde_json::Map<String, Value> =
            (0..letters).map(|id| (char::from_u32(65 + id).unwrap().to_string(), id.into())).collect();
        let model = json!({ "type": "BPE", "vocab": vocab, "merges": [] });
        let tokenizer = json!({ "version": "1.0", "added_tokens": [], "model": model });
        fs::write(folder.join("tokenizer.json"), tokenizer.to_string()).unwrap();
    }
    desk
}

/// A desk whose model's images are prepared as one of the fixtures says.
fn image_desk(part: &str, letters: u32) -> Desk {
    let desk = desk(part, letters);
    let name = "preprocessor_config.json";
    fs::copy(fixtures("images/vit").join(name), desk.path("model").join(name)).unwrap();
    desk
}

fn image(name: &str) -> String {
    fixtures("images").join(name).to_string_lossy().into_owned()
}

fn model(desk: &Desk) -> LoadedModel {
    load(desk.path("model"), &fascicle_core::device("cpu").unwrap()).unwrap()
}

fn text_inputs(desk: &Desk, texts: &[&str]) -> Inputs {
    Tokenizer::load(desk.path("model")).unwrap().encode(texts, None).unwrap()
}

fn image_inputs(desk: &Desk, names: &[&str]) -> Inputs {
    let files: Vec<String> = names.iter().map(|name| image(name)).collect();
    Inputs::from_images(ImageProcessor::load(desk.path("model")).unwrap().read(&files).unwrap())
}

fn outputs(desk: &Desk, inputs: &Inputs) -> Outputs {
    model(desk).model.forward(inputs).unwrap()
}

fn unit(values: &[f32]) -> Vec<f32> {
    let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    values.iter().map(|value| value / length).collect()
}

fn softmax(scores: &[f32]) -> Vec<f32> {
    let weights: Vec<f32> = scores.iter().map(|score| score.exp()).collect();
    weights.iter().map(|weight| weight / weights.iter().sum::<f32>()).collect()
}

const TEXTS: [&str; 5] = ["ABC", "DEFGHI", "A", "BCBCBCB", "HI"];

#[test]
fn texts_are_embedded_in_the_order_given() {
    let desk = desk("hf/bert", 20);
    let loaded = model(&desk);
    fs::write(desk.path("texts"), TEXTS.join("\n")).unwrap();
    for batch in ["1", "2", "32"] {
        desk.good(&["embed", "model", "--texts", "texts", "--batch", batch, "--out", "out"]);
        let file = desk.tensors("out");
        let (shape, values) = real(&file, "embeddings");
        assert_eq!(shape[0], TEXTS.len());
        for (text, row) in TEXTS.iter().zip(values.chunks(shape[1])) {
            let inputs = text_inputs(&desk, &[text]);
            let hidden = loaded.model.forward(&inputs).unwrap().last_hidden_state.unwrap();
            let alone =
                Activation::new(sentence_embeddings(hidden, &inputs, Pooling::Mean)).to_vec().unwrap();
            close((&shape[1..], row), (&shape[1..], &alone), 1e-5, text);
        }
    }
    let said = parsed(&desk.good(&["embed", "model", "--text", "ABC", "--text", "HI", "--json"]).stdout);
    assert_eq!(said["texts"], json!(["ABC", "HI"]));
    assert_eq!(said["embeddings"][1].as_array().unwrap().len(), said["shape"][1].as_u64().unwrap() as usize);
}

#[test]
fn texts_come_through_a_pipe() {
    let desk = desk("hf/bert", 20);
    let mut command = desk.command(&["embed", "model", "--texts", "-", "--json"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"ABC\nDEF\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(parsed(&String::from_utf8_lossy(&output.stdout))["texts"], json!(["ABC", "DEF"]));
}

#[test]
fn pooling_and_length_can_be_chosen() {
    let desk = desk("hf/bert", 20);
    let inputs = text_inputs(&desk, &["ABCD"]);
    let hidden = Activation::new(outputs(&desk, &inputs).last_hidden_state.unwrap());
    let (width, values) = (hidden.dims()[2], hidden.to_vec().unwrap());
    for (pooling, expected) in [("cls", &values[..width]), ("last", &values[values.len() - width..])] {
        let args = ["embed", "model", "--text", "ABCD", "--pooling", pooling, "--out", "out"];
        desk.good(&[&args[..], &["--no-normalize"]].concat());
        let shape = [1, width];
        close(real(&desk.tensors("out"), "embeddings"), (&shape, expected), 1e-5, pooling);
        desk.good(&args);
        close(real(&desk.tensors("out"), "embeddings"), (&shape, &unit(expected)), 1e-5, pooling);
    }
}

/// A decoder's first position has seen nothing: without a choice the last one counts.
#[test]
fn decoders_are_embedded_by_their_last_token() {
    let desk = desk("hf/gpt2", 20);
    let embed = |pooling: &[&str]| {
        desk.good(&[&["embed", "model", "--text", "ABCD", "--json"], pooling].concat()).stdout
    };
    assert_eq!(embed(&[]), embed(&["--pooling", "last"]));
    assert_ne!(embed(&[]), embed(&["--pooling", "mean"]));
}

/// What a folder of sentence-transformers states counts for decoders too; what it has behind the pooling is not left out
/// in silence.
#[test]
fn vectors_are_pooled_as_the_folder_states() {
    let state = |desk: &Desk, pooling: &str, further: &str| {
        let folder = desk.path("model");
        fs::create_dir_all(folder.join("1_Pooling")).unwrap();
        fs::write(folder.join("1_Pooling/config.json"), json!({ "pooling_mode": pooling }).to_string())
            .unwrap();
        let module = |path: &str, kind: &str| json!({ "path": path, "type": format!("sentence_transformers.models.{kind}") });
        let modules = [module("", "Transformer"), module("1_Pooling", "Pooling"), module("2_Last", further)];
        fs::write(folder.join("modules.json"), json!(modules).to_string()).unwrap();
    };
    for part in ["hf/gpt2", "hf/bert"] {
        let desk = desk(part, 20);
        let embed = |pooling: &[&str]| {
            desk.good(&[&["embed", "model", "--text", "ABCD", "--json"], pooling].concat()).stdout
        };
        let chosen = ["mean", "cls", "last"].map(|pooling| embed(&["--pooling", pooling]));
        for (pooling, expected) in ["mean", "cls", "lasttoken"].into_iter().zip(&chosen) {
            state(&desk, pooling, "Normalize");
            assert_eq!(embed(&[]), *expected, "{part} {pooling}");
        }
        state(&desk, "mean", "Dense");
        insta::allow_duplicates! {
            insta::assert_snapshot!(desk.refused(&["embed", "model", "--text", "ABCD"]), @"error: model: modules.json puts Dense behind the pooling, which is not supported; `fascicle embed --pooling …` gives the vectors before that");
        }
        assert_eq!(embed(&["--pooling", "mean"]), chosen[0]);
    }
}

#[test]
fn images_are_embedded_by_what_their_model_pools() {
    for part in ["hf/dinov2", "hf/vit-pooler", "hf/resnet", "hf/clip"] {
        let desk = image_desk(part, 0);
        let names = ["rgb.png", "gray.png", "alpha.png"];
        let outputs = outputs(&desk, &image_inputs(&desk, &names));
        let expected = Activation::new(outputs.image_embeds.or(outputs.pooler_output).unwrap());
        let files = names.map(image);
        let args =
            ["embed", "model", "--out", "out", "--batch", "2", "--image", &files[0], &files[1], &files[2]];
        desk.good(&args);
        let values: Vec<f32> = expected.to_vec().unwrap().chunks(expected.dims()[1]).flat_map(unit).collect();
        close(real(&desk.tensors("out"), "embeddings"), (expected.dims(), &values), 1e-5, part);
    }
}

#[test]
fn a_folder_that_does_not_say_what_images_must_be_like_is_warned_of() {
    let desk = desk("hf/dinov2", 0);
    let ran = desk.good(&["embed", "model", "--image", &image("rgb.png"), "--json"]);
    assert!(ran.stderr.contains("no preprocessor_config.json"), "{}", ran.stderr);
}

#[test]
fn classes_have_the_probabilities_of_the_scores() {
    for part in ["hf/vit", "hf/resnet", "hf/dinov2-classifier"] {
        let desk = image_desk(part, 0);
        let scores = outputs(&desk, &image_inputs(&desk, &["rgb.png", "gray.png"])).class_logits.unwrap();
        let scores = Activation::new(scores);
        let (classes, labels) = (scores.dims()[1], model(&desk).labels);
        let count = classes.to_string();
        let args = [
            "classify",
            "model",
            "--top",
            &count,
            "--json",
            "--image",
            &image("rgb.png"),
            &image("gray.png"),
        ];
        let said = parsed(&desk.good(&args).stdout);
        for (at, scores) in scores.to_vec().unwrap().chunks(classes).enumerate() {
            let found = said["images"][at]["classes"].as_array().unwrap();
            let mut last = 1.0;
            for class in found {
                let probability = class["probability"].as_f64().unwrap();
                let place = labels.iter().position(|label| class["label"] == **label).unwrap();
                assert!((probability - f64::from(softmax(scores)[place])).abs() < 1e-5, "{part} {class}");
                assert!(probability <= last, "{part}: not in order");
                last = probability;
            }
            assert_eq!(found.len(), classes);
        }
    }
}

#[test]
fn texts_are_classified_and_classes_may_stand_alone() {
    let desk = desk("hf/bert-classifier", 20);
    let scores = Activation::new(outputs(&desk, &text_inputs(&desk, &["ABC"])).class_logits.unwrap());
    let best = scores.to_vec().unwrap().into_iter().fold(f32::MIN, f32::max);
    let classify =
        || parsed(&desk.good(&["classify", "model", "--text", "ABC", "--top", "1", "--json"]).stdout);
    let likeliest = softmax(&scores.to_vec().unwrap()).into_iter().fold(0.0, f32::max);
    let said = classify()["texts"][0]["classes"][0]["probability"].as_f64().unwrap();
    assert!((said - f64::from(likeliest)).abs() < 1e-5);
    let path = desk.path("model").join("config.json");
    let mut config = parsed(&fs::read_to_string(&path).unwrap());
    config["problem_type"] = json!("multi_label_classification");
    fs::write(&path, config.to_string()).unwrap();
    let said = classify()["texts"][0]["classes"][0]["probability"].as_f64().unwrap();
    assert!((said - 1.0 / (1.0 + f64::from(-best).exp())).abs() < 1e-5);
}

#[test]
fn clip_says_which_text_fits_which_image() {
    let desk = image_desk("hf/clip", 20);
    let texts = ["AB", "CDE", "FGHIJ"];
    let both = text_inputs(&desk, &texts)
        .with_images(image_inputs(&desk, &["rgb.png", "gray.png"]).images().unwrap().clone());
    let logits = Activation::new(outputs(&desk, &both).logits_per_image.unwrap()).to_vec().unwrap();
    let expected: Vec<f32> = logits.chunks(3).flat_map(softmax).collect();
    let args = ["similar", "model", "--out", "out", "--text", "AB", "--text", "CDE", "--text", "FGHIJ"];
    let images = ["--json", "--image", &image("rgb.png"), &image("gray.png")];
    let said = parsed(&desk.good(&[&args[..], &images].concat()).stdout);
    let file = desk.tensors("out");
    close(real(&file, "probabilities"), (&[2, 3], &expected), 1e-5, "probabilities");
    assert_eq!(real(&file, "similarities").0, [2, 3]);
    assert_eq!(said["texts"], json!(texts));
    let first = said["probabilities"][0][0].as_f64().unwrap();
    assert!((first - f64::from(expected[0])).abs() < 1e-5);
}

#[test]
fn texts_are_compared_with_each_other() {
    let desk = desk("hf/bert", 20);
    let args = ["similar", "model", "--text", "ABC", "--text", "CBA", "--text", "HHHHHH", "--out", "out"];
    let table = desk.good(&args).stdout;
    let file = desk.tensors("out");
    let (shape, values) = real(&file, "similarities");
    assert_eq!(shape, [3, 3]);
    for row in 0..3 {
        assert!((values[row * 4] - 1.0).abs() < 1e-5, "an item is like itself");
        for column in 0..3 {
            assert!((values[row * 3 + column] - values[column * 3 + row]).abs() < 1e-6);
        }
    }
    // a block for each text: the text, and the two others with their cosines
    let first: Vec<&str> = table.lines().take(3).collect();
    assert_eq!(first[0], "ABC");
    assert!(first[1..].iter().all(|line| line.ends_with("CBA") || line.ends_with("HHHHHH")), "{table}");
}

#[test]
fn what_cannot_be_done_is_said() {
    let bert = desk("hf/bert", 20);
    let long = "A".repeat(200);
    insta::assert_snapshot!(bert.refused(&["embed", "model", "--text", "A", "--text", &long]), @"error: text 2 (`AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA…`) has 200 tokens, the model takes at most 64: shorten it, or cut it with --max-tokens 64");
    insta::assert_snapshot!(bert.refused(&["embed", "model", "--text", "A", "--text", ""]), @"error: text 2 has no tokens: leave it out");
    insta::assert_snapshot!(bert.refused(&["classify", "model", "--text", "A"]), @"error: model: this model has no classifier; `fascicle embed` gives vectors; a classifier's folder names ...ForSequenceClassification or ...ForImageClassification in config.json");
    insta::assert_snapshot!(bert.refused(&["similar", "model", "--text", "A"]), @"error: give at least two texts or images, to compare them");
    insta::assert_snapshot!(bert.refused(&["similar", "model", "--text", "A", "--image", &image("rgb.png")]), @"error: got images, expected token ids (`input_ids`): this model takes nothing else");
    insta::assert_snapshot!(bert.refused(&["embed", "model", "--image", &image("rgb.png")]), @"error: got images, expected token ids (`input_ids`): this model takes nothing else");
    fs::write(bert.path("empty"), "").unwrap();
    insta::assert_snapshot!(bert.refused(&["embed", "model", "--texts", "empty"]), @"error: empty: no text in it; a text a line is expected");
    insta::assert_snapshot!(bert.refused(&["embed", "model", "--texts", "absent"]), @"error: absent: cannot read: No such file or directory (os error 2)");
    let tokens = desk("hf/bert-classifier", 20);
    let file = tokens.path("model").join("config.json");
    let mut config = parsed(&fs::read_to_string(&file).unwrap());
    config["architectures"] = json!(["BertForTokenClassification"]);
    fs::write(&file, config.to_string()).unwrap();
    insta::assert_snapshot!(tokens.refused(&["classify", "model", "--text", "A"]), @"error: model: this model has no classifier; its weights hold a head of another kind, such as for each token, which is not supported");
    let clip = image_desk("hf/clip", 20);
    insta::assert_snapshot!(clip.refused(&["classify", "model", "--image", &image("rgb.png")]), @"error: model: this model has no classifier; `fascicle similar` compares images with texts of yours, such as 'a photo of a cat'");
    insta::assert_snapshot!(clip.refused(&["embed", "model", "--text", "A", "--pooling", "mean"]), @"error: --pooling does not apply: a clip makes its vectors in a way of its own");
    insta::assert_snapshot!(clip.refused(&["embed", "model", "--image", &image("rgb.png"), "--no-normalize"]), @"error: --no-normalize does not apply: a clip makes its vectors in a way of its own");
    let vit = image_desk("hf/vit", 0);
    insta::assert_snapshot!(vit.refused(&["embed", "model", "--text", "A"]), @"error: model/tokenizer.json: no such file: this model cannot take text (give token ids instead)");
    insta::assert_snapshot!(vit.refused(&["embed", "model", "--image", "absent.png"]), @"error: absent.png: cannot read: No such file or directory (os error 2)");
    insta::assert_snapshot!(vit.refused(&["embed", "model", "--image", &image("rgb.png"), "--pooling", "last"]), @"error: --pooling last does not apply: a vit makes its vectors in a way of its own");
    let mae = image_desk("hf/vit_mae", 0);
    insta::assert_snapshot!(mae.refused(&["embed", "model", "--image", &image("rgb.png")]), @"error: a vit_mae gives no vector for a text or an image");
}

/// Cut texts are not too long.
#[test]
fn long_texts_can_be_cut() {
    let desk = desk("hf/bert", 20);
    let embed = |text: &str, limit: &[&str]| {
        parsed(&desk.good(&[&["embed", "model", "--json", "--text", text], limit].concat()).stdout)
    };
    let long = "AB".repeat(200);
    let cut = embed(&long, &["--max-tokens", "4"]);
    assert_eq!(cut["embeddings"], embed("ABAB", &[])["embeddings"]);
    insta::assert_snapshot!(desk.refused(&["run", "model", "--text", &long, "--out", "out"]), @"error: text 1 (`ABABABABABABABABABABABABABABABABABABABABABABABA…`) has 400 tokens, the model takes at most 64: shorten it, or cut it with --max-tokens 64");
}
