//! From backend tensors to slices and back, for any backend whose tensors lie in host memory.

use std::borrow::Cow;

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::{DType, Element, FloatDType, IntDType, TensorData};

use super::super::{Activation, Bias, FEW_ROWS, Mask, PathwayOps, Pattern, portable};
use super::attention::{Heads, attention};
use super::dense;
use super::few_rows::few_rows_product;
use super::matrix::Matrix;
use super::pointwise::{self, Blocked, in_shares};
use super::{Real, Rows, csr_linear, csr_linear_grad_values};

/// A tensor that can be read as a slice in row-major order, copied only if it does not lie that way.
pub(in crate::ops) trait Host<T: Clone> {
    /// All numbers. Panics if the tensor holds another type, as burn's own operations do.
    fn numbers(&self) -> Cow<'_, [T]>;

    /// All numbers, to be changed, if they lie in row-major order and nobody else holds them.
    fn numbers_mut(&mut self) -> Option<&mut [T]> {
        None
    }

    /// A matrix where it lies; none where it cannot be told so, or is of another type.
    fn matrix(&self) -> Option<Matrix<'_, T>> {
        None
    }
}

/// A backend whose tensors can be read as slices.
pub(in crate::ops) trait HostBackend:
    Backend<FloatTensorPrimitive: Host<f32> + Host<f64>, IntTensorPrimitive: Host<i32>>
{
}

impl<B> HostBackend for B where
    B: Backend<FloatTensorPrimitive: Host<f32> + Host<f64>, IntTensorPrimitive: Host<i32>>
{
}

/// What an `impl PathwayOps` for a [`HostBackend`] holds: everything by the CPU kernels, but attention as a whole.
macro_rules! by_cpu_kernels {
    () => {
        fn csr_linear(
            x: $crate::ops::FloatTensor<Self>,
            values: $crate::ops::FloatTensor<Self>,
            bias: $crate::ops::Bias<Self>,
            pattern: $crate::ops::Pattern<Self>,
        ) -> $crate::ops::FloatTensor<Self> {
            $crate::ops::cpu::host::linear::<Self>(x, values, bias, pattern)
        }

        fn csr_linear_grad_x(
            grad: $crate::ops::FloatTensor<Self>,
            values: $crate::ops::FloatTensor<Self>,
            pattern: $crate::ops::Pattern<Self>,
        ) -> $crate::ops::FloatTensor<Self> {
            $crate::ops::cpu::host::grad_x::<Self>(grad, values, pattern)
        }

        fn csr_linear_grad_values(
            grad: $crate::ops::FloatTensor<Self>,
            x: $crate::ops::FloatTensor<Self>,
            pattern: $crate::ops::Pattern<Self>,
        ) -> $crate::ops::FloatTensor<Self> {
            $crate::ops::cpu::host::grad_values::<Self>(grad, x, pattern)
        }

        fn dense_layer(
            x: $crate::ops::FloatTensor<Self>,
            weight: $crate::ops::FloatTensor<Self>,
            bias: $crate::ops::Bias<Self>,
            activation: $crate::ops::Activation,
        ) -> $crate::ops::FloatTensor<Self> {
            $crate::ops::cpu::host::dense_layer::<Self>(x, weight, bias, activation)
        }

        fn bias_activation(
            x: $crate::ops::FloatTensor<Self>,
            bias: $crate::ops::Bias<Self>,
            activation: $crate::ops::Activation,
        ) -> $crate::ops::FloatTensor<Self> {
            $crate::ops::cpu::host::bias_activation::<Self>(x, bias, activation)
        }

        fn masked_softmax(
            scores: $crate::ops::FloatTensor<Self>,
            mask: $crate::ops::Mask<Self>,
            scale: f64,
        ) -> $crate::ops::FloatTensor<Self> {
            $crate::ops::cpu::host::masked_softmax::<Self>(scores, mask, scale)
        }
    };
}
pub(in crate::ops) use by_cpu_kernels;

/// [`PathwayOps::csr_linear`](crate::PathwayOps::csr_linear) by the CPU kernel.
pub(in crate::ops) fn linear<B: HostBackend>(
    x: FloatTensor<B>,
    values: FloatTensor<B>,
    bias: Bias<B>,
    pattern: Pattern<B>,
) -> FloatTensor<B> {
    match x.dtype() {
        DType::F32 => linear_as::<B, f32>(&x, &values, &bias, pattern),
        DType::F64 => linear_as::<B, f64>(&x, &values, &bias, pattern),
        _ => portable::csr_linear::<B>(x, values, bias, &pattern),
    }
}

/// [`PathwayOps::csr_linear_grad_x`](crate::PathwayOps::csr_linear_grad_x) by the CPU kernel.
pub(in crate::ops) fn grad_x<B: HostBackend>(
    grad: FloatTensor<B>,
    values: FloatTensor<B>,
    pattern: Pattern<B>,
) -> FloatTensor<B> {
    match grad.dtype() {
        DType::F32 => grad_x_as::<B, f32>(&grad, &values, pattern),
        DType::F64 => grad_x_as::<B, f64>(&grad, &values, pattern),
        _ => portable::csr_linear_grad_x::<B>(grad, values, &pattern),
    }
}

/// [`PathwayOps::csr_linear_grad_values`](crate::PathwayOps::csr_linear_grad_values) by the CPU kernel.
pub(in crate::ops) fn grad_values<B: HostBackend>(
    grad: FloatTensor<B>,
    x: FloatTensor<B>,
    pattern: Pattern<B>,
) -> FloatTensor<B> {
    match grad.dtype() {
        DType::F32 => grad_values_as::<B, f32>(&grad, &x, pattern),
        DType::F64 => grad_values_as::<B, f64>(&grad, &x, pattern),
        _ => portable::csr_linear_grad_values::<B>(grad, x, &pattern),
    }
}

/// [`PathwayOps::dense_layer`](crate::PathwayOps::dense_layer) by the CPU kernels, where the weight lies as they take it.
pub(in crate::ops) fn dense_layer<B: HostBackend + PathwayOps>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: Bias<B>,
    activation: Activation,
) -> FloatTensor<B> {
    let y = match x.dtype() {
        DType::F32 => {
            let bias = bias.as_option().map(Host::<f32>::numbers);
            dense_as::<B, f32>(&x, &weight, |y| {
                pointwise::bias_activation_here(y, bias.as_deref(), activation);
            })
        }
        DType::F64 => {
            let y = dense_as::<B, f64>(&x, &weight, |_| ());
            y.map(|y| portable::bias_activation::<B>(y, bias.clone(), activation))
        }
        _ => None,
    };
    y.unwrap_or_else(|| portable::dense_layer::<B>(x, weight, bias, activation))
}

/// [`PathwayOps::bias_activation`](crate::PathwayOps::bias_activation) by the CPU kernel.
pub(in crate::ops) fn bias_activation<B: HostBackend>(
    x: FloatTensor<B>,
    bias: Bias<B>,
    activation: Activation,
) -> FloatTensor<B> {
    if x.dtype() != DType::F32 {
        return portable::bias_activation::<B>(x, bias, activation);
    }
    let bias = bias.as_option().map(Host::<f32>::numbers);
    in_place::<B>(x, |x| pointwise::bias_activation(x, bias.as_deref(), activation))
}

/// [`PathwayOps::masked_softmax`](crate::PathwayOps::masked_softmax) by the CPU kernel.
pub(in crate::ops) fn masked_softmax<B: HostBackend>(
    scores: FloatTensor<B>,
    mask: Mask<B>,
    scale: f64,
) -> FloatTensor<B> {
    let dims: [usize; 4] = scores.shape().dims();
    if scores.dtype() != DType::F32 {
        return portable::masked_softmax::<B>(scores, mask, scale);
    }
    with_blocked::<B, _>(mask, |blocked| {
        in_place::<B>(scores, |scores| pointwise::masked_softmax(scores, dims, blocked, scale as f32))
    })
}

/// [`PathwayOps::masked_attention`](crate::PathwayOps::masked_attention) by the CPU kernel.
pub(in crate::ops) fn masked_attention<B: HostBackend>(
    heads: [Heads<'_>; 3],
    [batch, head, query, value]: [usize; 4],
    mask: Mask<B>,
    scale: f64,
    device: &B::Device,
) -> FloatTensor<B> {
    let z = with_blocked::<B, _>(mask, |blocked| attention(heads, blocked, scale as f32));
    B::float_from_data(TensorData::new(z, [batch, head, query, value]), device)
}

/// Calls `run` with a mask as numbers.
fn with_blocked<B: HostBackend, T>(mask: Mask<B>, run: impl FnOnce(Option<Blocked<'_>>) -> T) -> T {
    let Some(mask) = mask.into_option() else { return run(None) };
    let dims = mask.shape().dims::<4>();
    let mask = B::bool_into_float(mask, FloatDType::F32);
    run(Some(Blocked { numbers: &Host::<f32>::numbers(&mask), dims }))
}

/// Changes the numbers where they lie, or in a copy.
fn in_place<B: HostBackend>(mut x: FloatTensor<B>, change: impl FnOnce(&mut [f32])) -> FloatTensor<B> {
    if let Some(numbers) = x.numbers_mut() {
        change(numbers);
        return x;
    }
    let mut numbers = Host::<f32>::numbers(&x).into_owned();
    change(&mut numbers);
    B::float_from_data(TensorData::new(numbers, x.shape()), &x.device())
}

fn linear_as<B: HostBackend, T: Real + Element>(
    x: &FloatTensor<B>,
    values: &FloatTensor<B>,
    bias: &Bias<B>,
    pattern: Pattern<B>,
) -> FloatTensor<B>
where
    FloatTensor<B>: Host<T>,
{
    let n = x.shape()[0];
    let (ptr, idx) = (indices::<B>(pattern.row_ptr), indices::<B>(pattern.col));
    let w = Rows { ptr: &ptr.numbers(), idx: &idx.numbers(), cols: pattern.cols };
    let bias = bias.as_option().map(Host::<T>::numbers);
    let y = csr_linear(&x.numbers(), n, w, &values.numbers(), bias.as_deref());
    B::float_from_data(TensorData::new(y, [n, pattern.rows]), &x.device())
}

fn dense_as<B: HostBackend, T: Real + Element>(
    x: &FloatTensor<B>,
    weight: &FloatTensor<B>,
    finish: impl Fn(&mut [T]) + Sync,
) -> Option<FloatTensor<B>>
where
    FloatTensor<B>: Host<T>,
{
    let [n, rows] = x.shape().dims();
    let weight = Host::<T>::matrix(weight)?;
    let few = (n <= FEW_ROWS).then(|| few_rows_product(&Host::<T>::numbers(x), n, weight)).flatten();
    let y = match (few, Host::<T>::matrix(x)) {
        (Some(mut y), _) => {
            in_shares(&mut y, weight.dims()[1].max(1), |_, y| finish(y));
            y
        }
        (None, Some(x)) => dense::dense_layer(x, weight, finish),
        (None, None) => {
            let numbers = Host::<T>::numbers(x);
            dense::dense_layer(Matrix::new(&numbers, [n, rows], [rows, 1])?, weight, finish)
        }
    };
    Some(B::float_from_data(TensorData::new(y, [n, weight.dims()[1]]), &x.device()))
}

fn grad_x_as<B: HostBackend, T: Real + Element>(
    grad: &FloatTensor<B>,
    values: &FloatTensor<B>,
    pattern: Pattern<B>,
) -> FloatTensor<B>
where
    FloatTensor<B>: Host<T>,
{
    let n = grad.shape()[0];
    let (ptr, idx) = (indices::<B>(pattern.col_ptr), indices::<B>(pattern.by_col_row));
    let w = Rows { ptr: &ptr.numbers(), idx: &idx.numbers(), cols: pattern.rows };
    let entries = indices::<B>(pattern.by_col_entry);
    let by_row = values.numbers();
    let by_col: Vec<T> = entries.numbers().iter().map(|&entry| by_row[entry as usize]).collect();
    let dx = csr_linear(&grad.numbers(), n, w, &by_col, None);
    B::float_from_data(TensorData::new(dx, [n, pattern.cols]), &grad.device())
}

fn grad_values_as<B: HostBackend, T: Real + Element>(
    grad: &FloatTensor<B>,
    x: &FloatTensor<B>,
    pattern: Pattern<B>,
) -> FloatTensor<B>
where
    FloatTensor<B>: Host<T>,
{
    let n = grad.shape()[0];
    let (ptr, idx) = (indices::<B>(pattern.row_ptr), indices::<B>(pattern.col));
    let w = Rows { ptr: &ptr.numbers(), idx: &idx.numbers(), cols: pattern.cols };
    let dv: Vec<T> = csr_linear_grad_values(&grad.numbers(), &x.numbers(), n, w);
    let nnz = dv.len();
    B::float_from_data(TensorData::new(dv, [nnz]), &grad.device())
}

/// The indices as 32-bit integers, which they are unless someone built a pattern by hand.
fn indices<B: Backend>(tensor: IntTensor<B>) -> IntTensor<B> {
    if tensor.dtype() == DType::I32 { tensor } else { B::int_cast(tensor, IntDType::I32) }
}
