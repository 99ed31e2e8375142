//! What the tests share: fixtures, small models, comparisons.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use fascicle_models::{
    Activation, AttentionConfig, Inputs, MlpConfig, NamedTensor, Probe, Site, SitedModel, TensorFile,
    Transformer, TransformerConfig, UnembedConfig,
};

pub(crate) fn fixtures(part: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(part)
}

/// The checkpoints that have a file of that name.
pub(crate) fn folders(file: &str) -> Vec<PathBuf> {
    let mut folders: Vec<_> =
        fs::read_dir(fixtures("hf")).unwrap().flatten().map(|entry| entry.path()).collect();
    folders.retain(|folder| folder.join(file).is_file());
    folders.sort();
    folders
}

/// The folder's name, for messages.
pub(crate) fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Inputs as `fascicle run` reads them.
pub(crate) fn inputs(file: &TensorFile) -> Inputs {
    Inputs::from_file(file).unwrap()
}

/// A tensor's shape and numbers.
pub(crate) type Seen = (Vec<usize>, Vec<f32>);

/// Keeps everything that it sees.
#[derive(Default)]
pub(crate) struct KeepAll(pub(crate) BTreeMap<Site, Seen>);

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
        d_head: 5,
        attention: AttentionConfig::new(true, true),
        mlp: Some(MlpConfig::new(13, Activation::Gelu, true)),
        unembed: Some(UnembedConfig { bias: true, ..UnembedConfig::new(false) }),
        ..TransformerConfig::new(2, 3, 10, 11, 7)
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
pub(crate) fn parameters(model: &(impl SitedModel + Module)) -> BTreeMap<String, (Vec<usize>, Vec<f32>)> {
    let folder = tempfile::tempdir().unwrap();
    fascicle_models::save(folder.path(), model).unwrap();
    let file = TensorFile::read(folder.path().join("model.safetensors")).unwrap();
    let values = |tensor: &NamedTensor| match tensor {
        NamedTensor::F32 { shape, values } => (shape.clone(), values.clone()),
        NamedTensor::I64 { .. } => panic!("a parameter of whole numbers"),
    };
    file.iter().map(|(name, tensor)| (name.to_string(), values(tensor))).collect()
}
