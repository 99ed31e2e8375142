//! [`PathwayOps`]: what Fascicle adds to burn's backends.
//!
//! Each operation has a portable body in terms of burn's own operations ([`portable`]), which serves as the
//! reference and as what a new backend starts from; a kernel for the CPU backends (`cpu`), shared by flex
//! and ndarray; and a CubeCL kernel for wgpu and CUDA. Gradients are written by hand (`autodiff`).
//!
//! Whoever calls through [`csr_linear`](crate::csr_linear) needs nothing of this module. Shapes are not checked
//! here, as they are not in burn's backends: arguments that do not fit panic on a CPU and give meaningless
//! numbers on a GPU, but every kernel checks the bounds of what it reads.
#![cfg_attr(feature = "ndarray", allow(deprecated, reason = "burn drops its ndarray backend in 0.23"))]

mod activation;
mod autodiff;
mod cpu;
#[cfg(any(feature = "wgpu", feature = "cuda"))]
mod cube;
mod flex;
#[cfg(feature = "ndarray")]
mod ndarray;
pub mod portable;

use burn::backend::tensor::{BoolTensor, FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, ExtensionType, backend_extension};
use burn::tensor::{Bool, Tensor};

pub use activation::Activation;

/// The places of a sparse matrix W `[rows, cols]` that hold a value, by rows and by columns.
///
/// All tensors are 1-dimensional. Those of length `nnz` follow the order of the values (row after row, columns
/// rising), except `by_col_row` and `by_col_entry`, which list the same entries column after column, rows
/// rising: with them the product with Wᵀ needs no scattered writes.
#[derive(ExtensionType, Clone, Debug)]
#[extension_type(fusion: cfg(feature = "fusion"))]
pub struct Pattern<B: Backend> {
    /// Rows of W: the width of the output.
    pub rows: usize,
    /// Columns of W: the width of the input.
    pub cols: usize,
    /// Entries of the row that has most: how many products one output number is the sum of.
    pub longest_row: usize,
    /// Entries of the column that has most.
    pub longest_col: usize,
    /// Where each row's entries begin, and after the last row their number: `rows + 1` elements.
    pub row_ptr: IntTensor<B>,
    /// Row of each entry.
    pub row: IntTensor<B>,
    /// Column of each entry.
    pub col: IntTensor<B>,
    /// Where each column's entries begin in the two tensors below: `cols + 1` elements.
    pub col_ptr: IntTensor<B>,
    /// Row of each entry, in order of columns.
    pub by_col_row: IntTensor<B>,
    /// Position of each entry among the values, in order of columns.
    pub by_col_entry: IntTensor<B>,
}

/// An argument that need not be given.
#[derive(ExtensionType, Clone, Debug)]
#[extension_type(fusion: cfg(feature = "fusion"))]
pub enum Bias<B: Backend> {
    /// No bias.
    Absent,
    /// One value for each output, `[rows]`.
    Present(FloatTensor<B>),
}

impl<B: Backend> Bias<B> {
    /// The tensor, if there is one.
    pub fn as_option(&self) -> Option<&FloatTensor<B>> {
        match self {
            Self::Absent => None,
            Self::Present(bias) => Some(bias),
        }
    }

    /// The tensor, if there is one.
    pub fn into_option(self) -> Option<FloatTensor<B>> {
        match self {
            Self::Absent => None,
            Self::Present(bias) => Some(bias),
        }
    }
}

impl Bias<Dispatch> {
    /// The argument that a tensor, or none, makes.
    pub(crate) fn of(bias: Option<Tensor<1>>) -> Self {
        bias.map_or(Self::Absent, |bias| Self::Present(bias.into_dispatch()))
    }
}

/// A boolean argument that need not be given.
#[derive(ExtensionType, Clone, Debug)]
#[extension_type(fusion: cfg(feature = "fusion"))]
pub enum Mask<B: Backend> {
    /// No mask.
    Absent,
    /// True where something is forbidden.
    Present(BoolTensor<B>),
}

impl<B: Backend> Mask<B> {
    /// The tensor, if there is one.
    pub fn into_option(self) -> Option<BoolTensor<B>> {
        match self {
            Self::Absent => None,
            Self::Present(mask) => Some(mask),
        }
    }
}

impl Mask<Dispatch> {
    /// The argument that a tensor, or none, makes.
    pub(crate) fn of(mask: Option<Tensor<4, Bool>>) -> Self {
        mask.map_or(Self::Absent, |mask| Self::Present(mask.into_dispatch()))
    }
}

/// Up to so many rows a product reads the matrix once for all of them.
pub(crate) const FEW_ROWS: usize = 8;

/// A burn backend with Fascicle's kernels.
#[backend_extension(
    Cube: cfg(any(feature = "wgpu", feature = "cuda")),
    Flex,
    NdArray: cfg(feature = "ndarray"),
    Autodiff,
    Fusion: cfg(all(feature = "fusion", any(feature = "wgpu", feature = "cuda")))
)]
pub trait PathwayOps: Backend {
    /// y = x Wᵀ + b for each row of `x`.
    ///
    /// # Shapes
    /// - `x`: `[n, cols]`
    /// - `values`: `[nnz]`, the entries of W in the order of the pattern
    /// - output: `[n, rows]`
    #[fusion(dtype = x, shape = burn::tensor::Shape::from([x[0], pattern.rows]))]
    fn csr_linear(
        x: FloatTensor<Self>,
        values: FloatTensor<Self>,
        #[extension_type] bias: Bias<Self>,
        #[extension_type] pattern: Pattern<Self>,
    ) -> FloatTensor<Self> {
        portable::csr_linear::<Self>(x, values, bias, &pattern)
    }

    /// Gradient of [`csr_linear`](Self::csr_linear) for `x`: dy W.
    ///
    /// # Shapes
    /// - `grad`: `[n, rows]`, the gradient of the output
    /// - `values`: `[nnz]`
    /// - output: `[n, cols]`
    #[fusion(dtype = grad, shape = burn::tensor::Shape::from([grad[0], pattern.cols]))]
    fn csr_linear_grad_x(
        grad: FloatTensor<Self>,
        values: FloatTensor<Self>,
        #[extension_type] pattern: Pattern<Self>,
    ) -> FloatTensor<Self> {
        portable::csr_linear_grad_x::<Self>(grad, values, &pattern)
    }

    /// Gradient of [`csr_linear`](Self::csr_linear) for the values: dyᵀ x at the places of the pattern
    /// (a sampled dense-dense product).
    ///
    /// # Shapes
    /// - `grad`: `[n, rows]`, the gradient of the output
    /// - `x`: `[n, cols]`
    /// - output: `[nnz]`
    #[fusion(dtype = grad, shape = pattern.col.shape.clone())]
    fn csr_linear_grad_values(
        grad: FloatTensor<Self>,
        x: FloatTensor<Self>,
        #[extension_type] pattern: Pattern<Self>,
    ) -> FloatTensor<Self> {
        portable::csr_linear_grad_values::<Self>(grad, x, &pattern)
    }

    /// activation(x · weight + b).
    ///
    /// # Shapes
    /// - `x`: `[n, rows]`
    /// - `weight`: `[rows, columns]`
    /// - `bias`: `[columns]`
    /// - output: `[n, columns]`
    #[fusion(dtype = x, shape = burn::tensor::Shape::from([x[0], weight[1]]))]
    fn dense_layer(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        #[extension_type] bias: Bias<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        portable::dense_layer::<Self>(x, weight, bias, activation)
    }

    /// activation(x + b), element by element.
    ///
    /// # Shapes
    /// - `x`: `[…, width]`
    /// - `bias`: `[width]`
    /// - output: that of `x`
    #[fusion(dtype = x, shape = x)]
    fn bias_activation(
        x: FloatTensor<Self>,
        #[extension_type] bias: Bias<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        portable::bias_activation::<Self>(x, bias, activation)
    }

    /// Softmax of `scale · scores` over the keys, with the lowest finite number in place of masked scores: a row
    /// that is masked as a whole is uniform.
    ///
    /// # Shapes
    /// - `scores`: `[batch, head, query, key]`
    /// - `mask`: `[batch or 1, head or 1, query, key]`
    /// - output: that of `scores`
    #[fusion(dtype = scores, shape = scores)]
    fn masked_softmax(
        scores: FloatTensor<Self>,
        #[extension_type] mask: Mask<Self>,
        scale: f64,
    ) -> FloatTensor<Self> {
        portable::masked_softmax::<Self>(scores, mask, scale)
    }

    /// softmax(`scale` · q kᵀ) v, where the softmax is [`masked_softmax`](Self::masked_softmax).
    ///
    /// # Shapes
    /// - `q`: `[batch, head, query, d_head]`
    /// - `k`, `v`: `[batch, kv_head, key, d_head or value]`; head `h` reads `kv_head` number `h / (heads / kv_heads)`
    /// - `mask`: `[batch or 1, head or 1, query, key]`
    /// - output: `[batch, head, query, value]`
    #[fusion(dtype = q, shape = burn::tensor::Shape::from([q[0], q[1], q[2], v[3]]))]
    fn masked_attention(
        q: FloatTensor<Self>,
        k: FloatTensor<Self>,
        v: FloatTensor<Self>,
        #[extension_type] mask: Mask<Self>,
        scale: f64,
    ) -> FloatTensor<Self> {
        portable::masked_attention::<Self>([q, k, v], mask, scale)
    }
}
