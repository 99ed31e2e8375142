//! The same network in PyTorch (`reference.py`), with the same weights, on the same three windows.

use serde_json::Value;

use super::super::Losses;
use super::{close, known, numbers, on_devices, windows};

#[test]
fn losses_and_states_are_those_of_pytorch() {
    let reference: Value = serde_json::from_str(include_str!("reference.json")).unwrap();
    let list = |key: &str| -> Vec<f64> {
        let value = &reference[key];
        value.as_array().map_or_else(
            || vec![value.as_f64().unwrap()],
            |all| all.iter().map(|x| x.as_f64().unwrap()).collect(),
        )
    };
    on_devices(|name, device, dtype, tolerance| {
        let model = known(device, dtype);
        let windows = windows();
        let batch = model.batch(&windows.iter().collect::<Vec<_>>()).unwrap();
        let outputs = model.forward(&batch);
        let losses = Losses::of(&model, &outputs, &batch).unwrap();
        for (key, got) in [
            ("id", losses.id),
            ("dt", losses.dt),
            ("contrastive", losses.contrastive.unwrap()),
            ("behaviour", losses.behaviour.unwrap()),
            ("total", losses.total),
        ] {
            close(&format!("{name} {key}"), &numbers(got), &list(key), tolerance);
        }
        close(&format!("{name} state"), &numbers(outputs.state), &list("state"), tolerance);
        let logits = numbers(outputs.ids.slice([0..1, 3..4, 0..7]));
        close(&format!("{name} logits"), &logits, &list("last_id_logits_of_first_window"), tolerance);
        // the pattern path computes the same as the fused one
        let (watched, patterns) = model.forward_watched(&batch);
        close(&format!("{name} watched"), &numbers(watched.state), &list("state"), tolerance);
        assert_eq!((patterns.past.len(), patterns.stimulus.len(), patterns.current.len()), (1, 1, 2));
    });
}
