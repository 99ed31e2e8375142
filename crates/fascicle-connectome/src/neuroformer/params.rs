//! Where parameters come from: one walk over the network builds it, whether from chance or from a file.

use burn::module::Param;
use burn::tensor::{DType, Device, Tensor, TensorData};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::NeuroformerError;
use crate::random::normal;

/// What a parameter is before training.
#[derive(Clone, Copy)]
pub(super) enum First {
    /// Normal with the network's standard deviation.
    Normal,
    Zeros,
    Ones,
}

/// Gives the values of a parameter by its name.
type Values<'a> = Box<dyn FnMut(&str, &[usize], First) -> Result<Vec<f64>, NeuroformerError> + 'a>;

/// A walk that builds parameters.
pub(super) struct Params<'a> {
    device: Device,
    dtype: DType,
    path: Vec<String>,
    values: Values<'a>,
}

impl<'a> Params<'a> {
    /// First weights drawn from `seed`, the same on every device.
    pub(super) fn random(std: f64, seed: u64, device: &Device, dtype: DType) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let values = move |_: &str, shape: &[usize], first| {
            let count = shape.iter().product();
            Ok(match first {
                First::Normal => (0..count).map(|_| std * normal(&mut rng)).collect(),
                First::Zeros => vec![0.0; count],
                First::Ones => vec![1.0; count],
            })
        };
        Self::from(values, device, dtype)
    }

    /// Values from anywhere.
    pub(super) fn from(
        values: impl FnMut(&str, &[usize], First) -> Result<Vec<f64>, NeuroformerError> + 'a,
        device: &Device,
        dtype: DType,
    ) -> Self {
        Self { device: device.clone(), dtype, path: Vec::new(), values: Box::new(values) }
    }

    /// Walks over the part called `name`.
    pub(super) fn part<T>(
        &mut self,
        name: impl ToString,
        walk: impl FnOnce(&mut Self) -> Result<T, NeuroformerError>,
    ) -> Result<T, NeuroformerError> {
        self.path.push(name.to_string());
        let built = walk(self);
        self.path.pop();
        built
    }

    /// Walks over the numbered parts of `name`.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        count: usize,
        mut walk: impl FnMut(&mut Self) -> Result<T, NeuroformerError>,
    ) -> Result<Vec<T>, NeuroformerError> {
        self.part(name, |params| (0..count).map(|at| params.part(at, &mut walk)).collect())
    }

    pub(super) fn take<const D: usize>(
        &mut self,
        name: &str,
        shape: [usize; D],
        first: First,
    ) -> Result<Param<Tensor<D>>, NeuroformerError> {
        self.path.push(name.to_owned());
        let values = (self.values)(&self.path.join("."), &shape, first);
        self.path.pop();
        let data = TensorData::new(values?, shape);
        Ok(Param::from_tensor(Tensor::from_data(data, (&self.device, self.dtype))))
    }
}
