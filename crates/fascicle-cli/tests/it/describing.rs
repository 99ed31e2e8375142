//! `devices`, `inspect`, help and version.

use std::fs;

use fascicle_models::{NamedTensor, TensorFile};

use crate::support::{Desk, fixtures, json};

#[test]
fn the_cpu_is_always_ready() {
    let desk = Desk::new();
    let devices = json(&desk.good(&["devices", "--json"]).stdout);
    let cpu = &devices.as_array().unwrap()[0];
    assert_eq!((cpu["device"].as_str(), cpu["state"].as_str()), (Some("cpu"), Some("ready")));
    assert!(cpu["dtypes"].as_array().unwrap().iter().any(|dtype| dtype == "f32"), "{cpu}");
    let ran = desk.good(&["devices"]);
    assert!(!ran.stderr.contains("XDG_RUNTIME_DIR"), "{}", ran.stderr);
    let table = ran.stdout;
    assert!(table.lines().any(|line| line.starts_with("cpu ") && line.contains("ready")), "{table}");
}

#[test]
fn a_decoder() {
    let desk = Desk::new();
    let model = fixtures("hf/gpt2").to_string_lossy().into_owned();
    insta::assert_snapshot!(desk.good(&["inspect", &model]).stdout, @r"
FIXTURES/hf/gpt2

family      gpt2
layers      2
heads       4 of width 8
d_model     32
MLP         128 neurons, gelu-tanh
vocabulary  97
context     64 positions
attention   causal: a position sees itself and what comes before
norms       layer, before attention and MLP
output      tied to the token embedding
tokenizer   none: give token ids
pooling     none: sentence embeddings are for encoders

parameters: 30 624
  embed: tokens     3 104
  embed: positions  2 048
  blocks: norms     256
  blocks: attn      8 448
  blocks: mlp       16 704
  ln_final          64

files
  model.safetensors  125.1 kB  28 tensors

sites: 41
  hook_embed                [batch, position, d_model 32]
  hook_pos_embed            [batch, position, d_model 32]
  ln_final.hook_scale       [batch, position, 1]
  ln_final.hook_normalized  [batch, position, d_model 32]
  hook_logits               [batch, position, vocab 97]
in each block, blocks.0 to blocks.1
  hook_resid_pre         [batch, position, d_model 32]
  ln1.hook_scale         [batch, position, 1]
  ln1.hook_normalized    [batch, position, d_model 32]
  attn.hook_q            [batch, position, head 4, d_head 8]
  attn.hook_k            [batch, position, head 4, d_head 8]
  attn.hook_v            [batch, position, head 4, d_head 8]
  attn.hook_attn_scores  [batch, head 4, query position, key position]
  attn.hook_pattern      [batch, head 4, query position, key position]
  attn.hook_z            [batch, position, head 4, d_head 8]
  attn.hook_result       [batch, position, head 4, d_model 32]
  hook_attn_out          [batch, position, d_model 32]
  hook_resid_mid         [batch, position, d_model 32]
  ln2.hook_scale         [batch, position, 1]
  ln2.hook_normalized    [batch, position, d_model 32]
  mlp.hook_pre           [batch, position, neuron 128]
  mlp.hook_post          [batch, position, neuron 128]
  hook_mlp_out           [batch, position, d_model 32]
  hook_resid_post        [batch, position, d_model 32]
");
    let said = json(&desk.good(&["inspect", &model, "--json"]).stdout);
    assert_eq!(said["sites"][0]["name"], "hook_embed");
    assert_eq!(
        said["parameters"].as_u64(),
        said["parameters_by_part"].as_object().unwrap().values().map(serde_json::Value::as_u64).sum()
    );
}

#[test]
fn shards_and_every_tensor() {
    let desk = Desk::new();
    let model = fixtures("hf/gpt2-shards").to_string_lossy().into_owned();
    insta::assert_snapshot!(desk.good(&["inspect", &model, "--tensors"]).stdout, @r"
FIXTURES/hf/gpt2-shards

family      gpt2
layers      1
heads       2 of width 12
d_model     24
MLP         96 neurons, gelu-tanh
vocabulary  53
context     20 positions
attention   causal: a position sees itself and what comes before
norms       layer, before attention and MLP
output      tied to the token embedding
tokenizer   none: give token ids
pooling     none: sentence embeddings are for encoders

parameters: 9 024
  embed: tokens     1 272
  embed: positions  480
  blocks: norms     96
  blocks: attn      2 400
  blocks: mlp       4 728
  ln_final          48

files
  model-00001-of-00003.safetensors  15.0 kB  6 tensors
  model-00002-of-00003.safetensors  12.8 kB  6 tensors
  model-00003-of-00003.safetensors  9.9 kB   4 tensors

tensors: parameter, shape, type in the file, file, name there
  embed.tokens              [53, 24]  F32  model-00001-of-00003.safetensors  transformer.wte.weight
  embed.positions           [20, 24]  F32  model-00001-of-00003.safetensors  transformer.wpe.weight
  blocks.0.ln1.gain         [24]      F32  model-00001-of-00003.safetensors  transformer.h.0.ln_1.weight
  blocks.0.ln1.bias         [24]      F32  model-00001-of-00003.safetensors  transformer.h.0.ln_1.bias
  blocks.0.attn.q.weight    [24, 24]  F32  model-00001-of-00003.safetensors  transformer.h.0.attn.c_attn.weight
  blocks.0.attn.q.bias      [24]      F32  model-00001-of-00003.safetensors  transformer.h.0.attn.c_attn.bias
  blocks.0.attn.k.weight    [24, 24]  F32  model-00001-of-00003.safetensors  transformer.h.0.attn.c_attn.weight
  blocks.0.attn.k.bias      [24]      F32  model-00001-of-00003.safetensors  transformer.h.0.attn.c_attn.bias
  blocks.0.attn.v.weight    [24, 24]  F32  model-00001-of-00003.safetensors  transformer.h.0.attn.c_attn.weight
  blocks.0.attn.v.bias      [24]      F32  model-00001-of-00003.safetensors  transformer.h.0.attn.c_attn.bias
  blocks.0.attn.o.weight    [24, 24]  F32  model-00002-of-00003.safetensors  transformer.h.0.attn.c_proj.weight
  blocks.0.attn.o.bias      [24]      F32  model-00002-of-00003.safetensors  transformer.h.0.attn.c_proj.bias
  blocks.0.ln2.gain         [24]      F32  model-00002-of-00003.safetensors  transformer.h.0.ln_2.weight
  blocks.0.ln2.bias         [24]      F32  model-00002-of-00003.safetensors  transformer.h.0.ln_2.bias
  blocks.0.mlp.up.weight    [24, 96]  F32  model-00002-of-00003.safetensors  transformer.h.0.mlp.c_fc.weight
  blocks.0.mlp.up.bias      [96]      F32  model-00002-of-00003.safetensors  transformer.h.0.mlp.c_fc.bias
  blocks.0.mlp.down.weight  [96, 24]  F32  model-00003-of-00003.safetensors  transformer.h.0.mlp.c_proj.weight
  blocks.0.mlp.down.bias    [24]      F32  model-00003-of-00003.safetensors  transformer.h.0.mlp.c_proj.bias
  ln_final.gain             [24]      F32  model-00003-of-00003.safetensors  transformer.ln_f.weight
  ln_final.bias             [24]      F32  model-00003-of-00003.safetensors  transformer.ln_f.bias

sites: 23
  hook_embed                [batch, position, d_model 24]
  hook_pos_embed            [batch, position, d_model 24]
  ln_final.hook_scale       [batch, position, 1]
  ln_final.hook_normalized  [batch, position, d_model 24]
  hook_logits               [batch, position, vocab 53]
in the one block, blocks.0
  hook_resid_pre         [batch, position, d_model 24]
  ln1.hook_scale         [batch, position, 1]
  ln1.hook_normalized    [batch, position, d_model 24]
  attn.hook_q            [batch, position, head 2, d_head 12]
  attn.hook_k            [batch, position, head 2, d_head 12]
  attn.hook_v            [batch, position, head 2, d_head 12]
  attn.hook_attn_scores  [batch, head 2, query position, key position]
  attn.hook_pattern      [batch, head 2, query position, key position]
  attn.hook_z            [batch, position, head 2, d_head 12]
  attn.hook_result       [batch, position, head 2, d_model 24]
  hook_attn_out          [batch, position, d_model 24]
  hook_resid_mid         [batch, position, d_model 24]
  ln2.hook_scale         [batch, position, 1]
  ln2.hook_normalized    [batch, position, d_model 24]
  mlp.hook_pre           [batch, position, neuron 96]
  mlp.hook_post          [batch, position, neuron 96]
  hook_mlp_out           [batch, position, d_model 24]
  hook_resid_post        [batch, position, d_model 24]
");
}

#[test]
fn unused_tensors_and_values_that_are_no_numbers() {
    let desk = Desk::new();
    let folder = desk.copy("hf/bert-legacy", "model");
    let path = folder.join("model.safetensors");
    let mut tensors: Vec<_> =
        TensorFile::read(&path).unwrap().iter().map(|(n, t)| (n.to_string(), t.clone())).collect();
    for (name, tensor) in &mut tensors {
        if let (true, NamedTensor::F32 { values, .. }) = (name.ends_with("layer.0.output.dense.bias"), tensor)
        {
            values[0] = f32::NAN;
        }
    }
    TensorFile::from_tensors(tensors).write(&path).unwrap();
    let ran = desk.good(&["inspect", "model"]);
    let shown: String =
        ran.stdout.split_inclusive('\n').skip_while(|line| !line.starts_with("not used")).take(9).collect();
    insta::assert_snapshot!(shown, @r"
not used
  bert.embeddings.position_ids  0, 1, 2 …, computed instead
  bert.pooler.dense.bias        pooler, which this architecture leaves out
  bert.pooler.dense.weight      pooler, which this architecture leaves out
  cls.seq_relationship.bias     next-sentence head, not supported
  cls.seq_relationship.weight   next-sentence head, not supported

warning: these parameters hold NaN or infinite values, so what the model gives is worthless
  blocks.0.mlp.down.bias
");
    insta::assert_snapshot!(ran.stderr, @r#" WARN parameter holds NaN or infinite values folder=model parameter="blocks.0.mlp.down.bias""#);
    assert_eq!(desk.good(&["inspect", "model", "-q"]).stderr, "");
}

#[test]
fn help_and_version() {
    let desk = Desk::new();
    let version = desk.good(&["--version"]).stdout;
    assert!(version.starts_with("fascicle ") && version.contains("burn 0.22.1"), "{version}");
    for command in ["devices", "inspect", "run", "patch", "fetch", "reproduce"] {
        let help = desk.good(&[command, "--help"]).stdout;
        assert!(help.contains("Examples:") && help.contains("--device"), "{help}");
    }
    // nothing asked for is a wrong request, and the help says what there is
    assert!(desk.refused(&[]).contains("reproduce"));
    assert!(fs::read_dir(desk.0.path()).unwrap().next().is_none());
}
