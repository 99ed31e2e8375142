//! An adjacency matrix of the worm.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fascicle_fuzz::connectome(
    fascicle_fuzz::ConnectomeFormat::Cook2019,
    bytes
));
