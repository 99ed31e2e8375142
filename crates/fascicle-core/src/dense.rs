//! The layers that networks are mostly made of: a product, a bias, an activation.

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use crate::bias_activation;
use crate::ops::{Activation, Bias, PathwayOps};

/// activation(x · weight + b).
///
/// On CPUs one pass over memory: bias and activation meet the rows of the product while they are in the cache. Up to
/// eight rows of `x`, whatever axes they are spread over, meet a `weight` that is read once, as it lies (its rows or its
/// columns in one piece), by all threads: such layers take as long as memory does. Each row of their result is then the
/// same numbers whatever other rows there are.
///
/// Differentiable in all three, on every device: the kernels only run forward, and on devices with autodiff the product
/// is burn's, with its gradients. As burn's operations do, panics when shapes, dtypes or devices do not agree.
///
/// # Shapes
/// - `x`: `[…, rows]`, in any memory layout, as `weight`
/// - `weight`: `[rows, columns]`
/// - `bias`: `[columns]`
/// - output: `[…, columns]`
///
/// ```
/// use burn::tensor::Tensor;
/// use fascicle_core::{Activation, dense_layer};
///
/// let device = fascicle_core::device("cpu")?;
/// let x = Tensor::<2>::from_floats([[1.0, 10.0]], &device);
/// let weight = Tensor::<2>::from_floats([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], &device);
/// let bias = Tensor::<1>::from_floats([0.0, -60.0, 0.5], &device);
/// let y = dense_layer(x, weight, Some(bias), Activation::Relu);
/// assert_eq!(y.into_data().as_slice::<f32>().unwrap(), [41.0, 0.0, 63.5]);
/// # Ok::<(), fascicle_core::CoreError>(())
/// ```
pub fn dense_layer<const D: usize>(
    x: Tensor<D>,
    weight: Tensor<2>,
    bias: Option<Tensor<1>>,
    activation: Activation,
) -> Tensor<D> {
    let (mut dims, [rows, columns]) = (x.dims(), weight.dims());
    let (n, inner) = (dims[..D - 1].iter().product::<usize>(), dims[D - 1]);
    dims[D - 1] = columns;
    assert_eq!(inner, rows, "rows of x are as long as a column of the weight");
    if let Some(bias) = &bias {
        assert_eq!(columns, bias.dims()[0], "a bias is as long as a row of the weight");
    }
    if [n, rows, columns].contains(&0) {
        // not every backend multiplies matrices of nothing
        let nothing = Tensor::zeros(dims, (&x.device(), x.dtype()));
        return bias_activation(nothing, bias, activation);
    }
    // one product for all rows: batched, it would prepare the weight for each of them
    let (x, weight) = (x.reshape([n, rows]).into_dispatch(), weight.into_dispatch());
    let y = Dispatch::dense_layer(x, weight, Bias::of(bias), activation);
    Tensor::<2>::from_dispatch(y).reshape(dims)
}

/// x · weight: [`dense_layer`] with neither bias nor activation.
///
/// ```
/// use burn::tensor::Tensor;
///
/// let device = fascicle_core::device("cpu")?;
/// let x = Tensor::<2>::from_floats([[1.0, 10.0]], &device);
/// let weight = Tensor::<2>::from_floats([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], &device);
/// let y = fascicle_core::dense_product(x, weight);
/// assert_eq!(y.into_data().as_slice::<f32>().unwrap(), [41.0, 52.0, 63.0]);
/// # Ok::<(), fascicle_core::CoreError>(())
/// ```
pub fn dense_product<const D: usize>(x: Tensor<D>, weight: Tensor<2>) -> Tensor<D> {
    dense_layer(x, weight, None, Activation::Identity)
}
