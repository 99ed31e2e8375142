//! The pickle within a PyTorch file.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fascicle_models::fuzzing::pickle(bytes));
