//! One test binary: golden files on every device, bad input, gradients, folders of our own.

mod bad_folders;
mod bad_images;
mod config_round_trip;
mod golden;
mod gradients;
mod probes;
mod support;
mod vision;
