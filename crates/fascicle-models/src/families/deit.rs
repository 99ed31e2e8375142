//! DeiT (Touvron et al. 2021): ViT with a second token, which learnt from a teacher.

use super::keys::{Keys, Module, module};
use super::{Adapted, vision, vit};
use crate::checkpoint::RawConfig;
use crate::config::{ClassifierInput, PatchConfig};
use crate::error::ModelError;

/// The names of files, and those of transformers 5.
const fn keys(heads: &'static [Module]) -> [Keys; 2] {
    const OUTSIDE: &[&[Module]] = &[vision::EMBEDDINGS, vit::END];
    [
        Keys { blocks: "encoder.layer.", block: vit::BLOCKS, outside: OUTSIDE, heads },
        Keys { blocks: "layers.", block: vit::BLOCKS_5, outside: OUTSIDE, heads },
    ]
}

static KEYS: [Keys; 2] = keys(&[module("classifier.first", "classifier")]);
static WITH_TEACHER: [Keys; 2] = keys(&[
    module("classifier.first", "cls_classifier"),
    module("classifier.second", "distillation_classifier"),
]);

pub(super) fn adapt(raw: &RawConfig, has: &dyn Fn(&str) -> bool) -> Result<Adapted, ModelError> {
    let (classifier, own) = match raw.architecture().as_deref() {
        Some("DeiTForImageClassification") => (Some(ClassifierInput::First), &KEYS),
        Some("DeiTForImageClassificationWithTeacher") => (Some(ClassifierInput::FirstTwo), &WITH_TEACHER),
        _ => (None, &KEYS),
    };
    let patches = PatchConfig { distillation_token: true, ..vision::patch_config(raw)? };
    let config = vit::config(raw, has, patches, classifier)?;
    let [own, own_5] = own;
    vision::adapted(raw, config, "deit", "deit.", vit::keys(has, [own, own_5]))
}
