//! What stands between the matrix products of a network: biases with activations, and the softmax of attention.

use burn::backend::Dispatch;
use burn::tensor::{Bool, Tensor};

use crate::ops::{Activation, Bias, Mask, PathwayOps};

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
    if let Some(blocked) = &blocked {
        let (expected, found) = (scores.dims(), blocked.dims());
        let fits = |axis: usize| found[axis] == expected[axis] || (axis < 2 && found[axis] == 1);
        assert!((0..4).all(fits), "a mask {found:?} does not fit scores {expected:?}");
    }
    Tensor::from_dispatch(Dispatch::masked_softmax(scores.into_dispatch(), Mask::of(blocked), scale))
}
