//! GPUs through wgpu, and software Vulkan.

use burn::backend::WgpuDeviceKind;
use burn::tensor::{Device, DeviceKind};
use burn_wgpu::graphics::AutoGraphicsApi;
use burn_wgpu::{RuntimeOptions, WgpuDevice, WgpuInitError, try_init_setup, wgpu};

use super::DeviceSpec;
use super::check::{guarded, open_once};
use crate::CoreError;

/// Opens `wgpu` or `wgpu:cpu`.
pub(super) fn open(spec: DeviceSpec) -> Result<Device, CoreError> {
    let (kind, cubecl_kind) = match spec {
        DeviceSpec::WgpuCpu => (DeviceKind::Cpu, WgpuDeviceKind::Cpu),
        _ => (DeviceKind::DefaultDevice, WgpuDeviceKind::DefaultDevice),
    };
    let device = Device::wgpu(kind);
    open_once(spec, &device, || acquire(spec, &device, &WgpuDevice::new(cubecl_kind)))?;
    Ok(device)
}

/// Sets the adapter up, which reports what is missing where burn's own lazy set-up panics.
fn acquire(spec: DeviceSpec, device: &Device, adapter: &WgpuDevice) -> Result<String, CoreError> {
    let setup = guarded(|| try_init_setup::<AutoGraphicsApi>(adapter, RuntimeOptions::try_default()?));
    match setup {
        Ok(Ok(setup)) => {
            let info = setup.adapter.get_info();
            let software = info.device_type == wgpu::DeviceType::Cpu;
            if software && spec == DeviceSpec::Wgpu {
                tracing::warn!(
                    adapter = info.name,
                    "no GPU was found: `wgpu` runs on software Vulkan, which is much slower than `cpu`"
                );
            }
            let kind = if software { ", software" } else { "" };
            Ok(format!("{} ({}{kind})", info.name, info.backend))
        }
        // other code of this process has opened it already, so it is there
        Ok(Err(WgpuInitError::Registration { .. })) => {
            let identity = guarded(|| device.identity()).map_err(|why| missing(spec, why))?;
            Ok(identity.map(|identity| identity.name).unwrap_or_default())
        }
        Ok(Err(WgpuInitError::AdapterUnavailable { message, .. })) => Err(missing(spec, message)),
        Ok(Err(error)) => Err(missing(spec, error.to_string())),
        Err(panic) => Err(missing(spec, panic)),
    }
}

fn missing(spec: DeviceSpec, why: String) -> CoreError {
    let advice = match spec {
        DeviceSpec::WgpuCpu => {
            "install a software Vulkan driver (Debian, Ubuntu: mesa-vulkan-drivers), or use `cpu`"
        }
        _ => "install the Vulkan driver of your graphics card, or use `cpu`",
    };
    CoreError::DeviceMissing { spec, why, advice, offered: Vec::new() }
}

/// The spec of a wgpu device, or cubecl's text for one that no spec names.
pub(super) fn name(device: &WgpuDevice) -> String {
    match device.kind {
        WgpuDeviceKind::DefaultDevice => DeviceSpec::Wgpu.to_string(),
        WgpuDeviceKind::Cpu => DeviceSpec::WgpuCpu.to_string(),
        ref other => format!("wgpu {other:?}"),
    }
}
