//! `fascicle generate`: what it says is what the library makes, in text and in ids, and why it ends.

use std::fs;
use std::process::Stdio;

use fascicle_models::{Generator, NamedTensor, Sampling, StopReason, load};
use serde_json::{Value, json};

use crate::support::{Desk, fixtures, json as parsed};

const PROMPT: &str = "to be";

/// A desk with the GPT-2 fixture as `model`, and a tokenizer for it: a token for each printable character.
pub(crate) fn desk() -> Desk {
    let desk = Desk::new();
    let folder = desk.copy("hf/gpt2", "model");
    let vocab: serde_json::Map<String, Value> =
        (0..97).map(|id| (char::from_u32(32 + id).unwrap().to_string(), id.into())).collect();
    let tokenizer = json!({
        "version": "1.0",
        "added_tokens": [],
        "decoder": { "type": "Fuse" },
        "model": { "type": "BPE", "vocab": vocab, "merges": [] },
    });
    fs::write(folder.join("tokenizer.json"), tokenizer.to_string()).unwrap();
    desk
}

pub(crate) fn ids(text: &str) -> Vec<i64> {
    text.bytes().map(|byte| i64::from(byte) - 32).collect()
}

pub(crate) fn text(ids: &[i64]) -> String {
    ids.iter().map(|id| char::from_u32(32 + *id as u32).unwrap()).collect()
}

/// What the library makes of it.
pub(crate) fn expected(prompt: &[i64], sampling: Sampling, count: usize) -> Vec<i64> {
    let device = fascicle_core::device("cpu").unwrap();
    let model = load(fixtures("hf/gpt2"), &device).unwrap().into_transformer().unwrap();
    let mut generator = Generator::new(&model, prompt, sampling).unwrap().with_max_new_tokens(count);
    generator.by_ref().for_each(|id| assert!(id.is_ok()));
    assert_eq!(generator.stop_reason(), Some(StopReason::MaxNewTokens));
    generator.new_ids().to_vec()
}

fn generate(desk: &Desk, args: &[&str]) -> String {
    desk.good(&[&["generate", "model"], args].concat()).stdout
}

fn generate_json(desk: &Desk, args: &[&str]) -> Value {
    parsed(&generate(desk, &[args, &["--json"]].concat()))
}

#[test]
fn text_and_ids_are_the_library_s() {
    let desk = desk();
    let new = expected(&ids(PROMPT), Sampling::default(), 12);
    assert_eq!(generate(&desk, &["--prompt", PROMPT, "--max-new-tokens", "12"]), format!("{}\n", text(&new)));
    fs::write(desk.path("prompt"), format!("{PROMPT}\n")).unwrap();
    let said = generate_json(&desk, &["--prompt-file", "prompt", "--max-new-tokens", "12"]);
    assert_eq!(said["ids"], json!(new));
    assert_eq!(said["prompt_ids"], json!(ids(PROMPT)));
    assert_eq!(said["text"], json!(text(&new)));
    assert_eq!(said["ended"], "max-new-tokens");
    assert_eq!(said["family"], "gpt2");
    assert_eq!(said["settings"]["temperature"], 0.0);
    assert!(said["tokens_per_second"].as_f64().unwrap() > 0.0);
    assert!(said["seconds_to_first_token"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_model_without_a_tokenizer_speaks_in_ids() {
    let desk = Desk::new();
    desk.copy("hf/gpt2", "model");
    let new = expected(&[5, 6, 7], Sampling::default(), 4);
    let shown: Vec<String> = new.iter().map(ToString::to_string).collect();
    let said = generate(&desk, &["--ids", "5,6,7", "--max-new-tokens", "4", "--out", "out"]);
    assert_eq!(said, format!("{}\n", shown.join(",")));
    let kept = desk.tensors("out");
    let whole = |values: &[i64]| NamedTensor::I64 { shape: vec![1, values.len()], values: values.to_vec() };
    assert_eq!(kept.get("prompt_ids"), Some(&whole(&[5, 6, 7])));
    assert_eq!(kept.get("new_ids"), Some(&whole(&new)));
    assert_eq!(kept.get("input_ids"), Some(&whole(&[&[5, 6, 7], &new[..]].concat())));
    // what was written can be run
    desk.good(&["run", "model", "--inputs", "out", "--out", "outputs"]);
    assert_eq!(generate_json(&desk, &["--ids", "5", "--max-new-tokens", "1"])["text"], Value::Null);
}

#[test]
fn settings_decide_what_is_drawn() {
    let desk = desk();
    let with =
        |args: &[&str]| generate_json(&desk, &[&["--ids", "1,2", "--max-new-tokens", "20"], args].concat());
    let sampling = Sampling {
        temperature: 1.5,
        top_k: Some(30),
        top_p: Some(0.9),
        repetition_penalty: Some(1.2),
        seed: 4,
    };
    let all = [
        "--temperature",
        "1.5",
        "--top-k",
        "30",
        "--top-p",
        "0.9",
        "--repetition-penalty",
        "1.2",
        "--seed",
        "4",
    ];
    assert_eq!(with(&all)["ids"], json!(expected(&[1, 2], sampling, 20)));
    // a top-k alone draws at temperature 1
    let top_k = Sampling { temperature: 1.0, top_k: Some(30), ..Sampling::default() };
    let said = with(&["--top-k", "30"]);
    assert_eq!(
        (&said["settings"]["temperature"], &said["ids"]),
        (&json!(1.0), &json!(expected(&[1, 2], top_k, 20)))
    );
}

#[test]
fn the_folder_s_settings_count_where_nothing_is_said() {
    let desk = desk();
    let greedy = expected(&[1, 2], Sampling::default(), 8);
    let config = json!({
        "do_sample": true, "temperature": 0.7, "top_p": 0.8, "eos_token_id": [greedy[3], 9999],
    });
    fs::write(desk.path("model/generation_config.json"), config.to_string()).unwrap();
    let said = generate_json(&desk, &["--ids", "1,2", "--max-new-tokens", "8", "--top-k", "3"]);
    let settings = &said["settings"];
    assert_eq!(
        (&settings["temperature"], &settings["top_k"], &settings["top_p"]),
        (&json!(0.7), &json!(3), &json!(0.8))
    );
    assert_eq!(
        settings["of_the_model"][0],
        json!({ "setting": "temperature", "value": "0.7", "from": "generation_config.json" })
    );
    // the end token ends it, and is among the ids
    let said = generate_json(&desk, &["--ids", "1,2", "--max-new-tokens", "8", "--temperature", "0"]);
    let end = greedy.iter().position(|id| *id == greedy[3]).unwrap();
    assert_eq!((&said["ended"], &said["ids"]), (&json!("end-token"), &json!(greedy[..=end])));
}

#[test]
fn a_text_stops_before_another() {
    let desk = desk();
    let all = text(&expected(&ids(PROMPT), Sampling::default(), 20));
    let stop = &all[4..7];
    let before = &all[..all.find(stop).unwrap()];
    assert_eq!(
        generate(&desk, &["--prompt", PROMPT, "--stop", "no such", &format!("--stop={stop}")]),
        format!("{before}\n")
    );
    let said = generate_json(&desk, &["--prompt", PROMPT, &format!("--stop={stop}")]);
    assert_eq!(
        (&said["ended"], &said["stop_text"], &said["text"]),
        (&json!("stop-text"), &json!(stop), &json!(before))
    );
}

#[test]
fn a_full_context_is_told() {
    let desk = desk();
    let said = desk.good(&["generate", "model", "--ids", "1,2,3", "--max-new-tokens", "100", "--json"]);
    let parsed = parsed(&said.stdout);
    assert_eq!((&parsed["ended"], parsed["ids"].as_array().unwrap().len()), (&json!("context-full"), 62));
    assert!(said.stderr.contains("context of 64 positions is full"), "{}", said.stderr);
}

#[test]
fn a_reader_that_leaves_ends_it() {
    let desk = desk();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = desk.command(&["generate", "model", "--ids", "1"]);
    let output = command.stdout(Stdio::from(writer)).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_cannot_be_continued() {
    let desk = desk();
    desk.copy("hf/bert", "bert");
    desk.copy("hf/gpt2", "mute");
    let refused = |args: &[&str]| desk.refused(&[&["generate"], args].concat());
    insta::assert_snapshot!(refused(&["mute", "--prompt", "a"]), @"error: mute/tokenizer.json: no such file: this model cannot take text (give token ids instead)");
    insta::assert_snapshot!(refused(&["mute", "--ids", "1", "--stop", "a"]), @"error: mute/tokenizer.json: no such file: this model cannot take text (give token ids instead)");
    insta::assert_snapshot!(refused(&["bert", "--ids", "1"]), @"error: this model cannot continue a text: it needs causal attention and scores over its vocabulary");
    insta::assert_snapshot!(refused(&["model", "--prompt", ""]), @"error: the prompt is empty: give at least one token id");
    insta::assert_snapshot!(refused(&["model", "--prompt-file", "nowhere"]), @"error: nowhere: cannot read: No such file or directory (os error 2)");
    insta::assert_snapshot!(refused(&["model", "--ids", "1,97"]), @"error: token id 97 at row 0, position 1 is outside the vocabulary of 97 (ids 0 to 96)");
    insta::assert_snapshot!(refused(&["model", "--ids", "1", "--temperature", "-1"]), @"error: temperature is -1, expected a number ≥ 0 (0 takes the likeliest token)");
    insta::assert_snapshot!(refused(&["model", "--ids", "1", "--top-p", "1.5"]), @"error: top_p is 1.5, expected a number above 0 and at most 1");
    insta::assert_snapshot!(refused(&["model", "--ids", "1", "--repetition-penalty", "0"]), @"error: repetition_penalty is 0, expected a number above 0 (1 changes nothing)");
    insta::assert_snapshot!(refused(&["model", "--ids", "1", "--stop", ""]), @"error: a text to stop at is empty: it would stop before the first token");
    insta::assert_snapshot!(refused(&["model", "--ids", "1", "--out", "no/such/folder"]), @"error: cannot write no/such/folder: there is no folder no/such");
    let long = vec!["1"; 65].join(",");
    insta::assert_snapshot!(refused(&["model", "--ids", &long]), @"error: the sequence has 65 positions, the model takes at most 64: shorten or truncate it");
    assert!(refused(&["model"]).contains("--prompt"));
    assert!(refused(&["model", "--ids", "1", "--prompt", "a"]).contains("cannot be used with"));
}
