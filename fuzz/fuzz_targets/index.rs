//! The index of a sharded checkpoint.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fascicle_models::fuzzing::index(bytes));
