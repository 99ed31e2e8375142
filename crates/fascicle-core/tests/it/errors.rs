//! What bad input is told.

use burn::tensor::{DType, Device, Tensor};
use fascicle_core::{CoreError, Csr, DeviceSpec, csr_linear};
use insta::assert_snapshot;

use crate::cases::{matrix, vector};

fn pattern(rows: usize, cols: usize, row_ptr: &[usize], col_idx: &[usize]) -> String {
    Csr::new(rows, cols, row_ptr, col_idx, &Device::flex()).unwrap_err().to_string()
}

#[test]
fn patterns_that_are_none() {
    assert_snapshot!(pattern(2, 3, &[0, 1], &[0]), @"row_ptr has 2 elements: a matrix of 2 rows needs 3");
    assert_snapshot!(pattern(1, 3, &[1, 1], &[0]), @"row_ptr[0] is 1: it must be 0, because col_idx has 1 elements");
    assert_snapshot!(pattern(1, 3, &[0, 2], &[0]), @"row_ptr[1] is 2: it must be 1, because col_idx has 1 elements");
    assert_snapshot!(pattern(3, 3, &[0, 2, 1, 2], &[0, 1]), @"row_ptr falls from 2 to 1 at row 1: it must never decrease");
    assert_snapshot!(pattern(1, 3, &[0, 1], &[3]), @"entry [0, 3] lies outside a matrix of 1 rows and 3 columns");
    assert_snapshot!(pattern(2, 3, &[0, 0, 2], &[2, 0]), @"row 1 lists column 0 after column 2: columns must rise within a row");
    assert_snapshot!(pattern(2, 3, &[0, 0, 2], &[1, 1]), @"entry [1, 1] is given twice: add the two values up, or drop one");
    assert_snapshot!(pattern(1, usize::MAX, &[0, 0], &[]), @"a sparse matrix with columns = 18446744073709551615 is too large: indices are 32-bit, the limit is 2147483647");
}

#[test]
fn row_pointers_out_of_reach() {
    // a pointer beyond the entries must be an error before anything is cut by it
    assert_snapshot!(pattern(2, 3, &[0, 9, 1], &[0]), @"row_ptr falls from 9 to 1 at row 1: it must never decrease");
}

#[test]
fn triplets_that_are_no_matrix() {
    let error = |triplets: &[(usize, usize, f64)]| {
        Csr::from_triplets(2, 3, triplets, DType::F32, &Device::flex()).unwrap_err().to_string()
    };
    let integers = Csr::from_triplets(2, 3, &[], DType::I32, &Device::flex()).unwrap_err();
    assert_snapshot!(integers, @"the sparse kernels compute in f32 and f64, not in i32: cast the input");
    assert_snapshot!(error(&[(2, 0, 1.0)]), @"entry [2, 0] lies outside a matrix of 2 rows and 3 columns");
    assert_snapshot!(error(&[(1, 2, 1.0), (0, 0, 1.0), (1, 2, 5.0)]), @"entry [1, 2] is given twice: add the two values up, or drop one");
}

#[test]
fn arguments_that_do_not_fit() {
    let device = Device::flex();
    let csr = Csr::new(2, 3, &[0, 1, 2], &[0, 2], &device).unwrap();
    let x = || matrix(&[0.0; 6], [2, 3], &device, DType::F32);
    let values = || vector(&[1.0, 2.0], &device, DType::F32);
    let error = |x, values, bias| csr_linear(x, &csr, values, bias).unwrap_err().to_string();

    assert_snapshot!(error(x().transpose(), values(), None), @"x has shape [3, 2]: a sparse matrix of 2 rows, 3 columns and 2 entries needs [n, columns] = [3, 3]");
    assert_snapshot!(error(x(), vector(&[1.0], &device, DType::F32), None), @"values has shape [1]: a sparse matrix of 2 rows, 3 columns and 2 entries needs [entries] = [2]");
    assert_snapshot!(error(x(), values(), Some(vector(&[0.0; 3], &device, DType::F32))), @"bias has shape [3]: a sparse matrix of 2 rows, 3 columns and 2 entries needs [rows] = [2]");
    assert_snapshot!(error(x(), values().cast(DType::F64), None), @"values is f64 and the input is f32: cast one of them");
    assert_snapshot!(error(x(), values(), Some(values().cast(DType::F64))), @"bias is f64 and the input is f32: cast one of them");
    assert_snapshot!(error(x().cast(DType::F16), values().cast(DType::F16), None), @"the sparse kernels compute in f32 and f64, not in f16: cast the input");
    assert_snapshot!(csr.to_dense(vector(&[1.0], &device, DType::F32)).unwrap_err(), @"values has shape [1]: a sparse matrix of 2 rows, 3 columns and 2 entries needs [entries] = [2]");

    let tracked = device.clone().autodiff();
    let checkpointed = tracked.clone().gradient_checkpointing();
    let x = matrix(&[0.0; 6], [2, 3], &tracked, DType::F32);
    assert_snapshot!(error(x, vector(&[1.0, 2.0], &checkpointed, DType::F32), None), @"values and the input follow different gradient-checkpointing strategies: give both the same");
}

#[cfg(feature = "ndarray")]
#[test]
fn arguments_on_two_devices() {
    let [here, there] = ["cpu", "ndarray"].map(|name| fascicle_core::device(name).unwrap());
    let csr = Csr::new(1, 1, &[0, 1], &[0], &here).unwrap();
    let x = |device| Tensor::<2>::zeros([1, 1], device);
    let values = |device| Tensor::<1>::zeros([1], device);
    let error = |x, values| csr_linear(x, &csr, values, None).unwrap_err().to_string();
    assert_snapshot!(error(x(&here), values(&there)), @"values is on device `ndarray` and the input on `cpu`: move one of them");
    assert_snapshot!(error(x(&there), values(&there)), @"the sparse pattern is on device `cpu` and the input on `ndarray`: move one of them");
}

#[test]
fn devices_that_cannot_be_had() {
    let unknown = |name: &str| name.parse::<DeviceSpec>().unwrap_err().to_string();
    assert_snapshot!(unknown("gpu"), @"unknown device `gpu` (did you mean `wgpu`?): a device is one of cpu, ndarray, wgpu, wgpu:cpu, cuda, cuda:N");
    assert_snapshot!(unknown("CUDA:1"), @"unknown device `CUDA:1` (did you mean `cuda:0`?): a device is one of cpu, ndarray, wgpu, wgpu:cpu, cuda, cuda:N");
    assert_snapshot!(unknown("cuda:one"), @"unknown device `cuda:one` (did you mean `cuda`?): a device is one of cpu, ndarray, wgpu, wgpu:cpu, cuda, cuda:N");
    assert_snapshot!(unknown("abacus"), @"unknown device `abacus`: a device is one of cpu, ndarray, wgpu, wgpu:cpu, cuda, cuda:N");

    let offered = vec!["cpu".to_owned(), "wgpu:cpu".to_owned()];
    assert_snapshot!(
        CoreError::UnknownDevice { given: "gpu".to_owned(), nearest: Some("wgpu"), offered: offered.clone() }, @"unknown device `gpu` (did you mean `wgpu`?): a device is one of cpu, ndarray, wgpu, wgpu:cpu, cuda, cuda:N (ready here: cpu, wgpu:cpu)"
    );
    assert_snapshot!(
        CoreError::DeviceNotBuilt { spec: DeviceSpec::Cuda(1), feature: "cuda", offered: offered.clone() }, @"device `cuda:1` is not in this build: compile with the cargo feature `cuda` (ready here: cpu, wgpu:cpu)"
    );
    assert_snapshot!(
        CoreError::DeviceMissing {
            spec: DeviceSpec::Cuda(3),
            why: "the driver reports 2 card(s), the last of which is cuda:1".to_owned(),
            advice: "choose one of these",
            offered,
        },
        @"device `cuda:3` is not on this machine: the driver reports 2 card(s), the last of which is cuda:1; choose one of these (ready here: cpu, wgpu:cpu)"
    );
    assert_snapshot!(
        CoreError::DeviceBroken {
            spec: DeviceSpec::Wgpu,
            name: "some card (Vulkan)".to_owned(),
            why: "I·A differs from A at [0, 1]: 0 instead of -69".to_owned(),
        },
        @"device `wgpu` (some card (Vulkan)) failed its start-up check: I·A differs from A at [0, 1]: 0 instead of -69; update its driver, or use `cpu`"
    );
    assert_snapshot!(
        CoreError::DType { device: "wgpu".to_owned(), dtype: "f64", supported: vec!["f32", "f16"] }, @"device `wgpu` cannot compute in f64: it has f32, f16"
    );
}
