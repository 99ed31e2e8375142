//! Invariants on random layers.

use burn::tensor::{DType, Tensor};
use fascicle_core::{Csr, Tolerance, csr_linear, dtype, testing};
use proptest::prelude::*;

use crate::cases::{matrix, vector};

/// A batch, a matrix with zeros, and a bias, of any small size down to nothing.
fn layers() -> impl Strategy<Value = (usize, usize, usize, Vec<f64>, Vec<f64>, Vec<f64>)> {
    (0..20usize, 1..12usize, 1..12usize).prop_flat_map(|(n, rows, cols)| {
        let weight = prop_oneof![Just(0.0), -1.0..1.0f64];
        (
            Just(n),
            Just(rows),
            Just(cols),
            prop::collection::vec(-1.0..1.0f64, n * cols),
            prop::collection::vec(weight, rows * cols),
            prop::collection::vec(-1.0..1.0f64, rows),
        )
    })
}

fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.try_into_vec_as().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_dense_matrix_survives((_, rows, cols, _, dense, _) in layers()) {
        for (_, device) in testing::test_devices() {
            let (csr, values) = Csr::from_dense(matrix(&dense, [rows, cols], &device, DType::F32)).unwrap();
            let rounded: Vec<f64> = dense.iter().map(|&w| f64::from(w as f32)).collect();
            prop_assert_eq!(csr.nnz(), rounded.iter().filter(|&&w| w != 0.0).count());
            prop_assert_eq!(host(csr.to_dense(values).unwrap()), rounded);
        }
    }

    #[test]
    fn equals_burns_dense_product((n, rows, cols, x, dense, bias) in layers()) {
        for (_, device) in testing::test_devices() {
            let dtype = DType::F32;
            let w = matrix(&dense, [rows, cols], &device, dtype);
            let (csr, values) = Csr::from_dense(w.clone()).unwrap();
            let (x, bias) = (matrix(&x, [n, cols], &device, dtype), vector(&bias, &device, dtype));
            let got = host(csr_linear(x.clone(), &csr, values, Some(bias.clone())).unwrap());
            if n == 0 {
                prop_assert!(got.is_empty());
                continue;
            }
            let expected = host(x.matmul(w.transpose()) + bias.unsqueeze());
            prop_assert_eq!(Tolerance::for_dtype(dtype).check(&got, &expected), Ok(()));
        }
    }

    /// Σ g · (x Wᵀ) = Σ (g W) · x: the gradient for x is the adjoint of the product, whatever the pattern.
    #[test]
    fn the_gradient_is_the_adjoint((n, rows, cols, x, dense, _) in layers()) {
        prop_assume!(n > 0);
        for (name, device) in testing::test_devices() {
            let dtype = dtype::widest(&device);
            let device = device.autodiff();
            let (csr, values) = Csr::from_dense(matrix(&dense, [rows, cols], &device, dtype)).unwrap();
            let x = matrix(&x, [n, cols], &device, dtype).require_grad();
            let g = matrix(&crate::cases::uniform("g", n * rows), [n, rows], &device, dtype);
            let y = csr_linear(x.clone(), &csr, values, None).unwrap();
            let product = (y * g).sum();
            let left = product.clone().into_scalar::<f64>();
            let dx = x.grad(&product.backward()).unwrap();
            let right = (dx * x.inner()).sum().into_scalar::<f64>();
            prop_assert!((left - right).abs() < 1e-4, "{}: {} and {}", name, left, right);
        }
    }
}
