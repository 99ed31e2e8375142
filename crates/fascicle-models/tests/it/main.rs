//! One test binary: golden files on every device, bad input, gradients, folders of our own.

mod bad_folders;
mod config_round_trip;
mod golden;
mod gradients;
mod hf_cache;
mod hub;
mod mutations;
mod probes;
mod saved_folders;
mod shards;
mod support;
mod torch_file;
mod torch_folders;
