//! Loading a checkpoint: peak memory as a multiple of the file, and seconds.
//!
//! `load_memory FOLDER` loads a model folder. Without a folder, checkpoints of the shapes of GPT-2 small (in f32 and
//! bf16) and BERT base (whose matrices lie transposed) are written to a temporary folder, and each is loaded by a
//! process of its own, because a peak is the whole process's. The files have just been written, so they come from
//! the system's cache: the seconds are those of reading and converting, not of a disk.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::{Map, Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    match std::env::args().nth(1) {
        Some(folder) => measure(Path::new(&folder)),
        None => write_and_measure(),
    }
}

/// Loads a folder and prints what it took.
fn measure(folder: &Path) -> Result<(), Box<dyn Error>> {
    let device = fascicle_core::device("cpu")?;
    let before = peak()?;
    let start = Instant::now();
    let model = fascicle_models::load(folder, &device)?;
    let seconds = start.elapsed().as_secs_f64();
    let bytes: usize = model.report.files.iter().map(|(_, bytes)| bytes).sum();
    let peak = peak()?;
    println!(
        "{bytes:>11} bytes  {seconds:6.3} s  {:6.2} GB/s  peak {peak:>11} bytes = {:.3} x file (before loading {before})",
        bytes as f64 / seconds / 1e9,
        peak as f64 / bytes as f64,
    );
    Ok(())
}

/// The most memory that this process has had so far, in bytes.
fn peak() -> Result<usize, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM: is this Linux?")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<usize>()? * 1024)
}

fn write_and_measure() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("fascicle-load-memory-{}", std::process::id()));
    let (gpt2, bert) = (gpt2(), bert());
    for (name, (config, tensors), dtype) in
        [("gpt2 f32", &gpt2, "F32"), ("gpt2 bf16", &gpt2, "BF16"), ("bert f32", &bert, "F32")]
    {
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("config.json"), config.to_string())?;
        write(&folder.join("model.safetensors"), tensors, dtype)?;
        for _ in 0..3 {
            print!("{name:10}");
            std::io::stdout().flush()?;
            let done = Command::new(std::env::current_exe()?).arg(&folder).status()?;
            if !done.success() {
                return Err(format!("loading failed: {done}").into());
            }
        }
        fs::remove_dir_all(&folder)?;
    }
    Ok(())
}

type Tensors = Vec<(String, Vec<usize>)>;

fn gpt2() -> (Value, Tensors) {
    let d = 768;
    let mut tensors = vec![("wte.weight".into(), vec![50257, d]), ("wpe.weight".into(), vec![1024, d])];
    for layer in 0..12 {
        let mut push =
            |name: &str, shape: &[usize]| tensors.push((format!("h.{layer}.{name}"), shape.to_vec()));
        for norm in ["ln_1", "ln_2"] {
            push(&format!("{norm}.weight"), &[d]);
            push(&format!("{norm}.bias"), &[d]);
        }
        for (name, into, out) in [
            ("attn.c_attn", d, 3 * d),
            ("attn.c_proj", d, d),
            ("mlp.c_fc", d, 4 * d),
            ("mlp.c_proj", 4 * d, d),
        ] {
            push(&format!("{name}.weight"), &[into, out]);
            push(&format!("{name}.bias"), &[out]);
        }
    }
    tensors.extend([("ln_f.weight".into(), vec![d]), ("ln_f.bias".into(), vec![d])]);
    let config = json!({
        "model_type": "gpt2", "n_layer": 12, "n_head": 12, "n_embd": d, "n_positions": 1024, "vocab_size": 50257,
        "layer_norm_epsilon": 1e-5, "activation_function": "gelu_new",
    });
    (config, tensors)
}

fn bert() -> (Value, Tensors) {
    let d = 768;
    let mut tensors: Tensors = Vec::new();
    let embeddings = [("word", 30522), ("position", 512), ("token_type", 2)];
    tensors.extend(embeddings.map(|(name, n)| (format!("embeddings.{name}_embeddings.weight"), vec![n, d])));
    tensors.extend(["weight", "bias"].map(|leaf| (format!("embeddings.LayerNorm.{leaf}"), vec![d])));
    for layer in 0..12 {
        let mut dense = |name: &str, into: usize, out: usize| {
            tensors.push((format!("encoder.layer.{layer}.{name}.weight"), vec![out, into]));
            tensors.push((format!("encoder.layer.{layer}.{name}.bias"), vec![out]));
        };
        for name in ["query", "key", "value"] {
            dense(&format!("attention.self.{name}"), d, d);
        }
        dense("attention.output.dense", d, d);
        dense("intermediate.dense", d, 4 * d);
        dense("output.dense", 4 * d, d);
        for norm in ["attention.output.LayerNorm", "output.LayerNorm"] {
            tensors.extend(
                ["weight", "bias"].map(|leaf| (format!("encoder.layer.{layer}.{norm}.{leaf}"), vec![d])),
            );
        }
    }
    let config = json!({
        "model_type": "bert", "num_hidden_layers": 12, "num_attention_heads": 12, "hidden_size": d,
        "intermediate_size": 4 * d, "max_position_embeddings": 512, "vocab_size": 30522, "type_vocab_size": 2,
        "layer_norm_eps": 1e-12, "hidden_act": "gelu",
    });
    (config, tensors)
}

/// Writes tensors of small irregular numbers, one after another.
fn write(path: &Path, tensors: &Tensors, dtype: &str) -> Result<(), Box<dyn Error>> {
    let size = if dtype == "F32" { 4 } else { 2 };
    let (mut header, mut at) = (Map::new(), 0);
    for (name, shape) in tensors {
        let end = at + shape.iter().product::<usize>() * size;
        header.insert(name.clone(), json!({ "dtype": dtype, "shape": shape, "data_offsets": [at, end] }));
        at = end;
    }
    let header = Value::Object(header).to_string();
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    file.write_all(&(header.len() as u64).to_le_bytes())?;
    file.write_all(header.as_bytes())?;
    let numbers: Vec<u8> = (0..4096u32)
        .map(|i| (i.wrapping_mul(2_654_435_761) >> 8) as f32 / (1u32 << 24) as f32 - 0.5)
        // the upper half of an f32 is a bf16
        .flat_map(|value| value.to_le_bytes()[4 - size..].to_vec())
        .collect();
    let mut left = at;
    while left > 0 {
        let part = left.min(numbers.len());
        file.write_all(&numbers[..part])?;
        left -= part;
    }
    file.flush()?;
    Ok(())
}
