//! Small random models, and what the tests have in common.

use std::collections::BTreeMap;

use fascicle_core::Device;
use fascicle_models::{
    Activation, AttentionConfig, Inputs, MlpConfig, NormKind, NormPlace, Outputs, Pooler, SiteSelector,
    Transformer, TransformerConfig, UnembedConfig,
};

/// Numbers between -1 and 1 that are the same everywhere.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 40) as f32 / (1u64 << 23) as f32) - 1.0
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (((self.next() + 1.0) / 2.0 * limit as f32) as usize).min(limit - 1)
    }
}

/// Pre-norm, causal, with a tied head: a small GPT-2.
pub(crate) fn decoder() -> TransformerConfig {
    TransformerConfig {
        d_head: 3,
        attention: AttentionConfig::new(true, true),
        mlp: Some(MlpConfig::new(10, Activation::GeluTanh, true)),
        unembed: Some(UnembedConfig::new(true)),
        ..TransformerConfig::new(3, 2, 8, 11, 8)
    }
}

/// Post-norm, bidirectional, without a head: a small BERT.
pub(crate) fn encoder() -> TransformerConfig {
    TransformerConfig {
        n_layers: 2,
        token_types: 2,
        embed_norm: true,
        norm_place: NormPlace::Post,
        final_norm: false,
        attention: AttentionConfig { causal: false, ..decoder().attention },
        unembed: None,
        pooler: Pooler::Dense { width: 8, activation: Activation::Tanh },
        ..decoder()
    }
}

/// No MLPs and no norms: what induction circuits are built by hand in.
pub(crate) fn attention_only() -> TransformerConfig {
    TransformerConfig {
        n_layers: 2,
        norm: NormKind::None,
        mlp: None,
        unembed: Some(UnembedConfig::new(false)),
        ..decoder()
    }
}

pub(crate) fn build(config: &TransformerConfig, device: &Device, seed: u64) -> Transformer {
    let mut chance = Chance(seed);
    let mut values = BTreeMap::new();
    for parameter in config.parameters().unwrap() {
        let centre = if parameter.name.ends_with("gain") { 1.0 } else { 0.0 };
        let numbers = (0..parameter.shape.iter().product()).map(|_| centre + 0.7 * chance.next()).collect();
        values.insert(parameter.name, (parameter.shape, numbers));
    }
    config.build(device, values).unwrap()
}

/// Two rows of five tokens, the second one padded by two when `padded`.
pub(crate) fn inputs(seed: u64, padded: bool) -> Inputs {
    let mut chance = Chance(seed);
    let inputs = Inputs::new((0..10).map(|_| chance.below(11) as i64).collect(), [2, 5]).unwrap();
    if padded { inputs.with_attention_mask(vec![1, 1, 1, 1, 1, 1, 1, 1, 0, 0]).unwrap() } else { inputs }
}

pub(crate) fn sites(patterns: &[&str]) -> SiteSelector {
    SiteSelector::parse(patterns).unwrap()
}

/// Every device that the tests run on, by name.
pub(crate) fn devices() -> Vec<(String, Device)> {
    fascicle_core::testing::test_devices()
}

pub(crate) fn cpu() -> Device {
    fascicle_core::device("cpu").unwrap()
}

/// The numbers of whatever the model gives.
pub(crate) fn numbers(outputs: &Outputs) -> Vec<f32> {
    let hidden = outputs.last_hidden_state.as_ref().unwrap().try_to_vec_as::<f32>().unwrap();
    let logits = outputs.logits.as_ref().map(|logits| logits.try_to_vec_as::<f32>().unwrap());
    hidden.into_iter().chain(logits.into_iter().flatten()).collect()
}

#[track_caller]
pub(crate) fn close<T: Copy + Into<f64>>(got: &[T], expected: &[T], tolerance: f64, what: &str) {
    assert_eq!(got.len(), expected.len(), "{what}: count");
    for (i, (got, expected)) in got.iter().zip(expected).enumerate() {
        let (got, expected): (f64, f64) = ((*got).into(), (*expected).into());
        // written so that NaN fails
        let near = got == expected || (got - expected).abs() <= tolerance * expected.abs().max(1.0);
        assert!(near, "{what}, number {i}: got {got}, expected {expected}");
    }
}
