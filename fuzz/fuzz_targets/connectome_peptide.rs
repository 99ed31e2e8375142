//! A matrix of 302 neurons: neuropeptides.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fascicle_fuzz::connectome(
    fascicle_fuzz::ConnectomeFormat::Peptide,
    bytes
));
