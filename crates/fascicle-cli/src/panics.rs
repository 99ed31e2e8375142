//! Panics of tensor libraries (a device out of memory, a driver that gives up) as errors with an exit code.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;

use crate::error::CliError;

/// Where the last panic happened; shown with `-v`, because it helps nobody but those who look into it.
static WHERE: Mutex<Option<String>> = Mutex::new(None);

/// Runs `work`; a panic in it becomes [`CliError::Panicked`] instead of a backtrace.
///
/// Nothing that `work` may have left half-changed is used again, hence `AssertUnwindSafe`.
pub(crate) fn caught<T>(work: impl FnOnce() -> Result<T, CliError>) -> Result<T, CliError> {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string);
        tracing::info!(place, "panic");
        if let Ok(mut last) = WHERE.lock() {
            *last = place;
        }
    }));
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<&str>().map(ToString::to_string);
        let text =
            text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".into());
        let place = WHERE.lock().ok().and_then(|last| last.clone());
        Err(CliError::Panicked { message: place.map_or(text.clone(), |place| format!("{text} ({place})")) })
    })
}
