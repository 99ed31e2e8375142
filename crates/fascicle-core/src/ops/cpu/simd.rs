//! The two inner loops, compiled once for each instruction set and chosen at run time.
//!
//! Both work on blocks of the batch that were laid out feature by feature: `block[f · width + s]` is feature
//! `f` of sample `s`. So every entry of W meets `width` samples at once, in whole vectors, whatever the
//! pattern looks like.

use macerator::{ReduceAdd, Simd, VAdd, VMul, VMulAdd, Vector, vstore_unaligned};

/// The numbers that the kernels compute with.
pub(crate) trait Real:
    VMulAdd + VAdd + VMul + ReduceAdd + std::ops::AddAssign + Send + Sync + 'static
{
    const ONE: Self;

    /// A square turned over its diagonal.
    fn turn(square: [[Self; 4]; 4]) -> [[Self; 4]; 4] {
        std::array::from_fn(|i| std::array::from_fn(|j| square[j][i]))
    }
}

impl Real for f32 {
    const ONE: Self = 1.0;

    /// By shuffles, which the compiler does not find by itself and every x86-64 has.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn turn(square: [[Self; 4]; 4]) -> [[Self; 4]; 4] {
        use std::arch::x86_64::{__m128, _mm_movehl_ps, _mm_movelh_ps, _mm_unpackhi_ps, _mm_unpacklo_ps};
        // SAFETY: four numbers are one register; a target of x86-64 has these instructions
        unsafe {
            let [a, b, c, d] = std::mem::transmute::<[[f32; 4]; 4], [__m128; 4]>(square);
            let (ab_low, ab_high) = (_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b));
            let (cd_low, cd_high) = (_mm_unpacklo_ps(c, d), _mm_unpackhi_ps(c, d));
            std::mem::transmute::<[__m128; 4], [[f32; 4]; 4]>([
                _mm_movelh_ps(ab_low, cd_low),
                _mm_movehl_ps(cd_low, ab_low),
                _mm_movelh_ps(ab_high, cd_high),
                _mm_movehl_ps(cd_high, ab_high),
            ])
        }
    }
}

impl Real for f64 {
    const ONE: Self = 1.0;
}

/// Numbers that one vector register of this machine holds.
#[macerator::with_simd]
pub(super) fn lanes<S: Simd, T: Real>(zero: T) -> usize {
    let _ = zero;
    T::lanes::<S>()
}

/// `out[r · width + s] = bias[r] + Σ values[k] · block[idx[k] · width + s]` over the entries k of row r.
///
/// `ptr` is the part of the row pointer that belongs to the rows of `out` (one element more than rows);
/// it points into the whole `idx` and `values`. `width` must be `VECTORS` registers and the block begin where
/// a register may; `CHAINS` sums run side by side, to hide the latency of the multiply-add.
// the macro cannot name an elided lifetime inside an Option
#[allow(clippy::needless_lifetimes)]
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
    assert_eq!(width, VECTORS * T::lanes::<S>(), "block width");
    let block = vectors::<S, T>(block);
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
            for ((&idx, &value), sum) in idx.iter().zip(values).zip(&mut sums) {
                accumulate(feature(block, idx), value, sum);
            }
        }
        for (&idx, &value) in idx_chunks.remainder().iter().zip(value_chunks.remainder()) {
            accumulate(feature(block, idx), value, &mut sums[0]);
        }
        let total: [Vector<S, T>; VECTORS] =
            std::array::from_fn(|v| sums[1..].iter().fold(sums[0][v], |total, sum| total + sum[v]));
        for (out, sum) in out.chunks_exact_mut(T::lanes::<S>()).zip(total) {
            // SAFETY: `out` holds as many numbers as a vector has lanes
            unsafe { vstore_unaligned::<S, T>(out.as_mut_ptr(), sum) };
        }
    }
}

/// `out[k] += Σ grad[r · width + s] · block[idx[k] · width + s]` over the samples s, for the entries k of the
/// rows of `grad`.
///
/// `ptr` and `width` as in [`multiply`]; `idx` and `out` hold the entries of these rows alone.
#[macerator::with_simd]
pub(super) fn sample<S: Simd, T: Real, const VECTORS: usize>(
    grad: &[T],
    block: &[T],
    width: usize,
    ptr: &[i32],
    idx: &[i32],
    out: &mut [T],
) {
    assert_eq!(width, VECTORS * T::lanes::<S>(), "block width");
    let (grad, block) = (vectors::<S, T>(grad), vectors::<S, T>(block));
    let first = ptr[0] as usize;
    for (row, ends) in ptr.windows(2).enumerate() {
        let entries = ends[0] as usize - first..ends[1] as usize - first;
        let grad: [Vector<S, T>; VECTORS] = *feature(grad, row as i32);
        for (&idx, out) in idx[entries.clone()].iter().zip(&mut out[entries]) {
            let x: &[Vector<S, T>; VECTORS] = feature(block, idx);
            let zero = T::default().splat::<S>();
            let sum = grad.iter().zip(x).fold(zero, |sum, (grad, &x)| grad.mul_add(x, sum));
            *out += sum.reduce_add();
        }
    }
}

/// A block as registers.
#[inline(always)]
fn vectors<S: Simd, T: Real>(block: &[T]) -> &[Vector<S, T>] {
    let (before, vectors, after) = T::align_to::<S>(block);
    assert!(before.is_empty() && after.is_empty(), "block alignment");
    vectors
}

/// The samples of one feature, out of a block that is `VECTORS` registers wide.
#[inline(always)]
fn feature<S: Simd, T: Real, const VECTORS: usize>(
    block: &[Vector<S, T>],
    feature: i32,
) -> &[Vector<S, T>; VECTORS] {
    // invariant: `Csr` admits no column beyond the features of the block
    block[feature as usize * VECTORS..].first_chunk().expect("a block holds whole features")
}

/// `sums += weight · samples`.
#[inline(always)]
fn accumulate<S: Simd, T: Real, const VECTORS: usize>(
    samples: &[Vector<S, T>; VECTORS],
    weight: T,
    sums: &mut [Vector<S, T>; VECTORS],
) {
    let weight = weight.splat::<S>();
    for (sum, &samples) in sums.iter_mut().zip(samples) {
        *sum = weight.mul_add(samples, *sum);
    }
}
