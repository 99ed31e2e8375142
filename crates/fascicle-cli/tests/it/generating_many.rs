//! `fascicle generate` of several texts: each is told apart, and is what it would be alone.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use fascicle_models::{NamedTensor, Sampling};
use serde_json::{Value, json};

use crate::generating::{desk, expected, ids, text};
use crate::support::{Desk, json as parsed};

const PROMPTS: [&str; 3] = ["to be", "or", "not to be, that is"];

/// What the library makes of each prompt alone, as text.
fn alone(sampling: Sampling, count: usize) -> Vec<String> {
    PROMPTS.iter().map(|prompt| text(&expected(&ids(prompt), sampling, count))).collect()
}

fn generate(desk: &Desk, args: &[&str]) -> String {
    let prompts = PROMPTS.iter().flat_map(|prompt| ["--prompt", *prompt]);
    let args: Vec<&str> =
        ["generate", "model"].into_iter().chain(prompts).chain(args.iter().copied()).collect();
    desk.good(&args).stdout
}

fn field(said: &Value, name: &str) -> Vec<Value> {
    said["texts"].as_array().unwrap().iter().map(|text| text[name].clone()).collect()
}

#[test]
fn each_text_is_what_it_is_alone() {
    let desk = desk();
    let texts = alone(Sampling::default(), 12);
    let shown =
        format!("[1] to be\n{}\n\n[2] or\n{}\n\n[3] not to be, that is\n{}\n", texts[0], texts[1], texts[2]);
    for batch in ["1", "2", "3", "8"] {
        assert_eq!(
            generate(&desk, &["--max-new-tokens", "12", "--batch", batch]),
            shown,
            "batches of {batch}"
        );
    }
    let drawn = Sampling { temperature: 1.5, top_k: Some(30), seed: 4, ..Sampling::default() };
    let said = parsed(&generate(
        &desk,
        &["--max-new-tokens", "12", "--temperature", "1.5", "--top-k", "30", "--seed", "4", "--json"],
    ));
    assert_eq!(field(&said, "text"), alone(drawn, 12));
    assert_eq!(field(&said, "prompt"), PROMPTS);
    assert_eq!(field(&said, "prompt_ids"), PROMPTS.map(|prompt| json!(ids(prompt))));
    assert_eq!(field(&said, "ended"), ["max-new-tokens"; 3]);
    assert_eq!(said["settings"]["seed"], 4);
    assert!(said["tokens_per_second"].as_f64().unwrap() > 0.0);
    assert!(said["seconds_to_first_token"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_file_or_stdin_holds_a_text_a_line() {
    let desk = desk();
    fs::write(desk.path("prompts"), PROMPTS.join("\n")).unwrap();
    let by_file = ["generate", "model", "--max-new-tokens", "3", "--prompts"];
    let told = desk.good(&[&by_file[..], &["prompts"]].concat()).stdout;
    assert_eq!(told, generate(&desk, &["--max-new-tokens", "3"]));
    let mut command = desk.command(&[&by_file[..], &["-"]].concat());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{}\n", PROMPTS.join("\n")).as_bytes()).unwrap();
    assert_eq!(String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap(), told);
    // one line is told in the same form
    fs::write(desk.path("one"), "or\n").unwrap();
    let one = desk.good(&[&by_file[..], &["one", "--json"]].concat()).stdout;
    assert_eq!(field(&parsed(&one), "text"), [text(&expected(&ids("or"), Sampling::default(), 3))]);
}

#[test]
fn a_text_that_stops_stops_alone() {
    let desk = desk();
    let texts = alone(Sampling::default(), 20);
    // a stretch of the second text, which the others may have as well
    let stop = &texts[1][6..9];
    let said = parsed(&generate(&desk, &["--max-new-tokens", "20", "--json", &format!("--stop={stop}")]));
    for (at, text) in texts.iter().enumerate() {
        let found = text.find(stop);
        let told = &said["texts"][at];
        assert_eq!(told["text"], text[..found.unwrap_or(text.len())], "text {at}");
        let ended = if found.is_some() { "stop-text" } else { "max-new-tokens" };
        assert_eq!(told["ended"], ended, "text {at}");
        assert_eq!(told["stop_text"], if found.is_some() { json!(stop) } else { Value::Null }, "text {at}");
    }
}

#[test]
fn what_is_kept_can_be_run() {
    let desk = desk();
    generate(&desk, &["--max-new-tokens", "4", "--out", "out"]);
    let kept = desk.tensors("out");
    let rows: Vec<Vec<i64>> = PROMPTS
        .iter()
        .map(|prompt| [ids(prompt), expected(&ids(prompt), Sampling::default(), 4)].concat())
        .collect();
    let longest = rows.iter().map(Vec::len).max().unwrap();
    let padded = |fill: fn(Option<&i64>) -> i64| NamedTensor::I64 {
        shape: vec![3, longest],
        values: rows.iter().flat_map(|row| (0..longest).map(move |at| fill(row.get(at)))).collect(),
    };
    assert_eq!(kept.get("input_ids"), Some(&padded(|id| id.copied().unwrap_or(0))));
    assert_eq!(kept.get("attention_mask"), Some(&padded(|id| i64::from(id.is_some()))));
    let lengths = PROMPTS.map(|prompt| prompt.len() as i64).to_vec();
    assert_eq!(kept.get("prompt_lengths"), Some(&NamedTensor::I64 { shape: vec![3], values: lengths }));
    desk.good(&["run", "model", "--inputs", "out", "--out", "outputs"]);
}

#[test]
fn texts_that_cannot_be_continued_are_named() {
    let desk = desk();
    let refused = |args: &[&str]| desk.refused(&[&["generate", "model"], args].concat());
    insta::assert_snapshot!(refused(&["--prompt", "a", "--prompt", ""]), @"error: text 2 has no tokens: leave it out");
    let long = "to be ".repeat(11);
    insta::assert_snapshot!(refused(&["--prompt", "a", "--prompt", &long]), @"error: prompt 2 (`to be to be to be to be to be to be to be to be…`) has 66 tokens, the model takes at most 64: shorten it");
    insta::assert_snapshot!(refused(&["--prompts", "nowhere"]), @"error: nowhere: cannot read: No such file or directory (os error 2)");
    fs::write(desk.path("empty"), "").unwrap();
    insta::assert_snapshot!(refused(&["--prompts", "empty"]), @"error: empty: no text in it; a text a line is expected");
    assert!(refused(&["--prompts", "empty", "--prompt", "a"]).contains("cannot be used with"));
}
