//! What the tests share: fixtures, small models, comparisons.

use std::collections::BTreeMap;
use std::path::PathBuf;

use burn::tensor::{Device, Tensor};
use fascicle_models::{
    Activation, AttentionConfig, AttentionScale, Inputs, MlpConfig, NamedTensor, NormKind, NormPlace,
    Positions, Probe, Site, TensorFile, Transformer, TransformerConfig, UnembedConfig,
};

pub(crate) fn fixtures(part: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(part)
}

/// Inputs as `fascicle run` reads them.
pub(crate) fn inputs(file: &TensorFile) -> Inputs {
    let (shape, ids) = file.whole::<2>("input_ids").unwrap().expect("input_ids");
    let mut inputs = Inputs::new(ids.to_vec(), shape).unwrap();
    if let Some((_, mask)) = file.whole::<2>("attention_mask").unwrap() {
        inputs = inputs.with_attention_mask(mask.to_vec()).unwrap();
    }
    if let Some((_, types)) = file.whole::<2>("token_type_ids").unwrap() {
        inputs = inputs.with_token_types(types.to_vec()).unwrap();
    }
    inputs
}

/// Keeps everything that it sees.
#[derive(Default)]
pub(crate) struct KeepAll(pub(crate) BTreeMap<Site, (Vec<usize>, Vec<f32>)>);

impl Probe for KeepAll {
    fn wants(&self, _site: Site) -> bool {
        true
    }

    fn at<const D: usize>(&mut self, site: Site, x: Tensor<D>) -> Tensor<D> {
        self.0.insert(site, (x.dims().to_vec(), host(x.clone())));
        x
    }
}

pub(crate) fn host<const D: usize>(x: Tensor<D>) -> Vec<f32> {
    x.into_data().try_into_vec_as().unwrap()
}

/// The largest difference, relative to values above 1; infinite when the lengths differ.
pub(crate) fn worst(a: &[f32], b: &[f32]) -> f32 {
    if a.len() != b.len() {
        return f32::INFINITY;
    }
    let scale = b.iter().fold(1.0f32, |scale, v| scale.max(v.abs()));
    a.iter().zip(b).map(|(a, b)| (a - b).abs() / scale).fold(0.0, f32::max)
}

/// A small configuration that differs from both families: head width unlike width/heads, untied biased head.
pub(crate) fn odd_config() -> TransformerConfig {
    TransformerConfig {
        n_layers: 2,
        n_heads: 3,
        d_model: 10,
        d_head: 5,
        vocab: 11,
        n_ctx: 7,
        positions: Positions::Learned,
        token_types: 0,
        embed_norm: false,
        norm: NormKind::Layer,
        norm_eps: 1e-5,
        norm_place: NormPlace::Pre,
        final_norm: true,
        attention: AttentionConfig {
            causal: true,
            qkv_bias: true,
            out_bias: true,
            scale: AttentionScale::InverseSqrt,
        },
        mlp: Some(MlpConfig { width: 13, activation: Activation::Gelu, bias: true }),
        unembed: Some(UnembedConfig { tied: false, bias: true, transform: None }),
        pooler: false,
    }
}

/// Small, irregular, reproducible values, the same on every device.
pub(crate) fn random_values(config: &TransformerConfig) -> BTreeMap<String, (Vec<usize>, Vec<f32>)> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as f32 / (1u64 << 24) as f32 - 0.5) * 0.9
    };
    let fill = |parameter: fascicle_models::Parameter| {
        let count = parameter.shape.iter().product();
        let near = if parameter.name.ends_with("gain") { 1.0 } else { 0.0 };
        (parameter.name, (parameter.shape, (0..count).map(|_| near + next()).collect()))
    };
    config.parameters().unwrap().into_iter().map(fill).collect()
}

pub(crate) fn random_model(config: &TransformerConfig, device: &Device) -> Transformer {
    config.build(device, random_values(config)).unwrap()
}

/// A model's parameters by name: shape and values.
pub(crate) fn parameters(model: &Transformer) -> BTreeMap<String, (Vec<usize>, Vec<f32>)> {
    let folder = tempfile::tempdir().unwrap();
    fascicle_models::save(folder.path(), model).unwrap();
    let file = TensorFile::read(folder.path().join("model.safetensors")).unwrap();
    let values = |tensor: &NamedTensor| match tensor {
        NamedTensor::F32 { shape, values } => (shape.clone(), values.clone()),
        NamedTensor::I64 { .. } => panic!("a parameter of whole numbers"),
    };
    file.iter().map(|(name, tensor)| (name.to_string(), values(tensor))).collect()
}
