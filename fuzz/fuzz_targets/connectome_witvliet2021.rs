//! Synapses of one age.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fascicle_fuzz::connectome(
    fascicle_fuzz::ConnectomeFormat::Witvliet2021,
    bytes
));
