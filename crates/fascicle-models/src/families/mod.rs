//! The families: how each one's `config.json` and tensor names map onto the one transformer.

mod bert;
mod clip;
mod deit;
mod dinov2;
mod dinov3;
mod gpt2;
mod gpt_neox;
mod keys;
mod llama;
mod mae;
mod own;
mod resnet;
mod rope;
mod vision;
mod vit;

use crate::checkpoint::RawConfig;
use crate::error::ModelError;
use crate::model::ModelConfig;
use crate::names::nearest;

pub(crate) use own::{MODEL_TYPE as OWN, to_json as own_config};

/// Where a parameter is found in a family's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The tensor's name, without the family's prefix.
    pub(crate) key: String,
    /// Older names of the same tensor.
    pub(crate) aliases: Vec<String>,
    /// Whether the family's prefix (such as `transformer.`) may stand before it.
    pub(crate) prefixed: bool,
    /// How it lies there.
    pub(crate) layout: Layout,
}

/// How a parameter lies in the file, compared with ours (`[in, out]` for matrices).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// As ours.
    Same,
    /// `[out, in]`, as PyTorch's linear layers have it.
    Transposed,
    /// Group `part` of `parts` along the last axis of a fused tensor.
    Columns { part: usize, parts: usize },
    /// Of a fused `[heads · parts · d_head, in]` matrix (or bias), part `part` of each head (GPT-NeoX).
    HeadRows { part: usize, parts: usize, heads: usize },
    /// Behind that many leading axes of length 1.
    Units(usize),
    /// Without axes; ours has one, of length 1.
    Scalar,
    /// The kernel of a convolution over patches, `[out, channels, side, side]`.
    Patches { channels: usize, side: usize },
    /// Of the matrices of all experts, `[experts, parts · out, in]`, part `part` of one of them.
    Expert { expert: usize, experts: usize, part: usize, parts: usize },
}

impl Place {
    fn new(key: impl Into<String>, layout: Layout) -> Self {
        Self { key: key.into(), aliases: Vec::new(), prefixed: true, layout }
    }

    fn alias(mut self, alias: String) -> Self {
        self.aliases.push(alias);
        self
    }

    fn unprefixed(self) -> Self {
        Self { prefixed: false, ..self }
    }

    /// The shape that a parameter of shape `ours` has in the file.
    pub(crate) fn shape_in_file(&self, ours: &[usize]) -> Vec<usize> {
        let mut shape = ours.to_vec();
        match self.layout {
            Layout::Same => {}
            Layout::Transposed => shape.reverse(),
            Layout::Columns { parts, .. } => {
                if let Some(last) = shape.last_mut() {
                    *last *= parts;
                }
            }
            Layout::HeadRows { parts, .. } => {
                shape.reverse();
                shape[0] *= parts;
            }
            Layout::Units(count) => {
                shape.splice(0..0, std::iter::repeat_n(1, count));
            }
            Layout::Scalar => shape.clear(),
            Layout::Patches { channels, side } => shape = vec![shape[1], channels, side, side],
            Layout::Expert { experts, parts, .. } => shape = vec![experts, parts * shape[1], shape[0]],
        }
        shape
    }
}

/// Where the parameter of a canonical name is, if the family has it.
pub(crate) type Places = Box<dyn Fn(&str) -> Option<Place>>;

/// A family applied to one checkpoint.
pub(crate) struct Adapted {
    /// Names of the classes, where the model has classes and config.json names them.
    pub(crate) labels: Vec<String>,
    pub(crate) config: ModelConfig,
    /// The family's name.
    pub(crate) family: &'static str,
    /// May stand before every key of the trunk.
    pub(crate) prefix: &'static str,
    /// Where the parameter of a canonical name is.
    pub(crate) place: Places,
    /// Why a tensor may be in the file and yet go unused; the key comes without prefix.
    pub(crate) unused: fn(&str) -> Option<&'static str>,
    /// A tensor that, if present, must repeat another: (key, canonical name of the other).
    pub(crate) repeats: Vec<(&'static str, &'static str)>,
}

type Adapter = fn(&RawConfig, &dyn Fn(&str) -> bool) -> Result<Adapted, ModelError>;

const FAMILIES: &[(&str, Adapter)] = &[
    ("bert", bert::adapt),
    ("clip", clip::adapt),
    ("clip_text_model", clip::adapt_text),
    ("clip_vision_model", clip::adapt_vision),
    ("deit", deit::adapt),
    ("dinov2", dinov2::adapt),
    ("dinov2_with_registers", dinov2::adapt),
    ("dinov3_vit", dinov3::adapt),
    (OWN, own::adapt),
    ("gemma2", llama::adapt),
    ("gpt2", gpt2::adapt),
    ("gpt_neox", gpt_neox::adapt),
    ("llama", llama::adapt),
    ("olmoe", llama::adapt),
    ("qwen2", llama::adapt),
    ("qwen3", llama::adapt),
    ("resnet", resnet::adapt),
    ("vit", vit::adapt),
    ("vit_mae", mae::adapt),
];

/// Applies the family that `config.json` names; `has` tells whether a key is in the files (prefix or not).
pub(crate) fn adapt(raw: &RawConfig, has: &dyn Fn(&str) -> bool) -> Result<Adapted, ModelError> {
    let found = raw
        .optional_str("model_type")?
        .ok_or_else(|| ModelError::MissingField { path: raw.path.clone(), field: "model_type".into() })?;
    let known = || FAMILIES.iter().map(|(name, _)| *name);
    match FAMILIES.iter().find(|(name, _)| *name == found) {
        Some((_, adapter)) => adapter(raw, has),
        None => Err(ModelError::UnknownModelType {
            path: raw.path.clone(),
            nearest: nearest(&found, known()),
            found,
            known: known().collect(),
        }),
    }
}

/// The names of the supported families.
pub fn families() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().map(|(name, _)| *name)
}

/// Splits `blocks.3.attn.q.weight` into `3` and `attn.q.weight`.
fn in_block(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix("blocks.")?.split_once('.')
}
