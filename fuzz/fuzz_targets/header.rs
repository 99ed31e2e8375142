//! The beginning of a safetensors file: its length and its header.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fascicle_models::fuzzing::header(bytes));
