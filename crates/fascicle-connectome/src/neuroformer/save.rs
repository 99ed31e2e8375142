//! A network as one safetensors file, its sizes and vocabulary in the file's metadata.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{DType, Device, Tensor};
use fascicle_core::write_atomically;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use super::config::NeuroformerConfig;
use super::model::Neuroformer;
use super::params::Params;
use super::{NeuroformerError, Vocabulary};

const CONFIG: &str = "neuroformer.config";
const VOCABULARY: &str = "neuroformer.vocabulary";

impl Neuroformer {
    /// Writes the network to `file`, whole or not at all. Numbers keep their format (f32 or f64).
    ///
    /// # Errors
    /// A file that cannot be written; parameters that cannot be read from their device.
    pub fn save(&self, file: &Path) -> Result<(), NeuroformerError> {
        let mut collector = Collector::default();
        self.visit(&mut collector);
        let mut parts = Vec::with_capacity(collector.found.len());
        for (name, shape, values) in collector.found {
            let wide = values.dtype() == DType::F64;
            let values = values.try_into_vec_as::<f64>().map_err(NeuroformerError::read("parameters"))?;
            let bytes: Vec<u8> = if wide {
                values.iter().flat_map(|value| value.to_le_bytes()).collect()
            } else {
                values.iter().flat_map(|value| (*value as f32).to_le_bytes()).collect()
            };
            parts.push((name, if wide { Dtype::F64 } else { Dtype::F32 }, shape, bytes));
        }
        let failed = |problem: &dyn ToString| NeuroformerError::NotAModel {
            file: file.to_owned(),
            problem: problem.to_string(),
        };
        let json = |value: serde_json::Result<String>| value.map_err(|error| failed(&error));
        let metadata = HashMap::from([
            (CONFIG.to_owned(), json(serde_json::to_string(self.config()))?),
            (VOCABULARY.to_owned(), json(serde_json::to_string(&self.vocabulary()))?),
        ]);
        let views = parts.iter().map(|(name, dtype, shape, bytes)| {
            TensorView::new(*dtype, shape.clone(), bytes).map(|view| (name.as_str(), view))
        });
        let views = views.collect::<Result<Vec<_>, _>>().map_err(|error| failed(&error))?;
        let bytes = safetensors::serialize(views, Some(metadata)).map_err(|error| failed(&error))?;
        let io = |source| NeuroformerError::Io { file: file.to_owned(), doing: "write", source };
        write_atomically(file, bytes).map_err(io)
    }

    /// Reads a network that [`save`](Self::save) wrote, into `dtype` on `device`.
    ///
    /// # Errors
    /// A file that cannot be read, is not of this kind, or lacks a tensor or has it in another shape.
    pub fn load(file: &Path, device: &Device, dtype: DType) -> Result<Self, NeuroformerError> {
        let io = |source| NeuroformerError::Io { file: file.to_owned(), doing: "read", source };
        let bytes = fs::read(file).map_err(io)?;
        let not = |problem: String| NeuroformerError::NotAModel { file: file.to_owned(), problem };
        let (_, header) = SafeTensors::read_metadata(&bytes).map_err(|error| not(error.to_string()))?;
        let text = |key: &str| {
            let found = header.metadata().as_ref().and_then(|metadata| metadata.get(key));
            found.cloned().ok_or_else(|| not(format!("its metadata has no `{key}`")))
        };
        let unreadable = |error: serde_json::Error| not(error.to_string());
        let config: NeuroformerConfig = serde_json::from_str(&text(CONFIG)?).map_err(unreadable)?;
        let vocabulary: Vocabulary = serde_json::from_str(&text(VOCABULARY)?).map_err(unreadable)?;
        let tensors = SafeTensors::deserialize(&bytes).map_err(|error| not(error.to_string()))?;
        let values = |name: &str, shape: &[usize], _| {
            let wrong = |found: String| NeuroformerError::Tensor {
                file: file.to_owned(),
                name: name.to_owned(),
                found,
                expected: format!("f32 or f64 {shape:?}"),
            };
            let tensor = tensors.tensor(name).map_err(|_| wrong("missing".to_owned()))?;
            let numbers = numbers(&tensor).filter(|_| tensor.shape() == shape);
            numbers.ok_or_else(|| wrong(format!("{:?} {:?}", tensor.dtype(), tensor.shape())))
        };
        Self::build(&mut Params::from(values, device, dtype), config, vocabulary)
    }
}

fn numbers(tensor: &TensorView<'_>) -> Option<Vec<f64>> {
    match tensor.dtype() {
        Dtype::F32 => {
            let chunks = tensor.data().as_chunks::<4>().0;
            Some(chunks.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect())
        }
        Dtype::F64 => {
            Some(tensor.data().as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect())
        }
        _ => None,
    }
}

/// Names, shapes and values of all parameters.
#[derive(Default)]
struct Collector {
    path: Vec<String>,
    found: Vec<(String, Vec<usize>, Tensor<1>)>,
}

impl ModuleVisitor for Collector {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let value = param.val();
        let shape = value.dims().to_vec();
        let flat = value.reshape([shape.iter().product::<usize>()]);
        self.found.push((self.path.join("."), shape, flat));
    }
}

#[cfg(test)]
mod tests {
    use super::super::Windowing;
    use super::*;

    #[test]
    fn what_is_loaded_is_what_was_saved() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("model.safetensors");
        let vocabulary = Windowing::default().vocabulary(4).unwrap();
        for (name, device) in fascicle_core::testing::test_devices() {
            let model =
                Neuroformer::new(NeuroformerConfig::small(), vocabulary, 5, &device, DType::F32).unwrap();
            model.save(&file).unwrap();
            let again = Neuroformer::load(&file, &device, DType::F32).unwrap();
            assert_eq!((again.config(), again.vocabulary()), (model.config(), vocabulary), "{name}");
            let all = |model: &Neuroformer| {
                let mut collector = Collector::default();
                model.visit(&mut collector);
                let found = collector.found.into_iter();
                found
                    .map(|(name, shape, values)| (name, shape, values.try_into_vec_as::<f32>().unwrap()))
                    .collect::<Vec<_>>()
            };
            assert_eq!(all(&again), all(&model), "{name}");
        }
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let device = fascicle_core::device("cpu").unwrap();
        let refusal = |bytes: &[u8]| {
            let file = folder.path().join("bad.safetensors");
            fs::write(&file, bytes).unwrap();
            let error = Neuroformer::load(&file, &device, DType::F32).unwrap_err().to_string();
            error.replace(&folder.path().display().to_string(), "")
        };
        let empty = safetensors::serialize(Vec::<(&str, TensorView<'_>)>::new(), None).unwrap();
        insta::assert_snapshot!(refusal(&empty), @"/bad.safetensors is no saved model: its metadata has no `neuroformer.config`");
        let config = serde_json::to_string(&NeuroformerConfig::small()).unwrap();
        let vocabulary = serde_json::to_string(&Windowing::default().vocabulary(4).unwrap()).unwrap();
        let metadata = HashMap::from([(CONFIG.to_owned(), config), (VOCABULARY.to_owned(), vocabulary)]);
        let lacking =
            safetensors::serialize(Vec::<(&str, TensorView<'_>)>::new(), Some(metadata.clone())).unwrap();
        insta::assert_snapshot!(refusal(&lacking), @"/bad.safetensors: tensor `token.weight` is missing; expected f32 or f64 [7, 32]");
        let view = TensorView::new(Dtype::F32, vec![1, 2], &[0; 8]).unwrap();
        let other = safetensors::serialize(vec![("token.weight", view)], Some(metadata)).unwrap();
        insta::assert_snapshot!(refusal(&other), @"/bad.safetensors: tensor `token.weight` is F32 [1, 2]; expected f32 or f64 [7, 32]");
    }
}
