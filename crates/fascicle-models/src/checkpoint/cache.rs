//! The cache of Hugging Face's tools: `models--OWNER--NAME` with `refs`, `snapshots` and `blobs`.
//!
//! A file `refs/REVISION` names a commit, `snapshots/COMMIT` holds that commit's files as links to `blobs`.

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::error::{CacheError, ModelError};
use crate::names::nearest;

/// The revision that is meant when none is named.
pub(crate) const MAIN: &str = "main";

/// The folder that holds `config.json`: `path` itself, or the snapshot of a cached repository.
///
/// A repository is given by its folder, its `snapshots`, or `snapshots/REVISION`; a revision is a branch, a tag, a
/// commit, or the beginning of one.
pub(crate) fn resolve(path: &Path, revision: Option<&str>) -> Result<PathBuf, ModelError> {
    let of_snapshot = path.parent().filter(|above| is_snapshots(above)).and_then(Path::parent);
    if let (Some(revision), Some(repository)) = (revision, of_snapshot) {
        return snapshot(repository, revision);
    }
    match repository(path) {
        Some((repository, given)) => {
            let revision = revision.or(given).unwrap_or(MAIN);
            snapshot(repository, revision)
        }
        None => match revision {
            None => Ok(path.into()),
            Some(revision) => {
                Err(CacheError::NoRevisions { folder: path.into(), revision: revision.into() }.into())
            }
        },
    }
}

/// The folder of a repository's snapshot in this machine's cache, without asking the network.
///
/// `repository` is a name such as `EleutherAI/pythia-70m`; the cache is where `HF_HUB_CACHE` or `HF_HOME` say, or
/// `~/.cache/huggingface/hub`.
///
/// # Errors
/// [`CacheError::NotCached`], [`CacheError::UnknownRevision`], [`CacheError::BadName`].
pub fn cached(repository: &str, revision: Option<&str>) -> Result<PathBuf, ModelError> {
    let cache = Folders::of(&|name| std::env::var_os(name)).cache;
    let folder = cache.join(folder_name(repository)?);
    if folder.is_dir() {
        snapshot(&folder, revision.unwrap_or(MAIN))
    } else {
        Err(CacheError::NotCached { repository: repository.into(), cache }.into())
    }
}

/// `models--OWNER--NAME`.
pub(crate) fn folder_name(repository: &str) -> Result<String, ModelError> {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with(['.', '-'])
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    let parts: Vec<&str> = repository.split('/').collect();
    if parts.len() <= 2 && parts.iter().all(|name| part(name)) {
        Ok(format!("models--{}", parts.join("--")))
    } else {
        Err(CacheError::BadName {
            given: repository.into(),
            expected: "a repository's name, such as EleutherAI/pythia-70m",
        }
        .into())
    }
}

/// Where Hugging Face's tools keep things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Folders {
    pub(crate) home: PathBuf,
    pub(crate) cache: PathBuf,
}

impl Folders {
    /// By the environment, as `huggingface_hub` reads it.
    pub(crate) fn of(variable: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let folder = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let user = || std::env::home_dir().unwrap_or_default();
        let home = folder("HF_HOME").unwrap_or_else(|| {
            folder("XDG_CACHE_HOME").unwrap_or_else(|| user().join(".cache")).join("huggingface")
        });
        let cache = folder("HF_HUB_CACHE")
            .or_else(|| folder("HUGGINGFACE_HUB_CACHE"))
            .unwrap_or_else(|| home.join("hub"));
        Self { home, cache }
    }
}

/// The repository's folder that a path means, with the revision that the path names; `None` for other folders and
/// for a snapshot itself.
fn repository(path: &Path) -> Option<(&Path, Option<&str>)> {
    if path.join("config.json").exists() {
        // a snapshot needs no looking up
        return None;
    }
    if path.join("snapshots").is_dir() {
        return Some((path, None));
    }
    if is_snapshots(path) && path.is_dir() {
        return Some((path.parent()?, None));
    }
    let snapshots = path.ancestors().skip(1).find(|above| is_snapshots(above) && above.is_dir())?;
    // a branch may have slashes in its name
    let revision = path.strip_prefix(snapshots).ok()?.to_str()?;
    (!path.exists()).then_some((snapshots.parent()?, Some(revision)))
}

fn is_snapshots(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name == "snapshots")
}

/// The snapshot of a repository at a revision.
pub(crate) fn snapshot(repository: &Path, revision: &str) -> Result<PathBuf, ModelError> {
    let plain = Path::new(revision).components().all(|part| matches!(part, Component::Normal(_)));
    if !plain || revision.is_empty() {
        return Err(CacheError::BadName {
            given: revision.into(),
            expected: "a revision, such as main or step3000",
        }
        .into());
    }
    let snapshots = repository.join("snapshots");
    let reference = repository.join("refs").join(revision);
    let commit = if reference.is_file() {
        let text = fs::read_to_string(&reference).map_err(ModelError::io(&reference, "read"))?;
        text.trim().to_string()
    } else {
        revision.to_string()
    };
    let names = names(&snapshots);
    let begins: Vec<&String> = names.iter().filter(|name| name.starts_with(&commit)).collect();
    match begins.as_slice() {
        _ if names.contains(&commit) => Ok(snapshots.join(commit)),
        // an abbreviated commit, as git takes it
        [one] if commit.len() >= 7 => Ok(snapshots.join(one)),
        _ => {
            let mut known = branches(&repository.join("refs"), "");
            known.extend(names);
            Err(CacheError::UnknownRevision {
                repository: repository.into(),
                revision: revision.into(),
                nearest: nearest(revision, known.iter().map(String::as_str).filter(|name| *name != revision)),
                known: if known.is_empty() { "none".into() } else { known.join(", ") },
            }
            .into())
        }
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// The files under `refs`, by their path in it.
fn branches(folder: &Path, prefix: &str) -> Vec<String> {
    let below = |name: String| {
        let path = folder.join(&name);
        // links are not followed, so that none leads in a circle
        let is_folder = fs::symlink_metadata(&path).is_ok_and(|kind| kind.is_dir());
        if is_folder { branches(&path, &format!("{prefix}{name}/")) } else { vec![format!("{prefix}{name}")] }
    };
    names(folder).into_iter().flat_map(below).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_by_the_environment() {
        #[track_caller]
        fn check(variables: &[(&str, &str)], home: &str, cache: &str) {
            let variable = |name: &str| {
                variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
            };
            assert_eq!(Folders::of(&variable), Folders { home: home.into(), cache: cache.into() });
        }
        check(&[("HF_HOME", "/h")], "/h", "/h/hub");
        check(&[("HF_HOME", "/h"), ("HF_HUB_CACHE", "/c")], "/h", "/c");
        check(&[("HF_HOME", ""), ("XDG_CACHE_HOME", "/x")], "/x/huggingface", "/x/huggingface/hub");
    }

    #[test]
    fn names_of_repositories() {
        assert_eq!(folder_name("gpt2").unwrap(), "models--gpt2");
        assert_eq!(folder_name("EleutherAI/pythia-70m").unwrap(), "models--EleutherAI--pythia-70m");
        for name in ["", "/", "a/b/c", "../x", "a/..", "a b", r"a\b"] {
            assert!(folder_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn revisions_of_a_repository() {
        let cache = tempfile::tempdir().unwrap();
        let repository = cache.path().join("models--org--name");
        let (first, second) = ("1111111aaaa", "2222222bbbb");
        let write = |path: &str, text: &str| {
            let path = repository.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("snapshots/1111111aaaa/config.json", "{}");
        write("snapshots/2222222bbbb/config.json", "{}");
        write("refs/main", "1111111aaaa\n");
        write("refs/step3000", "2222222bbbb");
        write("refs/pr/1", "2222222bbbb");
        write("refs/lost", "3333333cccc");
        let at = |path: &str, revision: Option<&str>| {
            let below = repository.join(path);
            resolve(if path.is_empty() { &repository } else { &below }, revision)
        };
        let is = |found: Result<PathBuf, ModelError>, commit: &str| {
            assert_eq!(found.unwrap(), repository.join("snapshots").join(commit));
        };
        is(at("", None), first);
        is(at("", Some("step3000")), second);
        is(at("", Some("pr/1")), second);
        is(at("", Some(second)), second);
        is(at("", Some("2222222")), second);
        is(at("snapshots", None), first);
        is(at("snapshots/step3000", None), second);
        is(at("snapshots/pr/1", None), second);
        is(at("snapshots/2222222bbbb", None), second);
        is(at("snapshots/2222222bbbb", Some("main")), first);
        let refused = |revision: &str| {
            let text = at("", Some(revision)).unwrap_err().to_string();
            text.replace(&*cache.path().to_string_lossy(), "CACHE")
        };
        insta::assert_snapshot!(refused("step300"), @"CACHE/models--org--name: revision `step300` is not here: did you mean `step3000`? (here are: lost, main, pr/1, step3000, 1111111aaaa, 2222222bbbb)");
        insta::assert_snapshot!(refused("lost"), @"CACHE/models--org--name: revision `lost` is not here (here are: lost, main, pr/1, step3000, 1111111aaaa, 2222222bbbb)");
        insta::assert_snapshot!(refused("../x"), @"`../x` is not a revision, such as main or step3000");
        let folder = tempfile::tempdir().unwrap();
        let text = resolve(folder.path(), Some("main")).unwrap_err().to_string();
        insta::assert_snapshot!(text.replace(&*folder.path().to_string_lossy(), "FOLDER"), @"FOLDER: revision `main` was asked for, but this is no repository of a Hugging Face cache (models--OWNER--NAME)");
    }
}
