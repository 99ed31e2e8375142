//! What of a repository is fetched: the configuration and what belongs to it, and the weights in the preferred format.

use std::fs;
use std::path::PathBuf;

use serde::Deserialize;

use super::address::encoded;
use super::download::{Target, make_folder_of};
use super::request::no_answer;
use super::{Hub, HubProgress};
use crate::checkpoint::cache::{MAIN, folder_name, snapshot};
use crate::checkpoint::files::NAMES;
use crate::checkpoint::index;
use crate::checkpoint::tensor_file::write_atomically;
use crate::error::{CacheError, ModelError};

/// The most bytes of a list of files.
const LIST_LIMIT: u64 = 16 << 20;

/// What the hub says of a repository at a revision.
#[derive(Deserialize)]
struct Listing {
    sha: String,
    siblings: Vec<Sibling>,
}

#[derive(Deserialize)]
struct Sibling {
    rfilename: String,
}

impl Hub {
    /// Brings a repository's model files into the cache and gives the snapshot's folder, which
    /// [`load`](crate::load) takes: configuration, tokenizer, and weights in the preferred format. What is there
    /// already is not fetched again.
    ///
    /// `repository` is a name such as `EleutherAI/pythia-70m`, `revision` a branch, tag or commit (`main` if none).
    ///
    /// # Errors
    /// [`CacheError::Fetch`] naming the address; offline, [`CacheError::NotCached`] and
    /// [`CacheError::UnknownRevision`].
    pub fn fetch(
        &self,
        repository: &str,
        revision: Option<&str>,
        progress: &mut dyn FnMut(HubProgress<'_>),
    ) -> Result<PathBuf, ModelError> {
        let revision = revision.unwrap_or(MAIN);
        let folder = self.cache.join(folder_name(repository)?);
        if self.offline {
            if !folder.is_dir() {
                let (repository, cache) = (repository.into(), self.cache.clone());
                return Err(CacheError::NotCached { repository, cache }.into());
            }
            return snapshot(&folder, revision);
        }
        let url = format!("{}/api/models/{repository}/revision/{}", self.endpoint, encoded(revision));
        let listing = self.list(&url)?;
        if !index::is_file_name(&listing.sha) {
            let reason = format!("commit `{}` is no commit", listing.sha);
            return Err(CacheError::Fetch { url, reason }.into());
        }
        let there: Vec<&str> = listing.siblings.iter().map(|file| file.rfilename.as_str()).collect();
        let target = Target { repository, commit: &listing.sha, folder: &folder };
        for file in companions(&there) {
            self.file(&target, file, progress)?;
        }
        let Some((weights, _, is_index)) = NAMES.iter().find(|(name, ..)| there.contains(name)) else {
            return Err(ModelError::NoWeights { folder: url.into(), found: there.join(", ") });
        };
        let path = self.file(&target, weights, progress)?;
        if *is_index {
            let bytes = fs::read(&path).map_err(ModelError::io(&path, "read"))?;
            let map = index::parse(&bytes).map_err(|reason| ModelError::BadIndex { path, reason })?;
            let mut shards: Vec<String> = map.into_iter().map(|(_, file)| file).collect();
            shards.sort();
            shards.dedup();
            for shard in shards {
                self.file(&target, &shard, progress)?;
            }
        }
        if revision != listing.sha {
            let reference = folder.join("refs").join(revision);
            make_folder_of(&reference)?;
            write_atomically(&reference, listing.sha.as_bytes())?;
        }
        snapshot(&folder, revision)
    }

    fn list(&self, url: &str) -> Result<Listing, ModelError> {
        let text = self.retried(|| {
            let mut answer = self.get(url, 0)?;
            let body = answer.response.body_mut().with_config().limit(LIST_LIMIT);
            body.read_to_string().map_err(|error| no_answer(url, &error))
        })?;
        serde_json::from_str(&text).map_err(|error| {
            let reason = format!("not the list of a repository's files: {error}");
            CacheError::Fetch { url: url.into(), reason }.into()
        })
    }
}

/// What belongs to a model beside its weights.
fn companions<'a>(there: &[&'a str]) -> impl Iterator<Item = &'a str> {
    let wanted = |name: &str| {
        let top = index::is_file_name(name)
            && [".json", ".txt", ".model", ".jinja"].iter().any(|end| name.ends_with(end))
            && !NAMES.iter().any(|(weights, ..)| *weights == name);
        top || name.strip_suffix("/config.json").is_some_and(is_pooling)
    };
    there.iter().copied().filter(|name| wanted(name)).collect::<Vec<_>>().into_iter()
}

/// Whether a folder is one in which sentence-transformers describes a pooling, usually `1_Pooling`.
fn is_pooling(folder: &str) -> bool {
    index::is_file_name(folder) && folder.ends_with("_Pooling")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_a_model() {
        let there = [
            "config.json",
            "model.safetensors",
            "model.safetensors.index.json",
            "../x.json",
            "1_Pooling/config.json",
            "onnx/config.json",
            "2_Dense/config.json",
            "../1_Pooling/config.json",
            "merges.txt",
            "README.md",
        ];
        assert_eq!(
            companions(&there).collect::<Vec<_>>(),
            ["config.json", "1_Pooling/config.json", "merges.txt"]
        );
    }
}
