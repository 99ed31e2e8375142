//! Model folders: reading them strictly, saving them whole.

mod convert;
mod folder;
mod load;
mod problems;
mod save;
mod tensor_file;
mod weights;

pub use load::{LoadReport, LoadedModel, LoadedTensor, load};
pub use problems::{Misshapen, Missing, TensorProblems, Unexpected};
pub use save::save;
pub use tensor_file::{NamedTensor, Real, TensorFile, Whole};

pub(crate) use folder::RawConfig;
