//! NVIDIA GPUs.

use burn::tensor::{Device, DeviceType};
use burn_cuda::CudaDevice;

use super::DeviceSpec;
use super::check::{guarded, open_once};
use crate::CoreError;

/// How many cards the driver reports; 0 without a driver.
pub(super) fn count() -> Result<usize, String> {
    guarded(|| Device::enumerate(DeviceType::Cuda).len())
}

/// Opens `cuda:index`.
pub(super) fn open(index: usize) -> Result<Device, CoreError> {
    let spec = DeviceSpec::Cuda(index);
    let missing = |why: String, advice| CoreError::DeviceMissing { spec, why, advice, offered: Vec::new() };
    let device = Device::new(CudaDevice::new(index));
    open_once(spec, &device, || match count() {
        Err(why) => Err(missing(why, "repair or reinstall the NVIDIA driver, or use `cpu`")),
        Ok(0) => Err(missing(
            "the NVIDIA driver was not found, or it reports no card".to_owned(),
            "install the NVIDIA driver (`nvidia-smi` must list the card), or use `cpu`",
        )),
        Ok(cards) if index >= cards => Err(missing(
            format!("the driver reports {cards} card(s), the last of which is cuda:{}", cards - 1),
            "choose one of these",
        )),
        Ok(_) => guarded(|| device.identity())
            .map(|identity| identity.map(|identity| identity.name).unwrap_or_default())
            .map_err(|why| missing(why, "check that the NVIDIA driver and the CUDA runtime fit each other")),
    })?;
    Ok(device)
}
