//! From the bytes of a file to numbers, and between the two layouts of a matrix.

use half::{bf16, f16};
use rayon::prelude::*;
use safetensors::Dtype;

/// Floating-point bytes widened (or, for f64, rounded) to f32; `None` for other types.
pub(crate) fn to_f32(dtype: Dtype, bytes: &[u8]) -> Option<Vec<f32>> {
    Some(match dtype {
        Dtype::F32 => each(bytes, f32::from_le_bytes),
        Dtype::F16 => each(bytes, |b| f16::from_le_bytes(b).to_f32()),
        Dtype::BF16 => each(bytes, |b| bf16::from_le_bytes(b).to_f32()),
        Dtype::F64 => each(bytes, |b| f64::from_le_bytes(b) as f32),
        _ => return None,
    })
}

/// Whole-number (and truth-value) bytes as i64; `None` for other types and for values beyond i64.
pub(crate) fn to_i64(dtype: Dtype, bytes: &[u8]) -> Option<Vec<i64>> {
    Some(match dtype {
        Dtype::I64 => each(bytes, i64::from_le_bytes),
        Dtype::I32 => each(bytes, |b| i32::from_le_bytes(b).into()),
        Dtype::I16 => each(bytes, |b| i16::from_le_bytes(b).into()),
        Dtype::I8 => each(bytes, |b| i8::from_le_bytes(b).into()),
        Dtype::U32 => each(bytes, |b| u32::from_le_bytes(b).into()),
        Dtype::U8 | Dtype::BOOL => each(bytes, |[b]: [u8; 1]| b.into()),
        _ => return None,
    })
}

fn each<const N: usize, T>(bytes: &[u8], read: impl Fn([u8; N]) -> T) -> Vec<T> {
    bytes.as_chunks::<N>().0.iter().map(|chunk| read(*chunk)).collect()
}

/// The transpose of a row-major `[rows, cols]` matrix.
pub(crate) fn transpose(values: &[f32], rows: usize, cols: usize) -> Vec<f32> {
    // tiles, so that both sides stay within the cache
    const TILE: usize = 32;
    let mut out = vec![0.0; values.len()];
    if values.is_empty() {
        return out;
    }
    out.par_chunks_mut(TILE * rows).enumerate().for_each(|(tile, out)| {
        let first = tile * TILE;
        for start in (0..rows).step_by(TILE) {
            for (c, line) in out.chunks_mut(rows).enumerate() {
                for (r, cell) in line.iter_mut().enumerate().take(start + TILE).skip(start) {
                    *cell = values[r * cols + first + c];
                }
            }
        }
    });
    out
}

/// Part `part` of `parts` equal groups of columns of a row-major matrix with `cols` columns.
pub(crate) fn columns(values: &[f32], cols: usize, part: usize, parts: usize) -> Vec<f32> {
    let width = cols / parts;
    values.chunks_exact(cols).flat_map(|row| row[part * width..][..width].iter().copied()).collect()
}

/// Part `part` of each head's rows (or numbers), where a head has `parts` equal parts.
pub(crate) fn head_rows(values: &[f32], part: usize, parts: usize, heads: usize) -> Vec<f32> {
    let size = values.len() / (heads * parts).max(1);
    (0..heads).flat_map(|head| values[(head * parts + part) * size..][..size].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposes_of_odd_sizes() {
        for (rows, cols) in [(1, 1), (1, 7), (33, 31), (65, 100), (3, 0)] {
            let values: Vec<f32> = (0..rows * cols).map(|i| i as f32).collect();
            let t = transpose(&values, rows, cols);
            for r in 0..rows {
                for c in 0..cols {
                    assert_eq!(t[c * rows + r], values[r * cols + c], "{rows}×{cols} at {r},{c}");
                }
            }
        }
    }

    #[test]
    fn columns_of_a_matrix() {
        assert_eq!(columns(&[0., 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11.], 6, 1, 3), [2., 3., 8., 9.]);
    }

    #[test]
    fn rows_of_heads() {
        let values: Vec<f32> = (0..12u8).map(f32::from).collect();
        assert_eq!(head_rows(&values, 1, 3, 2), [2., 3., 8., 9.]);
    }

    #[test]
    fn widening_is_exact() {
        let bytes: Vec<u8> =
            [1.5f32, -0.0, f32::MIN_POSITIVE].iter().flat_map(|v| bf16::from_f32(*v).to_le_bytes()).collect();
        assert_eq!(to_f32(Dtype::BF16, &bytes).unwrap(), [1.5, -0.0, f32::MIN_POSITIVE]);
        assert_eq!(to_f32(Dtype::I64, &[0; 8]), None);
        assert_eq!(to_i64(Dtype::BOOL, &[0, 1]).unwrap(), [0, 1]);
    }
}
