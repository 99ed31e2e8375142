//! burn-ndarray: the CPU kernels on its tensors.

use std::borrow::Cow;

use burn::backend::{NdArray, TensorMetadata};
use burn_ndarray::NdArrayTensor;

use super::PathwayOps;
use super::cpu::host::{Host, by_cpu_kernels};
use super::cpu::matrix::Matrix;

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

            fn matrix(&self) -> Option<Matrix<'_, $number>> {
                let NdArrayTensor::$variant(storage) = self else { return None };
                let view = storage.view();
                let &[rows, columns] = view.shape() else { return None };
                match view.to_slice() {
                    Some(numbers) => Matrix::new(numbers, [rows, columns], [columns, 1]),
                    None => Matrix::new(view.reversed_axes().to_slice()?, [rows, columns], [1, rows]),
                }
            }
        }
    };
}

host!(f32, F32);
host!(f64, F64);
host!(i32, I32);

impl PathwayOps for NdArray {
    by_cpu_kernels!();
}
