//! What must hold whatever the weights are.

use burn::tensor::DType;
use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::super::{Losses, Neuroformer, Sampling, Window};
use super::{changed, close, everything, known, numbers, on_devices, vocabulary, window, windows};

/// A network that looks at spikes alone.
fn plain(device: &burn::tensor::Device, dtype: DType) -> Neuroformer {
    let config = super::NeuroformerConfig {
        stimulus: None,
        behaviour: 0,
        contrastive: None,
        layers: super::Layers { stimulus: 0, ..everything().layers },
        ..everything()
    };
    changed(config, device, dtype, |_, _| ())
}

fn logits(model: &Neuroformer, window: &Window) -> (Vec<f64>, usize) {
    let outputs = model.forward(&model.batch(&[window]).unwrap());
    let [_, _, tokens] = outputs.ids.dims();
    (numbers(outputs.ids), tokens)
}

#[test]
fn the_future_changes_nothing_before_it() {
    on_devices(|name, device, dtype, tolerance| {
        let model = plain(device, dtype);
        let past = [(3, 2), (0, 14)];
        let (before, tokens) = logits(&model, &window(&[(0, 0), (2, 1), (1, 4)], &past));
        let (after, _) = logits(&model, &window(&[(0, 0), (2, 1), (3, 2), (0, 3)], &past));
        close(&format!("{name}: up to the change"), &after[..3 * tokens], &before[..3 * tokens], tolerance);
        let apart = before[3 * tokens..4 * tokens]
            .iter()
            .zip(&after[3 * tokens..])
            .any(|(a, b)| (a - b).abs() > 1e-3);
        assert!(apart, "{name}: what is said at the changed spike does not depend on it");
        // while the past reaches everything
        let (other, _) = logits(&model, &window(&[(0, 0), (2, 1), (1, 4)], &[(1, 2)]));
        assert!(before.iter().zip(&other).all(|(a, b)| a != b), "{name}");
    });
}

#[test]
fn padding_changes_nothing() {
    on_devices(|name, device, dtype, tolerance| {
        let model = known(device, dtype);
        let windows = windows();
        let all: Vec<&Window> = windows.iter().collect();
        let tight = model.batch(&all).unwrap();
        let loose = model.padded(&all, [6, 6]).unwrap();
        assert!(loose.positions() > tight.positions());
        let (a, b) = (model.forward(&tight), model.forward(&loose));
        close(&format!("{name} state"), &numbers(b.state.clone()), &numbers(a.state.clone()), tolerance);
        let losses = [(&a, &tight), (&b, &loose)]
            .map(|(outputs, batch)| numbers(Losses::of(&model, outputs, batch).unwrap().total));
        close(&format!("{name} loss"), &losses[1], &losses[0], tolerance);
        // and neither do the neighbours in a batch
        let alone = model.forward(&model.batch(&[all[2]]).unwrap());
        close(&format!("{name} alone"), &numbers(alone.state), &numbers(a.state)[16..], tolerance);
    });
}

#[test]
fn the_order_of_windows_is_that_of_their_outputs() {
    on_devices(|name, device, dtype, tolerance| {
        let model = known(device, dtype);
        let windows = windows();
        let state = |order: [usize; 3]| {
            let batch = model.batch(&order.map(|at| &windows[at])).unwrap();
            numbers(model.forward(&batch).state)
        };
        let (a, b) = (state([0, 1, 2]), state([2, 0, 1]));
        let moved = [&a[16..], &a[..16]].concat();
        close(name, &b, &moved, tolerance);
    });
}

#[test]
fn patterns_are_shares_and_padding_has_none() {
    on_devices(|name, device, dtype, _| {
        let model = known(device, dtype);
        let windows = windows();
        let batch = model.batch(&windows.iter().collect::<Vec<_>>()).unwrap();
        let (_, patterns) = model.forward_watched(&batch);
        for pattern in patterns.past.into_iter().chain(patterns.current).chain(patterns.stimulus) {
            let [_, _, _, keys] = pattern.dims();
            for row in numbers(pattern).chunks(keys) {
                assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-5, "{name}: {row:?}");
            }
        }
        let (_, patterns) = model.forward_watched(&batch);
        // the second window's past is a start and an end
        let past = patterns.past[0].clone().slice([1..2, 0..2, 0..4, 2..5]);
        assert!(numbers(past).iter().all(|share| *share == 0.0), "{name}");
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn generated_times_never_run_backwards(seed in 0u64..1000, top_k in 0usize..5, top_p in 0.05f64..1.0) {
        let device = fascicle_core::device("cpu").unwrap();
        let model = plain(&device, DType::F32);
        let sampling = Sampling { temperature: 1.5, top_k, top_p };
        let past = window(&[], &[(3, 2), (0, 14)]);
        let drawn = model.generate(&past, 5, &sampling, &mut StdRng::seed_from_u64(seed)).unwrap();
        prop_assert!(drawn.spikes.iter().map(|(_, bin)| *bin).is_sorted());
        prop_assert!(drawn.spikes.iter().all(|(neuron, bin)| *neuron < 4 && *bin < 5));
        // a block of 6 is a start and five spikes
        prop_assert!(drawn.spikes.len() <= 5);
        prop_assert!(drawn.ended || drawn.spikes.len() == 5);
        let again = model.generate(&past, 5, &sampling, &mut StdRng::seed_from_u64(seed)).unwrap();
        prop_assert_eq!(drawn, again);
    }
}

#[test]
fn refusals_say_what_is_wrong() {
    let device = fascicle_core::device("cpu").unwrap();
    let (model, full) = (plain(&device, DType::F32), known(&device, DType::F32));
    let refusal = |model: &Neuroformer, window: &Window| model.batch(&[window]).unwrap_err().to_string();
    let long = window(&[(0, 0); 6], &[]);
    insta::assert_snapshot!(refusal(&model, &long), @"a sequence of 7 tokens does not fit the model's block of 6: cut windows for the model's blocks");
    let long = window(&[], &[(0, 0); 6]);
    insta::assert_snapshot!(refusal(&model, &long), @"a past of 8 tokens does not fit the model's block of 6: cut windows for the model's blocks");
    let stranger = window(&[(9, 3)], &[]);
    insta::assert_snapshot!(refusal(&model, &stranger), @"spike 0 at 3 s is of neuron 9: neurons are numbered 0 to 3; leave it out, or build the vocabulary for more neurons");
    insta::assert_snapshot!(refusal(&model, &window(&[(1, 99)], &[])), @"a spike's time bin is 99; expected below 15, the number of time bins");
    insta::assert_snapshot!(refusal(&model, &windows()[0]), @"the model has no stimulus, and the batch brings one: build the model with it, or leave it out");
    insta::assert_snapshot!(refusal(&full, &window(&[], &[])), @"a window's stimulus has 0 values; expected the model's 6");
    insta::assert_snapshot!(model.batch(&[]).unwrap_err(), @"the number of windows is 0; expected at least one");
    let mute = Window { behaviour: Vec::new(), ..windows()[0].clone() };
    let batch = full.batch(&[&mute]).unwrap();
    insta::assert_snapshot!(Losses::of(&full, &full.forward(&batch), &batch).unwrap_err(), @"the model has a head for behaviour, and the batch brings none: give every window its behaviour");
    let draw = |bins, sampling| {
        model
            .generate(&window(&[], &[]), bins, &sampling, &mut StdRng::seed_from_u64(0))
            .unwrap_err()
            .to_string()
    };
    insta::assert_snapshot!(draw(16, Sampling::default()), @"the number of time bins is 16; expected from 1 to the vocabulary's 15");
    insta::assert_snapshot!(draw(5, Sampling { top_p: 0.0, ..Sampling::default() }), @"top-p is 0; expected a share above 0 and up to 1");
    assert_eq!(vocabulary().ids(), 7);
}
