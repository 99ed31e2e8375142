//! Where a model's parameters come from, by canonical name.
//!
//! The transformer is described once, by the code that builds it. The same walk either lists the parameters
//! (names and shapes, nothing allocated) or takes their values from a source.

use burn::module::{Param, ParamId};
use burn::tensor::{Device, Tensor, TensorData};

use crate::error::ModelError;

/// A parameter's canonical name and shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Canonical name, such as `blocks.0.attn.q.weight`.
    pub name: String,
    /// Shape.
    pub shape: Vec<usize>,
}

/// Gives the value of a parameter, of exactly the shape asked for.
pub(crate) type Values<'a> = dyn FnMut(&str, &[usize]) -> Result<TensorData, ModelError> + 'a;

/// More tensors than any model has: a configuration that asks for more would fill the memory with their names.
const MOST: usize = 1 << 18;

/// One walk over a model's parameters.
pub(crate) struct Params<'a> {
    device: Device,
    /// Stands before the names, for the parts of a model of several.
    scope: &'static str,
    listed: Vec<Parameter>,
    values: Option<&'a mut Values<'a>>,
}

impl<'a> Params<'a> {
    /// A walk that only lists.
    pub(crate) fn lister() -> Self {
        Self { device: Device::flex(), scope: "", listed: Vec::new(), values: None }
    }

    /// A walk that fills each parameter from `values` and puts it on `device`.
    pub(crate) fn filler(device: &Device, values: &'a mut Values<'a>) -> Self {
        Self { device: device.clone(), scope: "", listed: Vec::new(), values: Some(values) }
    }

    /// Walks over one part of a model of several: its names begin with `scope`.
    pub(crate) fn within<T>(
        &mut self,
        scope: &'static str,
        walk: impl FnOnce(&mut Self) -> Result<T, ModelError>,
    ) -> Result<T, ModelError> {
        let outer = std::mem::replace(&mut self.scope, scope);
        let built = walk(self);
        self.scope = outer;
        built
    }

    pub(crate) fn take<const D: usize>(
        &mut self,
        name: &str,
        shape: [usize; D],
    ) -> Result<Param<Tensor<D>>, ModelError> {
        if self.listed.len() == MOST {
            return Err(ModelError::Config {
                path: "configuration".into(),
                field: "number of blocks and experts".into(),
                value: format!("so large that there are more than {MOST} tensors"),
                expected: "fewer".into(),
            });
        }
        let name = format!("{}{name}", self.scope);
        self.listed.push(Parameter { name: name.clone(), shape: shape.to_vec() });
        match &mut self.values {
            Some(values) => {
                let data = values(&name, &shape)?;
                let value = Tensor::from_data(data, &self.device).set_require_grad(false);
                Ok(Param::initialized(ParamId::new(), value))
            }
            None => Ok(Param::uninitialized(
                ParamId::new(),
                move |device, _| Tensor::zeros(shape, device),
                self.device.clone(),
                false,
                shape.into(),
            )),
        }
    }

    pub(crate) fn into_listed(self) -> Vec<Parameter> {
        self.listed
    }
}
