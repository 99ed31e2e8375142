//! Laws of the network, its gradients, and its numbers beside PyTorch's.

mod classes;
mod gradients;
mod laws;
mod reference;
mod stem;
mod training;

use burn::tensor::{DType, Device, Tensor};
use fascicle_core::dtype;

use super::params::{First, Params};
use super::{
    ContrastiveConfig, Layers, Neuroformer, NeuroformerConfig, Partner, Sequence, Stem, StimulusConfig,
    Temperature, Vocabulary, Window, Windowing,
};

/// Small, and with every part that there is.
fn everything() -> NeuroformerConfig {
    NeuroformerConfig {
        d_model: 8,
        heads: 2,
        layers: Layers { encoder: 1, past: 1, stimulus_encoder: 0, stimulus: 1, current: 1 },
        block: 6,
        past_block: 6,
        dropout: 0.0,
        init_std: 0.3,
        stimulus: Some(StimulusConfig { steps: 2, features: 3, stem: Stem::Linear }),
        behaviour: 2,
        classes: Vec::new(),
        contrastive: Some(ContrastiveConfig {
            partner: Partner::Behaviour,
            width: 5,
            temperature: Temperature::Multiply(0.5),
        }),
    }
}

/// The same with a convolution over the stimulus and self-attention over what comes of it.
fn convolved() -> NeuroformerConfig {
    NeuroformerConfig {
        layers: Layers { stimulus_encoder: 1, ..everything().layers },
        stimulus: everything()
            .stimulus
            .map(|stimulus| StimulusConfig { stem: Stem::Convolution, ..stimulus }),
        ..everything()
    }
}

fn vocabulary() -> Vocabulary {
    Windowing::default().vocabulary(4).unwrap()
}

/// 0.3 sin(1.3 i + phase of the name), about 1 for the gains of norms: what `reference.py` has.
fn wave(name: &str, shape: &[usize]) -> Vec<f64> {
    let phase = f64::from(name.bytes().map(u32::from).sum::<u32>() % 97) / 10.0;
    let centre = if name.ends_with("gain") { 1.0 } else { 0.0 };
    (0..shape.iter().product()).map(|i: usize| centre + 0.3 * (1.3 * i as f64 + phase).sin()).collect()
}

/// The network with known weights, of which those called `name` are changed by `change`.
fn changed(
    config: NeuroformerConfig,
    device: &Device,
    dtype: DType,
    change: impl Fn(&str, &mut Vec<f64>),
) -> Neuroformer {
    let values = |name: &str, shape: &[usize], _: First| {
        let mut values = wave(name, shape);
        change(name, &mut values);
        Ok(values)
    };
    Neuroformer::build(&mut Params::from(values, device, dtype), config, vocabulary()).unwrap()
}

fn known(device: &Device, dtype: DType) -> Neuroformer {
    changed(everything(), device, dtype, |_, _| ())
}

fn window(current: &[(usize, usize)], past: &[(usize, usize)]) -> Window {
    let sequence = |spikes: &[(usize, usize)]| Sequence::of(vocabulary(), spikes.iter().copied());
    let (current, past) = (sequence(current), sequence(past));
    let (behaviour, labels, stimulus) = (Vec::new(), Vec::new(), Vec::new());
    Window { start: 0.0, current, past, dropped: 0, behaviour, labels, stimulus }
}

/// Three windows, of which the second is empty.
fn windows() -> Vec<Window> {
    let mut windows = vec![
        window(&[(0, 0), (2, 1), (1, 4)], &[(3, 2), (0, 14)]),
        window(&[], &[]),
        window(&[(3, 2)], &[(1, 0), (1, 3), (2, 9)]),
    ];
    let behaviour = [[0.5, -1.0], [0.1, 0.2], [-0.7, 0.3]];
    for (at, window) in windows.iter_mut().enumerate() {
        window.behaviour = behaviour[at].to_vec();
        window.stimulus = (0..6).map(|i| ((at * 6 + i) as f64).sin()).collect();
    }
    windows
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.try_into_vec_as::<f64>().unwrap()
}

#[track_caller]
fn close(what: &str, got: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(got.len(), expected.len(), "{what}: count");
    for (at, (got, expected)) in got.iter().zip(expected).enumerate() {
        // written so that NaN fails
        let near = (got - expected).abs() <= tolerance * expected.abs().max(1.0);
        assert!(near, "{what}, number {at}: got {got}, expected {expected}");
    }
}

/// Devices with the number formats that they have, and how near f32 and f64 come.
fn on_devices(check: impl Fn(&str, &Device, DType, f64)) {
    for (name, device) in fascicle_core::testing::test_devices() {
        for (dtype, tolerance) in [(DType::F32, 2e-5), (DType::F64, 1e-10)] {
            if dtype::supported(&device).contains(&dtype) {
                check(&format!("{name} {}", dtype.name()), &device, dtype, tolerance);
            }
        }
    }
}
