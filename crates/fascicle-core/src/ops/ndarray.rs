//! burn-ndarray: the CPU kernels on its tensors.

use std::borrow::Cow;

use burn::backend::tensor::FloatTensor;
use burn::backend::{NdArray, TensorMetadata};
use burn_ndarray::NdArrayTensor;

use super::cpu::few_rows::Weights;
use super::cpu::host::{self, Host};
use super::{Activation, Bias, Mask, PathwayOps, Pattern};

macro_rules! host {
    ($number:ty, $variant:ident) => {
        impl Host<$number> for NdArrayTensor {
            fn numbers(&self) -> Cow<'_, [$number]> {
                let NdArrayTensor::$variant(storage) = self else {
                    // invariant: `csr_linear` checks that all its arguments are of one dtype
                    panic!("expected a tensor of {}, got {:?}", stringify!($number), self.dtype())
                };
                let view = storage.view();
                match view.to_slice() {
                    Some(numbers) => Cow::Borrowed(numbers),
                    None => Cow::Owned(view.iter().copied().collect()),
                }
            }

            fn weights(&self) -> Option<Weights<'_, $number>> {
                let NdArrayTensor::$variant(storage) = self else { return None };
                let view = storage.view();
                let &[rows, columns] = view.shape() else { return None };
                match view.to_slice() {
                    Some(numbers) => Weights::new(numbers, [rows, columns], [columns, 1]),
                    None => Weights::new(view.reversed_axes().to_slice()?, [rows, columns], [1, rows]),
                }
            }
        }
    };
}

host!(f32, F32);
host!(f64, F64);
host!(i32, I32);

impl PathwayOps for NdArray {
    fn csr_linear(
        x: FloatTensor<Self>,
        values: FloatTensor<Self>,
        bias: Bias<Self>,
        pattern: Pattern<Self>,
    ) -> FloatTensor<Self> {
        host::linear::<Self>(x, values, bias, pattern)
    }

    fn csr_linear_grad_x(
        grad: FloatTensor<Self>,
        values: FloatTensor<Self>,
        pattern: Pattern<Self>,
    ) -> FloatTensor<Self> {
        host::grad_x::<Self>(grad, values, pattern)
    }

    fn csr_linear_grad_values(
        grad: FloatTensor<Self>,
        x: FloatTensor<Self>,
        pattern: Pattern<Self>,
    ) -> FloatTensor<Self> {
        host::grad_values::<Self>(grad, x, pattern)
    }

    fn few_rows_product(x: FloatTensor<Self>, weight: FloatTensor<Self>) -> FloatTensor<Self> {
        host::product::<Self>(x, weight)
    }

    fn bias_activation(x: FloatTensor<Self>, bias: Bias<Self>, activation: Activation) -> FloatTensor<Self> {
        host::bias_activation::<Self>(x, bias, activation)
    }

    fn masked_softmax(scores: FloatTensor<Self>, mask: Mask<Self>, scale: f64) -> FloatTensor<Self> {
        host::masked_softmax::<Self>(scores, mask, scale)
    }
}
