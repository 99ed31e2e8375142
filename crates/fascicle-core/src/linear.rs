//! The sparse linear layer.

use burn::backend::Dispatch;
use burn::tensor::{DType, Device, Tensor};

use crate::csr::check_dtype;
use crate::ops::{Bias, PathwayOps};
use crate::{CoreError, Csr, device_name};

/// y = x Wᵀ + b, where W has the pattern `w` and the entries `values`.
///
/// Differentiable in `x`, `values` and `bias`, on every device; the gradient for `values` is computed at the
/// entries alone. About 2 · n · nnz floating-point operations, as has each of the two large gradients. On the
/// CPU the result does not depend on the number of threads, save the last bits of the gradient for `values`.
///
/// # Shapes
/// - `x`: `[n, cols]`, in any memory layout
/// - `values`: `[nnz]`, in the order of [`Csr::entries`]
/// - `bias`: `[rows]`
/// - output: `[n, rows]`
///
/// # Errors
/// When a shape does not fit the matrix, when dtypes or devices differ, when the dtype is neither f32 nor f64
/// or not one that the device computes in, and when two arguments are differentiated under different
/// checkpointing strategies.
pub fn csr_linear(
    x: Tensor<2>,
    w: &Csr,
    values: Tensor<1>,
    bias: Option<Tensor<1>>,
) -> Result<Tensor<2>, CoreError> {
    let n = x.dims()[0];
    w.fits("x", x.dims(), [n, w.cols()], "[n, columns]")?;
    w.fits("values", values.dims(), [w.nnz()], "[entries]")?;
    let input = Input { device: x.device(), dtype: x.dtype() };
    check_dtype(input.dtype, &input.device)?;
    input.check_device("the sparse pattern", &w.device())?;
    input.check("values", &values)?;
    if let Some(bias) = &bias {
        w.fits("bias", bias.dims(), [w.rows()], "[rows]")?;
        input.check("bias", bias)?;
        check_strategies("bias", &values.device(), &bias.device())?;
    }
    let y = Dispatch::csr_linear(x.into_dispatch(), values.into_dispatch(), Bias::of(bias), w.pattern());
    Ok(Tensor::from_dispatch(y))
}

/// What the other arguments must agree with.
struct Input {
    device: Device,
    dtype: DType,
}

impl Input {
    fn check(&self, what: &'static str, tensor: &Tensor<1>) -> Result<(), CoreError> {
        if tensor.dtype() != self.dtype {
            let (found, expected) = (tensor.dtype().name(), self.dtype.name());
            return Err(CoreError::MixedDTypes { what, found, expected });
        }
        let device = tensor.device();
        self.check_device(what, &device)?;
        check_strategies(what, &self.device, &device)
    }

    fn check_device(&self, what: &'static str, device: &Device) -> Result<(), CoreError> {
        if *device == self.device {
            return Ok(());
        }
        Err(CoreError::MixedDevices { what, found: device_name(device), expected: device_name(&self.device) })
    }
}

/// burn panics where one operation is to be checkpointed in two ways.
fn check_strategies(what: &'static str, one: &Device, other: &Device) -> Result<(), CoreError> {
    match (one.gradient_checkpointing_strategy(), other.gradient_checkpointing_strategy()) {
        (Some(one), Some(other)) if one != other => Err(CoreError::MixedCheckpointing { what }),
        _ => Ok(()),
    }
}
