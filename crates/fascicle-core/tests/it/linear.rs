//! The forward product against the dense reference and against the portable body.

use burn::tensor::Device;
use fascicle_core::{Csr, csr_linear, testing};

use crate::cases::{CASES, Case, Numbers, Tensors, check, on_devices, portable_cases, vector};

#[test]
fn equals_the_dense_product() {
    on_devices(|name, device, dtype| {
        for &case in CASES {
            let numbers = Numbers::new(case);
            let Tensors { x, csr, values, bias, .. } = numbers.on(device, dtype);
            let y = csr_linear(x, &csr, values, bias).unwrap();
            assert_eq!(y.dims(), [case.n, case.rows]);
            assert_eq!(y.dtype(), dtype);
            check(&format!("{name} {case:?}"), dtype, y, &numbers.output());
        }
    });
}

#[test]
fn portable_body_equals_the_dense_product() {
    on_devices(|name, device, dtype| {
        for case in portable_cases(name) {
            let numbers = Numbers::new(case);
            let Tensors { x, csr, values, bias, .. } = numbers.on(device, dtype);
            let y = testing::portable_linear(x, &csr, values, bias);
            check(&format!("{name} {case:?}"), dtype, y, &numbers.output());
        }
    });
}

/// A row with more entries than a GPU thread adds up in one go, beside short and empty ones.
#[test]
fn of_a_long_row() {
    on_devices(|name, device, dtype| {
        let case = Case { n: 3, rows: 4, cols: 70_000, density: 1.0, ..CASES[0] };
        let mut numbers = Numbers::new(case);
        // small numbers, so that the sums stay of order one
        numbers.dense.iter_mut().for_each(|weight| *weight /= 256.0);
        numbers.dense[case.cols + 32_768..3 * case.cols].fill(0.0);
        let Tensors { x, csr, values, bias, .. } = numbers.on(device, dtype);
        check(name, dtype, csr_linear(x, &csr, values, bias).unwrap(), &numbers.output());
    });
}

#[test]
fn values_and_bias_may_lie_in_any_way() {
    on_devices(|name, device, dtype| {
        let numbers = Numbers::new(CASES[0]);
        let Tensors { x, csr, values, bias, .. } = numbers.on(device, dtype);
        let bias = bias.unwrap();
        let values = values.flip([0]).flip([0]);
        let mut padded = vec![f64::NAN, f64::NAN];
        padded.extend(&numbers.bias);
        let sliced = vector(&padded, device, dtype).slice(2..bias.dims()[0] + 2);
        let y = csr_linear(x, &csr, values, Some(sliced)).unwrap();
        check(name, dtype, y, &numbers.output());
    });
}

#[test]
fn matrices_without_rows_or_columns() {
    on_devices(|name, device, dtype| {
        let no_rows = Csr::new(0, 3, &[0], &[], device).unwrap();
        let x = crate::cases::matrix(&[1.0; 6], [2, 3], device, dtype);
        let y = csr_linear(x, &no_rows, vector(&[], device, dtype), None).unwrap();
        assert_eq!(y.dims(), [2, 0], "{name}");

        let no_cols = Csr::new(2, 0, &[0, 0, 0], &[], device).unwrap();
        let x = crate::cases::matrix(&[], [3, 0], device, dtype);
        let bias = vector(&[1.0, 2.0], device, dtype);
        let y = csr_linear(x, &no_cols, vector(&[], device, dtype), Some(bias)).unwrap();
        check(name, dtype, y, &[1.0, 2.0, 1.0, 2.0, 1.0, 2.0]);
    });
}

#[test]
fn a_pattern_moves_between_devices() {
    let numbers = Numbers::new(CASES[0]);
    on_devices(|name, device, dtype| {
        let here = Device::flex();
        let moved = numbers.on(&here, dtype).csr.to_device(device);
        let Tensors { x, values, bias, .. } = numbers.on(device, dtype);
        check(name, dtype, csr_linear(x, &moved, values, bias).unwrap(), &numbers.output());
    });
}

/// The same numbers however many run at a time: the forward product must not depend on threads.
#[test]
fn repeats_bit_for_bit() {
    on_devices(|name, device, dtype| {
        let numbers = Numbers::new(CASES[22]);
        let run = || -> Vec<f64> {
            let Tensors { x, csr, values, bias, .. } = numbers.on(device, dtype);
            csr_linear(x, &csr, values, bias).unwrap().try_into_vec_as().unwrap()
        };
        assert_eq!(run(), run(), "{name}");
    });
}
