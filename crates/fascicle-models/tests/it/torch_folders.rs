//! `pytorch_model.bin`: the same numbers as safetensors, and what is refused.

use std::fs;
use std::path::Path;

use fascicle_models::{WeightFormat, load};
use safetensors::Dtype;
use tempfile::TempDir;
use zip::CompressionMethod;

use crate::bad_folders::error;
use crate::support::{fixtures, parameters};
use crate::torch_file::{Checkpoint, archive};

/// A folder with a fixture's configuration and no weights.
fn folder(name: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(fixtures(name).join("config.json"), folder.path().join("config.json")).unwrap();
    folder
}

fn checkpoint(name: &str) -> Checkpoint {
    Checkpoint::of(&fixtures(name).join("model.safetensors"))
}

fn bin(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("pytorch_model.bin")
}

#[track_caller]
fn same_as(folder: &Path, name: &str) {
    let device = fascicle_core::device("cpu").unwrap();
    let (got, expected) = (load(folder, &device).unwrap(), load(fixtures(name), &device).unwrap());
    assert_eq!(got.report.format, WeightFormat::Torch);
    assert_eq!(expected.report.format, WeightFormat::Safetensors);
    let keys = |model: &fascicle_models::LoadedModel| {
        model
            .report
            .tensors
            .iter()
            .map(|t| (t.name.clone(), t.key.clone(), t.dtype.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(&got), keys(&expected));
    assert_eq!(parameters(&got.model), parameters(&expected.model));
}

#[test]
fn the_same_numbers_as_safetensors() {
    for name in ["hf/gpt2", "hf/gpt2-bf16", "hf/bert", "hf/bert-f16", "hf/bert-mlm", "hf/gpt2-untied"] {
        for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
            let folder = folder(name);
            let checkpoint = checkpoint(name);
            checkpoint.write_with(&bin(&folder), &checkpoint.pickle(), method);
            same_as(folder.path(), name);
        }
    }
}

#[test]
fn files_from_before_pytorch_1_6() {
    for name in ["hf/gpt2", "hf/gpt2-bf16", "hf/bert", "hf/bert-f16"] {
        let folder = folder(name);
        fs::write(bin(&folder), checkpoint(name).old()).unwrap();
        same_as(folder.path(), name);
    }
}

#[test]
fn files_from_before_pytorch_1_6_that_lie_or_are_cut_off() {
    let folder = folder("hf/gpt2");
    let refused = |bytes: &[u8]| {
        fs::write(bin(&folder), bytes).unwrap();
        error(folder.path())
    };
    let whole = checkpoint("hf/gpt2").old();
    insta::assert_snapshot!(refused(&whole[..17]), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: in its pickles: it is cut off: 1 bytes expected at byte 17, 0 left");
    insta::assert_snapshot!(refused(&whole[..whole.len() - 1]), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: storage 27 ends beyond the file: it is cut off");
    let changed = |from: &[u8], to: &[u8]| {
        let at = whole.windows(from.len()).position(|found| found == from).unwrap();
        refused(&[&whole[..at], to, &whole[at + from.len()..]].concat())
    };
    insta::assert_snapshot!(changed(b"M\xe9\x03.", b"M\xe8\x03."), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: in its pickles: its version is 1000, expected 1001");
    insta::assert_snapshot!(changed(b"\x88u.", b"\x89u."), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: in its pickles: its numbers are not little-endian");
    insta::assert_snapshot!(changed(b"e.\x60\0\0\0", b"e.\x61\0\0\0"), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: storage 0 has 97 numbers, but its description says 96");
    let mut system = checkpoint("hf/gpt2").old();
    let at = system.windows(12).position(|found| found == b"ccollections").unwrap();
    system.splice(at..at, *b"cos\nsystem\n");
    assert!(
        refused(&system).contains("in its pickles: it names `os.system`, which is refused"),
        "{}",
        refused(&system)
    );
    let mut missing = checkpoint("hf/gpt2");
    missing.storages.pop();
    insta::assert_snapshot!(refused(&missing.old()), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: the storage of tensor `transformer.wte.weight` is missing: 27 is not in the file");
}

#[test]
fn tensors_that_are_not_contiguous_and_share_a_storage() {
    let folder = folder("hf/gpt2");
    let mut checkpoint = checkpoint("hf/gpt2");
    // c_fc.weight lies transposed behind three other numbers, the two layer norms of block 1 share a storage
    let fused = checkpoint.tensor("transformer.h.0.mlp.c_fc.weight").clone();
    let [rows, cols] = fused.shape[..] else { panic!("a matrix") };
    let index: usize = fused.key.parse().unwrap();
    let old = checkpoint.storages[index].1.as_chunks::<4>().0.to_vec();
    let turned = (0..cols).flat_map(|c| (0..rows).map(move |r| (r, c))).map(|(r, c)| old[r * cols + c]);
    checkpoint.storages[index].1 = [[9u8; 4]; 3].into_iter().chain(turned).flatten().collect();
    let tensor = checkpoint.tensor("transformer.h.0.mlp.c_fc.weight");
    (tensor.strides, tensor.offset, tensor.storage_len) = (vec![1, rows], 3, rows * cols + 3);

    let second = checkpoint.tensor("transformer.h.1.ln_2.weight").clone();
    let first = checkpoint.tensor("transformer.h.1.ln_1.weight").clone();
    let (a, b): (usize, usize) = (first.key.parse().unwrap(), second.key.parse().unwrap());
    // interleaved: every second number is the other's
    let pairs =
        checkpoint.storages[a].1.as_chunks::<4>().0.iter().zip(checkpoint.storages[b].1.as_chunks::<4>().0);
    let shared: Vec<u8> = pairs.flat_map(|(a, b)| [*a, *b]).flatten().collect();
    checkpoint.storages[a].1 = shared;
    for (name, offset) in [(&first.name, 0), (&second.name, 1)] {
        let tensor = checkpoint.tensor(name);
        (tensor.key, tensor.strides, tensor.offset) = (first.key.clone(), vec![2], offset);
        tensor.storage_len *= 2;
    }
    checkpoint.write(&bin(&folder));
    same_as(folder.path(), "hf/gpt2");
}

#[test]
fn shards_with_an_index() {
    let folder = folder("hf/gpt2");
    let all = checkpoint("hf/gpt2");
    let mut map = serde_json::Map::new();
    for part in 0..2 {
        let name = format!("pytorch_model-0000{}-of-00002.bin", part + 1);
        let mut shard = all.clone();
        shard.tensors.retain(|tensor| tensor.key.parse::<usize>().unwrap() % 2 == part);
        shard.storages.retain(|(key, _)| key.parse::<usize>().unwrap() % 2 == part);
        map.extend(shard.tensors.iter().map(|tensor| (tensor.name.clone(), name.clone().into())));
        shard.write(&folder.path().join(name));
    }
    let index = serde_json::json!({ "metadata": {}, "weight_map": map });
    fs::write(folder.path().join("pytorch_model.bin.index.json"), index.to_string()).unwrap();
    same_as(folder.path(), "hf/gpt2");
}

#[test]
fn safetensors_come_first() {
    let folder = folder("hf/gpt2");
    fs::write(bin(&folder), "whatever").unwrap();
    fs::write(folder.path().join("pytorch_model.bin.index.json"), "whatever").unwrap();
    fs::copy(fixtures("hf/gpt2").join("model.safetensors"), folder.path().join("model.safetensors")).unwrap();
    let report = load(folder.path(), &fascicle_core::device("cpu").unwrap()).unwrap().report;
    assert_eq!(report.format, WeightFormat::Safetensors);
    assert_eq!(report.passed_over, [bin(&folder), folder.path().join("pytorch_model.bin.index.json")]);
}

#[test]
fn files_that_are_no_archive() {
    let folder = folder("hf/gpt2");
    let refused = |bytes: &[u8]| {
        fs::write(bin(&folder), bytes).unwrap();
        error(folder.path())
    };
    insta::assert_snapshot!(refused(b"\x80\x04}."), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: this is a pickle, not an archive of torch.save");
    insta::assert_snapshot!(refused(b""), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: neither a zip archive, as torch.save writes since PyTorch 1.6, nor what it wrote before");
    insta::assert_snapshot!(refused(b"version https://git-lfs.github.com/spec/v1\n"), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: this is a Git LFS pointer, not the weights: fetch them with `git lfs pull`");
    let whole = {
        checkpoint("hf/gpt2").write(&bin(&folder));
        fs::read(bin(&folder)).unwrap()
    };
    let cut = refused(&whole[..whole.len() / 2]);
    assert!(
        cut.starts_with("FOLDER/pytorch_model.bin: not a readable PyTorch file: not a whole zip archive: "),
        "{cut}"
    );
    assert!(cut.ends_with("(is it cut off?)"), "{cut}");
}

#[test]
fn archives_that_are_not_of_torch_save() {
    let folder = folder("hf/gpt2");
    let refused = |entries: &[(&str, &[u8])]| {
        let entries: Vec<(String, &[u8])> =
            entries.iter().map(|(name, bytes)| ((*name).into(), *bytes)).collect();
        archive(&bin(&folder), &entries, CompressionMethod::Stored);
        error(folder.path())
    };
    insta::assert_snapshot!(refused(&[("x", b"")]), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: it holds no data.pkl: an archive, but not of torch.save");
    insta::assert_snapshot!(refused(&[("data.pkl", b""), ("x/data.pkl", b"")]), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: it holds more than one data.pkl");
    insta::assert_snapshot!(refused(&[("data.pkl", b"\x80\x02}."), ("byteorder", b"big")]), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: its byte order is `big`, expected `little`");
    insta::assert_snapshot!(refused(&[("data.pkl", b"\x80\x02cos\nsystem\n(X\x02\x00\x00\x00lstR.")]), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: in data.pkl: it names `os.system`, which is refused: a pickle can run any code, and only dictionaries of plain tensors are read (at byte 2 of the pickle)");
}

#[test]
fn descriptions_that_lie() {
    let folder = folder("hf/gpt2");
    let refused = |change: &dyn Fn(&mut Checkpoint)| {
        let mut checkpoint = checkpoint("hf/gpt2");
        change(&mut checkpoint);
        checkpoint.write(&bin(&folder));
        error(folder.path())
    };
    insta::assert_snapshot!(refused(&|c| c.tensor("transformer.ln_f.bias").offset = 1), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: tensor `transformer.ln_f.bias` of shape [32], strides [1] and offset 1 does not lie within its storage of 32 numbers");
    insta::assert_snapshot!(refused(&|c| c.tensor("transformer.ln_f.bias").strides = vec![2]), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: tensor `transformer.ln_f.bias` of shape [32], strides [2] and offset 0 does not lie within its storage of 32 numbers");
    insta::assert_snapshot!(refused(&|c| c.tensor("transformer.ln_f.bias").storage_len = 33), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: archive/data/24 has 128 bytes, but data.pkl says 33 numbers of type F32");
    insta::assert_snapshot!(refused(&|c| c.tensor("transformer.ln_f.bias").key = "x".into()), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: the storage of tensor `transformer.ln_f.bias` is missing: no archive/data/x in the archive");
    insta::assert_snapshot!(refused(&|c| c.tensor("transformer.ln_f.bias").class = "HalfStorage"), @"FOLDER/pytorch_model.bin: not a readable PyTorch file: archive/data/24 has 128 bytes, but data.pkl says 32 numbers of type F16");
    insta::assert_snapshot!(refused(&|c| c.tensor("transformer.ln_f.bias").name = "transformer.ln_f.weight".into()), @r"
FOLDER: the weights do not fit config.json: 1 missing, 0 unexpected, 0 misshapen, 1 duplicated
  missing     transformer.ln_f.bias [32]
  duplicated  transformer.ln_f.weight in pytorch_model.bin and pytorch_model.bin
");
}

#[test]
fn quantised_weights_are_named_so() {
    let folder = folder("hf/gpt2");
    let mut checkpoint = checkpoint("hf/gpt2");
    checkpoint.tensors.retain(|tensor| tensor.name != "transformer.ln_f.bias");
    checkpoint.push("transformer.ln_f.bias", Dtype::I8, &[32], &[1; 32]);
    checkpoint.write(&bin(&folder));
    insta::assert_snapshot!(error(folder.path()), @r"
FOLDER: the weights do not fit config.json: 0 missing, 0 unexpected, 1 misshapen, 0 duplicated
  misshapen   transformer.ln_f.bias is I8 [32], expected floating-point [32] (quantised checkpoints are not supported), in pytorch_model.bin
");
}
