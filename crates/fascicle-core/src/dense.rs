//! The product that the dense layers of a network are made of.

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use crate::ops::{FEW_ROWS, PathwayOps};

/// x · weight.
///
/// On CPUs, up to eight rows of `x` meet a `weight` that is read once, as it lies (its rows or its columns in one piece),
/// by all threads: such products take as long as memory does. Each row of the result is then the same numbers
/// whatever other rows there are. More rows, other layouts and other devices are burn's product.
///
/// Differentiable in both, on every device: the kernel only runs forward, and on devices with autodiff the product is burn's,
/// with its gradients. As burn's operations do, panics when shapes, dtypes or devices do not agree.
///
/// # Shapes
/// - `x`: `[n, rows]`, in any memory layout, as `weight`
/// - `weight`: `[rows, columns]`
/// - output: `[n, columns]`
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
pub fn dense_product(x: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    let ([n, inner], [rows, columns]) = (x.dims(), weight.dims());
    assert_eq!(inner, rows, "rows of x are as long as a column of the weight");
    if [n, rows, columns].contains(&0) {
        // not every backend multiplies matrices of nothing
        return Tensor::zeros([n, columns], (&x.device(), x.dtype()));
    }
    if n > FEW_ROWS {
        return x.matmul(weight);
    }
    Tensor::from_dispatch(Dispatch::few_rows_product(x.into_dispatch(), weight.into_dispatch()))
}
