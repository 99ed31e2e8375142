//! Running other programs: their output streams through, their exit code becomes ours.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::Duration;

/// Why a command stops: the message for the user and the exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) message: String,
}

/// What every command gives back.
pub(crate) type Outcome = Result<(), Failure>;

impl Failure {
    /// Something that was run failed.
    pub(crate) fn run(message: impl Into<String>) -> Self {
        Self { code: 1, message: message.into() }
    }

    /// The arguments or the machine are not fit.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { code: 2, message: message.into() }
    }

    /// All has been said already.
    pub(crate) fn silent(code: u8) -> Self {
        Self { code, message: String::new() }
    }
}

/// A program about to be run, shown before it starts.
#[derive(Debug)]
pub(crate) struct Program {
    inner: Command,
    shown: String,
}

impl Program {
    /// A program by name or path.
    pub(crate) fn new(name: impl AsRef<OsStr>) -> Self {
        let shown =
            Path::new(name.as_ref()).file_stem().unwrap_or(name.as_ref()).to_string_lossy().into_owned();
        Self { inner: Command::new(name), shown }
    }

    /// The cargo that runs us, in the workspace root.
    pub(crate) fn cargo(root: &Path) -> Self {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut program = Self::new(cargo);
        "cargo".clone_into(&mut program.shown);
        program.inner.current_dir(root);
        // What `cargo run` sets for us is not meant for the cargo that we start.
        for name in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
            program.inner.env_remove(name);
        }
        program
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        let _ = write!(self.shown, " {}", quoted(&argument.as_ref().to_string_lossy()));
        self.inner.arg(argument);
        self
    }

    pub(crate) fn args<S: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = S>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.shown = format!("{name}={} {}", quoted(&value.as_ref().to_string_lossy()), self.shown);
        self.inner.env(name, value);
        self
    }

    pub(crate) fn envs(self, pairs: &[(String, String)]) -> Self {
        pairs.iter().fold(self, |program, (name, value)| program.env(name, value))
    }

    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.inner.current_dir(folder);
        self
    }

    /// Runs it with our own input and output.
    ///
    /// # Errors
    /// Code 2 when it ended with 2 or could not be started, else 1.
    pub(crate) fn run(mut self) -> Outcome {
        announce(&self.shown);
        let status =
            self.inner.status().map_err(|e| Failure::usage(format!("cannot start `{}`: {e}", self.shown)))?;
        judge(&self.shown, status)
    }

    /// Runs it and keeps its standard output; errors stream through.
    pub(crate) fn output(mut self) -> Result<String, Failure> {
        let output = self
            .inner
            .stderr(std::process::Stdio::inherit())
            .output()
            .map_err(|e| Failure::usage(format!("cannot start `{}`: {e}", self.shown)))?;
        judge(&self.shown, output.status)?;
        String::from_utf8(output.stdout)
            .map_err(|_| Failure::run(format!("`{}` printed what is not UTF-8", self.shown)))
    }

    /// Whether it can be started and ends well; says nothing.
    pub(crate) fn succeeds(mut self) -> bool {
        let null = std::process::Stdio::null;
        self.inner.stdin(null()).stdout(null()).stderr(null()).status().is_ok_and(|s| s.success())
    }
}

fn judge(shown: &str, status: ExitStatus) -> Outcome {
    match status.code() {
        Some(0) => Ok(()),
        Some(2) => Err(Failure { code: 2, message: format!("`{shown}` ended with code 2") }),
        Some(code) => Err(Failure::run(format!("`{shown}` ended with code {code}"))),
        None => Err(Failure::run(format!("`{shown}` was ended by a signal ({status})"))),
    }
}

fn announce(shown: &str) {
    let mut error = std::io::stderr().lock();
    let _ = if error.is_terminal() {
        writeln!(error, "\x1b[2m$ {shown}\x1b[0m")
    } else {
        writeln!(error, "$ {shown}")
    };
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// A duration as minutes and seconds.
pub(crate) fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_typed_again() {
        let program = Program::new("cargo").arg("test").arg("a b").env("X", "1");
        assert_eq!(program.shown, "X=1 cargo test 'a b'");
    }

    #[test]
    fn times_read_as_a_clock() {
        assert_eq!(clock(Duration::from_millis(59_900)), "0:59");
        assert_eq!(clock(Duration::from_secs(3_605)), "60:05");
    }
}
