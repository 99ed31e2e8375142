//! What a user can hand over by mistake: exit code 2, one block that begins with `error:`, nothing written.

use std::fs;
use std::path::Path;

use fascicle_models::{NamedTensor, TensorFile};

use crate::support::{Desk, fixtures};

fn gpt2() -> String {
    fixtures("hf/gpt2").to_string_lossy().into_owned()
}

/// What `run` says to a model folder.
fn model(desk: &Desk, folder: &str) -> String {
    desk.ids("ids", [1, 3], &[1, 2, 3]);
    desk.refused(&["run", folder, "--inputs", "ids", "--out", "out"])
}

/// What `run` on the GPT-2 fixture says to a file of inputs.
fn inputs(tensors: &[(&str, Vec<usize>, &[i64])]) -> String {
    let desk = Desk::new();
    desk.whole("inputs", tensors);
    desk.refused(&["run", &gpt2(), "--inputs", "inputs", "--out", "out"])
}

fn spoilt(change: impl FnOnce(&Path)) -> String {
    let desk = Desk::new();
    let folder = desk.copy("hf/gpt2", "model");
    change(&folder);
    model(&desk, "model")
}

#[test]
fn folders_that_are_no_models() {
    let desk = Desk::new();
    insta::assert_snapshot!(model(&desk, "nowhere"), @"error: there is no model `nowhere`: no such folder (expected a model folder with config.json and model.safetensors, or a name that `fascicle fetch list` shows)");
    insta::assert_snapshot!(model(&desk, "minlm"), @"error: there is no model `minlm`: no such folder, and no model of that name can be fetched: did you mean `minilm`?");
    insta::assert_snapshot!(model(&desk, "minilm"), @"error: the model `minilm` is not on this machine: run `fascicle fetch minilm`, or give the folder it is in");
    insta::assert_snapshot!(model(&desk, "models/none"), @"error: there is no model `models/none`: no such folder (expected a model folder with config.json and model.safetensors, or a name that `fascicle fetch list` shows)");
    fs::write(desk.path("file"), "").unwrap();
    insta::assert_snapshot!(model(&desk, "file"), @"error: file: this is a file: give the folder that holds config.json and model.safetensors");
    fs::create_dir(desk.path("empty")).unwrap();
    insta::assert_snapshot!(model(&desk, "empty"), @"error: empty: no config.json here (found: nothing); a model folder holds config.json and model.safetensors");
}

#[test]
fn configurations_and_headers() {
    insta::assert_snapshot!(spoilt(|folder| fs::write(folder.join("config.json"), r#"{"model_type": "gptj"}"#).unwrap()), @"error: model/config.json: model_type `gptj` is not supported: did you mean `gpt2`? (supported: bert, clip, clip_text_model, clip_vision_model, deit, dinov2, dinov2_with_registers, dinov3_vit, fascicle, gemma2, gpt2, gpt_neox, llama, olmoe, qwen2, qwen3, resnet, vit, vit_mae)");
    insta::assert_snapshot!(spoilt(|folder| fs::write(folder.join("config.json"), "{").unwrap()), @"error: model/config.json: not valid JSON: EOF while parsing an object at line 1 column 1");
    let bytes = |change: fn(&mut Vec<u8>)| {
        spoilt(|folder| {
            let path = folder.join("model.safetensors");
            let mut bytes = fs::read(&path).unwrap();
            change(&mut bytes);
            fs::write(path, bytes).unwrap();
        })
    };
    insta::assert_snapshot!(bytes(|bytes| bytes.truncate(60_000)), @"error: model/model.safetensors: not a readable safetensors file: tensor `transformer.h.1.attn.c_attn.weight` ends at byte 63488 of the data, the file has 57400: it is cut off or was changed");
    insta::assert_snapshot!(bytes(|bytes| bytes[..8].copy_from_slice(&u64::MAX.to_le_bytes())), @"error: model/model.safetensors: not a readable safetensors file: the header claims 18446744073709551615 bytes, the file has 125096: it is cut off or not safetensors");
}

#[test]
fn tensors_that_do_not_fit_are_listed_at_once() {
    insta::assert_snapshot!(spoilt(|folder| {
        let path = folder.join("model.safetensors");
        let mut tensors: Vec<_> = TensorFile::read(&path).unwrap().iter().map(|(n, t)| (n.to_string(), t.clone())).collect();
        tensors.retain(|(name, _)| !name.ends_with("h.1.ln_1.bias"));
        for (name, tensor) in &mut tensors {
            if name.ends_with("h.0.ln_2.weight") {
                *name = name.replace("weight", "wieght");
            } else if name.ends_with("h.0.mlp.c_fc.bias") {
                *tensor = NamedTensor::F32 { shape: vec![3], values: vec![0.0; 3] };
            }
        }
        TensorFile::from_tensors(tensors).write(&path).unwrap();
    }), @r"
error: model: the weights do not fit config.json: 2 missing, 1 unexpected, 1 misshapen, 0 duplicated
  missing     transformer.h.0.ln_2.weight [32] (nearest: transformer.h.0.ln_2.wieght)
  missing     transformer.h.1.ln_1.bias [32]
  unexpected  transformer.h.0.ln_2.wieght [32] in model.safetensors
  misshapen   transformer.h.0.mlp.c_fc.bias is F32 [3], expected floating-point [128], in model.safetensors
");
}

/// A path below `snapshots` may name a revision of a Hugging Face cache.
#[test]
fn revisions_that_are_not_there() {
    let desk = Desk::new();
    for folder in ["repository/snapshots", "repository/refs"] {
        fs::create_dir_all(desk.path(folder)).unwrap();
    }
    desk.copy("hf/gpt2", "repository/snapshots/1234567abc");
    fs::write(desk.path("repository/refs/step3000"), "1234567abc").unwrap();
    let there = desk.good(&["inspect", "repository/snapshots/step3000"]).stdout;
    assert!(there.contains("family      gpt2"), "{there}");
    insta::assert_snapshot!(desk.refused(&["inspect", "repository/snapshots/step300"]), @"error: repository: revision `step300` is not here: did you mean `step3000`? (here are: step3000, 1234567abc)");
}

#[test]
fn verifying_without_a_reference() {
    let desk = Desk::new();
    desk.copy("hf/gpt2", "model");
    insta::assert_snapshot!(desk.refused(&["verify", "model"]), @"error: model: no golden.safetensors here to compare with: name a file of inputs and of what a reference made of them, with --golden FILE");
    let text = desk.refused(&["verify", "model", "--tolerance", "nan"]);
    assert!(
        text.starts_with("error: invalid value 'nan' for '--tolerance <X>': expected a number ≥ 0"),
        "{text}"
    );
}

#[test]
fn inputs_that_do_not_fit() {
    let ids = |shape: [usize; 2], values: &'static [i64]| ("input_ids", shape.to_vec(), values);
    insta::assert_snapshot!(inputs(&[ids([1, 3], &[1, 97, 3])]), @"error: token id 97 at row 0, position 1 is outside the vocabulary of 97 (ids 0 to 96)");
    insta::assert_snapshot!(inputs(&[ids([1, 3], &[1, -5, 3])]), @"error: token id -5 at row 0, position 1 is outside the vocabulary of 97 (ids 0 to 96)");
    insta::assert_snapshot!(inputs(&[("input_ids", vec![1, 500], &[1; 500])]), @"error: the sequence has 500 positions, the model takes at most 64: shorten or truncate it");
    insta::assert_snapshot!(inputs(&[("input_ids", vec![3], &[1, 2, 3])]), @"error: inputs: tensor `input_ids` is whole-number [3], expected whole numbers with 2 axes");
    insta::assert_snapshot!(inputs(&[("input_id", vec![1, 3], &[1, 2, 3])]), @"error: inputs: tensor `input_ids` is missing: did you mean `input_id`? (it holds: input_id)");
    insta::assert_snapshot!(inputs(&[ids([1, 3], &[1, 2, 3]), ("attention_mask", vec![1, 2], &[1, 1])]), @"error: inputs: tensor `attention_mask` is whole-number [1, 2], expected the shape [1, 3] of `input_ids`");
    insta::assert_snapshot!(inputs(&[ids([1, 3], &[1, 2, 3]), ("attention_mask", vec![1, 3], &[1, 2, 1])]), @"error: attention_mask: value 2 at row 0, position 1, expected 0 or 1");
    let desk = Desk::new();
    insta::assert_snapshot!(desk.refused(&["run", &gpt2(), "--inputs", "missing", "--out", "out"]), @"error: missing: cannot open: No such file or directory (os error 2)");
    fs::write(desk.path("text"), "hello").unwrap();
    insta::assert_snapshot!(desk.refused(&["run", &gpt2(), "--inputs", "text", "--out", "out"]), @"error: text: not a readable safetensors file: the file has 5 bytes, a header needs 8 and more: download it again");
    insta::assert_snapshot!(desk.refused(&["run", &gpt2(), "--text", "hello", "--out", "out"]), @"error: FIXTURES/hf/gpt2/tokenizer.json: no such file: this model cannot take text (give token ids instead)");
}

#[test]
fn sites_and_devices_that_do_not_exist() {
    let desk = Desk::new();
    desk.ids("ids", [1, 3], &[1, 2, 3]);
    let gpt2 = gpt2();
    let run =
        |more: &[&str]| desk.refused(&[&["run", &gpt2, "--inputs", "ids", "--out", "out"], more].concat());
    insta::assert_snapshot!(run(&["--capture", "*hook_resid_pst"]), @"error: unknown site `*hook_resid_pst`: did you mean `hook_resid_post`? (`fascicle inspect MODEL` lists a model's sites)");
    insta::assert_snapshot!(run(&["--capture", "blocks.0.hook_residual"]), @"error: unknown site `blocks.0.hook_residual`: did you mean `hook_resid_mid`? (`fascicle inspect MODEL` lists a model's sites)");
    insta::assert_snapshot!(run(&["--capture", "blocks.7.hook_resid_pre"]), @"error: this model has no site `blocks.7.hook_resid_pre`: its blocks are 0 to 1");
    insta::assert_snapshot!(run(&["--capture", "blocks.7.*"]), @"error: this model has no site `blocks.7.*`: its blocks are 0 to 1");
    insta::assert_snapshot!(run(&["--capture", "*hook_resid_pre[1]"]), @"error: `*hook_resid_pre[1]`: there are no heads at `hook_resid_pre`: leave out the brackets");
    insta::assert_snapshot!(run(&["--capture", "hook_z"]), @"error: unknown site `hook_z`: did you mean `attn.hook_z`? (`fascicle inspect MODEL` lists a model's sites)");
    insta::assert_snapshot!(run(&["--capture", "attn.hook_z["]), @"error: `attn.hook_z[` is not a pattern of sites: unclosed character class; missing ']'");
    let clip = fixtures("hf/clip").to_string_lossy().into_owned();
    let inputs = format!("{clip}/golden.safetensors");
    let site = "blocks.0.hook_resid_pre";
    insta::assert_snapshot!(desk.refused(&["run", &clip, "--inputs", &inputs, "--out", "out", "--capture", site]), @"error: this model has no site `blocks.0.hook_resid_pre`: did you mean `text.blocks.0.hook_resid_pre`?");
    insta::assert_snapshot!(run(&["--capture", "hook_token_type_embed"]), @"error: this model has no site `hook_token_type_embed` (`fascicle inspect MODEL` lists those it has)");
    insta::assert_snapshot!(run(&["--capture", "blocks.0.attn.hook_z[9]"]), @"error: `blocks.0.attn.hook_z[9]`: head 9 is out of range: there are 4 (0 to 3)");
    insta::assert_snapshot!(run(&["--capture", "*attn.hook_z[9]"]), @"error: `blocks.0.attn.hook_z[9]`: head 9 is out of range: there are 4 (0 to 3)");
    // which devices are ready differs between machines
    let device = |name: &str| {
        let said = run(&["--device", name]);
        // a graphics driver may have had its say before
        let ours = &said[said.find("error: unknown").unwrap_or(0)..];
        ours.split(" (ready here").next().unwrap_or_default().to_string()
    };
    insta::assert_snapshot!(device("gpu"), @"error: unknown device `gpu` (did you mean `wgpu`?): a device is one of cpu, ndarray, wgpu, wgpu:cpu, cuda, cuda:N");
    insta::assert_snapshot!(device("wgup"), @"error: unknown device `wgup` (did you mean `wgpu`?): a device is one of cpu, ndarray, wgpu, wgpu:cpu, cuda, cuda:N");
    insta::assert_snapshot!(device("cuda:x"), @"error: unknown device `cuda:x` (did you mean `cuda:0`?): a device is one of cpu, ndarray, wgpu, wgpu:cpu, cuda, cuda:N");
}

#[test]
fn places_where_nothing_can_be_written() {
    let desk = Desk::new();
    desk.ids("ids", [1, 3], &[1, 2, 3]);
    let gpt2 = gpt2();
    let out = |path: &str| desk.refused(&["run", &gpt2, "--inputs", "ids", "--out", path]);
    insta::assert_snapshot!(out("none/out"), @"error: cannot write none/out: there is no folder none");
    insta::assert_snapshot!(out("run.npz"), @"error: cannot write run.npz: what is written is safetensors: give a name that ends in .safetensors");
    insta::assert_snapshot!(out("."), @"error: cannot write .: this is a folder: give the name of a file");
}

/// What `patch` on the GPT-2 fixture says.
fn patch(desk: &Desk, more: &[&str]) -> String {
    let gpt2 = gpt2();
    let args = ["patch", &gpt2, "--clean", "clean", "--corrupt", "corrupt", "--out", "out"];
    desk.refused(&[&args[..], more].concat())
}

#[test]
fn patches_that_cannot_be_made() {
    let desk = Desk::new();
    let logit_diff = ["--metric", "logit-diff", "--sites", "*hook_resid_pre"];
    desk.ids("clean", [1, 3], &[1, 2, 3]);
    desk.ids("corrupt", [1, 4], &[1, 2, 3, 4]);
    insta::assert_snapshot!(patch(&desk, &logit_diff), @"error: clean inputs are [1, 3] and corrupt inputs [1, 4] ([batch, positions] of texts, [batch, channel, height, width] of images): patching puts one in the other's place, so both need the same shape (pad the shorter)");
    desk.ids("corrupt", [1, 3], &[1, 5, 3]);
    insta::assert_snapshot!(patch(&desk, &logit_diff), @"error: metric logit-diff needs `answer`: one token id for each row of the batch");
    insta::assert_snapshot!(patch(&desk, &["--metric", "kl", "--sites", "*hook_resid_pre", "--per", "head"]), @"error: a sweep per head cannot go over `blocks.0.hook_resid_pre`, `blocks.1.hook_resid_pre`: it needs whole sites with a head axis, such as `attn.hook_z`");
    insta::assert_snapshot!(patch(&desk, &["--metric", "kl", "--sites", "*hook_resid_pst"]), @"error: unknown site `*hook_resid_pst`: did you mean `hook_resid_post`? (`fascicle inspect MODEL` lists a model's sites)");
    insta::assert_snapshot!(patch(&desk, &["--metric", "kl", "--sites", "hook_embed", "--html", "out"]), @"error: --out and --html both name out: the tables would replace the page");
    let tokens = |answer: &'static [i64], wrong: &'static [i64]| {
        let count = |values: &[i64]| vec![values.len()];
        desk.whole(
            "clean",
            &[
                ("input_ids", vec![1, 3], &[1, 2, 3]),
                ("answer", count(answer), answer),
                ("wrong", count(wrong), wrong),
            ],
        );
        patch(&desk, &logit_diff)
    };
    insta::assert_snapshot!(tokens(&[1, 2], &[3, 4]), @"error: clean: tensor `answer` is whole-number [2], expected [1]: one for each row");
    insta::assert_snapshot!(tokens(&[1], &[400]), @"error: `wrong` of row 0 is token 400, outside the vocabulary of 97 (ids 0 to 96)");
}

#[test]
fn words_that_the_command_does_not_know() {
    let desk = Desk::new();
    insta::assert_snapshot!(desk.refused(&["pach"]), @r"
error: unrecognized subcommand 'pach'

  tip: a similar subcommand exists: 'patch'

Usage: fascicle [OPTIONS] <COMMAND>

For more information, try '--help'.
");
    let both = ["run", "m", "--inputs", "a", "--text", "b", "--out", "c"];
    insta::assert_snapshot!(desk.refused(&both), @r"
error: the argument '--inputs <FILE>' cannot be used with '--text <TEXT>'

Usage: fascicle run --out <FILE> <--inputs <FILE>|--text <TEXT>> <MODEL>

For more information, try '--help'.
");
    insta::assert_snapshot!(desk.refused(&["run", "m", "--out", "c"]), @r"
error: the following required arguments were not provided:
  <--inputs <FILE>|--text <TEXT>>

Usage: fascicle run --out <FILE> <--inputs <FILE>|--text <TEXT>> <MODEL>

For more information, try '--help'.
");
    insta::assert_snapshot!(desk.refused(&["patch", "m", "--metric", "kl", "--sites", "*", "--out", "c"]), @r"
error: the following required arguments were not provided:
  <--clean <FILE>|--clean-text <TEXT>>
  <--corrupt <FILE>|--corrupt-text <TEXT>>

Usage: fascicle patch --metric <METRIC> --sites <GLOB>... --out <FILE> <--clean <FILE>|--clean-text <TEXT>> <--corrupt <FILE>|--corrupt-text <TEXT>> <MODEL>

For more information, try '--help'.
");
    insta::assert_snapshot!(desk.refused(&["patch", "m", "--clean", "a", "--corrupt-text", "b", "--metric", "kl", "--sites", "*", "--out", "c"]), @r"
error: the argument '--clean <FILE>' cannot be used with '--corrupt-text <TEXT>'

Usage: fascicle patch --metric <METRIC> --sites <GLOB>... --out <FILE> <--clean <FILE>|--clean-text <TEXT>> <--corrupt <FILE>|--corrupt-text <TEXT>> <MODEL>

For more information, try '--help'.
");
    let metric =
        ["patch", "m", "--clean", "a", "--corrupt", "b", "--metric", "logits", "--sites", "*", "--out", "c"];
    insta::assert_snapshot!(desk.refused(&metric), @r"
error: invalid value 'logits' for '--metric <METRIC>'
  [possible values: logit-diff, prob-diff, prob, kl, cosine]

  tip: a similar value exists: 'logit-diff'

For more information, try '--help'.
");
}
