//! The whole way of a recording.

use super::*;

/// Four neurons, 3 frames a second: a named one, the same name again, a padded name, an unknown one.
fn recording(frames: usize) -> Recording {
    let time: Vec<f64> = (0..frames).map(|k| k as f64 / 3.0).collect();
    let trace = |scale: f64| time.iter().map(|t| scale * (t * 0.1).sin()).collect();
    Recording {
        worm: "worm 1".to_owned(),
        labels: ["AVAL", "AVAL", "VB01", "?"].map(str::to_owned).to_vec(),
        traces: (1..=4).map(|k| trace(f64::from(k))).collect(),
        time,
    }
}

#[test]
fn one_form_for_all() -> Result<(), ConnectomeError> {
    let out = homogenise(&recording(900), &Options::default())?;
    let labels: Vec<_> = out.neurons.iter().map(|neuron| neuron.label).collect();
    assert_eq!(labels, [Some("AVAL"), None, Some("VB1"), None]);
    let slots: Vec<_> = out.neurons.iter().map(|neuron| neuron.slot).collect();
    let own = |name| crate::cells::canonical_index(name);
    assert_eq!((Some(slots[0]), Some(slots[2])), (own("AVAL"), own("VB1")));
    assert_eq!((slots[1], slots[3]), (0, 1), "the first free places");
    let count = |mask: Vec<bool>| mask.into_iter().filter(|there| *there).count();
    assert_eq!((count(out.labelled()), count(out.unlabelled()), count(out.occupied())), (2, 2, 4));
    // the last frame is at 299.67 s; a frame is 0.333 s
    assert!((898..=900).contains(&out.frames), "{}", out.frames);
    assert!(out.neurons.iter().all(|n| n.calcium.len() == out.frames && n.residual.len() == out.frames));
    let matrix = out.matrix();
    assert_eq!(matrix.len(), out.frames * 300);
    assert_eq!(matrix[300 + slots[2]], out.neurons[2].calcium[1]);
    for neuron in &out.neurons {
        let mean = neuron.calcium.iter().sum::<f64>() / out.frames as f64;
        let variance =
            neuron.calcium.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / out.frames as f64;
        assert!(mean.abs() < 1e-9 && (variance - 1.0).abs() < 1e-9, "{mean} {variance}");
    }
    // a sine of amplitude 2 and 0.1 rad/s changes by at most 0.2 a second
    let steepest = out.neurons[1].residual.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    assert!((steepest - 0.2).abs() < 0.002, "{steepest}");
    Ok(())
}

#[test]
fn long_recordings_have_distinct_times() -> Result<(), ConnectomeError> {
    let out = homogenise(&recording(3600), &Options::default())?;
    let time: Vec<f64> = out.time().collect();
    assert!(time[time.len() - 1] > 1100.0);
    assert!(time.windows(2).all(|pair| (pair[1] - pair[0] - 0.333).abs() < 1e-9));
    assert_eq!(homogenise(&recording(3600), &Options::default())?, out, "nothing is left to chance");
    Ok(())
}

#[test]
fn derivatives_over_uneven_steps() {
    // x² is differentiated exactly inside, whatever the steps
    let time = [0.0, 1.0, 1.5, 3.0, 3.25];
    let values = time.map(|t| t * t);
    let got = derivative(&time, &values);
    for (got, expected) in got.iter().zip([1.0, 2.0, 3.0, 6.0, 6.25]) {
        assert!((got - expected).abs() < 1e-12, "{got} is not {expected}");
    }
}

#[test]
fn recordings_that_cannot_be_used() {
    let message = |change: fn(&mut Recording, &mut Options)| {
        let (mut recording, mut options) = (recording(700), Options::default());
        change(&mut recording, &mut options);
        homogenise(&recording, &options).map_err(|error| error.to_string()).unwrap_err()
    };
    insta::assert_snapshot!(message(|_, o| o.min_frames = 701), @"recording `worm 1`: it has 700 frames; expected at least 701");
    insta::assert_snapshot!(message(|r, _| r.labels = vec!["?".to_owned(); 4]), @"recording `worm 1`: no label is the name of a neuron");
    insta::assert_snapshot!(message(|r, _| r.labels.truncate(3)), @"recording `worm 1`: 3 labels for 4 traces");
    insta::assert_snapshot!(message(|r, _| r.traces[2].truncate(3)), @"recording `worm 1`: trace 3 has 3 frames, time has 700");
    insta::assert_snapshot!(message(|r, _| r.time[5] = r.time[4]), @"recording `worm 1`: time does not rise from frame 5 (1.3333333333333333 s) to the next (1.3333333333333333 s)");
    insta::assert_snapshot!(message(|r, _| r.time[699] = f64::INFINITY), @"recording `worm 1`: frame 700 is at inf s");
    insta::assert_snapshot!(message(|r, _| { r.labels = vec!["AVAL".to_owned(); 301]; r.traces = vec![r.time.clone(); 301]; }), @"recording `worm 1`: 301 traces; at most 300 have a place");
    insta::assert_snapshot!(message(|_, o| o.step = 0.0), @"the time step is 0; expected a positive number of seconds");
    insta::assert_snapshot!(message(|_, o| o.smoothing = Smoothing::Exponential { alpha: 0.0 }), @"the smoothing alpha is 0; expected a number above 0, at most 1");
}
