//! GraphML.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fascicle_fuzz::graph(fascicle_fuzz::Format::GraphMl, bytes));
