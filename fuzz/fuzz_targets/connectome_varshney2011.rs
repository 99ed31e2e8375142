//! Rows of two neurons as seen from one of them.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fascicle_fuzz::connectome(
    fascicle_fuzz::ConnectomeFormat::Varshney2011,
    bytes
));
