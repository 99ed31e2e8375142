//! Dense layers of many rows: each thread multiplies a few hundred of them and goes on with what it has before it leaves
//! the cache. The result is written once, into memory that nobody cleared for it.

use gemm::Parallelism;
use rayon::prelude::*;

use super::Real;
use super::matrix::{Matrix, product_into};
use super::pointwise::in_shares;

/// Rows that a thread multiplies at a time: enough that laying out the matrix for them costs little.
const PANEL: usize = 256;

/// `finish(x · weights)`, `[n, columns]`, where `finish` changes any number of whole rows, in place.
pub(super) fn dense_layer<T: Real>(
    x: Matrix<'_, T>,
    weights: Matrix<'_, T>,
    finish: impl Fn(&mut [T]) + Sync,
) -> Vec<T> {
    let ([n, _], [_, columns]) = (x.dims(), weights.dims());
    let mut y = Vec::with_capacity(n * columns);
    let out = &mut y.spare_capacity_mut()[..n * columns];
    let threads = rayon::current_num_threads();
    if n < PANEL * threads || columns == 0 {
        // one product for all threads, which cut it in both directions
        let y = product_into(x, weights, out, Parallelism::Rayon(threads));
        in_shares(y, columns.max(1), |_, rows| finish(rows));
    } else {
        let panels = n.div_ceil(PANEL).next_multiple_of(threads);
        let panel = n.div_ceil(panels);
        out.par_chunks_mut(panel * columns).enumerate().for_each(|(i, out)| {
            let rows = i * panel..i * panel + out.len() / columns;
            finish(product_into(x.rows(rows), weights, out, Parallelism::None));
        });
    }
    // SAFETY: both ways wrote all n · columns numbers
    unsafe { y.set_len(n * columns) };
    y
}
