//! What the trained networks of this crate share: their error, their random numbers, the clipping of their gradients.
//!
//! Random numbers are drawn on the host from seeds and sent to the device, so that a run is the same on every device and
//! beside other threads: the generator of a burn device belongs to the whole process.

mod clip;
mod error;
mod random;

pub(crate) use clip::clip_by_global_norm;
pub use error::NetworkError;
#[cfg(test)]
pub(crate) use random::normals;
pub(crate) use random::{fill_normal, gumbel, uniform};

use burn::tensor::{DType, Device, Tensor, TensorData};

/// A tensor of these numbers.
pub(crate) fn tensor<const D: usize>(
    values: &[f64],
    shape: [usize; D],
    device: &Device,
    dtype: DType,
) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values.to_vec(), shape), (device, dtype))
}

/// A tensor's numbers, row-major.
pub(crate) fn read<const D: usize>(tensor: Tensor<D>, what: &'static str) -> Result<Vec<f64>, NetworkError> {
    tensor.try_into_vec_as::<f64>().map_err(|error| NetworkError::Read { what, problem: error.to_string() })
}

/// A row-major matrix's columns as rows.
pub(crate) fn turned<T: Copy>(matrix: &[T], columns: usize) -> Vec<T> {
    let rows = matrix.len() / columns;
    (0..columns).flat_map(|column| (0..rows).map(move |row| matrix[row * columns + column])).collect()
}
