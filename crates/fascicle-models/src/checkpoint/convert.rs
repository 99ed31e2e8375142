//! From the bytes of a file to numbers, as they are read: nothing is held twice.

mod gather;

use half::bf16;
use half::f16;
use half::slice::{HalfBitsSliceExt, HalfFloatSliceExt};
use rayon::prelude::*;
use safetensors::Dtype;

use super::strided::Strided;
use super::weights::RawTensor;
use crate::error::ModelError;
use gather::gather;

/// Elements that are read at once.
const CHUNK: usize = 1 << 18;

/// Whether [`floats`] knows a type.
pub(crate) fn is_float(dtype: Dtype) -> bool {
    matches!(dtype, Dtype::F32 | Dtype::F16 | Dtype::BF16 | Dtype::F64)
}

/// Numbers in f32, and whether all of them are finite.
pub(crate) struct Floats {
    pub(crate) values: Vec<f32>,
    pub(crate) finite: bool,
}

/// The elements of `array`, which lies in the tensor's storage, widened (or, for f64, rounded) to f32.
///
/// The tensor must be of a floating-point type.
pub(crate) fn floats(tensor: &RawTensor, array: &Strided) -> Result<Floats, ModelError> {
    let mut values = vec![0.0; array.len()];
    let finite = if array.is_contiguous() {
        stream(tensor, array.offset, &mut values)?
    } else {
        gather(tensor, array, &mut values)?
    };
    Ok(Floats { values, finite })
}

/// Reads what follows element `first` of the storage; the numbers are looked at while they are in the cache.
fn stream(tensor: &RawTensor, first: usize, out: &mut [f32]) -> Result<bool, ModelError> {
    out.par_chunks_mut(CHUNK)
        .enumerate()
        .map_init(Vec::new, |scratch, (i, out)| {
            read(tensor, first + i * CHUNK, out, scratch)?;
            Ok(all_finite(out))
        })
        .try_reduce(|| true, |a, b| Ok(a & b))
}

fn read(tensor: &RawTensor, first: usize, out: &mut [f32], scratch: &mut Vec<u64>) -> Result<(), ModelError> {
    if tensor.dtype == Dtype::F32 {
        tensor.read(first, bytemuck::cast_slice_mut(out))?;
        if cfg!(target_endian = "big") {
            out.iter_mut().for_each(|value| *value = f32::from_bits(value.to_bits().swap_bytes()));
        }
        return Ok(());
    }
    let bytes = out.len() * tensor.element_bytes();
    scratch.resize(bytes.div_ceil(8), 0);
    let bytes = &mut bytemuck::cast_slice_mut::<u64, u8>(scratch)[..bytes];
    tensor.read(first, bytes)?;
    if cfg!(target_endian = "big") {
        bytes.chunks_exact_mut(tensor.element_bytes()).for_each(<[u8]>::reverse);
    }
    match tensor.dtype {
        Dtype::F16 => {
            bytemuck::cast_slice::<u8, u16>(bytes).reinterpret_cast::<f16>().convert_to_f32_slice(out);
        }
        Dtype::BF16 => {
            bytemuck::cast_slice::<u8, u16>(bytes).reinterpret_cast::<bf16>().convert_to_f32_slice(out);
        }
        _ => {
            for (out, value) in out.iter_mut().zip(bytemuck::cast_slice::<u8, f64>(bytes)) {
                *out = *value as f32;
            }
        }
    }
    Ok(())
}

/// No early end: the whole of a short slice is faster to look at than to leave.
fn all_finite(values: &[f32]) -> bool {
    values.iter().fold(true, |finite, value| finite & value.is_finite())
}

/// Whole-number (and truth-value) bytes as i64; `None` for other types and for values beyond i64.
pub(crate) fn to_i64(dtype: Dtype, bytes: &[u8]) -> Option<Vec<i64>> {
    Some(match dtype {
        Dtype::I64 => each(bytes, i64::from_le_bytes),
        Dtype::I32 => each(bytes, |b| i32::from_le_bytes(b).into()),
        Dtype::I16 => each(bytes, |b| i16::from_le_bytes(b).into()),
        Dtype::I8 => each(bytes, |b| i8::from_le_bytes(b).into()),
        Dtype::U16 => each(bytes, |b| u16::from_le_bytes(b).into()),
        Dtype::U32 => each(bytes, |b| u32::from_le_bytes(b).into()),
        Dtype::U64 => {
            each(bytes, u64::from_le_bytes).into_iter().map(|v| v.try_into().ok()).collect::<Option<_>>()?
        }
        Dtype::U8 | Dtype::BOOL => each(bytes, |[b]: [u8; 1]| b.into()),
        _ => return None,
    })
}

fn each<const N: usize, T>(bytes: &[u8], read: impl Fn([u8; N]) -> T) -> Vec<T> {
    bytes.as_chunks::<N>().0.iter().map(|chunk| read(*chunk)).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::Arc;

    use super::super::strided::Axis;
    use super::super::weights::{OpenFile, Storage};
    use super::*;

    /// A tensor of a file on disk or of memory.
    fn tensor(dtype: Dtype, bytes: &[u8], on_disk: bool) -> (tempfile::NamedTempFile, RawTensor) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"before").unwrap();
        file.write_all(bytes).unwrap();
        let count = bytes.len() * 8 / dtype.bitsize();
        let tensor = RawTensor {
            name: "x".into(),
            dtype,
            shape: vec![count],
            file: Arc::new(OpenFile::open(file.path()).unwrap()),
            storage: if on_disk { Storage::File { start: 6 } } else { Storage::Memory(bytes.into()) },
            array: Strided::contiguous(&[count]),
        };
        (file, tensor)
    }

    #[test]
    fn every_array_is_what_its_positions_say() {
        let axis = |len, stride| Axis { len, stride };
        let arrays = [
            Strided::contiguous(&[1100, 1000]),
            Strided::contiguous(&[1100, 1000]).transposed(),
            Strided::contiguous(&[33, 31]).transposed(),
            Strided::contiguous(&[1, 7]).transposed(),
            Strided::contiguous(&[0, 7]).transposed(),
            Strided::contiguous(&[100, 300]).narrow(1, 100, 100),
            Strided::contiguous(&[300, 100]).narrow(1, 99, 1),
            Strided::contiguous(&[4, 30, 50]).narrow(1, 10, 10).transposed(),
            // interleaved by head, transposed: [in, head, d_head] of [head, 3, d_head, in]
            Strided { offset: 2 * 64 * 512, axes: vec![axis(512, 1), axis(8, 3 * 64 * 512), axis(64, 512)] },
            // every element on a line of its own
            Strided { offset: 3, axes: vec![axis(7, 90_000), axis(3, 2)] },
            Strided { offset: 1, axes: vec![axis(5, 0), axis(40, 1)] },
            Strided::contiguous(&[]),
        ];
        let count = 1_100_000;
        let numbers: Vec<f32> = (0..count).map(|i| (i % 65_536) as f32).collect();
        let bytes: Vec<u8> = numbers.iter().flat_map(|value| value.to_le_bytes()).collect();
        for on_disk in [true, false] {
            let (_file, tensor) = tensor(Dtype::F32, &bytes, on_disk);
            for array in &arrays {
                let expected: Vec<f32> = array.positions().map(|at| numbers[at]).collect();
                let got = floats(&tensor, array).unwrap();
                assert!(got.values == expected, "{array:?}");
                assert!(got.finite);
            }
        }
    }

    #[test]
    fn only_numbers_of_the_array_count_as_not_finite() {
        let mut numbers = vec![0.0f32; 100];
        numbers[55] = f32::NAN;
        let bytes: Vec<u8> = numbers.iter().flat_map(|value| value.to_le_bytes()).collect();
        let (_file, tensor) = tensor(Dtype::F32, &bytes, true);
        let columns = |part: usize| Strided::contiguous(&[10, 10]).narrow(1, 5 * part, 5);
        assert!(floats(&tensor, &columns(0)).unwrap().finite);
        assert!(!floats(&tensor, &columns(1)).unwrap().finite);
        assert!(!floats(&tensor, &Strided::contiguous(&[10, 10]).transposed()).unwrap().finite);
        assert!(!floats(&tensor, &tensor.array).unwrap().finite);
    }

    #[test]
    fn widening_is_exact() {
        let numbers = [1.5f32, -0.0, f32::INFINITY, 0.5f32.powi(14), -65_280.0];
        let check = |dtype, bytes: Vec<u8>| {
            let (_file, tensor) = tensor(dtype, &bytes, true);
            let got = floats(&tensor, &tensor.array).unwrap();
            let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&got.values), bits(&numbers), "{dtype}");
            assert!(!got.finite);
            assert_eq!(tensor.bytes().unwrap(), bytes);
        };
        check(Dtype::F32, numbers.iter().flat_map(|v| v.to_le_bytes()).collect());
        check(Dtype::F64, numbers.iter().flat_map(|v| f64::from(*v).to_le_bytes()).collect());
        check(Dtype::F16, numbers.iter().flat_map(|v| f16::from_f32(*v).to_le_bytes()).collect());
        check(Dtype::BF16, numbers.iter().flat_map(|v| bf16::from_f32(*v).to_le_bytes()).collect());
    }

    #[test]
    fn whole_numbers() {
        assert_eq!(to_i64(Dtype::BOOL, &[0, 1]).unwrap(), [0, 1]);
        assert_eq!(to_i64(Dtype::I16, &[254, 255]).unwrap(), [-2]);
        assert_eq!(to_i64(Dtype::U64, &[255; 8]), None);
        assert_eq!(to_i64(Dtype::F32, &[0; 4]), None);
    }

    #[test]
    fn a_file_that_shrinks_is_an_error() {
        let (file, tensor) = tensor(Dtype::F32, &[0; 400], true);
        file.as_file().set_len(100).unwrap();
        let error = floats(&tensor, &tensor.array).map(|_| ()).unwrap_err().to_string();
        assert!(error.ends_with("cannot read: failed to fill whole buffer"), "{error}");
    }
}
