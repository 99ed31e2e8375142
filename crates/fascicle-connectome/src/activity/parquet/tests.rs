//! Tables that are written and read back, tables that pyarrow wrote, and tables that are wrong.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::ConnectomeError;
use crate::activity::{Limits, Trace, Worm};
use crate::cells::canonical;

/// Made by `tests/fixtures/worms.py`, which says how to run it.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn worm(frames: usize, traces: &[(&str, usize, bool)]) -> Worm {
    let original_time: Vec<f64> = (0..frames).map(|frame| 0.25 + frame as f64 * 0.4).collect();
    Worm {
        source_dataset: "Kato2015".to_owned(),
        raw_data_file: "WT.mat".to_owned(),
        worm: "worm0".to_owned(),
        smooth_method: "moving".to_owned(),
        interpolate_method: "linear".to_owned(),
        normalization_method: "standard".to_owned(),
        start: 0.0,
        step: 0.333,
        frames: frames + 1,
        traces: traces
            .iter()
            .map(|&(neuron, slot, labelled)| Trace {
                neuron: neuron.to_owned(),
                slot,
                labelled,
                original: (0..frames).map(|frame| (frame * (slot + 1)) as f64 * 0.125).collect(),
                calcium: (0..=frames).map(|frame| (frame as f64 - slot as f64) / 3.0).collect(),
            })
            .collect(),
        original_time,
        ..Worm::default()
    }
}

fn two() -> Worm {
    worm(700, &[("AVAL", 53, true), ("AVAR", 54, true), ("?", 0, false)])
}

/// The error of reading what was written, without the folder's name.
#[track_caller]
fn refused(worms: &[Worm], options: &ReadOptions) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("w.parquet");
    let read = write(&file, worms, Precision::Double).and_then(|()| read(&file, options));
    let error = read.map(|worms| format!("{} worms", worms.len())).expect_err("a table that is wrong");
    error.to_string().replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn what_pyarrow_wrote() -> Result<(), ConnectomeError> {
    for (name, gap) in [("worms-half.parquet", false), ("worms-pandas.parquet", true)] {
        let worms = read(&fixture(name), &ReadOptions::default())?;
        let about: Vec<_> = worms.iter().map(|worm| (worm.worm.as_str(), worm.frames, worm.step)).collect();
        assert_eq!(about, [("worm0", 6, 0.333), ("worm1", 5, 0.333)], "{name}");
        let first = &worms[0];
        assert_eq!(first.source_dataset, "Kato2015");
        assert_eq!(first.raw_data_file, "WT_NoStim.mat");
        let methods = [&first.smooth_method, &first.interpolate_method, &first.normalization_method];
        assert_eq!(methods, ["moving", "linear", "standard"]);
        assert_eq!((first.original_time.as_slice(), first.repeated_stamps), (&[0.0, 0.5, 1.0, 1.5][..], 0));
        let neurons: Vec<_> =
            first.traces.iter().map(|trace| (trace.neuron.as_str(), trace.slot, trace.labelled)).collect();
        assert_eq!(neurons, [("AVAL", 53, true), ("AVAR", 54, true), ("3", 0, false)]);
        assert_eq!(first.traces[1].calcium, [-1.0, -0.75, -0.5, -0.25, 0.0, 0.25]);
        assert_eq!(first.traces[1].original, [1.0, 1.5, 2.0, 2.5]);
        assert_eq!(first.traces[0].original[2].is_nan(), gap, "{name}");
        let there = |mask: Vec<bool>| (0..mask.len()).filter(|&at| mask[at]).collect::<Vec<_>>();
        assert_eq!(there(first.labelled()), [53, 54]);
        assert_eq!(there(first.unlabelled()), [0]);
        assert_eq!(there(first.occupied()), [0, 53, 54]);
        assert_eq!(first.matrix()[300 + 54], -0.75);
    }
    Ok(())
}

#[test]
fn time_is_rebuilt() -> Result<(), ConnectomeError> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("w.parquet");
    let long = Worm { frames: 3304, ..worm(3303, &[("AVAL", 53, true)]) };
    write(&file, std::slice::from_ref(&long), Precision::Half)?;
    let back = &read(&file, &ReadOptions::default())?[0];
    assert_eq!((back.step, back.start), (0.333, 0.0));
    let share = back.repeated_stamps as f64 / back.frames as f64;
    assert!((share - 0.2).abs() < 0.005, "{share}");
    assert!(back.time().zip(long.time()).all(|(got, expected)| got == expected));
    Ok(())
}

#[test]
fn parts_of_a_table() -> Result<(), ConnectomeError> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("w.parquet");
    let mut gappy = two();
    gappy.traces[1].original[100..140].fill(f64::NAN);
    let other = Worm { source_dataset: "Uzel2022".to_owned(), ..two() };
    write(&file, &[gappy, other], Precision::Double)?;
    let of = |options: ReadOptions| read(&file, &options);
    let uzel = of(ReadOptions { sources: Some(vec!["Uzel2022".to_owned()]), ..ReadOptions::default() })?;
    assert_eq!(uzel.iter().map(|worm| worm.source_dataset.as_str()).collect::<Vec<_>>(), ["Uzel2022"]);
    // every trace here is a straight line; only the gap is looked at
    let limits = Limits { straight: 1.0, ..Limits::default() };
    let good = of(ReadOptions { limits: Some(limits), ..ReadOptions::default() })?;
    assert_eq!(good[0].left_out, ["AVAR"]);
    assert_eq!((good[0].traces.len(), good[1].traces.len()), (2, 3));
    let given = of(ReadOptions { step: Some(0.5), ..ReadOptions::default() })?;
    assert_eq!(given[0].time().nth(2), Some(1.0));
    Ok(())
}

#[test]
fn places_by_name() -> Result<(), ConnectomeError> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("w.parquet");
    // as in an index that has two cells more
    write(
        &file,
        &[worm(3, &[("AVAL", 55, true), ("AVAR", 56, true), ("?", 55 - 1, false)])],
        Precision::Single,
    )?;
    let names = ReadOptions { slots: Slots::Names, ..ReadOptions::default() };
    let slots: Vec<usize> = read(&file, &names)?[0].traces.iter().map(|trace| trace.slot).collect();
    assert_eq!(slots, [53, 54, 0]);
    insta::assert_snapshot!(
        refused(&[worm(3, &[("AVAL", 55, true)])], &ReadOptions::default()),
        @"w.parquet, row 1, column `slot`: found `55`, expected 53, the place of AVAL (slots by name serve files of another index)"
    );
    let twice = worm(3, &[("AVAL", 1, true), ("AVAL", 2, true)]);
    insta::assert_snapshot!(refused(&[twice], &names), @"w.parquet: worm `worm0` has two neurons called `AVAL`");
    let nobody = worm(3, &[("AVAX", 1, true)]);
    insta::assert_snapshot!(refused(&[nobody], &names), @"w.parquet: worm `worm0`: `AVAX` is labelled, and no neuron is called so");
    Ok(())
}

#[test]
fn what_cannot_be_written() {
    let message = |change: fn(&mut Worm)| {
        let mut worm = worm(3, &[("AVAL", 53, true), ("AVAR", 54, true)]);
        change(&mut worm);
        refused(&[worm], &ReadOptions::default())
    };
    insta::assert_snapshot!(message(|w| w.traces[1].slot = 53), @"recording `worm0`: neurons `AVAL` and `AVAR` are both in place 53");
    insta::assert_snapshot!(message(|w| w.traces[1].slot = 300), @"recording `worm0`: neuron `AVAR` is in place 300; there are 0 to 299");
    insta::assert_snapshot!(message(|w| w.traces[1].calcium.truncate(2)), @"recording `worm0`: neuron `AVAR` has 2 frames, time has 4");
    insta::assert_snapshot!(message(|w| w.original_time.truncate(2)), @"recording `worm0`: neuron `AVAL` has 3 original frames, time has 2");
    insta::assert_snapshot!(message(|w| w.step = 0.0), @"recording `worm0`: time starts at 0 s with a step of 0 s");
    let loud = worm(3, &[("AVAL", 53, true)]);
    let loud = Worm { original_time: vec![0.0, 1.0, 7e4], ..loud };
    let folder = tempfile::tempdir().expect("a folder");
    let error = write(&folder.path().join("w.parquet"), &[loud], Precision::Half).unwrap_err().to_string();
    assert!(
        error.ends_with("w.parquet: found `70000`, expected at most 65504 in half precision (worm `worm0`)"),
        "{error}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "nothing is left behind");
}

#[test]
fn what_cannot_be_read() -> Result<(), Box<dyn std::error::Error>> {
    let options = |change: fn(&mut ReadOptions)| {
        let mut options = ReadOptions::default();
        change(&mut options);
        options
    };
    insta::assert_snapshot!(refused(&[two()], &options(|o| o.sources = Some(vec!["Kato".to_owned()]))), @"w.parquet: no worm is of the data set `Kato`; there are `Kato2015`");
    insta::assert_snapshot!(refused(&[two()], &options(|o| o.step = Some(-1.0))), @"the time step is -1; expected a positive number of seconds");
    let other = worm(5, &[("AVAL", 53, true)]);
    insta::assert_snapshot!(refused(&[two(), other.clone()], &ReadOptions::default()), @"w.parquet, row 4, column `time_in_seconds`: found `a list of 6 numbers`, expected a list of 701 numbers as in the rows and columns beside it");
    let alone =
        Worm { frames: 1, traces: vec![Trace { calcium: vec![0.0], ..other.traces[0].clone() }], ..other };
    insta::assert_snapshot!(refused(&[alone], &ReadOptions::default()), @"w.parquet, row 1, column `time_in_seconds`: found `frame 1 at 0 s`, expected evenly spaced stamps, at least two; give the time step to overlook them");
    // a graph's table is not one of recordings
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("edges.parquet");
    let plain =
        |error: ConnectomeError| error.to_string().replace(&format!("{}/", folder.path().display()), "");
    let mut graph = fascicle_graph::PathwayGraph::new();
    let layer = graph.layer("", true)?;
    let (a, b) = (graph.node("a"), graph.node("b"));
    graph.connect(a, b, layer, 1.0)?;
    fascicle_graph::format::write(&graph, &file)?;
    insta::assert_snapshot!(plain(read(&file, &ReadOptions::default()).unwrap_err()), @"edges.parquet: no column is called `source_dataset`; the header has `source`, `target`, `weight`");
    insta::assert_snapshot!(plain(read(&folder.path().join("none.parquet"), &ReadOptions::default()).unwrap_err()), @"cannot read none.parquet");
    let whole = std::fs::read(fixture("worms-half.parquet"))?;
    for cut in [0, 3, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&file, &whole[..cut])?;
        let error = plain(read(&file, &ReadOptions::default()).unwrap_err());
        assert!(error.starts_with("edges.parquet: the Parquet file cannot be read: "), "{error}");
    }
    for at in (0..whole.len()).step_by(7) {
        let mut spoilt = whole.clone();
        spoilt[at] ^= 0x55;
        std::fs::write(&file, &spoilt)?;
        // anything but a panic; a changed number is no error
        let _ = read(&file, &ReadOptions::default());
    }
    Ok(())
}

/// Numbers that every precision holds.
fn numbers(frames: usize) -> impl Strategy<Value = Vec<f64>> {
    proptest::collection::vec((-128_i32..128).prop_map(|n| f64::from(n) / 8.0), frames)
}

/// Traces as (common, original, labelled), original stamps, frames.
type Drawn = (Vec<(Vec<f64>, Vec<f64>, bool)>, Vec<f64>, usize);

fn worms() -> impl Strategy<Value = Vec<Worm>> {
    let trace = |frames, original| (numbers(frames), numbers(original), any::<bool>());
    let one = (2_usize..20, 0_usize..20, 1_usize..6).prop_flat_map(move |(frames, original, count)| {
        (proptest::collection::vec(trace(frames, original), count), numbers(original), Just(frames))
    });
    proptest::collection::vec(one, 0..4).prop_map(|worms| {
        let worm = |(at, (traces, original_time, frames)): (usize, Drawn)| Worm {
            source_dataset: "Set".to_owned(),
            worm: format!("worm{at}"),
            original_time,
            start: at as f64 * 0.5,
            step: 0.25,
            frames,
            traces: traces
                .into_iter()
                .enumerate()
                .map(|(slot, (calcium, original, labelled))| Trace {
                    neuron: if labelled { canonical()[slot].to_owned() } else { slot.to_string() },
                    slot,
                    labelled,
                    original,
                    calcium,
                })
                .collect(),
            ..Worm::default()
        };
        worms.into_iter().enumerate().map(worm).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn worms_come_back(worms in worms()) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("w.parquet");
        for &precision in Precision::ALL {
            write(&file, &worms, precision).expect("a table");
            prop_assert_eq!(&read(&file, &ReadOptions::default()).expect("worms"), &worms, "{}", precision);
        }
    }
}
