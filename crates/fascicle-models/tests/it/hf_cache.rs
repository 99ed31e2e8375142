//! Folders of the Hugging Face cache: a repository, a revision of it, links to the bytes.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use fascicle_models::{LoadOptions, LoadedModel, ModelError, load, load_with};

use crate::bad_folders::error;
use crate::support::fixtures;

/// Puts a fixture into a repository as a commit, its files as links.
fn commit(repository: &Path, fixture: &str, commit: &str, branch: &str) -> PathBuf {
    let (blobs, snapshot) = (repository.join("blobs"), repository.join("snapshots").join(commit));
    for folder in [&blobs, &snapshot, &repository.join("refs")] {
        fs::create_dir_all(folder).unwrap();
    }
    for file in ["config.json", "model.safetensors"] {
        let blob = format!("{commit}-{file}");
        fs::copy(fixtures(fixture).join(file), blobs.join(&blob)).unwrap();
        symlink(format!("../../blobs/{blob}"), snapshot.join(file)).unwrap();
    }
    fs::write(repository.join("refs").join(branch), commit).unwrap();
    snapshot
}

#[test]
fn repositories_load_by_revision() {
    let cache = tempfile::tempdir().unwrap();
    let repository = cache.path().join("hub/models--org--tiny");
    let main = commit(&repository, "hf/gpt2", "aaaaaaaa", "main");
    let step = commit(&repository, "hf/bert", "bbbbbbbb", "step3000");
    let device = fascicle_core::device("cpu").unwrap();
    let at = |path: &Path, revision: Option<&str>| -> Result<LoadedModel, ModelError> {
        load_with(path, &LoadOptions { revision: revision.map(Into::into) }, &device)
    };
    let loaded = load(&repository, &device).unwrap();
    assert_eq!((loaded.report.family, &loaded.folder), ("gpt2", &main));
    assert_eq!(at(&repository, Some("step3000")).unwrap().folder, step);
    assert_eq!(at(&repository.join("snapshots"), Some("bbbbbbb")).unwrap().report.family, "bert");
    assert_eq!(load(repository.join("snapshots/step3000"), &device).unwrap().folder, step);
    assert_eq!(load(&step, &device).unwrap().folder, step);
    let refused = at(&repository, Some("step4000")).unwrap_err().to_string();
    insta::assert_snapshot!(refused.replace(&*repository.to_string_lossy(), "REPOSITORY"), @"REPOSITORY: revision `step4000` is not here: did you mean `step3000`? (here are: main, step3000, aaaaaaaa, bbbbbbbb)");
}

#[test]
fn a_link_whose_bytes_are_gone_is_no_reason_to_take_others() {
    let cache = tempfile::tempdir().unwrap();
    let repository = cache.path().join("models--tiny");
    let snapshot = commit(&repository, "hf/gpt2", "aaaaaaaa", "main");
    fs::remove_file(repository.join("blobs/aaaaaaaa-model.safetensors")).unwrap();
    fs::write(snapshot.join("pytorch_model.bin"), "another format").unwrap();
    insta::assert_snapshot!(error(&snapshot), @"FOLDER/model.safetensors: a link to ../../blobs/aaaaaaaa-model.safetensors, which is not there: download it again");
    fs::remove_file(repository.join("blobs/aaaaaaaa-config.json")).unwrap();
    insta::assert_snapshot!(error(&snapshot), @"FOLDER/config.json: a link to ../../blobs/aaaaaaaa-config.json, which is not there: download it again");
}
