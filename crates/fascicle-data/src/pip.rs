//! The wheel through pip, for machines where pip reaches an index that we cannot: it knows about netrc, key
//! rings, client certificates, further indexes and folders of wheels.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::DataError;
use crate::index::normalised;

/// The longest that pip may take.
const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// Lets pip download `package` in exactly this `version` into `folder`; gives the wheel's path.
pub(crate) fn download(
    python: &Path,
    package: &str,
    version: &str,
    folder: &Path,
) -> Result<PathBuf, DataError> {
    let release = format!("{package}=={version}");
    let command = format!("{} -m pip download --no-deps {release}", python.display());
    let failed = |why: String| DataError::Pip { command: command.clone(), why };
    let said = folder.join("pip-stderr");
    let stderr = File::create(&said).map_err(DataError::io("create", &said))?;
    let mut child = Command::new(python)
        .args(["-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-input", "--quiet"])
        .args(["--disable-pip-version-check", "--timeout", "30", "--retries", "2", "--dest"])
        .arg(folder)
        .arg(&release)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(stderr)
        .spawn()
        .map_err(|e| failed(format!("it cannot be started: {e}")))?;

    let start = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if start.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(100)),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(failed(format!("it was stopped after {} minutes", PATIENCE.as_secs() / 60)));
            }
            Err(e) => return Err(failed(e.to_string())),
        }
    };
    if !status.success() {
        return Err(failed(last_line(&said).unwrap_or_else(|| status.to_string())));
    }
    wheel_in(folder, package).ok_or_else(|| failed("it left no wheel".to_owned()))
}

/// What pip said in the end: its own warnings come before the error.
fn last_line(said: &Path) -> Option<String> {
    let text = fs::read_to_string(said).ok()?;
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.strip_prefix("ERROR: ").unwrap_or(line).to_owned())
}

fn wheel_in(folder: &Path, package: &str) -> Option<PathBuf> {
    let files = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let is_it = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".whl") && name.split('-').next().is_some_and(|p| normalised(p) == normalised(package))
    };
    files.filter(|path| path.is_file()).find(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_pip_says_is_passed_on() {
        use std::os::unix::fs::PermissionsExt;
        #[track_caller]
        fn check(script: &str, expected: Result<&str, &str>) {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let python = folder.path().join("python");
            fs::write(&python, format!("#!/bin/sh\n{script}\n")).expect("a script");
            fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).expect("permission");
            let dest = folder.path().join("dest");
            fs::create_dir(&dest).expect("a folder");
            let got = download(&python, "a-b", "1.0", &dest).map_err(|e| e.to_string());
            match (got, expected) {
                (Ok(path), Ok(name)) => assert_eq!(path, dest.join(name)),
                (Err(error), Err(part)) => assert!(error.ends_with(part), "{error}"),
                (got, _) => panic!("{got:?}"),
            }
        }
        // the folder is the 15th argument, the release the last
        check(
            r#"[ "${16}" = a-b==1.0 ] && touch "${15}/a_b-1.0-py3-none-any.whl""#,
            Ok("a_b-1.0-py3-none-any.whl"),
        );
        check("echo 'WARNING: x' >&2; echo 'ERROR: no match' >&2; exit 1", Err(": no match"));
        check("exit 3", Err("exit status: 3"));
        check("true", Err("it left no wheel"));

        let folder = tempfile::tempdir().expect("a temporary folder");
        let error =
            download(&folder.path().join("python"), "p", "1", folder.path()).expect_err("there is none");
        assert!(error.to_string().contains("it cannot be started"), "{error}");
    }
}
