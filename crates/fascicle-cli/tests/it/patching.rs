//! `fascicle patch`: its tables are those of other tools on the same model.

use std::fs;

use fascicle_models::TensorFile;

use crate::support::{Desk, close, fixtures, json, real};

/// Runs a sweep on the induction fixture.
fn patched(desk: &Desk, args: &[&str]) -> (String, TensorFile) {
    let folder = fixtures("causal/induction").to_string_lossy().into_owned();
    let (clean, corrupt) = (format!("{folder}/clean.safetensors"), format!("{folder}/corrupt.safetensors"));
    let all = [
        "patch",
        &folder,
        "--clean",
        &clean,
        "--corrupt",
        &corrupt,
        "--metric",
        "logit-diff",
        "--out",
        "out",
    ];
    let said = desk.good(&[&all[..], args].concat()).stdout;
    (said, desk.tensors("out"))
}

fn reference(file: &str) -> TensorFile {
    TensorFile::read(fixtures("causal/induction").join(file)).unwrap()
}

#[test]
fn positions_and_heads_agree_with_transformer_lens() {
    let (desk, reference) = (Desk::new(), reference("sweeps.safetensors"));
    let kinds = ["hook_resid_pre", "hook_attn_out", "hook_mlp_out"];
    let sites = ["--sites", "*hook_resid_pre", "*hook_attn_out", "*hook_mlp_out"];
    let (_, out) = patched(&desk, &sites);
    for kind in kinds {
        close(real(&out, kind), real(&reference, kind), 2e-3, kind);
    }
    let (_, out) = patched(&desk, &["--sites", "*attn.hook_z", "--per", "head"]);
    close(real(&out, "attn.hook_z"), real(&reference, "z"), 2e-3, "heads");
    for (name, rows) in [("clean", "clean_ld"), ("corrupt", "corrupt_ld")] {
        let (_, rows) = real(&reference, rows);
        let mean = rows.iter().sum::<f32>() / rows.len() as f32;
        close(real(&out, name), (&[1], &[mean]), 2e-3, name);
    }
}

#[test]
fn noising_agrees_as_well() {
    let (desk, reference) = (Desk::new(), reference("sweeps_more.safetensors"));
    let (_, out) = patched(&desk, &["--sites", "*hook_resid_pre", "--per", "position", "--noise"]);
    close(real(&out, "hook_resid_pre"), real(&reference, "noise.position.hook_resid_pre"), 2e-3, "noising");
}

#[test]
fn the_summary_names_the_best_places() {
    let desk = Desk::new();
    let (said, _) = patched(
        &desk,
        &["--sites", "*hook_resid_pre", "--per", "position", "--top", "3", "--html", "page.html"],
    );
    insta::assert_snapshot!(said, @r"
logit-diff of the clean run    13.0801
logit-diff of the corrupt run  -12.9249

effect of putting one place of the clean run into the corrupt run: 0 changes nothing, 1 restores the clean metric

hook_resid_pre
  layer  position  effect
  1      14        1.003
  0      5         1.000
  1      7         -0.001
  the other 27 places: less than 0.0005

wrote out
wrote page.html
");
    let page = fs::read_to_string(desk.path("page.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("How to read it") && !page.contains("<script"));
    assert!(
        !page.contains("http://") || page.contains("http://www.w3.org/2000/svg"),
        "nothing is loaded from elsewhere"
    );
}

#[test]
fn what_is_not_asked_for_has_a_default() {
    let desk = Desk::new();
    let folder = fixtures("causal/induction").to_string_lossy().into_owned();
    let (clean, corrupt) = (format!("{folder}/clean.safetensors"), format!("{folder}/corrupt.safetensors"));
    let said = desk.good(&["patch", &folder, "--clean", &clean, "--corrupt", &corrupt]).stdout;
    assert!(said.starts_with("logit-diff of the clean run    13.0801\n"), "the files hold answers: {said}");
    assert!(said.contains("\nhook_resid_pre\n") && said.contains("--out keeps the tables"), "{said}");
    desk.ids("clean", [1, 5], &[1, 2, 3, 4, 5]);
    desk.ids("corrupt", [1, 5], &[1, 2, 9, 4, 5]);
    for (family, metric) in [("gpt2", "kl"), ("bert", "cosine")] {
        let model = fixtures("hf").join(family).to_string_lossy().into_owned();
        let said = desk.good(&["patch", &model, "--clean", "clean", "--corrupt", "corrupt", "--json"]).stdout;
        assert_eq!(json(&said)["metric"], metric, "{family}");
    }
}

#[test]
fn json_holds_the_tables() {
    let desk = Desk::new();
    let (said, out) = patched(&desk, &["--sites", "*attn.hook_z", "--per", "head", "--json"]);
    let said = json(&said);
    let (shape, values) = real(&out, "attn.hook_z");
    assert_eq!(said["sites"][0]["name"], "attn.hook_z");
    assert_eq!(said["sites"][0]["values"].as_array().unwrap().len(), values.len());
    assert_eq!(said["sites"][0]["columns"], shape[1]);
    assert_eq!(said["metric"], "logit-diff");
    let top = said["sites"][0]["top"].as_array().unwrap();
    assert_eq!(top.len(), 5);
    assert_eq!((top[0]["layer"].as_u64(), top[0]["place"].as_u64()), (Some(0), Some(2)));
    let effects: Vec<f64> = top.iter().map(|place| place["effect"].as_f64().unwrap()).collect();
    assert!(effects[0] > 0.2 && effects.is_sorted_by(|a, b| a >= b), "{effects:?}");
}

#[test]
fn an_encoder_by_cosine() {
    let desk = Desk::new();
    let model = fixtures("hf/bert").to_string_lossy().into_owned();
    desk.ids("clean", [1, 5], &[1, 2, 3, 4, 5]);
    desk.ids("corrupt", [1, 5], &[1, 2, 9, 4, 5]);
    let args = [
        "patch",
        &model,
        "--clean",
        "clean",
        "--corrupt",
        "corrupt",
        "--metric",
        "cosine",
        "--sites",
        "*hook_resid_pre",
        "--out",
        "out",
    ];
    desk.good(&args);
    let out = desk.tensors("out");
    close(real(&out, "clean"), (&[1], &[1.0]), 1e-5, "a run is like itself");
    let (shape, values) = real(&out, "hook_resid_pre");
    assert_eq!(shape[1], 5);
    // at the first layer the two runs differ at position 2 alone, so there patching restores everything
    assert!((values[2] - 1.0).abs() < 1e-5, "{values:?}");
}
