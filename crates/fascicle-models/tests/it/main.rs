//! One test binary: golden files on every device, bad input, gradients, folders of our own, continuations.

mod bad_folders;
mod bad_images;
mod by_hand;
mod config_fields;
mod config_round_trip;
mod generate;
mod generate_batch;
mod golden;
mod gradients;
mod hf_cache;
mod hub;
mod model_folder;
mod mutations;
mod own_attention;
#[cfg(feature = "images")]
mod preprocess;
mod probes;
mod quirks;
mod sampling;
mod saved_folders;
mod shards;
mod support;
#[cfg(feature = "tokenizer")]
mod text_stream;
mod torch_file;
mod torch_folders;
mod vision;
