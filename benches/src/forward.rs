//! Forward passes of a MiniLM-shaped and a GPT-2-small-shaped transformer with random weights.

use std::collections::BTreeMap;

use burn::tensor::Device;
use fascicle_causal::{CaptureOptions, capture_with};
use fascicle_models::{
    Activation, AttentionConfig, Inputs, MlpConfig, NormPlace, Outputs, Past, SiteSelector, Transformer,
    TransformerConfig, UnembedConfig,
};

/// A model and the batch that it is timed on.
pub struct Case {
    /// Its name.
    pub name: &'static str,
    model: Transformer,
    inputs: Inputs,
}

impl Case {
    /// Both cases, on a device.
    pub fn all(device: &Device) -> [Case; 2] {
        let minilm = TransformerConfig {
            token_types: 2,
            embed_norm: true,
            norm_eps: 1e-12,
            norm_place: NormPlace::Post,
            final_norm: false,
            attention: AttentionConfig::new(false, true),
            mlp: Some(MlpConfig::new(1536, Activation::Gelu, true)),
            ..TransformerConfig::new(6, 12, 384, 30_522, 512)
        };
        [Case::new("minilm", &minilm, [32, 128], device), Case::new("gpt2", &gpt2(), [4, 128], device)]
    }

    fn new(name: &'static str, config: &TransformerConfig, shape: [usize; 2], device: &Device) -> Self {
        let inputs = (0..shape[0] * shape[1]).map(|i| ((i * 7919) % config.vocab) as i64).collect();
        Self { name, model: build(config, device), inputs: Inputs::new(inputs, shape).expect("a batch") }
    }

    /// The pass with all its outputs, finished.
    pub fn forward(&self) {
        let outputs = self.model.forward(&self.inputs).expect("a forward pass");
        self.finish(&outputs);
    }

    /// The pass without the scores of any but the last position.
    pub fn forward_last(&self) {
        let mut past = Past::new();
        let scores = self.model.forward_next(&self.inputs, &mut past).expect("scores of what comes next");
        scores.into_data();
    }

    /// Waits until `outputs` are computed: devices may be behind the program.
    fn finish(&self, outputs: &Outputs) {
        self.model.device().sync().expect("a device that finishes");
        assert!(outputs.last_hidden_state.is_some());
    }

    /// The pass with every residual stream kept.
    pub fn capture(&self) {
        let sites = SiteSelector::parse(&["hook_resid_pre", "hook_resid_post"]).expect("sites");
        let kept = capture_with(&self.model, &self.inputs, &sites, &[], CaptureOptions::default());
        self.finish(&kept.expect("a forward pass").outputs);
    }
}

/// The shape of GPT-2 small.
pub(crate) fn gpt2() -> TransformerConfig {
    TransformerConfig {
        attention: AttentionConfig::new(true, true),
        mlp: Some(MlpConfig::new(3072, Activation::GeluTanh, true)),
        unembed: Some(UnembedConfig::new(true)),
        ..TransformerConfig::new(12, 12, 768, 50_257, 1024)
    }
}

/// A model with random weights, the same each time.
pub(crate) fn build(config: &TransformerConfig, device: &Device) -> Transformer {
    let mut state = 1u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as f32 / (1u64 << 24) as f32 - 0.5) * 0.07
    };
    let values: BTreeMap<_, _> = config
        .parameters()
        .expect("a model")
        .into_iter()
        .map(|parameter| {
            let count = parameter.shape.iter().product();
            let centre = if parameter.name.ends_with("gain") { 1.0 } else { 0.0 };
            (parameter.name, (parameter.shape, (0..count).map(|_| centre + next()).collect()))
        })
        .collect();
    config.build(device, values).expect("a model")
}
