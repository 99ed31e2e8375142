//! The package index that pip is set up with, so that a machine with its own index needs to say so only once.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// pip's configuration files as it finds them, weakest first
/// (<https://pip.pypa.io/en/stable/topics/configuration/>).
pub(crate) fn files(var: &dyn Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let folder = |name: &str| var(name).map(PathBuf::from);
    let extra = folder("PIP_CONFIG_FILE");
    if extra.as_deref().is_some_and(|p| p == Path::new("/dev/null") || p == Path::new("nul")) {
        return Vec::new();
    }
    let mut files = Vec::new();
    if cfg!(windows) {
        files.extend(folder("ProgramData").map(|d| d.join("pip").join("pip.ini")));
        files.extend(folder("APPDATA").map(|d| d.join("pip").join("pip.ini")));
        files.extend(folder("VIRTUAL_ENV").map(|d| d.join("pip.ini")));
    } else {
        match folder("XDG_CONFIG_DIRS") {
            Some(dirs) => files.extend(std::env::split_paths(&dirs).map(|d| d.join("pip/pip.conf"))),
            None => files.push("/etc/xdg/pip/pip.conf".into()),
        }
        files.push("/etc/pip.conf".into());
        if let Some(home) = folder("HOME") {
            files.push(home.join(".pip/pip.conf"));
            if cfg!(target_os = "macos") {
                files.push(home.join("Library/Application Support/pip/pip.conf"));
            }
            let config = folder("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
            files.push(config.join("pip/pip.conf"));
        }
        files.extend(folder("VIRTUAL_ENV").map(|d| d.join("pip.conf")));
    }
    files.extend(extra);
    files
}

/// The index that the last of `files` to name one names. Files that are not there do not count.
pub(crate) fn index_url(files: &[PathBuf]) -> Option<String> {
    files.iter().rev().find_map(|file| index_in(&fs::read_to_string(file).ok()?))
}

/// `index-url` of the section for downloads, else of the general one.
fn index_in(ini: &str) -> Option<String> {
    let (mut global, mut download) = (None, None);
    let mut section = String::new();
    for line in ini.lines().map(str::trim) {
        if line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            section = name.trim().to_lowercase();
        } else if let Some((key, value)) = line.split_once(['=', ':']) {
            // pip reads `index_url` as well
            if key.trim().to_lowercase().replace('_', "-") != "index-url" || value.trim().is_empty() {
                continue;
            }
            match section.as_str() {
                "global" => global = Some(value.trim().to_owned()),
                "download" => download = Some(value.trim().to_owned()),
                _ => {}
            }
        }
    }
    download.or(global)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_comments() {
        #[track_caller]
        fn check(ini: &str, expected: Option<&str>) {
            assert_eq!(index_in(ini).as_deref(), expected, "{ini}");
        }
        check("", None);
        check("[global]\nindex-url = https://a/simple\n", Some("https://a/simple"));
        check(
            "[global]\nindex_url: https://a/simple\n[install]\nindex-url=https://b\n",
            Some("https://a/simple"),
        );
        check("[global]\nindex-url=https://a\n[download]\nindex-url=https://b\n", Some("https://b"));
        check("[global]\n# index-url = https://a\ntimeout = 3\n", None);
        check("index-url = https://a\n", None);
    }

    #[test]
    fn the_strongest_file_wins() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = |name: &str, url: &str| {
            let path = folder.path().join(name);
            fs::write(&path, format!("[global]\nindex-url = {url}\n")).expect("a file");
            path
        };
        let (weak, strong) = (file("a", "https://a"), file("b", "https://b"));
        let absent = folder.path().join("c");
        assert_eq!(index_url(&[weak.clone(), strong, absent.clone()]).as_deref(), Some("https://b"));
        assert_eq!(index_url(&[weak, absent.clone()]).as_deref(), Some("https://a"));
        assert_eq!(index_url(&[absent]), None);
    }
}
