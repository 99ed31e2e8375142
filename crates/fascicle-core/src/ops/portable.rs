//! The operations in terms of burn's own. This is what the kernels are tested against, and through burn's gradients
//! of its parts it tests the handwritten gradients as well.
//!
//! The sparse product gathers the inputs of every entry, weighs them and scatter-adds: it needs `n · nnz` numbers of
//! working memory.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use burn::backend::tensor::{BoolTensor, FloatTensor, IndexingUpdateOp};
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::Shape;

use super::{Activation, Bias, Mask, PathwayOps, Pattern};

/// y = x Wᵀ + b; see [`PathwayOps::csr_linear`].
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

/// dx = dy W; see [`PathwayOps::csr_linear_grad_x`].
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

/// dv = dyᵀ x at the pattern; see [`PathwayOps::csr_linear_grad_values`].
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

/// activation(x · weight + b), the backend's own product and [`PathwayOps::bias_activation`]; see
/// [`PathwayOps::dense_layer`].
pub fn dense_layer<B: PathwayOps>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: Bias<B>,
    activation: Activation,
) -> FloatTensor<B> {
    let y = B::float_matmul(x, weight);
    match (&bias, activation) {
        (Bias::Absent, Activation::Identity) => y,
        _ => B::bias_activation(y, bias, activation),
    }
}

/// activation(x + b); see [`PathwayOps::bias_activation`].
pub fn bias_activation<B: Backend>(
    x: FloatTensor<B>,
    bias: Bias<B>,
    activation: Activation,
) -> FloatTensor<B> {
    let x = match bias.into_option() {
        Some(bias) => {
            let shape = x.shape();
            let mut broadcast = vec![1; shape.num_dims()];
            broadcast[shape.num_dims() - 1] = bias.shape()[0];
            B::float_add(x, B::float_reshape(bias, Shape::from(broadcast)))
        }
        None => x,
    };
    match activation {
        Activation::Identity => x,
        Activation::Gelu => B::float_mul(x.clone(), normal_distribution::<B>(x)),
        Activation::GeluTanh => {
            let factor = plus::<B>(B::float_tanh(tanh_argument::<B>(x.clone())), 1.0);
            B::float_mul(times::<B>(x, 0.5), factor)
        }
        Activation::QuickGelu => {
            let slope = Activation::QUICK_SLOPE;
            B::float_mul(x.clone(), sigmoid::<B>(times::<B>(x, slope)))
        }
        Activation::Silu => B::float_mul(x.clone(), sigmoid::<B>(x)),
        Activation::Relu => B::relu(x),
        Activation::Tanh => B::float_tanh(x),
    }
}

/// The gradient for `x` of an activation without bias: `grad` times the activation's slope at `x`.
pub(super) fn activation_grad<B: Backend>(
    x: FloatTensor<B>,
    grad: FloatTensor<B>,
    activation: Activation,
) -> FloatTensor<B> {
    let square = |x: FloatTensor<B>| B::float_mul(x.clone(), x);
    // of x·σ(ax): σ + ax·σ(1 − σ)
    let swish = |x: FloatTensor<B>, slope: f64| {
        let inside = times::<B>(x, slope);
        let sigmoid = sigmoid::<B>(inside.clone());
        let falling = B::float_mul(inside, plus::<B>(B::float_neg(sigmoid.clone()), 1.0));
        B::float_mul(sigmoid, plus::<B>(falling, 1.0))
    };
    let slope = match activation {
        Activation::Identity => return grad,
        Activation::Relu => return B::relu_backward(B::relu(x), grad),
        // Φ + xφ
        Activation::Gelu => {
            let density = B::float_exp(times::<B>(square(x.clone()), -0.5));
            let density = times::<B>(density, 0.5 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2);
            B::float_add(normal_distribution::<B>(x.clone()), B::float_mul(x, density))
        }
        // with t = tanh u: ½(1 + t) + ½x(1 − t²)u′
        Activation::GeluTanh => {
            let t = B::float_tanh(tanh_argument::<B>(x.clone()));
            let inner = times::<B>(square(x.clone()), 3.0 * Activation::TANH_CUBIC);
            let inner = plus::<B>(inner, Activation::TANH_LINEAR);
            let rest = plus::<B>(B::float_neg(square(t.clone())), 1.0);
            let second = B::float_mul(B::float_mul(x, rest), inner);
            times::<B>(plus::<B>(B::float_add(t, second), 1.0), 0.5)
        }
        Activation::QuickGelu => swish(x, Activation::QUICK_SLOPE),
        Activation::Silu => swish(x, 1.0),
        Activation::Tanh => plus::<B>(B::float_neg(square(B::float_tanh(x))), 1.0),
    };
    B::float_mul(grad, slope)
}

/// Softmax of masked scores; see [`PathwayOps::masked_softmax`].
pub fn masked_softmax<B: Backend>(scores: FloatTensor<B>, mask: Mask<B>, scale: f64) -> FloatTensor<B> {
    let scores = times::<B>(scores, scale);
    let scores = match mask.into_option() {
        Some(mask) => B::float_mask_fill(scores.clone(), expanded::<B>(mask, &scores), f32::MIN.into()),
        None => scores,
    };
    B::softmax(scores, 3)
}

/// Attention with shared keys and values; see [`PathwayOps::masked_attention`].
pub fn masked_attention<B: PathwayOps>(
    [q, k, v]: [FloatTensor<B>; 3],
    mask: Mask<B>,
    scale: f64,
) -> FloatTensor<B> {
    let scores = grouped_matmul::<B>(q, B::float_swap_dims(k, 2, 3));
    grouped_matmul::<B>(B::masked_softmax(scores, mask, scale), v)
}

/// The products of the matrices of each head, neighbouring heads of the first sharing one of the second; see
/// [`grouped_matmul`](crate::grouped_matmul).
pub(crate) fn grouped_matmul<B: Backend>(x: FloatTensor<B>, y: FloatTensor<B>) -> FloatTensor<B> {
    let [batch, heads, rows, inner] = x.shape().dims();
    let [_, groups, _, width] = y.shape().dims();
    if heads == groups {
        // views of a projection are multiplied where they lie
        return B::float_matmul(x, y);
    }
    // heads that share a matrix stand one above the other as rows of one head
    let stacked = B::float_reshape(x, Shape::from([batch, groups, heads / groups * rows, inner]));
    B::float_reshape(B::float_matmul(stacked, y), Shape::from([batch, heads, rows, width]))
}

/// The gradient for the scores from what came out: `scale · y (dy − Σ y dy)`, nothing where masked.
pub(super) fn masked_softmax_grad<B: Backend>(
    pattern: FloatTensor<B>,
    grad: FloatTensor<B>,
    mask: Mask<B>,
    scale: f64,
) -> FloatTensor<B> {
    let mean = B::float_sum_dim(B::float_mul(pattern.clone(), grad.clone()), 3);
    let of_scores = times::<B>(B::float_mul(pattern, B::float_sub(grad, mean)), scale);
    match mask.into_option() {
        // matters in rows that are masked as a whole, whose pattern is not zero
        Some(mask) => B::float_mask_fill(of_scores.clone(), expanded::<B>(mask, &of_scores), 0.0.into()),
        None => of_scores,
    }
}

fn expanded<B: Backend>(mask: BoolTensor<B>, like: &FloatTensor<B>) -> BoolTensor<B> {
    B::bool_expand(mask, like.shape())
}

/// Φ(x) = ½(1 + erf(x/√2)).
fn normal_distribution<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
    times::<B>(plus::<B>(B::float_erf(times::<B>(x, FRAC_1_SQRT_2)), 1.0), 0.5)
}

/// √(2/π)(x + 0.044715x³).
fn tanh_argument<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
    let square = B::float_mul(x.clone(), x.clone());
    let factor = plus::<B>(times::<B>(square, Activation::TANH_CUBIC), Activation::TANH_LINEAR);
    B::float_mul(x, factor)
}

/// 1 / (1 + e⁻ˣ), in the precision of `x`: burn's own is computed in f32 on some devices.
fn sigmoid<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
    B::float_recip(plus::<B>(B::float_exp(B::float_neg(x)), 1.0))
}

fn times<B: Backend>(x: FloatTensor<B>, factor: f64) -> FloatTensor<B> {
    B::float_mul_scalar(x, factor.into())
}

fn plus<B: Backend>(x: FloatTensor<B>, summand: f64) -> FloatTensor<B> {
    B::float_add_scalar(x, summand.into())
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
