//! Files that are called by the name of their data set: `connectome-cook2019`, or `NAME/FILE` where it has several.

use std::path::{Path, PathBuf};

use fascicle_data::Dataset;

use crate::error::CliError;

/// A data set of the catalogue in place of a path, and which of its files is meant, where that was said.
pub(crate) struct Named {
    pub(crate) dataset: &'static Dataset,
    pub(crate) file: Option<String>,
}

impl Named {
    /// What `given` names, if it is no path on this machine.
    pub(crate) fn of(given: &Path) -> Option<Self> {
        if given.exists() {
            return None;
        }
        let text = given.to_str()?;
        let (name, file) =
            text.split_once('/').map_or((text, None), |(name, file)| (name, Some(file.to_owned())));
        let dataset = fascicle_data::catalogue().iter().find(|dataset| dataset.name == name)?;
        Some(Self { dataset, file })
    }

    /// Where its files lie on this machine.
    pub(crate) fn folder(&self) -> Result<PathBuf, CliError> {
        let name = &self.dataset.name;
        fascicle_data::find(name)?.ok_or_else(|| CliError::DataNotFetched { name: name.clone() })
    }

    /// The file that was named, or else the only one of `candidates`.
    pub(crate) fn choose(&self, folder: &Path, candidates: &[&str]) -> Result<PathBuf, CliError> {
        let has = |name: &str| self.dataset.files.iter().any(|file| file.path == name);
        match (self.file.as_deref(), candidates) {
            (Some(file), _) if has(file) => Ok(folder.join(file)),
            (None, [only]) => Ok(folder.join(only)),
            (Some(_), _) => Err(self.several(&self.files())),
            (None, _) => Err(self.several(candidates)),
        }
    }

    /// Names of its files.
    pub(crate) fn files(&self) -> Vec<&str> {
        self.dataset.files.iter().map(|file| file.path.as_str()).collect()
    }

    fn several(&self, files: &[&str]) -> CliError {
        let files = files.iter().map(ToString::to_string).collect();
        CliError::SeveralFiles { name: self.dataset.name.clone(), files }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Named {
        Named::of(Path::new(text)).expect("a name of the catalogue")
    }

    #[test]
    fn paths_are_no_names() {
        assert!(Named::of(Path::new("src")).is_none());
        assert!(Named::of(Path::new("connectome-nothing")).is_none());
        assert_eq!(named("minilm").file, None);
    }

    #[test]
    fn one_file_of_several_is_asked_for() {
        let choose =
            |text: &str, candidates: &[&str]| match named(text).choose(Path::new("folder"), candidates) {
                Ok(path) => path.display().to_string(),
                Err(error) => error.to_string(),
            };
        assert_eq!(choose("connectome-varshney2011", &["a.csv"]), "folder/a.csv");
        assert_eq!(
            choose("connectome-witvliet2021/witvliet_2020_8.xlsx", &[]),
            "folder/witvliet_2020_8.xlsx"
        );
        insta::assert_snapshot!(choose("connectome-white1986", &["A.csv", "L4.csv"]), @"the data set `connectome-white1986` has several files: give one as `connectome-white1986/FILE`, where FILE is A.csv, L4.csv");
        insta::assert_snapshot!(choose("connectome-white1986/N2U.csv", &["A.csv"]), @"the data set `connectome-white1986` has several files: give one as `connectome-white1986/FILE`, where FILE is aconnectome_white_1986_A.csv, aconnectome_white_1986_L4.csv, aconnectome_white_1986_whole.csv");
    }
}
