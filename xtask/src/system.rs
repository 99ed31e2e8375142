//! What the machine must have: found where it is, installed where that is allowed, else named with the exact command.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Failure, Outcome, Program};

/// Something outside of cargo that a command needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// A C compiler: build scripts and the linker.
    Compiler,
    /// OpenBLAS with its link-time name, for `fascicle-graph`'s spectra.
    Blas,
    /// Vulkan's loader and some driver, for `wgpu`.
    Vulkan,
    /// Vulkan's loader and Mesa's software driver, for `wgpu:cpu`.
    SoftwareVulkan,
    /// Python 3 with `venv`.
    Python,
}

/// A package manager that we know how to speak to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manager {
    Apt,
    Dnf,
    Pacman,
    Brew,
}

/// What a device of `--device` needs beside a compiler.
pub(crate) fn needs_of_device(spec: &str) -> Option<Need> {
    match spec {
        "wgpu:cpu" => Some(Need::SoftwareVulkan),
        "wgpu" if cfg!(target_os = "linux") => Some(Need::Vulkan),
        _ => None,
    }
}

/// Makes sure that everything needed is there, by installing it as root with apt-get, or says how to.
///
/// # Errors
/// Code 2, with the command to type, when something is missing and may not be installed.
pub(crate) fn ensure(needs: &[Need], may_install: bool) -> Outcome {
    let missing: Vec<Need> = needs.iter().copied().filter(|need| !present(*need)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let manager = manager(on_path);
    if missing.contains(&Need::SoftwareVulkan) && !cfg!(target_os = "linux") {
        return Err(Failure::usage(
            "wgpu:cpu is Mesa's software Vulkan and runs on Linux only; use --device wgpu here",
        ));
    }
    if may_install && manager == Some(Manager::Apt) && is_root() {
        install(&missing)?;
        let still: Vec<Need> = missing.into_iter().filter(|need| !present(*need)).collect();
        return if still.is_empty() {
            Ok(())
        } else {
            Err(Failure::usage(advice(&still, Some(Manager::Apt))))
        };
    }
    Err(Failure::usage(advice(&missing, manager)))
}

/// Points the Vulkan loader at Mesa's software driver, so that a machine with a GPU tests the same thing as one without.
/// Nothing where the user has chosen a driver already.
pub(crate) fn software_vulkan_environment() -> Vec<(String, String)> {
    if std::env::var_os("VK_DRIVER_FILES").or_else(|| std::env::var_os("VK_ICD_FILENAMES")).is_some() {
        return Vec::new();
    }
    drivers(&driver_folders()).into_iter().find(|path| is_software(path)).map_or_else(Vec::new, |path| {
        let path = path.to_string_lossy().into_owned();
        // The second name is for loaders older than 1.3.207.
        vec![("VK_DRIVER_FILES".to_owned(), path.clone()), ("VK_ICD_FILENAMES".to_owned(), path)]
    })
}

/// Tells Mesa's device-selection layer that there is no Wayland compositor where it could find none: it asks at every
/// opening of Vulkan, and libwayland complains on stderr when `XDG_RUNTIME_DIR` is not set.
pub(crate) fn no_compositor_environment() -> Vec<(String, String)> {
    let set = |name: &str| std::env::var_os(name).is_some();
    if !cfg!(target_os = "linux") || set("XDG_RUNTIME_DIR") || set("WAYLAND_DISPLAY") {
        return Vec::new();
    }
    vec![("WAYLAND_DISPLAY".to_owned(), "/dev/null".to_owned())]
}

fn install(missing: &[Need]) -> Outcome {
    let packages: Vec<&str> = packages(missing, Manager::Apt);
    eprintln!("installing {}", packages.join(", "));
    Program::new("apt-get").args(["update", "--quiet"]).run()?;
    Program::new("apt-get")
        .args(["install", "--yes", "--quiet", "--no-install-recommends"])
        .args(&packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .run()
}

fn present(need: Need) -> bool {
    match need {
        // Windows brings its own with the Rust toolchain's requirements; cargo itself says what is missing there.
        Need::Compiler => cfg!(windows) || std::env::var_os("CC").is_some() || on_path("cc"),
        Need::Blas => {
            Program::new("pkg-config").args(["--exists", "openblas"]).succeeds()
                || links(BLAS, &library_folders())
        }
        Need::Vulkan => has_loader() && (driver_is_chosen() || !drivers(&driver_folders()).is_empty()),
        Need::SoftwareVulkan => {
            has_loader()
                && (driver_is_chosen() || drivers(&driver_folders()).iter().any(|path| is_software(path)))
        }
        Need::Python => Program::new("python3").args(["-c", "import ensurepip, venv"]).succeeds(),
    }
}

/// What is missing and the exact command that brings it.
fn advice(missing: &[Need], manager: Option<Manager>) -> String {
    let names: Vec<&str> = missing.iter().map(|need| title(*need)).collect();
    let names = names.join(" and ");
    match manager {
        Some(manager) => {
            format!("{names} missing; run:\n    {}", command(&packages(missing, manager), manager))
        }
        None => {
            let packages = packages(missing, Manager::Apt).join(" ");
            format!("{names} missing; install what your system calls {packages} (names as in Debian)")
        }
    }
}

fn title(need: Need) -> &'static str {
    match need {
        Need::Compiler => "a C compiler (cc)",
        Need::Blas => "OpenBLAS to link with (libopenblas)",
        Need::Vulkan => "the Vulkan loader or a driver for it",
        Need::SoftwareVulkan => "the Vulkan loader or Mesa's software driver (lavapipe)",
        Need::Python => "Python 3 with its venv module",
    }
}

fn packages(needs: &[Need], manager: Manager) -> Vec<&'static str> {
    let mut all: Vec<&'static str> =
        needs.iter().flat_map(|need| packages_of(*need, manager)).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn packages_of(need: Need, manager: Manager) -> &'static [&'static str] {
    match (need, manager) {
        (Need::Compiler, Manager::Apt) => &["gcc", "libc6-dev"],
        (Need::Compiler, Manager::Dnf | Manager::Pacman) => &["gcc"],
        (Need::Compiler, Manager::Brew) => &[],
        (Need::Blas, Manager::Apt) => &["libopenblas-dev"],
        (Need::Blas, Manager::Dnf) => &["openblas-devel"],
        (Need::Blas, Manager::Pacman) => &["openblas"],
        (Need::Blas, Manager::Brew) => &["libomp", "openblas"],
        (Need::Vulkan | Need::SoftwareVulkan, Manager::Apt) => &["libvulkan1", "mesa-vulkan-drivers"],
        (Need::Vulkan | Need::SoftwareVulkan, Manager::Dnf) => &["mesa-vulkan-drivers", "vulkan-loader"],
        (Need::Vulkan | Need::SoftwareVulkan, Manager::Pacman) => &["vulkan-icd-loader", "vulkan-swrast"],
        (Need::Vulkan | Need::SoftwareVulkan, Manager::Brew) => &["molten-vk", "vulkan-loader"],
        (Need::Python, Manager::Apt) => &["python3", "python3-venv"],
        (Need::Python, Manager::Dnf) => &["python3"],
        (Need::Python, Manager::Pacman | Manager::Brew) => &["python"],
    }
}

fn command(packages: &[&str], manager: Manager) -> String {
    let packages = packages.join(" ");
    match manager {
        Manager::Apt => format!("sudo apt-get update && sudo apt-get install -y {packages}"),
        Manager::Dnf => format!("sudo dnf install -y {packages}"),
        Manager::Pacman => format!("sudo pacman -S --needed {packages}"),
        Manager::Brew if packages.is_empty() => "xcode-select --install".to_owned(),
        Manager::Brew => format!("brew install {packages}"),
    }
}

fn manager(has: impl Fn(&str) -> bool) -> Option<Manager> {
    [("apt-get", Manager::Apt), ("dnf", Manager::Dnf), ("pacman", Manager::Pacman), ("brew", Manager::Brew)]
        .into_iter()
        .find(|(program, _)| has(program))
        .map(|(_, manager)| manager)
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn on_path(program: &str) -> bool {
    find_on_path(program, std::env::var_os("PATH").as_ref())
}

fn find_on_path(program: &str, path: Option<&OsString>) -> bool {
    path.is_some_and(|path| std::env::split_paths(path).any(|folder| folder.join(program).is_file()))
}

fn has_loader() -> bool {
    let listed = ["ldconfig", "/sbin/ldconfig"]
        .iter()
        .filter_map(|program| Command::new(program).arg("-p").output().ok())
        .any(|output| names_loader(&String::from_utf8_lossy(&output.stdout)));
    listed || holds_loader(std::env::var_os("LD_LIBRARY_PATH").as_ref())
}

fn names_loader(ldconfig: &str) -> bool {
    ldconfig.lines().any(|line| line.trim_start().starts_with("libvulkan.so.1 "))
}

fn holds_loader(library_path: Option<&OsString>) -> bool {
    find_on_path("libvulkan.so.1", library_path)
}

/// What the linker is asked for by `-lopenblas`, where it is no Windows.
const BLAS: &[&str] = &["libopenblas.so", "libopenblas.dylib", "libopenblas.a"];

fn links(names: &[&str], folders: &[PathBuf]) -> bool {
    folders.iter().any(|folder| names.iter().any(|name| folder.join(name).is_file()))
}

/// Where the linker looks without being told: what `LIBRARY_PATH` names, the system's folders, Debian's of this
/// architecture, and Homebrew's.
fn library_folders() -> Vec<PathBuf> {
    let brew = ["/opt/homebrew/opt/openblas/lib", "/usr/local/opt/openblas/lib"];
    let mut folders: Vec<PathBuf> = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64"]
        .iter()
        .chain(&brew)
        .map(PathBuf::from)
        .chain([format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH).into()])
        .collect();
    if let Some(path) = std::env::var_os("LIBRARY_PATH") {
        folders.extend(std::env::split_paths(&path));
    }
    folders
}

fn driver_is_chosen() -> bool {
    std::env::var_os("VK_DRIVER_FILES").or_else(|| std::env::var_os("VK_ICD_FILENAMES")).is_some()
}

/// Where Vulkan looks for driver manifests on Linux.
fn driver_folders() -> Vec<PathBuf> {
    let mut folders = vec!["/usr/share".into(), "/usr/local/share".into(), "/etc".into()];
    if let Some(data) = std::env::var_os("XDG_DATA_DIRS") {
        folders.extend(std::env::split_paths(&data));
    }
    if let Some(home) = std::env::var_os("HOME") {
        folders.push(Path::new(&home).join(".local/share"));
    }
    folders.into_iter().map(|folder: PathBuf| folder.join("vulkan/icd.d")).collect()
}

fn drivers(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = folders
        .iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flatten()
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Mesa's software driver: `lvp_icd.json`, `lvp_icd.x86_64.json` and so on.
fn is_software(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("lvp_icd."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_manager_gets_its_own_command() {
        let check = |manager, expected: &str| {
            let text = advice(&[Need::SoftwareVulkan], manager);
            assert!(text.ends_with(expected), "{text}");
        };
        check(
            Some(Manager::Apt),
            "sudo apt-get update && sudo apt-get install -y libvulkan1 mesa-vulkan-drivers",
        );
        check(Some(Manager::Dnf), "sudo dnf install -y mesa-vulkan-drivers vulkan-loader");
        check(Some(Manager::Pacman), "sudo pacman -S --needed vulkan-icd-loader vulkan-swrast");
        check(None, "install what your system calls libvulkan1 mesa-vulkan-drivers (names as in Debian)");
        assert!(advice(&[Need::Compiler], Some(Manager::Brew)).ends_with("xcode-select --install"));
    }

    #[test]
    fn what_is_missing_is_installed_in_one_go() {
        assert_eq!(
            packages(&[Need::Compiler, Need::Blas, Need::Vulkan, Need::SoftwareVulkan], Manager::Apt),
            ["gcc", "libc6-dev", "libopenblas-dev", "libvulkan1", "mesa-vulkan-drivers"]
        );
        assert_eq!(packages(&[Need::Blas], Manager::Dnf), ["openblas-devel"]);
        assert_eq!(packages(&[Need::Blas], Manager::Brew), ["libomp", "openblas"]);
    }

    #[test]
    fn a_library_is_found_by_what_it_is_linked_as() {
        let tree = tempfile::tempdir().unwrap();
        let folders = [tree.path().to_path_buf()];
        std::fs::write(tree.path().join("libopenblas.so.0"), "").unwrap();
        assert!(!links(BLAS, &folders));
        std::fs::write(tree.path().join("libopenblas.so"), "").unwrap();
        assert!(links(BLAS, &folders));
    }

    #[test]
    fn the_first_manager_on_the_path_is_used() {
        assert_eq!(manager(|p| p == "brew" || p == "dnf"), Some(Manager::Dnf));
        assert_eq!(manager(|_| false), None);
    }

    #[test]
    fn devices_and_their_needs() {
        assert_eq!(needs_of_device("cpu"), None);
        assert_eq!(needs_of_device("cuda:0"), None);
        assert_eq!(needs_of_device("wgpu:cpu"), Some(Need::SoftwareVulkan));
    }

    #[test]
    fn drivers_and_loader_are_found_where_they_lie() {
        let tree = tempfile::tempdir().unwrap();
        for name in ["lvp_icd.x86_64.json", "radeon_icd.x86_64.json", "README"] {
            std::fs::write(tree.path().join(name), "{}").unwrap();
        }
        let found = drivers(&[tree.path().to_path_buf(), tree.path().join("absent")]);
        assert_eq!(found.len(), 2);
        assert_eq!(found.iter().filter(|p| is_software(p)).count(), 1);

        assert!(names_loader("2 libs\n\tlibvulkan.so.1 (libc6,x86-64) => /lib/libvulkan.so.1\n"));
        assert!(!names_loader("\tlibvulkan_lvp.so (libc6,x86-64) => /lib/libvulkan_lvp.so\n"));
        std::fs::write(tree.path().join("libvulkan.so.1"), "").unwrap();
        assert!(holds_loader(Some(&tree.path().as_os_str().to_owned())));
        assert!(!holds_loader(None));
    }
}
