//! In which order the places are looked at, and what counts as being there.

use std::fs;

use fascicle_data::{Origin, Store};

use crate::server::Answer;
use crate::world::{CONFIG, POOLING, World, files, put, weights};

#[test]
fn the_data_folder_comes_before_the_cache_and_the_cache_before_the_network() {
    let mut world = World::new();
    assert_eq!(world.store().find("toy").expect("looked"), None);

    for (path, bytes) in files() {
        world.server.answer(&format!("/resolve/1/{path}"), [Answer::ok(bytes)]);
    }
    assert!(matches!(world.fetch("toy").expect("fetched").origin, Origin::Network(_)));
    let cached = world.store().locate("toy").expect("looked").expect("there");
    assert_eq!((cached.origin, cached.folder), (Origin::Cache, world.cache().join("toy")));

    let data = world.own(&[
        ("toy/config.json", CONFIG.as_bytes()),
        ("toy/weights.bin", &weights()),
        ("toy/1_Pooling/config.json", POOLING.as_bytes()),
    ]);
    let own = world.store().locate("toy").expect("looked").expect("there");
    assert_eq!((own.origin, own.folder), (Origin::Data, data.join("toy")));
}

#[test]
fn a_data_folder_with_half_of_it_is_passed_over_and_left_alone() {
    let mut world = World::new();
    let data = world.own(&[("toy/config.json", CONFIG.as_bytes())]);
    for (path, bytes) in files() {
        world.server.answer(&format!("/resolve/1/{path}"), [Answer::ok(bytes)]);
    }
    assert_eq!(world.fetch("toy").expect("fetched").folder, world.cache().join("toy"));
    let there: Vec<_> = fs::read_dir(data.join("toy")).expect("a folder").collect();
    assert_eq!(there.len(), 1);
    assert_eq!(fs::read_dir(&data).expect("a folder").count(), 1);
}

#[test]
fn another_edition_will_do() {
    let mut world = World::new();
    world.own(&[("tables/own/a.csv", b"1,a"), ("tables/own/b.csv", b"1,b")]);
    let found = world.store().locate("table").expect("looked").expect("there");
    assert_eq!((found.origin, found.edition.as_deref()), (Origin::Data, Some("official")));
    assert!(world.server.asked().is_empty());
}

#[test]
fn data_is_found_without_any_cache() {
    let mut world = World::new();
    let data = world.own(&[("private/p.txt", b"p")]);
    world.places.cache = None;
    assert_eq!(world.store().find("private").expect("looked"), Some(data.join("private")));
    assert_eq!(world.fetch("private").expect("there").folder, data.join("private"));
}

#[test]
fn a_cache_filled_by_hand_serves() {
    let world = World::new();
    put(&world.cache(), &[("private/p.txt", b"p")]);
    assert_eq!(world.fetch("private").expect("there").origin, Origin::Cache);
}

#[test]
fn the_catalogue_is_the_default() {
    let world = World::new();
    let store = Store::new(world.places.clone());
    assert_eq!(store.datasets().len(), fascicle_data::names().count());
    assert_eq!(store.dataset("minilm").expect("known").licence, "Apache-2.0");
    assert_eq!(store.find("minilm").expect("looked"), None);
}
