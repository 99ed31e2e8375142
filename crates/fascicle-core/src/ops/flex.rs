//! burn-flex: the CPU kernels on its tensors.

use std::borrow::Cow;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::{DType, Element};
use burn_flex::FlexTensor;

use super::cpu::attention::Heads;
use super::cpu::host::{self, Host, by_cpu_kernels};
use super::cpu::matrix::Matrix;
use super::{Mask, PathwayOps, portable};

impl Host<f32> for FlexTensor {
    fn numbers(&self) -> Cow<'_, [f32]> {
        slice(self)
    }

    fn numbers_mut(&mut self) -> Option<&mut [f32]> {
        let (start, end) = self.layout().contiguous_offsets()?;
        self.try_storage_mut().map(|storage| &mut storage[start..end])
    }

    fn matrix(&self) -> Option<Matrix<'_, f32>> {
        matrix(self)
    }
}

impl Host<f64> for FlexTensor {
    fn numbers(&self) -> Cow<'_, [f64]> {
        slice(self)
    }

    fn matrix(&self) -> Option<Matrix<'_, f64>> {
        matrix(self)
    }
}

impl Host<i32> for FlexTensor {
    fn numbers(&self) -> Cow<'_, [i32]> {
        slice(self)
    }
}

/// The numbers where they lie, or in a contiguous copy.
fn slice<T: Element + macerator::Scalar>(tensor: &FlexTensor) -> Cow<'_, [T]> {
    match tensor.as_slice() {
        Some(numbers) => Cow::Borrowed(numbers),
        // `storage` names both types if they differ
        None => Cow::Owned(tensor.to_contiguous().storage::<T>().to_vec()),
    }
}

/// A matrix where it lies; none where it is of another type or lies backwards.
fn matrix<T: Element + macerator::Scalar>(tensor: &FlexTensor) -> Option<Matrix<'_, T>> {
    if tensor.dtype() != T::dtype() {
        return None;
    }
    let layout = tensor.layout();
    let &[down, right] = layout.strides() else { return None };
    let strides = [usize::try_from(down).ok()?, usize::try_from(right).ok()?];
    Matrix::new(tensor.storage::<T>().get(layout.start_offset()..)?, layout.shape().dims(), strides)
}

impl PathwayOps for Flex {
    by_cpu_kernels!();

    fn masked_attention(
        q: FloatTensor<Self>,
        k: FloatTensor<Self>,
        v: FloatTensor<Self>,
        mask: Mask<Self>,
        scale: f64,
    ) -> FloatTensor<Self> {
        let [batch, head, query, _] = q.shape().dims();
        let shape = [batch, head, query, v.shape()[3]];
        match (heads(&q), heads(&k), heads(&v)) {
            (Some(q_heads), Some(k_heads), Some(v_heads)) => {
                let device = q.device();
                host::masked_attention::<Self>([q_heads, k_heads, v_heads], shape, mask, scale, &device)
            }
            _ => portable::masked_attention::<Self>([q, k, v], mask, scale),
        }
    }
}

/// The numbers of `[batch, head, position, channel]` where they lie; none where they are not f32 or lie backwards.
fn heads(tensor: &FlexTensor) -> Option<Heads<'_>> {
    if tensor.dtype() != DType::F32 {
        return None;
    }
    let layout = tensor.layout();
    let mut strides = [0; 4];
    for (stride, &step) in strides.iter_mut().zip(layout.strides()) {
        *stride = usize::try_from(step).ok()?;
    }
    let numbers = tensor.storage::<f32>().get(layout.start_offset()..)?;
    Heads::new(numbers, layout.shape().dims(), strides)
}
