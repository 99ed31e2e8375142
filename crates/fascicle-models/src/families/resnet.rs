//! Residual networks, with the key names of Hugging Face and of torchvision.

use super::{Adapted, Layout, Place, Places};
use crate::checkpoint::RawConfig;
use crate::config::Activation;
use crate::error::ModelError;
use crate::model::ModelConfig;
use crate::resnet::ResNetConfig;

pub(super) fn adapt(raw: &RawConfig, has: &dyn Fn(&str) -> bool) -> Result<Adapted, ModelError> {
    let bottleneck = match raw.optional_str("layer_type")?.as_deref() {
        Some("basic") => false,
        Some("bottleneck") | None => true,
        Some(other) => return Err(raw.bad("layer_type", &format!("`{other}`"), "basic or bottleneck")),
    };
    let torchvision = has("layer1.0.conv1.weight");
    let headless = raw.architecture().is_some_and(|name| name == "ResNetModel")
        && !has("classifier.1.weight")
        && !has("fc.weight");
    let labels = raw.labels()?;
    let activation = raw.activation("hidden_act")?;
    let config = ResNetConfig {
        channels: raw.optional_usize("num_channels")?.unwrap_or(3),
        stem: raw.usize("embedding_size")?,
        widths: raw.usizes("hidden_sizes")?,
        depths: raw.usizes("depths")?,
        bottleneck,
        downsample_first: raw.bool_or("downsample_in_first_stage", false)?,
        downsample_in_bottleneck: raw.bool_or("downsample_in_bottleneck", false)?,
        activation,
        // `transformers` has it there whatever the configuration says
        inner_activation: (activation != Activation::Relu).then_some(Activation::Relu),
        classes: if headless { 0 } else { raw.classes()? },
    };
    let starts = stage_starts(&config.depths);
    let place: Places = if torchvision {
        Box::new(move |name| place_torchvision(name, &starts))
    } else {
        Box::new(move |name| place(name, &starts))
    };
    Ok(Adapted {
        config: ModelConfig::ResNet(config),
        labels,
        family: "resnet",
        prefix: if torchvision { "" } else { "resnet." },
        place,
        unused: |key| key.ends_with("num_batches_tracked").then_some("a counter of training"),
        repeats: Vec::new(),
    })
}

/// The first block of each stage.
fn stage_starts(depths: &[usize]) -> Vec<usize> {
    depths.iter().scan(0, |next, depth| Some(std::mem::replace(next, *next + depth))).collect()
}

/// `blocks.5.convs.1.gain` as stage, block of the stage, the part of the block, leaf.
fn in_stage<'a>(name: &'a str, starts: &[usize]) -> Option<(usize, usize, &'a str, &'a str)> {
    let (index, rest) = super::in_block(name)?;
    let index: usize = index.parse().ok()?;
    let stage = starts.iter().rposition(|start| *start <= index)?;
    let (part, leaf) = rest.rsplit_once('.')?;
    Some((stage, index - starts[stage], part, leaf))
}

/// The leaf of a batch norm, as PyTorch names it.
fn norm_leaf(leaf: &str) -> &str {
    match leaf {
        "gain" => "weight",
        "mean" => "running_mean",
        "variance" => "running_var",
        leaf => leaf,
    }
}

fn place(name: &str, starts: &[usize]) -> Option<Place> {
    let conv = |module: String, leaf: &str| {
        let part = if leaf == "weight" { "convolution" } else { "normalization" };
        Place::new(format!("{module}.{part}.{}", norm_leaf(leaf)), Layout::Same)
    };
    if let Some((stage, block, part, leaf)) = in_stage(name, starts) {
        let module = match part.strip_prefix("convs.") {
            Some(index) => format!("layer.{index}"),
            None => "shortcut".into(),
        };
        return Some(conv(format!("encoder.stages.{stage}.layers.{block}.{module}"), leaf));
    }
    Some(match name.split_once('.')? {
        ("stem", leaf) => conv("embedder.embedder".into(), leaf),
        ("classifier", "weight") => Place::new("classifier.1.weight", Layout::Transposed).unprefixed(),
        ("classifier", leaf) => Place::new(format!("classifier.1.{leaf}"), Layout::Same).unprefixed(),
        _ => return None,
    })
}

fn place_torchvision(name: &str, starts: &[usize]) -> Option<Place> {
    let at = |key: String| Some(Place::new(key, Layout::Same));
    if let Some((stage, block, part, leaf)) = in_stage(name, starts) {
        let module = format!("layer{}.{block}", stage + 1);
        let own = norm_leaf(leaf);
        return match (part.strip_prefix("convs."), leaf) {
            (Some(index), leaf) => {
                let number = index.parse::<usize>().ok()? + 1;
                let kind = if leaf == "weight" { "conv" } else { "bn" };
                at(format!("{module}.{kind}{number}.{own}"))
            }
            (None, "weight") => at(format!("{module}.downsample.0.weight")),
            (None, _) => at(format!("{module}.downsample.1.{own}")),
        };
    }
    match name.split_once('.')? {
        ("stem", "weight") => at("conv1.weight".into()),
        ("stem", leaf) => at(format!("bn1.{}", norm_leaf(leaf))),
        ("classifier", "weight") => Some(Place::new("fc.weight", Layout::Transposed)),
        ("classifier", leaf) => at(format!("fc.{leaf}")),
        _ => None,
    }
}
