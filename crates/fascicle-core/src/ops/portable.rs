//! The operations in terms of burn's own: gather the inputs of every entry, weigh them, scatter-add.
//!
//! Needs `n · nnz` numbers of working memory. It is what the kernels are tested against, and through burn's
//! gradients of its parts it tests the handwritten gradients as well.

use burn::backend::tensor::{FloatTensor, IndexingUpdateOp};
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::Shape;

use super::{Bias, Pattern};

/// y = x Wᵀ + b; see [`PathwayOps::csr_linear`](super::PathwayOps::csr_linear).
pub fn csr_linear<B: Backend>(
    x: FloatTensor<B>,
    values: FloatTensor<B>,
    bias: Bias<B>,
    pattern: &Pattern<B>,
) -> FloatTensor<B> {
    let n = x.shape()[0];
    let y = zeros_like::<B>(&x, [n, pattern.rows]);
    let y = if is_empty(pattern, n) {
        y
    } else {
        let terms = weighted::<B>(B::float_select(x, 1, pattern.col.clone()), values);
        B::float_select_assign(y, 1, pattern.row.clone(), terms, IndexingUpdateOp::Add)
    };
    match bias.into_option() {
        Some(bias) => B::float_add(y, B::float_reshape(bias, Shape::from([1, pattern.rows]))),
        None => y,
    }
}

/// dx = dy W; see [`PathwayOps::csr_linear_grad_x`](super::PathwayOps::csr_linear_grad_x).
pub fn csr_linear_grad_x<B: Backend>(
    grad: FloatTensor<B>,
    values: FloatTensor<B>,
    pattern: &Pattern<B>,
) -> FloatTensor<B> {
    let n = grad.shape()[0];
    let dx = zeros_like::<B>(&grad, [n, pattern.cols]);
    if is_empty(pattern, n) {
        return dx;
    }
    let terms = weighted::<B>(B::float_select(grad, 1, pattern.row.clone()), values);
    B::float_select_assign(dx, 1, pattern.col.clone(), terms, IndexingUpdateOp::Add)
}

/// dv = dyᵀ x at the pattern; see [`PathwayOps::csr_linear_grad_values`](super::PathwayOps::csr_linear_grad_values).
pub fn csr_linear_grad_values<B: Backend>(
    grad: FloatTensor<B>,
    x: FloatTensor<B>,
    pattern: &Pattern<B>,
) -> FloatTensor<B> {
    let n = grad.shape()[0];
    let nnz = entries(pattern);
    if is_empty(pattern, n) {
        return zeros_like::<B>(&grad, [nnz]);
    }
    let at_rows = B::float_select(grad, 1, pattern.row.clone());
    let at_cols = B::float_select(x, 1, pattern.col.clone());
    B::float_reshape(B::float_sum_dim(B::float_mul(at_rows, at_cols), 0), Shape::from([nnz]))
}

/// Number of stored entries.
pub(super) fn entries<B: Backend>(pattern: &Pattern<B>) -> usize {
    pattern.col.shape()[0]
}

/// Whether every product is an empty sum, which not every backend's gather takes.
pub(super) fn is_empty<B: Backend>(pattern: &Pattern<B>, n: usize) -> bool {
    n == 0 || entries(pattern) == 0
}

/// Zeros on the device and in the dtype of `like`.
pub(super) fn zeros_like<B: Backend>(like: &FloatTensor<B>, shape: impl Into<Shape>) -> FloatTensor<B> {
    B::float_zeros(shape.into(), &like.device(), like.dtype().into())
}

/// `[n, nnz]` times the values, column by column.
fn weighted<B: Backend>(picked: FloatTensor<B>, values: FloatTensor<B>) -> FloatTensor<B> {
    let nnz = values.shape()[0];
    B::float_mul(picked, B::float_reshape(values, Shape::from([1, nnz])))
}
