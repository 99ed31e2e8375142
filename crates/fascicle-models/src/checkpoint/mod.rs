//! Model folders: reading them strictly, saving them whole.

mod cache;
mod convert;
mod files;
mod folder;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod header;
#[cfg(feature = "hub")]
mod hub;
mod index;
mod json;
mod layout;
mod load;
mod parameters;
mod pickle;
mod plan;
mod problems;
mod save;
mod save_hf;
mod sentence;
mod strided;
mod tensor_file;
mod torch;
mod weights;

pub use cache::cached;
pub use files::WeightFormat;
#[cfg(feature = "hub")]
pub use hub::{Hub, HubProgress};
pub use load::{LoadOptions, LoadReport, LoadedModel, LoadedTensor, load, load_with};
pub use problems::{
    Duplicated, IndexProblems, Misshapen, Missing, NotInIndex, NotInShard, TensorProblems, Unexpected,
};
pub use save::save;
pub use save_hf::save_hf;
pub use tensor_file::{NamedTensor, Real, TensorFile, Whole};

pub(crate) use folder::RawConfig;
#[cfg(feature = "images")]
pub(crate) use folder::listing;
