//! Facts: head, relation, tail.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = fascicle_graph::knowledge::parse_facts(text);
});
