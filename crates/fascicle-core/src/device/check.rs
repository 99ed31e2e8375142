//! The check at a GPU device's first opening, and the memory of which devices have passed it.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use burn::tensor::{Device, Tensor};

use super::DeviceSpec;
use crate::CoreError;

/// Devices that were opened and computed rightly, with the names they gave themselves.
static OPENED: Mutex<BTreeMap<DeviceSpec, String>> = Mutex::new(BTreeMap::new());

/// Runs `acquire` and the check the first time that `spec` is asked for; afterwards does nothing.
///
/// `acquire` returns the device's own name. A failure is not remembered, so that a driver installed meanwhile
/// is found.
pub(super) fn open_once(
    spec: DeviceSpec,
    device: &Device,
    acquire: impl FnOnce() -> Result<String, CoreError>,
) -> Result<(), CoreError> {
    let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    if opened.contains_key(&spec) {
        return Ok(());
    }
    let name = acquire()?;
    match guarded(|| product_error(device)) {
        Ok(None) => {}
        Ok(Some(why)) | Err(why) => return Err(CoreError::DeviceBroken { spec, name, why }),
    }
    tracing::debug!(%spec, name, "device opened");
    opened.insert(spec, name);
    Ok(())
}

/// The name that the device gave itself when it was opened.
pub(super) fn opened_name(spec: DeviceSpec) -> Option<String> {
    OPENED.lock().unwrap_or_else(PoisonError::into_inner).get(&spec).cloned()
}

/// Runs code that may panic in a driver or in burn, and turns the panic into its message.
pub(super) fn guarded<T>(f: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(f)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked").to_owned()
    })
}

/// What is wrong with I·A, if anything. Odd sizes, because padding is where kernels go wrong.
fn product_error(device: &Device) -> Option<String> {
    const ROWS: usize = 17;
    const COLS: usize = 9;
    let expected: Vec<f32> = (0..ROWS * COLS).map(|i| i as f32 - 70.0).collect();
    let a = Tensor::<1>::from_floats(expected.as_slice(), device).reshape([ROWS, COLS]);
    match Tensor::<2>::eye(ROWS, device).matmul(a).try_into_vec_as::<f32>() {
        Ok(got) => got.iter().zip(&expected).position(|(got, expected)| got != expected).map(|i| {
            format!(
                "I·A differs from A at [{}, {}]: {} instead of {}",
                i / COLS,
                i % COLS,
                got[i],
                expected[i]
            )
        }),
        Err(error) => Some(format!("I·A could not be read back: {error}")),
    }
}
