//! `fascicle run`: what it writes is what `transformers` gives.

use std::process::Stdio;

use fascicle_models::TensorFile;

use crate::support::{Desk, close, fixtures, json, real};

fn golden(part: &str) -> (String, String, TensorFile) {
    let folder = fixtures(part);
    let file = folder.join("golden.safetensors");
    let text = |path: &std::path::Path| path.to_string_lossy().into_owned();
    (text(&folder), text(&file), TensorFile::read(&file).unwrap())
}

#[test]
fn decoder() {
    let (desk, (model, inputs, golden)) = (Desk::new(), golden("hf/gpt2"));
    desk.good(&[
        "run",
        &model,
        "--inputs",
        &inputs,
        "--capture",
        "*hook_resid_pre",
        "attn.hook_pattern",
        "--out",
        "out",
    ]);
    let out = desk.tensors("out");
    close(real(&out, "logits"), real(&golden, "logits"), 1e-4, "logits");
    let layers = out.iter().filter(|(name, _)| name.ends_with("hook_resid_pre")).count();
    assert!(layers >= 2, "{layers}");
    for layer in 0..layers {
        let resid = real(&out, &format!("blocks.{layer}.hook_resid_pre"));
        close(resid, real(&golden, &format!("h.{layer}")), 1e-4, &format!("hidden state {layer}"));
        let pattern = real(&out, &format!("blocks.{layer}.attn.hook_pattern"));
        close(pattern, real(&golden, &format!("attn.{layer}")), 1e-4, &format!("pattern {layer}"));
    }
}

#[test]
fn encoder_on_every_cpu_device() {
    let (desk, (model, inputs, golden)) = (Desk::new(), golden("hf/bert"));
    let devices = json(&desk.good(&["devices", "--json"]).stdout);
    let ready =
        |name: &str| devices.as_array().unwrap().iter().any(|d| d["device"] == name && d["state"] == "ready");
    for device in ["cpu", "ndarray"].into_iter().filter(|name| ready(name)) {
        desk.good(&[
            "run",
            &model,
            "--inputs",
            &inputs,
            "--device",
            device,
            "--capture",
            "*",
            "--out",
            "out",
        ]);
        let out = desk.tensors("out");
        for name in ["last_hidden_state", "pooler_output"] {
            close(real(&out, name), real(&golden, name), 1e-4, &format!("{name} on {device}"));
        }
        close(real(&out, "blocks.0.hook_resid_post"), real(&golden, "h.1"), 1e-4, "first hidden state");
    }
}

#[test]
fn json_names_what_was_written() {
    let (desk, (model, inputs, golden)) = (Desk::new(), golden("hf/gpt2"));
    let said = json(&desk.good(&["run", &model, "--inputs", &inputs, "--out", "out", "--json"]).stdout);
    assert_eq!(said["out"], "out");
    assert_eq!(said["family"], "gpt2");
    assert_eq!(said["tensors"]["logits"], serde_json::json!(real(&golden, "logits").0));
}

#[test]
fn what_was_there_stays_when_a_run_is_refused() {
    let (desk, (model, ..)) = (Desk::new(), golden("hf/gpt2"));
    desk.ids("bad", [1, 2], &[0, 1_000_000]);
    std::fs::write(desk.path("out"), "precious").unwrap();
    desk.refused(&["run", &model, "--inputs", "bad", "--out", "out"]);
    assert_eq!(std::fs::read_to_string(desk.path("out")).unwrap(), "precious");
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let desk = Desk::new();
    for args in [&["fetch", "list"][..], &["--help"]] {
        // a pipe whose reading end is closed before anything is written
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = desk.command(args).stdout(Stdio::from(writer)).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert_eq!(output.status.code(), Some(0));
    }
}
