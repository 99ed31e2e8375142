//! A table of pairs of neurons that several connectomes agree on.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fascicle_fuzz::consensus(bytes));
