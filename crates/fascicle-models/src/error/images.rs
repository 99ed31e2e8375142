//! What can go wrong with image files.

use std::path::PathBuf;

/// Images that cannot be shown to a model.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// The folder does not say what is done to an image before its model sees it.
    #[error("{}: no preprocessor_config.json here (found: {found}): what the model's images must look like is not said; download it too", folder.display())]
    NoProcessor {
        /// The folder.
        folder: PathBuf,
        /// Some of what it holds.
        found: String,
    },
    /// A file that is no image, or one that cannot be used.
    #[error("{}: {reason}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what was expected.
        reason: String,
    },
    /// Images of different sizes in one batch.
    #[error("{}: {} × {} pixels, but {} has {} × {} (height × width): images of one batch must be of one size; run them one by one", paths[1].display(), sizes[1][0], sizes[1][1], paths[0].display(), sizes[0][0], sizes[0][1])]
    Sizes {
        /// The first image and the first that differs from it.
        paths: [PathBuf; 2],
        /// `[height, width]` of each.
        sizes: [[usize; 2]; 2],
    },
}
