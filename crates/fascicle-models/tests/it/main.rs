//! One test binary: golden files on every device, bad input, gradients, folders of our own, continuations.

mod bad_folders;
mod bad_images;
mod config_round_trip;
mod generate;
mod golden;
mod gradients;
mod probes;
mod sampling;
mod support;
#[cfg(feature = "tokenizer")]
mod text_stream;
mod vision;
