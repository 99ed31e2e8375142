//! Connections by neuropil.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fascicle_fuzz::connectome(
    fascicle_fuzz::ConnectomeFormat::FlyWire,
    bytes
));
