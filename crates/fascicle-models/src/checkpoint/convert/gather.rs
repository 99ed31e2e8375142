//! Arrays whose elements are spread over their storage: transposed, fused, interleaved.

use rayon::prelude::*;

use super::{CHUNK, all_finite, stream};
use crate::checkpoint::strided::{Piece, Strided};
use crate::checkpoint::weights::RawTensor;
use crate::error::ModelError;

/// Elements of a storage from which a part of an array is picked at once.
const SPAN: usize = 1 << 20;

/// Picks an array's elements from blocks of the storage, which are read in its order.
pub(super) fn gather(tensor: &RawTensor, array: &Strided, out: &mut [f32]) -> Result<bool, ModelError> {
    let mut pieces = Vec::new();
    Piece::whole(array).cut(SPAN, &mut pieces);
    let (mut finite, mut block) = (true, Vec::new());
    for piece in pieces.iter().filter(|piece| piece.from.len() > 0) {
        block.resize(piece.span(), 0.0);
        // what lies between the array's elements may be anything
        stream(tensor, piece.from.offset, &mut block)?;
        finite &= pick(&block, piece, out);
    }
    Ok(finite)
}

/// An axis of a piece: length, stride in the block, stride in the array.
#[derive(Clone, Copy)]
struct Step {
    len: usize,
    from: usize,
    to: usize,
}

/// Edge of the squares by which a matrix is turned, so that both sides stay within the cache.
const TILE: usize = 32;

/// Copies a piece, whose first element is that of `block`, to its places; says whether it is finite.
fn pick(block: &[f32], piece: &Piece, out: &mut [f32]) -> bool {
    let axes: Vec<Step> = (piece.from.axes.iter().zip(&piece.to.axes))
        .filter(|(from, _)| from.len > 1)
        .map(|(from, to)| Step { len: from.len, from: from.stride, to: to.stride })
        .collect();
    let out = &mut out[piece.to.offset..];
    let Some((first, rest)) = axes.split_first() else {
        out[0] = block[0];
        return block[0].is_finite();
    };
    // threads share the array by its slowest axis
    let others: usize = rest.iter().map(|axis| axis.len).product();
    let rows = TILE * (CHUNK / 16 / TILE / others).max(1);
    out.par_chunks_mut(first.to * rows)
        .take(first.len.div_ceil(rows))
        .enumerate()
        .map(|(chunk, out)| {
            let start = chunk * rows;
            let mut axes = axes.clone();
            axes[0].len = rows.min(first.len - start);
            // the axis along which both sides are walked in tiles: the one that is contiguous in the block
            let inner = axes.pop().unwrap_or(Step { len: 1, from: 1, to: 1 });
            let across = axes.iter().position(|axis| axis.from == 1 && inner.from != 1);
            let across = across.map(|at| axes.remove(at));
            copy(&block[start * first.from..], &axes, across, inner, out)
        })
        .reduce(|| true, |a, b| a & b)
}

fn copy(block: &[f32], outer: &[Step], across: Option<Step>, inner: Step, out: &mut [f32]) -> bool {
    if let Some((first, rest)) = outer.split_first() {
        return (0..first.len).fold(true, |finite, i| {
            finite & copy(&block[i * first.from..], rest, across, inner, &mut out[i * first.to..])
        });
    }
    let mut finite = true;
    match across {
        None if inner.from == 1 && inner.to == 1 => {
            let (block, out) = (&block[..inner.len], &mut out[..inner.len]);
            out.copy_from_slice(block);
            finite = all_finite(block);
        }
        None => {
            for i in 0..inner.len {
                let value = block[i * inner.from];
                finite &= value.is_finite();
                out[i * inner.to] = value;
            }
        }
        Some(across) => {
            for tile in (0..across.len).step_by(TILE) {
                for start in (0..inner.len).step_by(TILE) {
                    for a in tile..across.len.min(tile + TILE) {
                        for i in start..inner.len.min(start + TILE) {
                            let value = block[a * across.from + i * inner.from];
                            finite &= value.is_finite();
                            out[a * across.to + i * inner.to] = value;
                        }
                    }
                }
            }
        }
    }
    finite
}
