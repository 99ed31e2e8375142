//! Heads that classify.

use burn::tensor::DType;

use super::super::{Losses, Neuroformer, NeuroformerConfig, Window};
use super::{changed, close, everything, numbers, on_devices, windows};

fn config() -> NeuroformerConfig {
    NeuroformerConfig { classes: vec![2, 3], ..everything() }
}

fn labelled() -> Vec<Window> {
    let labels = [vec![0, 2], vec![1, 1], vec![1, 0]];
    windows().into_iter().zip(labels).map(|(window, labels)| Window { labels, ..window }).collect()
}

#[test]
fn the_loss_is_the_mean_cross_entropy() {
    on_devices(|name, device, dtype, tolerance| {
        let model = changed(config(), device, dtype, |_, _| ());
        let windows = labelled();
        let batch = model.batch(&windows.iter().collect::<Vec<_>>()).unwrap();
        let outputs = model.forward(&batch);
        let mut expected = 0.0;
        for (variable, logits) in outputs.classes.iter().enumerate() {
            let [_, classes] = logits.dims();
            for (window, row) in windows.iter().zip(numbers(logits.clone()).chunks(classes)) {
                let all: f64 = row.iter().map(|logit| logit.exp()).sum();
                expected -= (row[window.labels[variable]].exp() / all).ln() / 6.0;
            }
        }
        let losses = Losses::of(&model, &outputs, &batch).unwrap();
        let classes = numbers(losses.classes.unwrap());
        close(name, &classes, &[expected], tolerance);
        // the rest of the sum is as without them
        let plain = changed(everything(), device, dtype, |_, _| ());
        let batch = plain.batch(&super::windows().iter().collect::<Vec<_>>()).unwrap();
        let rest = numbers(Losses::of(&plain, &plain.forward(&batch), &batch).unwrap().total);
        close(name, &numbers(losses.total), &[rest[0] + expected], tolerance);
    });
}

#[test]
fn refusals_say_what_is_wrong() {
    let device = fascicle_core::device("cpu").unwrap();
    let build = |config| changed(config, &device, DType::F32, |_, _| ());
    let refusal = |model: &Neuroformer, labels: Vec<usize>| {
        let window = Window { labels, ..windows().swap_remove(0) };
        model.batch(&[&window]).unwrap_err().to_string()
    };
    let model = build(config());
    insta::assert_snapshot!(refusal(&model, vec![1]), @"a window's list of classes has 1 values; expected the model's 2");
    insta::assert_snapshot!(refusal(&model, vec![2, 0]), @"a class is 2; expected a number below 2");
    insta::assert_snapshot!(refusal(&build(everything()), vec![1, 1]), @"the model has no head for classes, and the batch brings one: build the model with it, or leave it out");
    let batch = model.batch(&[&windows()[0]]).unwrap();
    insta::assert_snapshot!(Losses::of(&model, &model.forward(&batch), &batch).unwrap_err(), @"the model has a head for classes, and the batch brings none: give every window its classes");
}
