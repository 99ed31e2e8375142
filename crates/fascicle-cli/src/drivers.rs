//! Graphics drivers that would speak for themselves on stderr.

use std::env;
use std::ffi::OsString;
use std::path::Path;

/// Where libwayland looks for the compositor: a path, or a name within `XDG_RUNTIME_DIR`.
const COMPOSITOR: &str = "WAYLAND_DISPLAY";

/// Keeps libwayland from complaining on stderr where nobody could be connected to.
///
/// Whenever Vulkan is opened, Mesa's device-selection layer asks Wayland which card drives the display. Without
/// `XDG_RUNTIME_DIR`, as in containers and over ssh, the answer cannot be had, and libwayland says so several times.
/// With an address at which nobody listens it gets the same answer in silence.
///
/// # Safety
/// No other thread may run yet: this changes the environment.
pub(crate) unsafe fn hush() {
    if cfg!(target_os = "linux") && is_out_of_reach(|name| env::var_os(name)) {
        // SAFETY: the caller is the only thread
        unsafe { env::set_var(COMPOSITOR, "/dev/null") };
    }
}

/// Whether the environment names no place where a compositor could be.
fn is_out_of_reach(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let is_path = |name| variable(name).is_some_and(|value| Path::new(&value).is_absolute());
    !is_path("XDG_RUNTIME_DIR") && !is_path(COMPOSITOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compositor_that_can_be_reached_is_left_alone() {
        let check = |variables: &[(&str, &str)], expected| {
            let value = |name: &str| {
                variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
            };
            assert_eq!(is_out_of_reach(value), expected, "{variables:?}");
        };
        check(&[], true);
        check(&[("WAYLAND_DISPLAY", "wayland-1"), ("XDG_RUNTIME_DIR", "here")], true);
        check(&[("WAYLAND_DISPLAY", "wayland-1"), ("XDG_RUNTIME_DIR", "/run/user/1000")], false);
        check(&[("XDG_RUNTIME_DIR", "/run/user/1000")], false);
        check(&[("WAYLAND_DISPLAY", "/run/user/1000/wayland-1")], false);
    }
}
