//! Downloads from a hub on this machine into a cache of their own.
#![cfg(all(feature = "hub", unix))]

mod server;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fascicle_models::{Hub, load};

use crate::support::fixtures;
use server::{Answer, Server};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn fetch(hub: &Hub, name: &str, revision: Option<&str>) -> Result<std::path::PathBuf, String> {
    hub.fetch(name, revision, &mut |_| {}).map_err(|error| error.to_string())
}

fn file_names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_repository_is_fetched_once_and_loads() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    server.repository("org/tiny", "hf/gpt2-shards", "main", COMMIT);
    let hub = server.hub(&cache);
    let mut seen = BTreeMap::new();
    let folder = hub
        .fetch("org/tiny", None, &mut |p| {
            seen.insert(p.file.to_string(), (p.done, p.total));
        })
        .unwrap();
    let repository = cache.path().join("models--org--tiny");
    assert_eq!(folder, repository.join("snapshots").join(COMMIT));
    assert_eq!(fs::read_to_string(repository.join("refs/main")).unwrap(), COMMIT);
    let mut expected = file_names(&fixtures("hf/gpt2-shards"));
    expected.retain(|name| name != "golden.safetensors");
    assert_eq!(file_names(&folder), expected);
    assert_eq!(seen.keys().cloned().collect::<Vec<_>>(), expected);
    assert!(seen.values().all(|(done, total)| Some(*done) == *total), "{seen:?}");
    for name in &expected {
        let to = fs::read_link(folder.join(name)).unwrap();
        assert!(to.starts_with("../../blobs"), "{}", to.display());
        assert!(
            fs::read(folder.join(name)).unwrap() == fs::read(fixtures("hf/gpt2-shards").join(name)).unwrap()
        );
    }
    assert_eq!(file_names(&repository.join("blobs")).len(), expected.len(), "nothing is left over");
    let device = fascicle_core::device("cpu").unwrap();
    assert_eq!(load(&repository, &device).unwrap().report.files.len(), 3);

    server.asked();
    fetch(&hub, "org/tiny", None).unwrap();
    assert_eq!(server.asked(), ["/api/models/org/tiny/revision/main"], "what is there is not fetched again");
    let offline = server.hub(&cache).offline(true);
    assert_eq!(fetch(&offline, "org/tiny", None).unwrap(), folder);
    assert!(server.asked().is_empty());
}

#[test]
fn revisions_share_their_bytes() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    let other = COMMIT.replace('0', "f");
    server.repository("org/tiny", "hf/gpt2", "main", COMMIT);
    server.repository("org/tiny", "hf/gpt2", "pr%2F1", &other);
    let hub = server.hub(&cache);
    fetch(&hub, "org/tiny", None).unwrap();
    server.asked();
    let folder = fetch(&hub, "org/tiny", Some("pr/1")).unwrap();
    assert!(folder.ends_with(&other));
    let asked = server.asked();
    assert_eq!(asked.iter().filter(|path| path.contains("/cdn/model.safetensors")).count(), 1);
    let blobs = file_names(&cache.path().join("models--org--tiny/blobs"));
    assert_eq!(blobs.iter().filter(|name| name.len() == 64).count(), 1, "the same weights are kept once");
    assert_eq!(fs::read_to_string(cache.path().join("models--org--tiny/refs/pr/1")).unwrap(), other);
}

#[test]
fn a_token_goes_to_the_hub_alone() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    server.repository("org/gated", "hf/gpt2", "main", COMMIT);
    let path = format!("/org/gated/resolve/{COMMIT}/config.json");
    let mut gated = server.answered(&path);
    gated.token = Some("secret");
    server.answer(&path, gated);
    // the bytes come from another server
    let elsewhere = Server::start();
    let cdn = "/cdn/model.safetensors?signature=secret";
    let weights = server.answered(cdn);
    elsewhere.answer(cdn, weights);
    let path = format!("/org/gated/resolve/{COMMIT}/model.safetensors");
    let mut moved = server.answered(&path);
    moved.headers[0].1 = format!("http://{}{cdn}", elsewhere.address);
    server.answer(&path, moved);

    let refused = fetch(&server.hub(&cache), "org/gated", None).unwrap_err();
    insta::assert_snapshot!(refused.replace(&server.address, "HUB"), @"http://HUB/org/gated/resolve/0123456789abcdef0123456789abcdef01234567/config.json: status 401: not there, private or gated (set HF_TOKEN)");
    let refused = fetch(&server.hub(&cache).with_token(Some("wrong".into())), "org/gated", None).unwrap_err();
    assert!(refused.ends_with("(does the token give access?)"), "{refused}");
    fetch(&server.hub(&cache).with_token(Some("secret".into())), "org/gated", None).unwrap();
    assert!(server.asked().iter().any(|line| line.ends_with("Bearer secret")));
    assert_eq!(elsewhere.asked(), [cdn], "the address that the hub names does not get the token");
}

#[test]
fn what_breaks_off_is_gone_on_with_and_what_is_damaged_is_refused() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    server.repository("org/tiny", "hf/gpt2", "main", COMMIT);
    let cdn = "/cdn/model.safetensors?signature=secret";
    let good = server.answered(cdn);
    let mut damaged = good.clone();
    damaged.body[100] ^= 1;
    server.answer(cdn, damaged);
    let hub = server.hub(&cache);
    let refused = fetch(&hub, "org/tiny", None).unwrap_err();
    assert!(
        refused.contains("model.safetensors: its SHA-256 is ")
            && refused.ends_with("it was damaged on the way"),
        "{refused}"
    );
    let blobs = file_names(&cache.path().join("models--org--tiny/blobs"));
    assert!(blobs.iter().all(|name| !name.ends_with(".incomplete")), "{blobs:?}");

    server.answer(cdn, Answer { cut_after: Some(1000), ..good });
    server.asked();
    fetch(&hub, "org/tiny", None).unwrap();
    let asked = server.asked();
    assert!(asked.contains(&format!("{cdn} bytes=1000-")), "{asked:?}");
}

#[test]
fn what_cannot_be_fetched() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    let hub = server.hub(&cache);
    let shown = |result: Result<std::path::PathBuf, String>| {
        result.unwrap_err().replace(&server.address, "HUB").replace(&*cache.path().to_string_lossy(), "CACHE")
    };
    insta::assert_snapshot!(shown(fetch(&hub, "org/none", None)), @"http://HUB/api/models/org/none/revision/main: status 404: no such repository, revision or file");
    insta::assert_snapshot!(shown(fetch(&hub, "../none", None)), @"`../none` is not a repository's name, such as EleutherAI/pythia-70m");
    insta::assert_snapshot!(shown(fetch(&server.hub(&cache).offline(true), "org/none", None)), @"org/none: not in the cache CACHE");
    let listing = |body: &str| Answer { status: 200, body: body.into(), ..Answer::default() };
    server.answer("/api/models/org/odd/revision/main", listing("<html>"));
    insta::assert_snapshot!(shown(fetch(&hub, "org/odd", None)), @"http://HUB/api/models/org/odd/revision/main: not the list of a repository's files: expected value at line 1 column 1");
    server.answer("/api/models/org/odd/revision/main", listing(r#"{"sha": "../..", "siblings": []}"#));
    insta::assert_snapshot!(shown(fetch(&hub, "org/odd", None)), @"http://HUB/api/models/org/odd/revision/main: commit `../..` is no commit");
    server.answer(
        "/api/models/org/odd/revision/main",
        listing(r#"{"sha": "abc", "siblings": [{"rfilename": "model.gguf"}]}"#),
    );
    insta::assert_snapshot!(shown(fetch(&hub, "org/odd", None)), @"http://HUB/api/models/org/odd/revision/main: no model.safetensors or pytorch_model.bin here, nor an index of shards (found: model.gguf)");
}
