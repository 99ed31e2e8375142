//! Devices by name: parsing, opening, listing.
//!
//! A device is opened once a process. The first opening of a GPU device multiplies a small matrix by the
//! identity and compares, because a driver or a build that computes garbage must not go on to produce
//! results (burn#4907: matrix products that came out as zeros on wgpu).

#[cfg(any(feature = "wgpu", feature = "cuda"))]
mod check;
#[cfg(feature = "cuda")]
mod cuda;
mod spec;
#[cfg(feature = "wgpu")]
mod wgpu;

use burn::backend::DispatchDevice;
use burn::tensor::{DType, Device};

pub use spec::DeviceSpec;

use crate::{CoreError, dtype};

/// The device called `spec`: `cpu`, `ndarray`, `wgpu`, `wgpu:cpu`, `cuda` or `cuda:N`.
///
/// # Errors
/// A name that is not one of these, a device that this build leaves out, one that this machine lacks, and one
/// that computes wrongly; each says what is offered instead.
pub fn device(spec: &str) -> Result<Device, CoreError> {
    let spec = spec.parse().map_err(|error| match error {
        CoreError::UnknownDevice { given, nearest, .. } => {
            CoreError::UnknownDevice { given, nearest, offered: offered() }
        }
        other => other,
    })?;
    open(spec)
}

/// Opens the device that `spec` stands for.
///
/// # Errors
/// As [`device`], less the name.
pub fn open(spec: DeviceSpec) -> Result<Device, CoreError> {
    open_alone(spec).map_err(|error| match error {
        CoreError::DeviceNotBuilt { spec, feature, .. } => {
            CoreError::DeviceNotBuilt { spec, feature, offered: offered() }
        }
        CoreError::DeviceMissing { spec, why, advice, .. } => {
            CoreError::DeviceMissing { spec, why, advice, offered: offered() }
        }
        other => other,
    })
}

/// [`open`] without the list of other devices, which itself opens devices.
fn open_alone(spec: DeviceSpec) -> Result<Device, CoreError> {
    match spec {
        DeviceSpec::Cpu => Ok(Device::flex()),
        DeviceSpec::NdArray => ndarray(),
        #[cfg(feature = "wgpu")]
        DeviceSpec::Wgpu | DeviceSpec::WgpuCpu => wgpu::open(spec),
        #[cfg(not(feature = "wgpu"))]
        DeviceSpec::Wgpu | DeviceSpec::WgpuCpu => Err(not_built(spec)),
        #[cfg(feature = "cuda")]
        DeviceSpec::Cuda(index) => cuda::open(index),
        #[cfg(not(feature = "cuda"))]
        DeviceSpec::Cuda(_) => Err(not_built(spec)),
    }
}

#[cfg(feature = "ndarray")]
#[allow(deprecated, reason = "burn drops this device in 0.23; until then it stays selectable")]
fn ndarray() -> Result<Device, CoreError> {
    Ok(Device::ndarray())
}

#[cfg(not(feature = "ndarray"))]
fn ndarray() -> Result<Device, CoreError> {
    Err(not_built(DeviceSpec::NdArray))
}

#[cfg(not(all(feature = "wgpu", feature = "cuda", feature = "ndarray")))]
fn not_built(spec: DeviceSpec) -> CoreError {
    CoreError::DeviceNotBuilt { spec, feature: spec.feature().unwrap_or_default(), offered: Vec::new() }
}

/// One line of the list of devices.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceInfo {
    /// The name that [`device`] takes.
    pub spec: String,
    /// What the device calls itself, such as a graphics card's name; empty when it could not be asked.
    pub name: String,
    /// Floating-point formats that it computes in, widest first; empty unless it is ready.
    pub dtypes: Vec<DType>,
    /// Whether it can be used, and if not, why.
    pub state: DeviceState,
}

/// Whether a device can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceState {
    /// It was opened and it computes.
    Ready,
    /// The build leaves it out.
    NotBuilt {
        /// The cargo feature that brings it in.
        feature: &'static str,
    },
    /// The build has it and this machine does not.
    Missing {
        /// What was tried, and what to do.
        why: String,
    },
}

/// Every kind of device that Fascicle knows, with what this build and this machine make of it.
///
/// Opens the devices that are there. Never fails and never panics: a driver that does is reported as
/// [`DeviceState::Missing`].
pub fn devices() -> Vec<DeviceInfo> {
    specs().into_iter().map(info).collect()
}

/// The specs to list: `cuda` once for each card, or once to say that there is none.
fn specs() -> Vec<DeviceSpec> {
    #[cfg(feature = "cuda")]
    let cards = cuda::count().unwrap_or(0).max(1);
    #[cfg(not(feature = "cuda"))]
    let cards = 1;
    let mut specs = vec![DeviceSpec::Cpu, DeviceSpec::NdArray, DeviceSpec::Wgpu, DeviceSpec::WgpuCpu];
    specs.extend((0..cards).map(DeviceSpec::Cuda));
    specs
}

fn info(spec: DeviceSpec) -> DeviceInfo {
    let spec_text = spec.to_string();
    match open_alone(spec) {
        Ok(device) => DeviceInfo {
            name: full_name(spec, &device),
            dtypes: dtype::supported(&device),
            spec: spec_text,
            state: DeviceState::Ready,
        },
        Err(error) => {
            let state = match error {
                CoreError::DeviceNotBuilt { feature, .. } => DeviceState::NotBuilt { feature },
                CoreError::DeviceMissing { why, advice, .. } => {
                    DeviceState::Missing { why: format!("{why}; {advice}") }
                }
                other => DeviceState::Missing { why: other.to_string() },
            };
            DeviceInfo { spec: spec_text, name: String::new(), dtypes: Vec::new(), state }
        }
    }
}

/// The specs of the devices that are ready.
fn offered() -> Vec<String> {
    devices().into_iter().filter(|info| info.state == DeviceState::Ready).map(|info| info.spec).collect()
}

fn full_name(spec: DeviceSpec, device: &Device) -> String {
    match spec {
        DeviceSpec::Cpu => "processor, burn-flex".to_owned(),
        DeviceSpec::NdArray => "processor, burn-ndarray".to_owned(),
        #[cfg(any(feature = "wgpu", feature = "cuda"))]
        _ => check::opened_name(spec).unwrap_or_else(|| device_name(device)),
        #[cfg(not(any(feature = "wgpu", feature = "cuda")))]
        _ => device_name(device),
    }
}

/// The spec that names `device`, as [`device`] takes it; burn's own text for a device that none names.
pub fn device_name(device: &Device) -> String {
    name_of(device.as_dispatch())
}

fn name_of(device: &DispatchDevice) -> String {
    match device {
        DispatchDevice::Flex(_) => DeviceSpec::Cpu.to_string(),
        #[cfg(feature = "ndarray")]
        DispatchDevice::NdArray(_) => DeviceSpec::NdArray.to_string(),
        #[cfg(feature = "wgpu")]
        DispatchDevice::Cube(cubecl::Device::Wgpu(wgpu)) => wgpu::name(wgpu),
        #[cfg(feature = "cuda")]
        DispatchDevice::Cube(cubecl::Device::Cuda(cuda)) => DeviceSpec::Cuda(cuda.index).to_string(),
        DispatchDevice::Autodiff(inner) => name_of(inner),
        #[allow(unreachable_patterns, reason = "which variants exist depends on burn's features")]
        other => format!("{other:?}"),
    }
}
