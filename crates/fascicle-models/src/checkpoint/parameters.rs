//! A model's parameters by their canonical names, which are their paths in the module.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{DType, Tensor};

use crate::error::ModelError;

/// A parameter's shape, and its values in one row, still on their device.
pub(crate) struct Held {
    pub(crate) shape: Vec<usize>,
    flat: Tensor<1>,
}

impl Held {
    /// Its values in f32, in row-major order.
    pub(crate) fn values(&self, name: &str) -> Result<Vec<f32>, ModelError> {
        let values = self.flat.clone().cast(DType::F32).into_data().try_into_vec::<f32>();
        values.map_err(|error| ModelError::WrongTensor {
            path: "the model to be saved".into(),
            name: name.into(),
            got: format!("not readable: {error:?}"),
            expected: "f32 values".into(),
        })
    }
}

/// The parameters of a model by name; nothing is copied until values are asked for.
pub(crate) fn parameters(model: &impl Module) -> BTreeMap<String, Held> {
    let mut collector = Collector::default();
    model.visit(&mut collector);
    collector.by_name
}

#[derive(Default)]
struct Collector {
    path: Vec<String>,
    by_name: BTreeMap<String, Held>,
}

impl ModuleVisitor for Collector {
    fn enter_module(&mut self, name: &str, container_type: &str) {
        if !is_enum(container_type) {
            self.path.push(name.to_string());
        }
    }

    fn exit_module(&mut self, _name: &str, container_type: &str) {
        if !is_enum(container_type) {
            self.path.pop();
        }
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let value = param.val();
        let shape = value.dims().to_vec();
        let flat = value.reshape([shape.iter().product::<usize>()]);
        self.by_name.insert(self.path.join("."), Held { shape, flat });
    }
}

/// Which variant a module is shows in its configuration, not in its parameters' names.
fn is_enum(container_type: &str) -> bool {
    container_type.starts_with("Enum:")
}
