//! A `config.json`, through its family to the list of parameters.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fascicle_models::fuzzing::config(bytes));
