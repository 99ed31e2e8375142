//! For the tests of this and the other crates: the devices to test on, and the portable bodies of the kernels.
//!
//! No part of the public interface.
#![cfg_attr(feature = "ndarray", allow(deprecated, reason = "burn drops its ndarray backend in 0.23"))]

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, backend_extension};
use burn::tensor::{Bool, Device, Tensor};

use crate::ops::{Activation, Bias, Mask, PathwayOps, Pattern, portable};
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

/// The operations of [`PathwayOps`] by their portable bodies, on every backend.
#[backend_extension(
    Cube: cfg(any(feature = "wgpu", feature = "cuda")),
    Flex,
    NdArray: cfg(feature = "ndarray"),
    Autodiff,
    Fusion: cfg(all(feature = "fusion", any(feature = "wgpu", feature = "cuda")))
)]
pub trait PortableOps: Backend {
    /// [`PathwayOps::csr_linear`].
    #[fusion(dtype = x, shape = burn::tensor::Shape::from([x[0], pattern.rows]))]
    fn portable_linear(
        x: FloatTensor<Self>,
        values: FloatTensor<Self>,
        #[extension_type] bias: Bias<Self>,
        #[extension_type] pattern: Pattern<Self>,
    ) -> FloatTensor<Self> {
        portable::csr_linear::<Self>(x, values, bias, &pattern)
    }

    /// [`PathwayOps::bias_activation`].
    #[fusion(dtype = x, shape = x)]
    fn portable_bias_activation(
        x: FloatTensor<Self>,
        #[extension_type] bias: Bias<Self>,
        activation: Activation,
    ) -> FloatTensor<Self> {
        portable::bias_activation::<Self>(x, bias, activation)
    }

    /// [`PathwayOps::masked_softmax`].
    #[fusion(dtype = scores, shape = scores)]
    fn portable_masked_softmax(
        scores: FloatTensor<Self>,
        #[extension_type] mask: Mask<Self>,
        scale: f64,
    ) -> FloatTensor<Self> {
        portable::masked_softmax::<Self>(scores, mask, scale)
    }
}

impl PortableOps for burn::backend::Flex {}

#[cfg(feature = "ndarray")]
impl PortableOps for burn::backend::NdArray {}

#[cfg(any(feature = "wgpu", feature = "cuda"))]
impl PortableOps for burn_cubecl::CubeBackend {}

impl<B, C> PortableOps for burn::backend::Autodiff<B, C>
where
    B: PathwayOps,
    C: burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy,
{
}

/// [`csr_linear`](crate::csr_linear) by the portable body, without checks.
pub fn portable_linear(x: Tensor<2>, w: &Csr, values: Tensor<1>, bias: Option<Tensor<1>>) -> Tensor<2> {
    let bias = bias.map_or(Bias::Absent, |bias| Bias::Present(bias.into_dispatch()));
    let y = Dispatch::portable_linear(x.into_dispatch(), values.into_dispatch(), bias, w.pattern());
    Tensor::from_dispatch(y)
}

/// [`bias_activation`](crate::bias_activation) by the portable body, without checks.
pub fn portable_bias_activation<const D: usize>(
    x: Tensor<D>,
    bias: Option<Tensor<1>>,
    activation: Activation,
) -> Tensor<D> {
    let bias = bias.map_or(Bias::Absent, |bias| Bias::Present(bias.into_dispatch()));
    Tensor::from_dispatch(Dispatch::portable_bias_activation(x.into_dispatch(), bias, activation))
}

/// [`masked_softmax`](crate::masked_softmax) by the portable body, without checks.
pub fn portable_masked_softmax(scores: Tensor<4>, blocked: Option<Tensor<4, Bool>>, scale: f64) -> Tensor<4> {
    let mask = blocked.map_or(Mask::Absent, |blocked| Mask::Present(blocked.into_dispatch()));
    Tensor::from_dispatch(Dispatch::portable_masked_softmax(scores.into_dispatch(), mask, scale))
}
