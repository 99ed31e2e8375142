//! The two inner loops, compiled once for each instruction set and chosen at run time.
//!
//! Both work on blocks of the batch that were laid out feature by feature: `block[f · width + s]` is feature
//! `f` of sample `s`. So every entry of W meets `width` samples at once, in whole vectors, whatever the
//! pattern looks like.

use macerator::{ReduceAdd, Simd, VAdd, VMul, VMulAdd, Vector, vload_unaligned, vstore_unaligned};

/// The numbers that the kernels compute with.
pub(crate) trait Real:
    VMulAdd + VAdd + VMul + ReduceAdd + std::ops::AddAssign + Send + Sync + 'static
{
}

impl Real for f32 {}
impl Real for f64 {}

/// Numbers that one vector register of this machine holds.
#[macerator::with_simd]
pub(super) fn lanes<S: Simd, T: Real>(zero: T) -> usize {
    let _ = zero;
    T::lanes::<S>()
}

/// `out[r · width + s] = bias[r] + Σ values[k] · block[idx[k] · width + s]` over the entries k of row r.
///
/// `ptr` is the part of the row pointer that belongs to the rows of `out` (one element more than rows);
/// it points into the whole `idx` and `values`. `width` must be `VECTORS` registers; `CHAINS` sums run
/// side by side, to hide the latency of the multiply-add.
#[macerator::with_simd]
pub(super) fn multiply<'b, S: Simd, T: Real, const VECTORS: usize, const CHAINS: usize>(
    block: &[T],
    width: usize,
    ptr: &[i32],
    idx: &[i32],
    values: &[T],
    bias: Option<&'b [T]>,
    out: &mut [T],
) {
    let lanes = T::lanes::<S>();
    assert_eq!(width, VECTORS * lanes, "block width");
    for (row, out) in out.chunks_exact_mut(width).enumerate() {
        let entries = ptr[row] as usize..ptr[row + 1] as usize;
        let (idx, values) = (&idx[entries.clone()], &values[entries]);
        let mut sums = [[T::default().splat::<S>(); VECTORS]; CHAINS];
        if let Some(bias) = bias {
            sums[0] = [bias[row].splat::<S>(); VECTORS];
        }
        let mut idx_chunks = idx.chunks_exact(CHAINS);
        let mut value_chunks = values.chunks_exact(CHAINS);
        for (idx, values) in (&mut idx_chunks).zip(&mut value_chunks) {
            for chain in 0..CHAINS {
                accumulate(feature(block, idx[chain], width), values[chain], &mut sums[chain]);
            }
        }
        for (&idx, &value) in idx_chunks.remainder().iter().zip(value_chunks.remainder()) {
            accumulate(feature(block, idx, width), value, &mut sums[0]);
        }
        let (first, others) = sums.split_at_mut(1);
        let total = &mut first[0];
        for other in others {
            for v in 0..VECTORS {
                total[v] += other[v];
            }
        }
        for (out, &sum) in out.chunks_exact_mut(lanes).zip(total.iter()) {
            // SAFETY: `out` holds `lanes` numbers
            unsafe { vstore_unaligned::<S, T>(out.as_mut_ptr(), sum) };
        }
    }
}

/// `out[k] += Σ grad[r · width + s] · block[idx[k] · width + s]` over the samples s, for the entries k of the
/// rows of `grad`.
///
/// `ptr` as in [`multiply`]; `idx` and `out` hold the entries of these rows alone.
#[macerator::with_simd]
pub(super) fn sample<S: Simd, T: Real, const VECTORS: usize>(
    grad: &[T],
    block: &[T],
    width: usize,
    ptr: &[i32],
    idx: &[i32],
    out: &mut [T],
) {
    let lanes = T::lanes::<S>();
    assert_eq!(width, VECTORS * lanes, "block width");
    let first = ptr[0] as usize;
    for (row, grad) in grad.chunks_exact(width).enumerate() {
        let entries = ptr[row] as usize - first..ptr[row + 1] as usize - first;
        let grad: [Vector<S, T>; VECTORS] = std::array::from_fn(|v| load(grad, v));
        for (&idx, out) in idx[entries.clone()].iter().zip(&mut out[entries]) {
            let x = feature(block, idx, width);
            let mut even = grad[0] * load(x, 0);
            let mut odd = T::default().splat::<S>();
            for v in 1..VECTORS {
                if v % 2 == 0 {
                    even = grad[v].mul_add(load(x, v), even);
                } else {
                    odd = grad[v].mul_add(load(x, v), odd);
                }
            }
            *out += (even + odd).reduce_add();
        }
    }
}

/// The samples of one feature.
#[inline(always)]
fn feature<T>(block: &[T], feature: i32, width: usize) -> &[T] {
    &block[feature as usize * width..][..width]
}

/// Vector number `v` of `samples`.
#[inline(always)]
fn load<S: Simd, T: Real>(samples: &[T], v: usize) -> Vector<S, T> {
    let lanes = T::lanes::<S>();
    let samples = &samples[v * lanes..][..lanes];
    // SAFETY: the slice holds `lanes` numbers
    unsafe { vload_unaligned(samples.as_ptr()) }
}

/// `sums += weight · samples`.
#[inline(always)]
fn accumulate<S: Simd, T: Real, const VECTORS: usize>(
    samples: &[T],
    weight: T,
    sums: &mut [Vector<S, T>; VECTORS],
) {
    let weight = weight.splat::<S>();
    for (v, sum) in sums.iter_mut().enumerate() {
        *sum = weight.mul_add(load(samples, v), *sum);
    }
}
