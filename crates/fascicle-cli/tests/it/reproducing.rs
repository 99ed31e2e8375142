//! `fascicle reproduce`: its list, its refusals. What experiments find is tested where they are.

use crate::support::{Desk, json};

#[test]
fn experiments_are_listed() {
    let desk = Desk::new();
    assert!(!desk.good(&["reproduce", "--list"]).stdout.is_empty());
    assert!(json(&desk.good(&["reproduce", "--list", "--json"]).stdout).is_array());
}

#[test]
fn unknown_experiments_and_devices_are_refused_before_anything_is_written() {
    let desk = Desk::new();
    let text = desk.refused(&["reproduce", "inductoin", "--quick"]);
    assert!(text.starts_with("error: no experiment is named `inductoin`"), "{text}");
    desk.refused(&["reproduce", "--quick", "--device", "gpu"]);
}
