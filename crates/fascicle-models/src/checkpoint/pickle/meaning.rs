//! What the names and calls in a pickle mean: storages, tensors in them, and dictionaries of tensors.

use safetensors::Dtype;

use super::machine::Machine;
use super::{Global, Id, LONGEST_NAME, PickledTensor, Value};

/// What a pickle may name.
const GLOBALS: &[(&str, &str, Global)] = &[
    ("collections", "OrderedDict", Global::OrderedDict),
    ("torch._utils", "_rebuild_tensor_v2", Global::RebuildTensor),
    ("torch._utils", "_rebuild_parameter", Global::RebuildParameter),
    ("torch", "FloatStorage", Global::Storage(Dtype::F32)),
    ("torch", "DoubleStorage", Global::Storage(Dtype::F64)),
    ("torch", "HalfStorage", Global::Storage(Dtype::F16)),
    ("torch", "BFloat16Storage", Global::Storage(Dtype::BF16)),
    ("torch", "LongStorage", Global::Storage(Dtype::I64)),
    ("torch", "IntStorage", Global::Storage(Dtype::I32)),
    ("torch", "ShortStorage", Global::Storage(Dtype::I16)),
    ("torch", "CharStorage", Global::Storage(Dtype::I8)),
    ("torch", "ByteStorage", Global::Storage(Dtype::U8)),
    ("torch", "BoolStorage", Global::Storage(Dtype::BOOL)),
];

/// More axes than any tensor has.
const MOST_AXES: usize = 64;

impl Machine<'_> {
    pub(super) fn global(&mut self, module: &str, name: &str) -> Result<(), String> {
        let known = GLOBALS.iter().find(|known| (known.0, known.1) == (module, name));
        let (_, _, global) = known.ok_or_else(|| {
            let shown = |text: &str| text.chars().take(80).collect::<String>();
            format!(
                "it names `{}.{}`, which is refused: a pickle can run any code, and only dictionaries of plain tensors are read",
                shown(module), shown(name)
            )
        })?;
        self.push(Value::Global(*global));
        Ok(())
    }

    pub(super) fn reduce(&mut self) -> Result<(), String> {
        let (arguments, function) = (self.pop()?, self.pop()?);
        let (Value::Global(global), Value::Tuple(arguments)) =
            (&self.values[function], &self.values[arguments])
        else {
            return Err(format!("it calls {}", self.values[function].what()));
        };
        match (global, arguments.as_slice()) {
            (Global::OrderedDict, []) => self.push(Value::Dict(Vec::new())),
            // storage, offset, size, stride, requires_grad, backward_hooks, and later metadata
            (Global::RebuildTensor, [storage, offset, shape, strides, ..]) => {
                let storage = *storage;
                if !matches!(self.values[storage], Value::Storage { .. }) {
                    return Err(format!(
                        "a tensor lies in {}, expected a storage",
                        self.values[storage].what()
                    ));
                }
                let (offset, shape, strides) =
                    (self.count(*offset)?, self.counts(*shape)?, self.counts(*strides)?);
                if shape.len() != strides.len() || shape.len() > MOST_AXES {
                    return Err(format!("a tensor of {} axes has {} strides", shape.len(), strides.len()));
                }
                self.push(Value::Tensor { storage, offset, shape, strides });
            }
            // the tensor, requires_grad, backward_hooks
            (Global::RebuildParameter, [tensor, ..])
                if matches!(self.values[*tensor], Value::Tensor { .. }) =>
            {
                self.stack.push(*tensor);
            }
            (global, arguments) => {
                return Err(format!(
                    "it calls {global:?} with {} arguments that do not fit",
                    arguments.len()
                ));
            }
        }
        Ok(())
    }

    /// A storage from its identifier: `('storage', class, key, device, number of elements)`; before PyTorch 1.6 with a view
    /// of it behind, which is None.
    pub(super) fn storage(&mut self) -> Result<(), String> {
        let id = self.pop()?;
        let Value::Tuple(parts) = &self.values[id] else {
            return Err(format!("a storage is described by {}", self.values[id].what()));
        };
        let parts = match parts.as_slice() {
            [parts @ .., view] if parts.len() == 5 && matches!(self.values[*view], Value::None) => parts,
            parts => parts,
        };
        let found = match parts {
            [kind, class, key, _device, len] => {
                match (&self.values[*kind], &self.values[*class], &self.values[*key]) {
                    (Value::Text(kind), Value::Global(Global::Storage(dtype)), Value::Text(key))
                        if kind == "storage" && key.len() <= LONGEST_NAME =>
                    {
                        Some((*dtype, key.clone(), self.count(*len)?))
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        let (dtype, key, len) = found.ok_or("a storage is not described as torch.save does")?;
        self.push(Value::Storage { dtype, key, len });
        Ok(())
    }

    fn count(&self, id: Id) -> Result<usize, String> {
        match &self.values[id] {
            Value::Int(value) => {
                usize::try_from(*value).map_err(|_| format!("{value} where a number of elements is expected"))
            }
            other => Err(format!("{} where a number of elements is expected", other.what())),
        }
    }

    fn counts(&self, id: Id) -> Result<Vec<usize>, String> {
        match &self.values[id] {
            Value::Tuple(items) | Value::List(items) if items.len() <= MOST_AXES => {
                items.iter().map(|item| self.count(*item)).collect()
            }
            other => Err(format!("{} where a shape is expected", other.what())),
        }
    }

    pub(super) fn tensors(&self, top: Id) -> Result<Vec<PickledTensor>, String> {
        let Value::Dict(items) = &self.values[top] else {
            return Err(format!(
                "it holds {}, expected a dictionary of tensors (save `model.state_dict()`)",
                self.values[top].what()
            ));
        };
        let mut tensors = Vec::with_capacity(items.len());
        for (key, value) in items {
            let Value::Text(name) = &self.values[*key] else {
                return Err(format!("a key is {}, expected a tensor's name", self.values[*key].what()));
            };
            if name.len() > LONGEST_NAME {
                return Err(format!("a tensor's name has {} bytes", name.len()));
            }
            let Value::Tensor { storage, offset, shape, strides } = &self.values[*value] else {
                return Err(self.no_tensor(name, &self.values[*value]));
            };
            // invariant of `reduce`: a tensor's storage is one
            let Value::Storage { dtype, key, len } = &self.values[*storage] else { continue };
            tensors.push(PickledTensor {
                name: name.clone(),
                dtype: *dtype,
                storage: key.clone(),
                storage_len: *len,
                offset: *offset,
                shape: shape.clone(),
                strides: strides.clone(),
            });
        }
        Ok(tensors)
    }

    /// The version that all files from before PyTorch 1.6 have.
    pub(super) fn check_version(&self, id: Id) -> Result<(), String> {
        match &self.values[id] {
            Value::Int(1001) => Ok(()),
            Value::Int(other) => Err(format!("its version is {other}, expected 1001")),
            other => Err(format!("its version is {}, expected 1001", other.what())),
        }
    }

    /// Refuses numbers that are not little-endian, by what is said of the machine that wrote them.
    pub(super) fn check_byte_order(&self, id: Id) -> Result<(), String> {
        let Value::Dict(items) = &self.values[id] else {
            return Err(format!("the machine that wrote it is {}", self.values[id].what()));
        };
        let is_order = |key: Id| matches!(&self.values[key], Value::Text(text) if text == "little_endian");
        match items.iter().find(|(key, _)| is_order(*key)).map(|(_, value)| &self.values[*value]) {
            Some(Value::Bool(true)) => Ok(()),
            _ => Err("its numbers are not little-endian".into()),
        }
    }

    /// A list of texts.
    pub(super) fn texts(&self, id: Id) -> Result<Vec<String>, String> {
        let Value::List(items) = &self.values[id] else {
            return Err(format!("{} where the names of storages are expected", self.values[id].what()));
        };
        let text = |item: &Id| match &self.values[*item] {
            Value::Text(text) if text.len() <= LONGEST_NAME => Ok(text.clone()),
            other => Err(format!("{} where the name of a storage is expected", other.what())),
        };
        items.iter().map(text).collect()
    }

    fn no_tensor(&self, name: &str, value: &Value) -> String {
        let what = value.what();
        match value {
            Value::Dict(items)
                if items.iter().any(|(_, v)| matches!(self.values[*v], Value::Tensor { .. })) =>
            {
                format!(
                    "`{name}` is a dictionary of tensors within the dictionary: save that part alone (`torch.save(checkpoint[{name:?}], …)`)"
                )
            }
            _ => format!(
                "`{name}` is {what}, expected a tensor: a training state? (save `model.state_dict()` alone)"
            ),
        }
    }
}
