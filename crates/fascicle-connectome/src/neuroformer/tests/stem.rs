//! The stem that looks at a film, against its definition.

use burn::tensor::DType;

use super::super::{Layers, NeuroformerConfig, StimulusConfig};
use super::{changed, close, convolved, numbers, on_devices, wave, windows};

/// Mean 0 and variance 1, as PyTorch has it.
fn normed(x: &[f64]) -> Vec<f64> {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
    x.iter().map(|x| (x - mean) / (variance + 1e-5).sqrt()).collect()
}

#[test]
fn a_convolution_is_a_linear_map_of_patches() {
    let config =
        NeuroformerConfig { layers: Layers { stimulus_encoder: 0, ..convolved().layers }, ..convolved() };
    let (StimulusConfig { steps, features, .. }, width) = (config.stimulus.unwrap(), config.d_model);
    let (weight, bias) = (wave("stimulus_in.weight", &[features, width]), wave("stimulus_in.bias", &[width]));
    let (gain, shift) = (wave("stimulus_norm.gain", &[width]), wave("stimulus_norm.bias", &[width]));
    let position = wave("stimulus_position.weight", &[steps, width]);
    let mut expected = Vec::new();
    for window in windows() {
        for (step, patch) in window.stimulus.chunks(features).enumerate() {
            let filtered: Vec<f64> = (0..width)
                .map(|e| {
                    bias[e] + patch.iter().enumerate().map(|(k, x)| x * weight[k * width + e]).sum::<f64>()
                })
                .collect();
            for (e, x) in normed(&filtered).into_iter().enumerate() {
                expected.push((x * gain[e] + shift[e]).max(0.0) + position[step * width + e]);
            }
        }
    }
    on_devices(|name, device, dtype, tolerance| {
        let model = changed(config.clone(), device, dtype, |_, _| ());
        let windows = windows();
        let batch = model.batch(&windows.iter().collect::<Vec<_>>()).unwrap();
        let (found, _) = model.embed_stimulus(&batch, 0.0).unwrap();
        close(name, &numbers(found), &expected, tolerance);
    });
}

/// Self-attention over the stimulus lets its steps know of each other; without it each is embedded alone.
#[test]
fn steps_of_a_stimulus_know_of_each_other() {
    let device = fascicle_core::device("cpu").unwrap();
    let first_step = |blocks: usize, last: f64| {
        let layers = Layers { stimulus_encoder: blocks, ..convolved().layers };
        let model = changed(NeuroformerConfig { layers, ..convolved() }, &device, DType::F32, |_, _| ());
        let mut window = windows().swap_remove(0);
        window.stimulus[5] = last;
        let batch = model.batch(&[&window]).unwrap();
        numbers(model.embed_stimulus(&batch, 0.0).unwrap().0)[..8].to_vec()
    };
    assert_eq!(first_step(0, 0.0), first_step(0, 2.0));
    assert_ne!(first_step(1, 0.0), first_step(1, 2.0));
}
