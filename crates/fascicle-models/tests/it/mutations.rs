//! Files that are damaged in any way: an error or a model, never a panic.
//!
//! The fuzz targets under `fuzz/` go deeper; these run with every test.

use std::fs;
use std::path::Path;

use fascicle_models::load;
use proptest::prelude::*;
use tempfile::TempDir;
use zip::CompressionMethod;

use crate::support::fixtures;
use crate::torch_file::Checkpoint;

/// One way to damage bytes; positions are fractions, so that they fit any length.
#[derive(Clone, Debug)]
enum Damage {
    Flip(f64, u8),
    Replace(f64, u8),
    Cut(f64),
    Remove(f64, usize),
    /// Copies bytes from one place to another.
    Splice(f64, f64, usize),
    /// A number that looks like a length or an offset.
    Number(f64, u64),
}

fn damage() -> impl Strategy<Value = Damage> {
    let place = || 0.0..1.0f64;
    prop_oneof![
        4 => (place(), 0..8u8).prop_map(|(at, bit)| Damage::Flip(at, 1 << bit)),
        4 => (place(), any::<u8>()).prop_map(|(at, byte)| Damage::Replace(at, byte)),
        1 => place().prop_map(Damage::Cut),
        2 => (place(), 1..16usize).prop_map(|(at, count)| Damage::Remove(at, count)),
        2 => (place(), place(), 1..32usize).prop_map(|(from, to, count)| Damage::Splice(from, to, count)),
        1 => (place(), prop_oneof![Just(u64::MAX), Just(1 << 63), Just(1 << 32), any::<u64>()])
            .prop_map(|(at, number)| Damage::Number(at, number)),
    ]
}

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    prop::collection::vec(damage(), 1..4)
}

/// Damages the first `part` bytes.
fn apply(bytes: &mut Vec<u8>, part: usize, damages: &[Damage]) {
    for damage in damages {
        let part = part.min(bytes.len());
        if part == 0 {
            return;
        }
        let at = |place: f64| ((place * part as f64) as usize).min(part - 1);
        match *damage {
            Damage::Flip(place, bit) => bytes[at(place)] ^= bit,
            Damage::Replace(place, byte) => bytes[at(place)] = byte,
            Damage::Cut(place) => bytes.truncate(at(place)),
            Damage::Remove(place, count) => {
                let start = at(place);
                bytes.drain(start..(start + count).min(part));
            }
            Damage::Splice(from, to, count) => {
                let (from, to) = (at(from), at(to));
                let piece = bytes[from..(from + count).min(part)].to_vec();
                bytes.splice(to..to, piece);
            }
            Damage::Number(place, number) => {
                for (byte, new) in bytes[at(place)..part].iter_mut().zip(number.to_le_bytes()) {
                    *byte = new;
                }
            }
        }
    }
}

/// A folder with `config.json` and a file of other bytes.
fn folder(name: &str, file: &str, bytes: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(fixtures(name).join("config.json"), folder.path().join("config.json")).unwrap();
    fs::write(folder.path().join(file), bytes).unwrap();
    folder
}

/// Loads, and has every message written.
fn survives(folder: &Path) {
    let device = fascicle_core::device("cpu").unwrap();
    if let Err(error) = load(folder, &device) {
        assert!(!error.to_string().is_empty());
    }
}

fn torch_bytes(checkpoint: &Checkpoint, pickle: &[u8], method: CompressionMethod) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bin");
    checkpoint.write_with(&path, pickle, method);
    fs::read(path).unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint::of(&fixtures("hf/gpt2").join("model.safetensors"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn safetensors(damages in damages()) {
        let mut bytes = fs::read(fixtures("hf/gpt2-bf16").join("model.safetensors")).unwrap();
        let header = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
        apply(&mut bytes, header, &damages);
        survives(folder("hf/gpt2-bf16", "model.safetensors", &bytes).path());
    }

    #[test]
    fn pickles(damages in damages(), compressed in any::<bool>()) {
        let checkpoint = checkpoint();
        let mut pickle = checkpoint.pickle();
        let length = pickle.len();
        apply(&mut pickle, length, &damages);
        let method = if compressed { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        let bytes = torch_bytes(&checkpoint, &pickle, method);
        survives(folder("hf/gpt2", "pytorch_model.bin", &bytes).path());
    }

    #[test]
    fn archives(damages in damages(), reversed in any::<bool>()) {
        let checkpoint = checkpoint();
        let mut bytes = torch_bytes(&checkpoint, &checkpoint.pickle(), CompressionMethod::Stored);
        // the directory is at the end
        if reversed { bytes.reverse(); }
        apply(&mut bytes, 4000, &damages);
        if reversed { bytes.reverse(); }
        survives(folder("hf/gpt2", "pytorch_model.bin", &bytes).path());
    }

    #[test]
    fn files_from_before_pytorch_1_6(damages in damages()) {
        let mut bytes = checkpoint().old();
        // what stands before the storages, and the first of them
        apply(&mut bytes, 8000, &damages);
        survives(folder("hf/gpt2", "pytorch_model.bin", &bytes).path());
    }

    #[test]
    fn indexes(damages in damages()) {
        let from = fixtures("hf/gpt2-shards");
        let folder = folder("hf/gpt2-shards", "x", b"");
        for entry in fs::read_dir(from).unwrap().flatten() {
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        let path = folder.path().join("model.safetensors.index.json");
        let mut bytes = fs::read(&path).unwrap();
        let length = bytes.len();
        apply(&mut bytes, length, &damages);
        fs::write(&path, bytes).unwrap();
        survives(folder.path());
    }

    #[test]
    fn configurations(damages in damages()) {
        let mut bytes = fs::read(fixtures("hf/gpt2").join("config.json")).unwrap();
        let length = bytes.len();
        apply(&mut bytes, length, &damages);
        let weights = fs::read(fixtures("hf/gpt2").join("model.safetensors")).unwrap();
        let folder = folder("hf/gpt2", "model.safetensors", &weights);
        fs::write(folder.path().join("config.json"), bytes).unwrap();
        survives(folder.path());
    }
}
