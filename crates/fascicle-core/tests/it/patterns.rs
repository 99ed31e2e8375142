//! Building patterns.

use burn::tensor::{DType, Device, Tensor};
use fascicle_core::{Csr, device_name};

use crate::cases::{check, matrix, on_devices, vector};

#[test]
fn from_dense_and_back() {
    on_devices(|name, device, dtype| {
        let dense = [0.0, 2.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 3.0];
        let (csr, values) = Csr::from_dense(matrix(&dense, [3, 3], device, dtype)).unwrap();
        assert_eq!((csr.rows(), csr.cols(), csr.nnz()), (3, 3, 3));
        assert_eq!(csr.entries().unwrap(), [(0, 1), (2, 0), (2, 2)]);
        assert_eq!(csr.density(), 1.0 / 3.0);
        assert_eq!(csr.device(), *device);
        assert_eq!(values.dtype(), dtype);
        check(name, dtype, values.clone(), &[2.0, -1.0, 3.0]);
        check(name, dtype, csr.to_dense(values).unwrap(), &dense);
    });
}

#[test]
fn from_triplets_in_any_order() {
    on_devices(|name, device, dtype| {
        let triplets = [(1, 2, 3.0), (0, 1, 1.0), (1, 0, 2.0)];
        let (csr, values) = Csr::from_triplets(2, 3, &triplets, dtype, device).unwrap();
        assert_eq!(csr.entries().unwrap(), [(0, 1), (1, 0), (1, 2)]);
        let rows_first = [(0, 1, 1.0), (1, 0, 2.0), (1, 2, 3.0)];
        assert_eq!(csr.triplets(values.clone()).unwrap(), rows_first, "{name}");
        check(name, dtype, csr.to_dense(values).unwrap(), &[0.0, 1.0, 0.0, 2.0, 0.0, 3.0]);
    });
}

#[test]
fn a_pattern_is_a_constant() {
    let device = Device::flex().autodiff();
    let csr = Csr::new(1, 2, &[0, 1], &[1], &device).unwrap();
    assert!(!csr.device().is_autodiff());
    assert_eq!(format!("{csr:?}"), "Csr(1 × 2, 1 entries, cpu)");
    assert_eq!(device_name(&device), "cpu");
}

#[test]
fn not_a_number_is_an_entry() {
    let device = Device::flex();
    let (csr, values) = Csr::from_dense(Tensor::from_floats([[0.0, f32::NAN, -0.0]], &device)).unwrap();
    assert_eq!(csr.entries().unwrap(), [(0, 1)]);
    assert!(values.into_scalar::<f32>().is_nan());
}

#[test]
fn empty_patterns() {
    on_devices(|name, device, dtype| {
        let csr = Csr::new(2, 3, &[0, 0, 0], &[], device).unwrap();
        assert_eq!((csr.nnz(), csr.density()), (0, 0.0), "{name}");
        assert_eq!(csr.entries().unwrap(), []);
        check(name, dtype, csr.to_dense(vector(&[], device, dtype)).unwrap(), &[0.0; 6]);
        assert_eq!(Csr::new(0, 0, &[0], &[], device).unwrap().density(), 0.0);
    });
    assert!(Csr::from_triplets(1, 1, &[], DType::F32, &Device::flex()).is_ok());
}
