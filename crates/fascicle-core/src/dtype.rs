//! Which number formats Fascicle computes in, and the check that a device has them.
//!
//! The policy: compute in [`COMPUTE`] (f32) unless the caller asks for f64, which only devices that report it
//! may be asked for; checkpoints in other formats are converted on load. Half precision is not computed in,
//! because causal effects are differences of nearly equal numbers. Nor is f64 on wgpu, whatever the device reports:
//! SPIR-V has exp, tanh and their kin for 16 and 32 bits alone, burn compiles them for f64 all the same, and drivers
//! answer with arbitrary numbers. Sums and products alone would be right; no network is made of these alone.

use burn::tensor::{DType, Device};

use crate::{CoreError, device_name};

/// What everything is computed in unless the caller says otherwise.
pub const COMPUTE: DType = DType::F32;

/// The formats that [`supported`] looks for, widest first.
const FLOATS: [DType; 4] = [DType::F64, DType::F32, DType::F16, DType::BF16];

/// The floating-point formats that `device` can compute in, widest first. Opens the device.
pub fn supported(device: &Device) -> Vec<DType> {
    let wgpu = device_name(device).starts_with("wgpu");
    let computes = |dtype: &DType| device.supports_dtype(*dtype) && !(wgpu && *dtype == DType::F64);
    FLOATS.into_iter().filter(computes).collect()
}

/// The widest floating-point format that `device` can compute in: f64, or f32 on wgpu. Opens the device.
pub fn widest(device: &Device) -> DType {
    supported(device).first().copied().unwrap_or(COMPUTE)
}

/// Makes sure that `device` can compute in `dtype`.
///
/// # Errors
/// [`CoreError::DType`] when it cannot; the message lists what it can.
pub fn require(device: &Device, dtype: DType) -> Result<(), CoreError> {
    let supported = supported(device);
    if supported.contains(&dtype) {
        return Ok(());
    }
    Err(CoreError::DType {
        device: device_name(device),
        dtype: dtype.name(),
        supported: supported.iter().map(burn::tensor::DType::name).collect(),
    })
}
