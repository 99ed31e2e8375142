//! Numbers in f32 as the bytes of the type that a tensor has.

use half::{bf16, f16};
use safetensors::Dtype;

use crate::checkpoint::strided::Strided;
use crate::checkpoint::weights::RawTensor;
use crate::error::ModelError;

/// Writes values to their places in a tensor's bytes. A value that is what the bytes already say leaves them alone,
/// so that nothing is lost of types that hold more than f32 does.
pub(super) fn put(
    tensor: &RawTensor,
    bytes: &mut [u8],
    array: &Strided,
    values: &[f32],
) -> Result<(), ModelError> {
    let beyond = match tensor.dtype {
        Dtype::F32 => replace(bytes, array, values, f32::from_le_bytes, |v| Some(v.to_le_bytes())),
        Dtype::F64 => replace(
            bytes,
            array,
            values,
            |b| f64::from_le_bytes(b) as f32,
            |v| Some(f64::from(v).to_le_bytes()),
        ),
        Dtype::F16 => replace(
            bytes,
            array,
            values,
            |b| f16::from_le_bytes(b).to_f32(),
            |v| Some(f16::from_f32(v)).filter(|h| h.is_finite() || !v.is_finite()).map(f16::to_le_bytes),
        ),
        Dtype::BF16 => replace(
            bytes,
            array,
            values,
            |b| bf16::from_le_bytes(b).to_f32(),
            |v| Some(bf16::from_f32(v)).filter(|h| h.is_finite() || !v.is_finite()).map(bf16::to_le_bytes),
        ),
        // a plan fills floating-point tensors only
        _ => None,
    };
    match beyond {
        Some(value) => Err(ModelError::WrongTensor {
            path: tensor.path().into(),
            name: tensor.name.clone(),
            got: format!("to hold {value} when saved"),
            expected: format!("values within the range of its type, {}", tensor.dtype),
        }),
        None => Ok(()),
    }
}

/// Gives the first value that the type cannot hold.
fn replace<const N: usize>(
    bytes: &mut [u8],
    array: &Strided,
    values: &[f32],
    read: impl Fn([u8; N]) -> f32,
    round: impl Fn(f32) -> Option<[u8; N]>,
) -> Option<f32> {
    let elements = bytes.as_chunks_mut::<N>().0;
    for (at, value) in array.positions().zip(values) {
        if read(elements[at]).to_bits() != value.to_bits() {
            match round(*value) {
                Some(rounded) => elements[at] = rounded,
                None => return Some(*value),
            }
        }
    }
    None
}
