//! `fascicle connectome read` and its options.

use std::fs;

use crate::support::{Desk, json};

fn desk(name: &str, text: &str) -> Desk {
    let desk = Desk::new();
    fs::write(desk.path(name), text).unwrap();
    desk
}

#[test]
fn cells_are_spelled_as_wanted() {
    let desk = desk("chem.csv", ",AWCL,VB01,BWM-DL05\nAWCL,,1,\nVB01,,,2\n");
    for (options, expected) in [
        (&[][..], ["AWCL", "VB1", "MDL05"]),
        (&["--names", "cook2019"], ["AWCL", "VB01", "dBWML5"]),
        (&["--names", "file", "--awc", "states"], ["AWCL", "VB01", "BWM-DL05"]),
        (&["--awc", "states"], ["AWCOFF", "VB1", "MDL05"]),
    ] {
        let read = ["connectome", "read", "chem.csv", "--out", "worm.json"];
        desk.good(&[&read[..], options].concat());
        let worm = json(&fs::read_to_string(desk.path("worm.json")).unwrap());
        let mut names: Vec<&str> =
            worm["nodes"].as_array().unwrap().iter().filter_map(|node| node["name"].as_str()).collect();
        let mut expected = expected.to_vec();
        names.sort_unstable();
        expected.sort_unstable();
        assert_eq!(names, expected, "{options:?}");
    }
}

#[test]
fn a_fly_has_a_table_of_neurons() {
    let desk =
        desk("connections.csv", "pre_root_id,post_root_id,neuropil,syn_count\n1,2,A,3\n1,2,B,4\n2,3,A,4\n");
    fs::write(desk.path("neurons.csv"), "root_id,super_class\n1,sensory\n2,central\n3,motor\n4,motor\n")
        .unwrap();
    let read =
        ["connectome", "read", "connections.csv", "--cells", "neurons.csv", "--min-synapses", "5", "--json"];
    let told = json(&desk.good(&read).stdout);
    assert_eq!(
        (&told["format"], &told["nodes"], &told["edges"]),
        (&"flywire".into(), &4.into(), &1.into()),
        "{told}"
    );
}

#[test]
fn options_of_other_formats_are_refused() {
    let desk = desk("chem.csv", ",ADAL,AVAL\nADAL,,1\nAVAL,,\n");
    let refused =
        |options: &[&str]| desk.refused(&[&["connectome", "read", "chem.csv"][..], options].concat());
    insta::assert_snapshot!(refused(&["--sex", "male"]), @"error: --sex is for files of the format cook2019-si5, but this is cook2019: leave it out");
    insta::assert_snapshot!(refused(&["--min-synapses", "5"]), @"error: --min-synapses is for files of the format flywire, but this is cook2019: leave it out");
}

#[test]
fn nothing_but_a_mark_is_empty() {
    let desk = desk("chem.csv", "\u{feff}\r\n");
    insta::assert_snapshot!(desk.refused(&["connectome", "read", "chem.csv"]), @"error: chem.csv is empty; a table was expected");
}
