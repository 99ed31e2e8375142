//! What the tests share: the binary, fixtures, comparisons.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use fascicle_models::{NamedTensor, TensorFile};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) fn fixtures(part: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
    root.canonicalize().expect("the fixtures").join(part)
}

/// A folder for one test's files; the command runs in it.
pub(crate) struct Desk(pub(crate) TempDir);

/// What a run of the command left behind.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A command that finds no data of this machine and no network.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fascicle"));
        command.args(args).current_dir(self.0.path());
        command.env("FASCICLE_DATA", self.path("data")).env("FASCICLE_CACHE", self.path("cache"));
        command
            .env("FASCICLE_OFFLINE", "1")
            .env_remove("FASCICLE_LOG")
            .env("NO_COLOR", "1")
            .env("COLUMNS", "110");
        // as in a container or over ssh, where libwayland would complain
        command.env_remove("XDG_RUNTIME_DIR").env_remove("WAYLAND_DISPLAY");
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.read(&self.command(args).output().expect("the command starts"))
    }

    fn read(&self, output: &Output) -> Ran {
        // places of this machine and of this run have fixed names in snapshots
        let text = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).replace(&*fixtures("").to_string_lossy(), "FIXTURES/");
            let home = self.0.path().canonicalize().expect("the folder");
            text.replace(&*home.to_string_lossy(), "DESK").replace(&*self.0.path().to_string_lossy(), "DESK")
        };
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// Runs a command that must succeed.
    #[track_caller]
    pub(crate) fn good(&self, args: &[&str]) -> Ran {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {}{}", ran.stdout, ran.stderr);
        ran
    }

    /// Runs a command that must be refused with exit code 2, print nothing and write nothing; gives what it says.
    #[track_caller]
    pub(crate) fn refused(&self, args: &[&str]) -> String {
        let before = self.files();
        let ran = self.run(args);
        assert_eq!(ran.code, 2, "{args:?}: {}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.stdout, "", "{args:?}");
        assert_eq!(self.files(), before, "{args:?} wrote something");
        ran.stderr
    }

    fn files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.0.path()).expect("the folder").flatten().map(|entry| entry.path());
        let mut files: Vec<PathBuf> = entries.filter(|path| !path.ends_with("cache")).collect();
        files.sort();
        files
    }

    pub(crate) fn tensors(&self, name: &str) -> TensorFile {
        TensorFile::read(self.path(name)).expect("a tensor file")
    }

    /// Writes token ids.
    pub(crate) fn ids(&self, name: &str, shape: [usize; 2], ids: &[i64]) {
        self.whole(name, &[("input_ids", shape.to_vec(), ids)]);
    }

    /// Writes tensors of whole numbers.
    pub(crate) fn whole(&self, name: &str, tensors: &[(&str, Vec<usize>, &[i64])]) {
        let tensor = |(name, shape, values): &(&str, Vec<usize>, &[i64])| {
            (name.to_string(), NamedTensor::I64 { shape: shape.clone(), values: values.to_vec() })
        };
        let file = TensorFile::from_tensors(tensors.iter().map(tensor).collect());
        file.write(self.path(name)).expect("written");
    }

    /// A copy of a model folder, to be spoilt.
    pub(crate) fn copy(&self, part: &str, name: &str) -> PathBuf {
        let folder = self.path(name);
        fs::create_dir(&folder).expect("a new folder");
        for file in ["config.json", "model.safetensors"] {
            fs::copy(fixtures(part).join(file), folder.join(file)).expect("copied");
        }
        folder
    }
}

#[track_caller]
pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Shape and values of real numbers.
#[track_caller]
pub(crate) fn real<'a>(file: &'a TensorFile, name: &str) -> (&'a [usize], &'a [f32]) {
    match file.get(name) {
        Some(NamedTensor::F32 { shape, values }) => (shape, values),
        other => {
            panic!("{name}: {other:?} among {:?}", file.iter().map(|(name, _)| name).collect::<Vec<_>>())
        }
    }
}

/// Fails when shapes differ, or a value by more than `tolerance`.
#[track_caller]
pub(crate) fn close(got: (&[usize], &[f32]), expected: (&[usize], &[f32]), tolerance: f32, what: &str) {
    assert_eq!(got.0, expected.0, "{what}");
    let worst = got.1.iter().zip(expected.1).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(worst <= tolerance, "{what}: worst difference {worst}");
}
