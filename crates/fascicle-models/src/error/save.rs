//! What can go wrong where a model is written.

use std::path::PathBuf;

/// A model that cannot be saved where or how it was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SaveError {
    /// A model cannot be written in the place of another's weights.
    #[error("{}: it holds {file} already, which would be read instead of what is saved: choose another folder", folder.display())]
    Occupied {
        /// The folder.
        folder: PathBuf,
        /// The file.
        file: String,
    },
    /// A model is not of the configuration of the folder that it is to be written like.
    #[error("{}: its config.json describes another model than the one to be saved ({what}): save it as a folder of its own (`save`)", folder.display())]
    OtherModel {
        /// The folder.
        folder: PathBuf,
        /// In what they differ.
        what: String,
    },
}
