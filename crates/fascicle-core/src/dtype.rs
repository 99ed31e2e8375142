//! Which number formats Fascicle computes in, and the check that a device has them.
//!
//! The policy: compute in [`COMPUTE`] (f32) unless the caller asks for f64, which only devices that report it
//! may be asked for; checkpoints in other formats are converted on load. Half precision is not computed in,
//! because causal effects are differences of nearly equal numbers.

use burn::tensor::{DType, Device};

use crate::{CoreError, device_name};

/// What everything is computed in unless the caller says otherwise.
pub const COMPUTE: DType = DType::F32;

/// The formats that [`supported`] looks for, widest first.
const FLOATS: [DType; 4] = [DType::F64, DType::F32, DType::F16, DType::BF16];

/// The floating-point formats that `device` can compute in, widest first. Opens the device.
pub fn supported(device: &Device) -> Vec<DType> {
    FLOATS.into_iter().filter(|&dtype| device.supports_dtype(dtype)).collect()
}

/// Makes sure that `device` can compute in `dtype`.
///
/// # Errors
/// [`CoreError::DType`] when it cannot; the message lists what it can.
pub fn require(device: &Device, dtype: DType) -> Result<(), CoreError> {
    if device.supports_dtype(dtype) {
        return Ok(());
    }
    Err(CoreError::DType {
        device: device_name(device),
        dtype: dtype.name(),
        supported: supported(device).iter().map(burn::tensor::DType::name).collect(),
    })
}
