//! DeiT (Touvron et al. 2021): ViT with a second token, which learnt from a teacher.

use super::keys::{Keys, Module, module};
use super::{Adapted, vision, vit};
use crate::checkpoint::RawConfig;
use crate::config::{ClassifierInput, PatchConfig};
use crate::error::ModelError;

const fn keys(heads: &'static [Module]) -> Keys {
    Keys {
        blocks: "encoder.layer.",
        block: &[vision::ATTENTION, vit::BLOCK],
        outside: &[vision::EMBEDDINGS, vit::END],
        heads,
    }
}

static KEYS: Keys = keys(&[module("classifier.first", "classifier")]);
static WITH_TEACHER: Keys = keys(&[
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
    vision::adapted(raw, config, "deit", "deit.", vit::keys(has, own))
}
