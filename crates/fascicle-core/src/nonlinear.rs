//! What stands between the matrix products of a network: biases with activations, the softmax of attention, and attention
//! as a whole.

use burn::backend::Dispatch;
use burn::tensor::{Bool, Tensor};

use crate::ops::{Activation, Bias, Mask, PathwayOps, portable};

/// activation(x + b), element by element, in one pass over memory on CPUs.
///
/// Differentiable in `x` and `bias`, on every device. As burn's operations do, panics when shapes, dtypes or devices
/// do not agree.
///
/// # Shapes
/// - `x`: `[…, width]`, in any memory layout
/// - `bias`: `[width]`
pub fn bias_activation<const D: usize>(
    x: Tensor<D>,
    bias: Option<Tensor<1>>,
    activation: Activation,
) -> Tensor<D> {
    if let Some(bias) = &bias {
        assert_eq!(x.dims()[D - 1], bias.dims()[0], "a bias is as long as the last axis");
    }
    Tensor::from_dispatch(Dispatch::bias_activation(x.into_dispatch(), Bias::of(bias), activation))
}

/// Softmax of `scale · scores` over the keys, with the lowest finite number in place of scores where `blocked`: a row
/// that may attend to nothing is uniform.
///
/// Differentiable in `scores`, on every device. As burn's operations do, panics when shapes or devices do not agree.
///
/// # Shapes
/// - `scores`: `[batch, head, query, key]`, in any memory layout
/// - `blocked`: `[batch or 1, head or 1, query, key]`
pub fn masked_softmax(scores: Tensor<4>, blocked: Option<Tensor<4, Bool>>, scale: f64) -> Tensor<4> {
    check_mask(blocked.as_ref(), scores.dims());
    Tensor::from_dispatch(Dispatch::masked_softmax(scores.into_dispatch(), Mask::of(blocked), scale))
}

/// Attention without its pattern: softmax(`scale` · q kᵀ) v with the softmax of [`masked_softmax`]. On `cpu` the scores never
/// leave the cache.
///
/// Differentiable in `q`, `k` and `v`, on every device. As burn's operations do, panics when shapes or devices do not
/// agree.
///
/// # Shapes
/// - `q`: `[batch, head, query, d_head]`, in any memory layout, as `k` and `v`
/// - `k`, `v`: `[batch, kv_head, key, d_head or value]`; the number of `kv_head`s divides that of the heads, and head `h`
///   reads `kv_head` number `h / (heads / kv_heads)`
/// - `blocked`: `[batch or 1, head or 1, query, key]`, true where attention is forbidden
/// - output: `[batch, head, query, value]`
pub fn masked_attention(
    q: Tensor<4>,
    k: Tensor<4>,
    v: Tensor<4>,
    blocked: Option<Tensor<4, Bool>>,
    scale: f64,
) -> Tensor<4> {
    let ([batch, heads, queries, d_head], [.., keys, _]) = (q.dims(), k.dims());
    let [_, kv_heads, _, width] = v.dims();
    assert!(kv_heads > 0 && heads % kv_heads == 0, "{kv_heads} heads of values do not divide {heads} heads");
    assert_eq!(k.dims(), [batch, kv_heads, keys, d_head], "keys");
    assert_eq!(v.dims(), [batch, kv_heads, keys, width], "values");
    check_mask(blocked.as_ref(), [batch, heads, queries, keys]);
    if [batch, heads, queries, keys, width].contains(&0) {
        // not every backend multiplies matrices of nothing
        return Tensor::zeros([batch, heads, queries, width], (&q.device(), q.dtype()));
    }
    let [q, k, v] = [q, k, v].map(Tensor::into_dispatch);
    Tensor::from_dispatch(Dispatch::masked_attention(q, k, v, Mask::of(blocked), scale))
}

/// The product of each head's matrix with one that neighbouring heads share, which is not copied for each of them: the
/// scores q kᵀ of attention whose keys serve several heads, and its pattern times the values (Ainslie et al. 2023, "GQA").
///
/// Differentiable in both, on every device. As burn's operations do, panics when shapes, dtypes or devices do not agree.
///
/// # Shapes
/// - `x`: `[batch, head, row, inner]`, in any memory layout, as `y`
/// - `y`: `[batch, group, inner, width]`; the number of groups divides that of the heads, and head `h` reads group number
///   `h / (heads / groups)`
/// - output: `[batch, head, row, width]`
pub fn grouped_matmul(x: Tensor<4>, y: Tensor<4>) -> Tensor<4> {
    let ([batch, heads, _, inner], [.., width]) = (x.dims(), y.dims());
    let groups = y.dims()[1];
    assert!(groups > 0 && heads % groups == 0, "{groups} groups do not divide {heads} heads");
    assert_eq!(y.dims(), [batch, groups, inner, width], "the shared matrices");
    Tensor::from_dispatch(portable::grouped_matmul::<Dispatch>(x.into_dispatch(), y.into_dispatch()))
}

fn check_mask(blocked: Option<&Tensor<4, Bool>>, expected: [usize; 4]) {
    let Some(found) = blocked.map(Tensor::dims) else { return };
    let fits = |axis: usize| found[axis] == expected[axis] || (axis < 2 && found[axis] == 1);
    assert!((0..4).all(fits), "a mask {found:?} does not fit scores {expected:?}");
}
