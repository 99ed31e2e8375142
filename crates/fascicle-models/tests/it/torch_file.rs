//! PyTorch files, written byte for byte as `torch.save` does.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use safetensors::{Dtype, SafeTensors};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A tensor as it is pickled, in elements.
#[derive(Clone, Debug)]
pub(crate) struct Saved {
    pub(crate) name: String,
    pub(crate) class: &'static str,
    pub(crate) key: String,
    pub(crate) storage_len: usize,
    pub(crate) offset: usize,
    pub(crate) shape: Vec<usize>,
    pub(crate) strides: Vec<usize>,
    pub(crate) parameter: bool,
}

/// Tensors and the storages that they lie in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checkpoint {
    pub(crate) tensors: Vec<Saved>,
    pub(crate) storages: Vec<(String, Vec<u8>)>,
}

pub(crate) fn class(dtype: Dtype) -> &'static str {
    match dtype {
        Dtype::F32 => "FloatStorage",
        Dtype::F64 => "DoubleStorage",
        Dtype::F16 => "HalfStorage",
        Dtype::BF16 => "BFloat16Storage",
        Dtype::I64 => "LongStorage",
        Dtype::I32 => "IntStorage",
        Dtype::I8 => "CharStorage",
        Dtype::U8 => "ByteStorage",
        Dtype::BOOL => "BoolStorage",
        other => panic!("no class for {other}"),
    }
}

/// Row-major strides.
fn strides(shape: &[usize]) -> Vec<usize> {
    (0..shape.len()).map(|axis| shape[axis + 1..].iter().product()).collect()
}

impl Checkpoint {
    /// A contiguous tensor with a storage of its own.
    pub(crate) fn push(&mut self, name: &str, dtype: Dtype, shape: &[usize], bytes: &[u8]) {
        let key = self.storages.len().to_string();
        self.tensors.push(Saved {
            name: name.into(),
            class: class(dtype),
            key: key.clone(),
            storage_len: bytes.len() * 8 / dtype.bitsize(),
            offset: 0,
            shape: shape.to_vec(),
            strides: strides(shape),
            parameter: self.tensors.len() % 2 == 1,
        });
        self.storages.push((key, bytes.to_vec()));
    }

    /// The tensors of a safetensors file, by name.
    pub(crate) fn of(safetensors: &Path) -> Self {
        let bytes = fs::read(safetensors).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let mut tensors = file.tensors();
        tensors.sort_by(|a, b| a.0.cmp(&b.0));
        let mut checkpoint = Self::default();
        for (name, view) in tensors {
            checkpoint.push(&name, view.dtype(), view.shape(), view.data());
        }
        checkpoint
    }

    pub(crate) fn tensor(&mut self, name: &str) -> &mut Saved {
        self.tensors.iter_mut().find(|tensor| tensor.name == name).unwrap()
    }

    /// The description of the tensors, protocol 2.
    pub(crate) fn pickle(&self) -> Vec<u8> {
        self.described(false)
    }

    /// The same, or as PyTorch described them before 1.6.
    fn described(&self, old: bool) -> Vec<u8> {
        let mut p = Pickler::default();
        p.raw(b"\x80\x02");
        p.ordered_dict();
        p.raw(b"(");
        for tensor in &self.tensors {
            p.text(&tensor.name);
            if tensor.parameter {
                p.global("torch._utils", "_rebuild_parameter");
                p.raw(b"(");
            }
            p.global("torch._utils", "_rebuild_tensor_v2");
            p.raw(b"((");
            p.text("storage");
            p.global("torch", tensor.class);
            p.text(&tensor.key);
            p.text("cpu");
            p.int(tensor.storage_len);
            if old {
                p.raw(b"N");
            }
            p.raw(b"t");
            p.put();
            p.raw(b"Q");
            p.int(tensor.offset);
            p.tuple(&tensor.shape);
            p.tuple(&tensor.strides);
            p.raw(b"\x89");
            p.ordered_dict();
            p.raw(b"t");
            p.put();
            p.raw(b"R");
            p.put();
            if tensor.parameter {
                p.raw(b"\x88");
                p.ordered_dict();
                p.raw(b"t");
                p.put();
                p.raw(b"R");
                p.put();
            }
        }
        p.raw(b"u}");
        p.put();
        p.text("_metadata");
        p.ordered_dict();
        p.raw(b"sb.");
        p.bytes
    }

    pub(crate) fn write(&self, path: &Path) {
        self.write_with(path, &self.pickle(), CompressionMethod::Stored);
    }

    /// A file as torch.save wrote it before PyTorch 1.6.
    pub(crate) fn old(&self) -> Vec<u8> {
        let mut system = Pickler::default();
        system.raw(b"\x80\x02}(");
        system.text("protocol_version");
        system.int(1001);
        system.text("little_endian");
        system.raw(b"\x88u.");
        let mut names = Pickler::default();
        names.raw(b"\x80\x02](");
        self.storages.iter().for_each(|(key, _)| names.text(key));
        names.raw(b"e.");
        let mut file =
            b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.".to_vec();
        file.extend([system.bytes, self.described(true), names.bytes].concat());
        for (key, bytes) in &self.storages {
            let tensor = self.tensors.iter().find(|tensor| tensor.key == *key).unwrap();
            file.extend((tensor.storage_len as u64).to_le_bytes());
            file.extend(bytes);
        }
        file
    }

    pub(crate) fn write_with(&self, path: &Path, pickle: &[u8], method: CompressionMethod) {
        let mut entries = vec![("data.pkl".to_string(), pickle), ("byteorder".into(), b"little".as_slice())];
        entries.extend(self.storages.iter().map(|(key, bytes)| (format!("data/{key}"), bytes.as_slice())));
        entries.push(("version".into(), b"3\n"));
        archive(path, &entries, method);
    }
}

/// An archive whose entries stand behind the name that torch.save takes from its file.
pub(crate) fn archive(path: &Path, entries: &[(String, &[u8])], method: CompressionMethod) {
    let mut archive = ZipWriter::new(File::create(path).unwrap());
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in entries {
        archive.start_file(format!("archive/{name}"), options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

#[derive(Default)]
struct Pickler {
    bytes: Vec<u8>,
    puts: u32,
}

impl Pickler {
    fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    fn put(&mut self) {
        match u8::try_from(self.puts) {
            Ok(small) => self.raw(&[b'q', small]),
            Err(_) => {
                let key = self.puts.to_le_bytes();
                self.raw(b"r");
                self.raw(&key);
            }
        }
        self.puts += 1;
    }

    fn text(&mut self, text: &str) {
        self.raw(b"X");
        self.raw(&(text.len() as u32).to_le_bytes());
        self.raw(text.as_bytes());
        self.put();
    }

    fn global(&mut self, module: &str, name: &str) {
        self.raw(format!("c{module}\n{name}\n").as_bytes());
        self.put();
    }

    fn ordered_dict(&mut self) {
        self.global("collections", "OrderedDict");
        self.raw(b")R");
        self.put();
    }

    fn int(&mut self, value: usize) {
        match (u8::try_from(value), u16::try_from(value)) {
            (Ok(small), _) => self.raw(&[b'K', small]),
            (_, Ok(middle)) => {
                self.raw(b"M");
                self.raw(&middle.to_le_bytes());
            }
            _ => {
                self.raw(b"J");
                self.raw(&(value as i32).to_le_bytes());
            }
        }
    }

    fn tuple(&mut self, values: &[usize]) {
        match values.len() {
            0 => self.raw(b")"),
            1..=3 => {
                values.iter().for_each(|value| self.int(*value));
                self.raw(&[0x84 + values.len() as u8]);
                self.put();
            }
            _ => {
                self.raw(b"(");
                values.iter().for_each(|value| self.int(*value));
                self.raw(b"t");
                self.put();
            }
        }
    }
}
