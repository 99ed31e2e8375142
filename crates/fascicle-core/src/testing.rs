//! For the tests of this and the other crates: the devices to test on, and the portable bodies of the kernels.
//!
//! No part of the public interface.

use burn::backend::Dispatch;
use burn::tensor::{Bool, Device, Tensor};

use crate::ops::{Activation, Bias, Mask, portable};
use crate::{Csr, DeviceSpec};

/// The devices that tests run on, by name: those listed in `FASCICLE_TEST_DEVICES` (comma-separated), by default
/// the CPU devices of this build.
///
/// # Panics
/// When a device that was asked for cannot be had: a test that is skipped unseen tests nothing.
pub fn test_devices() -> Vec<(String, Device)> {
    let default = if cfg!(feature = "ndarray") { "cpu,ndarray" } else { "cpu" };
    let names = std::env::var("FASCICLE_TEST_DEVICES").unwrap_or_else(|_| default.to_owned());
    let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
    let devices: Vec<_> = names.map(open).collect();
    assert!(!devices.is_empty(), "FASCICLE_TEST_DEVICES names no device");
    devices
}

fn open(name: &str) -> (String, Device) {
    // invariant: only tests call this, and a test whose device is missing has to fail
    let spec: DeviceSpec = name.parse().unwrap_or_else(|error| panic!("FASCICLE_TEST_DEVICES: {error}"));
    // invariant: as above
    let device = crate::open(spec).unwrap_or_else(|error| panic!("FASCICLE_TEST_DEVICES: {error}"));
    (name.to_owned(), device)
}

/// [`csr_linear`](crate::csr_linear) by the portable body, without checks; its gradients are burn's own.
///
/// burn's dispatch is a backend like any other, on which the portable bodies run as they are.
pub fn portable_linear(x: Tensor<2>, w: &Csr, values: Tensor<1>, bias: Option<Tensor<1>>) -> Tensor<2> {
    let (x, values, bias) = (x.into_dispatch(), values.into_dispatch(), Bias::of(bias));
    Tensor::from_dispatch(portable::csr_linear::<Dispatch>(x, values, bias, &w.pattern()))
}

/// [`bias_activation`](crate::bias_activation) by the portable body, without checks; its gradients are burn's own.
pub fn portable_bias_activation<const D: usize>(
    x: Tensor<D>,
    bias: Option<Tensor<1>>,
    activation: Activation,
) -> Tensor<D> {
    let bias = Bias::of(bias);
    Tensor::from_dispatch(portable::bias_activation::<Dispatch>(x.into_dispatch(), bias, activation))
}

/// [`masked_softmax`](crate::masked_softmax) by the portable body, without checks; its gradients are burn's own.
pub fn portable_masked_softmax(scores: Tensor<4>, blocked: Option<Tensor<4, Bool>>, scale: f64) -> Tensor<4> {
    let mask = Mask::of(blocked);
    Tensor::from_dispatch(portable::masked_softmax::<Dispatch>(scores.into_dispatch(), mask, scale))
}
